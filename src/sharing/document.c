#include "sharing/document.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "ipc/document.h"
#include "sql_document.h"

bool
document_facts(struct house *h, struct arena *a, int64_t medium,
    struct document_facts *ret, struct err *e)
{
	struct sql_document_of_row row;
	bool found;

	if (!sql_document_of(h->db, a, medium, &found, &row, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such document");
	*ret = (struct document_facts){
	    row.pages, row.tagged != 0, row.worded != 0};
	return true;
}

/* ---- the text ---- */

static bool
read_all(struct blob_reader *r, struct buf *to, struct err *e)
{
	static char chunk[BLOB_CHUNK];
	size_t n;

	do {
		if (!blob_read(r, (int64_t)to->n, chunk, sizeof(chunk), &n, e))
			return false;
		buf_put(to, chunk, n);
	} while (n > 0 && !to->full);
	return !to->full || err_set(e, ERR_CORRUPT, "a text of many bytes");
}

static bool
load(struct house *h, struct arena *a, const struct organisation *org,
    const struct grant *g, struct buf *to, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	OWNED(blob_reader) r = NULL;
	OWNED_FD fd = -1;

	if (!grant_open_blob(h, a, org, g, &fd, &key, e))
		return false;
	r = blob_reader_new(fd, &key, e);
	return r != NULL && read_all(r, to, e) &&
	       (utf8_valid(buf_view(to)) ||
		   err_set(e, ERR_CORRUPT, "a text that is none"));
}

static size_t
lines_of(str page)
{
	size_t n = 0;

	for (size_t i = 0; i < page.n; i++)
		n += page.p[i] == '\n';
	return n;
}

static bool
split(struct arena *a, str page, struct document_text *ret, struct err *e)
{
	str line, kept;

	*ret = (struct document_text){
	    NEW_N(a, struct document_paragraph, lines_of(page) + 1), 0};
	if (ret->v == NULL || !arena_str(a, page.p, page.n, &kept))
		return err_set(e, ERR_LIMIT, "no room for a page");
	while (str_cut(&kept, '\n', &line))
		if (line.n > 1)
			ret->v[ret->n++] = (struct document_paragraph){
			    line.p[0] == 'h', str_sub(line, 1, line.n)};
	return true;
}

bool
document_page(struct house *h, struct arena *a, const struct organisation *org,
    const struct grant *g, int64_t page, struct document_text *ret,
    struct err *e)
{
	CLEANUP(buf_done) struct buf all = BUF_MAX(DOCUMENT_TEXT_MAX);
	str rest, one = {0};

	if (!load(h, a, org, g, &all, e))
		return false;
	rest = buf_view(&all);
	for (int64_t i = 0; i <= page; i++)
		if (!str_cut(&rest, '\f', &one))
			one = (str){0};
	return split(a, one, ret, e);
}

/* ---- finding ---- */

/* Without capitals and accents, of the letters of western Europe. */
static uint32_t
plain(uint32_t c)
{
	static const char latin[] = "aaaaaaaceeeeiiiidnooooo*ouuuuyts"
				    "aaaaaaaceeeeiiiidnooooo/ouuuuyty";

	if (c >= 'A' && c <= 'Z')
		return c + ('a' - 'A');
	if (c >= 0xc0 && c <= 0xff)
		return (uint32_t)latin[c - 0xc0];
	if (c == 0x152 || c == 0x153)
		return 'o';
	return c == 0x2019 ? '\'' : c;
}

static bool
begins_with(str s, str what)
{
	while (what.n > 0)
		if (s.n == 0 || plain(utf8_next(&s)) != plain(utf8_next(&what)))
			return false;
	return true;
}

static bool
stands_in(str page, str what)
{
	for (; page.n > 0; (void)utf8_next(&page))
		if (begins_with(page, what))
			return true;
	return false;
}

bool
document_find(struct house *h, struct arena *a, const struct organisation *org,
    const struct grant *g, str query, struct document_found *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf all = BUF_MAX(DOCUMENT_TEXT_MAX);
	str rest, one;

	*ret =
	    (struct document_found){NEW_N(a, int64_t, DOCUMENT_PAGES_MAX), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "no room for pages");
	if (query.n == 0 || !utf8_valid(query) ||
	    utf8_length(query) > DOCUMENT_QUERY_MAX)
		return true;
	if (!load(h, a, org, g, &all, e))
		return false;
	rest = buf_view(&all);
	for (int64_t i = 0; i < DOCUMENT_PAGES_MAX; i++)
		if (str_cut(&rest, '\f', &one) && stands_in(one, query))
			ret->v[ret->n++] = i;
	return true;
}

/* ---- who opened it ---- */

bool
document_note_opened(const struct deed *d, int64_t medium, struct err *e)
{
	int64_t rows;

	return sql_document_open(
		   d->house->db, medium, d->actor, d->now, &rows, e) ||
	       err_wrap(e, "medium %" PRId64, medium);
}

bool
document_readers(const struct deed *d, int64_t medium,
    struct document_readers *ret, struct err *e)
{
	struct sql_document_readers_rows rows;

	if (!sql_document_readers(d->house->db, d->arena, medium, &rows, e))
		return err_wrap(e, "medium %" PRId64, medium);
	*ret = (struct document_readers){
	    NEW_N(d->arena, struct document_reader, rows.n + 1), rows.n};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many readers");
	for (size_t i = 0; i < rows.n; i++)
		ret->v[i] = (struct document_reader){
		    house_text(d->arena, d->org, "account.name_enc",
			rows.v[i].name_enc),
		    rows.v[i].opened_at};
	return true;
}
