#include "ipc/http.h"

#include "base/num.h"
#include "ipc/write.h"

#define NAME_MAX_BYTES 1024
#define HEAD_VALUE_MAX 8192
#define HEADERS_MAX 32
#define INLINE_MAX ((uint32_t)1024 * 1024)
#define BYTES_MAX ((uint64_t)1 << 40)

/* Fields that the front cut out of text: a NUL would end them early in the
 * first C function that meets them. */
static str
read_text(struct reader *r, uint32_t max)
{
	str s = read_str(r, max);

	if (s.n > 0 && memchr(s.p, 0, s.n) != NULL) {
		r->bad = true;
		return (str){0};
	}
	return s;
}

/* What stands in one line of a header; a line end would begin another. */
static str
read_line(struct reader *r, uint32_t max)
{
	str s = read_text(r, max);

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\r' || s.p[i] == '\n')
			r->bad = true;
	return r->bad ? (str){0} : s;
}

static void
read_raw(struct reader *r, uint8_t *to, size_t n)
{
	const uint8_t *p = read_take(r, n);

	if (p != NULL)
		memcpy(to, p, n);
}

static void
write_raw(struct buf *b, const uint8_t *p, size_t n)
{
	buf_put(b, p, n);
}

static void
write_pairs(struct buf *b, const struct http_pair *v, size_t n)
{
	write_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		write_bytes(b, v[i].name);
		write_bytes(b, v[i].value);
	}
}

static struct http_pair *
read_pairs(struct reader *r, struct arena *a, uint32_t max, size_t *ret_n)
{
	uint32_t n = read_u32(r, max);
	struct http_pair *v;

	*ret_n = 0;
	if (n == 0)
		return NULL;
	v = NEW_N(a, struct http_pair, n);
	if (v == NULL) {
		r->bad = true;
		return NULL;
	}
	for (uint32_t i = 0; i < n && !r->bad; i++) {
		v[i].name = read_text(r, NAME_MAX_BYTES);
		v[i].value = read_text(r, HTTP_VALUE_MAX);
	}
	*ret_n = n;
	return v;
}

static void
write_files(struct buf *b, const struct http_file *v, size_t n)
{
	write_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		write_u64(b, v[i].handle);
		write_bytes(b, v[i].name);
		write_u64(b, v[i].bytes);
		write_u8(b, v[i].state);
		write_raw(b, v[i].digest, sizeof(v[i].digest));
	}
}

static struct http_file *
read_files(struct reader *r, struct arena *a, size_t *ret_n)
{
	uint32_t n = read_u32(r, HTTP_FILES_MAX);
	struct http_file *v;

	*ret_n = 0;
	if (n == 0)
		return NULL;
	v = NEW_N(a, struct http_file, n);
	if (v == NULL) {
		r->bad = true;
		return NULL;
	}
	for (uint32_t i = 0; i < n && !r->bad; i++) {
		v[i].handle = read_u64(r, UINT64_MAX);
		v[i].name = read_text(r, NAME_MAX_BYTES);
		v[i].bytes = read_u64(r, BYTES_MAX);
		v[i].state = read_u8(r, HTTP_FILE_STATES - 1);
		read_raw(r, v[i].digest, sizeof(v[i].digest));
	}
	*ret_n = n;
	return v;
}

static void
write_tus(struct buf *b, const struct http_tus *t)
{
	write_u64(b, t->length);
	write_u64(b, t->offset);
	write_u8(b, t->summed);
	write_bytes(b, t->words);
	write_bytes(b, t->name);
}

static struct http_tus
read_tus(struct reader *r)
{
	struct http_tus t = {0};

	t.length = read_u64(r, BYTES_MAX);
	t.offset = read_u64(r, BYTES_MAX);
	t.summed = read_u8(r, 1) != 0;
	t.words = read_line(r, HTTP_WORDS_MAX);
	t.name = read_text(r, HTTP_WORDS_MAX);
	return t;
}

/* The one-line fields of a request, in the order they travel. */
static const size_t request_lines[] = {
    offsetof(struct http_request, cookie),
    offsetof(struct http_request, host),
    offsetof(struct http_request, origin),
    offsetof(struct http_request, fetch_site),
    offsetof(struct http_request, accept_language),
    offsetof(struct http_request, user_agent),
    offsetof(struct http_request, if_none_match),
    offsetof(struct http_request, csrf),
    offsetof(struct http_request, content_type),
};
#define REQUEST_LINES (sizeof(request_lines) / sizeof(request_lines[0]))

static void
write_part(struct buf *b, const struct http_part *p)
{
	write_u64(b, p->copy);
	write_raw(b, p->mark, sizeof(p->mark));
	write_u32(b, p->begins);
}

static void
read_part(struct reader *r, struct http_part *ret)
{
	ret->copy = read_u64(r, INT64_MAX);
	read_raw(r, ret->mark, sizeof(ret->mark));
	ret->begins = read_u32(r, BUNDLE_PIECES_MAX);
}

void
http_request_write(struct buf *b, const struct http_request *q)
{
	write_u64(b, q->tag);
	write_u8(b, q->method);
	write_u8(b, q->tls);
	write_raw(b, q->address, sizeof(q->address));
	write_u32(b, q->port);
	write_bytes(b, q->path);
	for (size_t i = 0; i < REQUEST_LINES; i++) {
		str s;

		memcpy(&s, (const char *)q + request_lines[i], sizeof(s));
		write_bytes(b, s);
	}
	write_tus(b, &q->tus);
	write_part(b, &q->part);
	write_pairs(b, q->query, q->n_query);
	write_pairs(b, q->form, q->n_form);
	write_files(b, q->file, q->n_file);
}

bool
http_request_read(
    struct arena *a, str body, struct http_request *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct http_request q = {0};

	q.tag = read_u64(&r, UINT64_MAX);
	q.method = read_u8(&r, HTTP_METHODS - 1);
	q.tls = read_u8(&r, 1) != 0;
	read_raw(&r, q.address, sizeof(q.address));
	q.port = (uint16_t)read_u32(&r, UINT16_MAX);
	q.path = read_text(&r, HTTP_PATH_MAX);
	for (size_t i = 0; i < REQUEST_LINES; i++) {
		str s = read_line(&r, HEAD_VALUE_MAX);

		memcpy((char *)&q + request_lines[i], &s, sizeof(s));
	}
	q.tus = read_tus(&r);
	read_part(&r, &q.part);
	q.query = read_pairs(&r, a, HTTP_PAIRS_MAX, &q.n_query);
	q.form = read_pairs(&r, a, HTTP_PAIRS_MAX, &q.n_form);
	q.file = read_files(&r, a, &q.n_file);
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "not a request");
	*ret = q;
	return true;
}

static void
write_headers(struct buf *b, const struct http_response *p)
{
	write_pairs(b, p->header, p->n_header);
}

static struct http_pair *
read_headers(struct reader *r, struct arena *a, size_t *ret_n)
{
	struct http_pair *v = read_pairs(r, a, HEADERS_MAX, ret_n);

	for (size_t i = 0; i < *ret_n && !r->bad; i++) {
		str both[] = {v[i].name, v[i].value};

		r->bad = both[0].n == 0 || both[1].n > HEAD_VALUE_MAX;
		for (size_t k = 0; k < 2; k++)
			for (size_t c = 0; c < both[k].n; c++)
				r->bad |= (unsigned char)both[k].p[c] < ' ';
	}
	return v;
}

/* The lengths must agree before anybody promises them to a browser. */
static bool
response_adds_up(const struct http_response *p)
{
	if (p->status < 200 || p->status > 599 ||
	    (p->line.n > 0 && p->body != HTTP_BODY_COMPOSED))
		return false;
	if (p->body == HTTP_BODY_INLINE)
		return p->total == 0 || p->total == p->inline_bytes.n;
	if ((p->body == HTTP_BODY_COMPOSED) != (p->code.n > 0))
		return false;
	if (p->body == HTTP_BODY_BUNDLE)
		return p->inline_bytes.n == 0 && p->skip == 0;
	return p->body == HTTP_BODY_COMPOSED ? p->total == p->inline_bytes.n
					     : p->total >= p->inline_bytes.n;
}

void
http_response_write(struct buf *b, const struct http_response *p)
{
	write_u64(b, p->tag);
	write_u32(b, p->status);
	write_u8(b, p->body);
	write_bytes(b, p->content_type);
	write_headers(b, p);
	write_bytes(b, p->inline_bytes);
	write_raw(b, p->key.b, sizeof(p->key.b));
	write_u64(b, p->skip);
	write_u64(b, p->total);
	write_u8(b, p->ranges);
	write_bytes(b, p->code);
	write_bytes(b, p->hidden);
	write_bytes(b, p->line);
}

bool
http_response_read(
    struct arena *a, str body, struct http_response *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct http_response p = {0};

	p.tag = read_u64(&r, UINT64_MAX);
	p.status = (uint16_t)read_u32(&r, 999);
	p.body = read_u8(&r, HTTP_BODIES - 1);
	p.content_type = read_line(&r, NAME_MAX_BYTES);
	p.header = read_headers(&r, a, &p.n_header);
	p.inline_bytes = read_str(&r, INLINE_MAX);
	read_raw(&r, p.key.b, sizeof(p.key.b));
	p.skip = read_u64(&r, BYTES_MAX);
	p.total = read_u64(&r, BYTES_MAX);
	p.ranges = read_u8(&r, HTTP_RANGES_KINDS - 1);
	p.code = read_str(&r, HTTP_CODE_MAX);
	p.hidden = read_str(&r, HTTP_HIDDEN_MAX);
	p.line = read_str(&r, HTTP_LINE_MAX);
	if (!read_end(&r) || !response_adds_up(&p))
		return err_set(e, ERR_CORRUPT, "not an answer");
	*ret = p;
	return true;
}

void
http_file_go_write(struct buf *b, const struct http_file_go *g)
{
	write_u64(b, g->tag);
	write_u64(b, g->handle);
	write_u64(b, g->max_bytes);
	write_u64(b, g->from);
	write_u64(b, g->total);
	write_raw(b, g->key.b, sizeof(g->key.b));
}

bool
http_file_go_read(str body, struct http_file_go *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct http_file_go g = {0};

	g.tag = read_u64(&r, UINT64_MAX);
	g.handle = read_u64(&r, UINT64_MAX);
	g.max_bytes = read_u64(&r, BYTES_MAX);
	g.from = read_u64(&r, BYTES_MAX);
	g.total = read_u64(&r, BYTES_MAX);
	read_raw(&r, g.key.b, sizeof(g.key.b));
	if (!read_end(&r) || g.handle == 0 || g.from > g.total)
		return err_set(e, ERR_CORRUPT, "not a leave to send a file");
	*ret = g;
	return true;
}

static const struct {
	const char *path; /* :id is a number, :word is anything */
	enum http_takes takes;
} takes_table[] = {
    {"/roster/import", HTTP_TAKES_SHEET},
    {"/album/:id/photos", HTTP_TAKES_MEDIA},
    {"/album/:id/upload", HTTP_TAKES_MEDIA},
    {"/traces/ask", HTTP_TAKES_MEDIA},
    {"/paper/:id/scans", HTTP_TAKES_MEDIA},
    {"/safe/:id/pictures", HTTP_TAKES_MEDIA},
    {"/safe/evidence.zip", HTTP_TAKES_TIME},
    {"/cases/:id/story.zip", HTTP_TAKES_TIME},
    {"/memories/:id", HTTP_TAKES_TIME},
    {"/memories/:id/:word", HTTP_TAKES_TIME},
    {"/moving/:id/file", HTTP_TAKES_MEDIA},
    {"/moving/:id/pieces", HTTP_TAKES_PIECES},
    {"/moving/:id/pieces/:id", HTTP_TAKES_PIECES},
    {"/album/:id/pieces", HTTP_TAKES_PIECES},
    {"/album/:id/pieces/:id", HTTP_TAKES_PIECES},
};

static bool
path_matches(str path, str pattern)
{
	str have, want;
	bool more_have = true, more_want = true;
	int64_t id;

	while (more_have && more_want) {
		more_have = str_cut(&path, '/', &have);
		more_want = str_cut(&pattern, '/', &want);
		/* Equal: the same pattern, when routes are checked. */
		if (!str_eq(have, want) && !str_eq(want, S(":word")) &&
		    (!str_eq(want, S(":id")) ||
			!num_i64(have, 1, INT64_MAX, &id)))
			return false;
	}
	return !more_have && !more_want;
}

enum http_takes
http_takes(str path)
{
	for (size_t i = 0; i < sizeof(takes_table) / sizeof(takes_table[0]);
	     i++)
		if (path_matches(path, str_c(takes_table[i].path)))
			return takes_table[i].takes;
	return HTTP_TAKES_FORM;
}
