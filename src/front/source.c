#include "front/source.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "front/bundling.h"
#include "front/reading.h"
#include "line/line.h"
#include "store/blob.h"

/* What one connection keeps in memory while it sends: large blocks are fewer
 * calls, and with many connections a small one each is enough. */
#define BLOCK_LARGE (4 * BLOB_CHUNK)
#define BLOCK_SMALL BLOB_CHUNK
#define LARGE_MAX 24
/* Composed in one go where that is short: libmicrohttpd zeroes each block of a
 * body that it asks for, and a picture is smaller than what a socket takes.
 * All that is kept so together has a limit, or slow clients would fill it. */
#define WHOLE_MAX ((size_t)1 << 20)
#define WHOLE_ALL_MAX ((size_t)16 << 20)

_Static_assert(HTTP_HIDDEN_MAX == PLAN_HIDDEN_BYTES &&
		   HTTP_CODE_MAX == PLAN_CODE_BYTES &&
		   HTTP_LINE_MAX == LINE_BYTES_MAX,
    "a choice fits the message");

static size_t living, whole_bytes;

struct source {
	int fd;
	struct blob_reader *blob;  /* a blob as it is */
	struct reading *reading;   /* or a rendition that is composed, */
	struct plan *plan;         /* by this plan; */
	struct bundling *bundling; /* or a bundle; none: a memory file */
	uint64_t total, skip;
	uint64_t first; /* of the whole body, where the range starts */
	char *whole;    /* NULL, or all that is sent */
	size_t whole_n;
	size_t prefix_n;
	char prefix[];
};

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	living--;
	whole_bytes -= s->whole_n;
	free(s->whole);
	bundling_free(s->bundling);
	plan_free(s->plan);
	reading_free(s->reading);
	blob_reader_free(s->blob);
	if (s->fd != -1)
		(void)close(s->fd);
	sodium_memzero(s->prefix, s->prefix_n);
	free(s);
}

static void
source_end(void *cls)
{
	source_free(cls);
}

uint64_t
source_bytes(const struct source *s)
{
	return s->total;
}

struct bundling *
source_bundling(const struct source *s)
{
	return s->bundling;
}

static bool
get_page(void *ctx, uint32_t number, bool covered, str *ret, struct err *e)
{
	struct source *s = ctx;

	(void)covered;
	return reading_page(s->reading, number, ret, e);
}

static bool
read_rest(struct source *s, uint64_t at, char *p, size_t n, size_t *ret_n,
    struct err *e)
{
	struct plan_pages pages = {get_page, s};
	ssize_t got;

	if (s->plan != NULL)
		return plan_read(s->plan, &pages, at, p, n, ret_n, e);
	if (s->blob != NULL)
		return blob_read(s->blob, (int64_t)at, p, n, ret_n, e);
	got = pread(s->fd, p, n, (off_t)at);
	if (got < 0)
		return err_sys(e, "answer in memory");
	*ret_n = (size_t)got;
	return true;
}

/* Ends where a chunk ends, so that the next block is opened in place. */
static size_t
to_chunk_end(const struct source *s, uint64_t at, size_t n)
{
	size_t over = (size_t)((at + n) % BLOB_CHUNK);

	return s->plan == NULL && over < n ? n - over : n;
}

bool
source_some(struct source *s, uint64_t at, char *to, size_t max, size_t *ret_n,
    struct err *e)
{
	size_t done = 0, got;

	if (at < s->prefix_n) {
		done = s->prefix_n - (size_t)at;
		if (done > max)
			done = max;
		memcpy(to, s->prefix + at, done);
		at += done;
	}
	*ret_n = done;
	if (done == max)
		return true;
	at = at - s->prefix_n + s->skip;
	if (!read_rest(
		s, at, to + done, to_chunk_end(s, at, max - done), &got, e))
		return false;
	*ret_n = done + got;
	return *ret_n > 0 || err_set(e, ERR_CORRUPT, "a body is cut short");
}

static ssize_t
source_read(void *cls, uint64_t pos, char *to, size_t max)
{
	struct source *s = cls;
	size_t got;
	ssize_t n;
	struct err e;

	if (s->bundling != NULL) {
		n = bundling_read(s->bundling, s->first + pos, to, max);
		return n == -1 ? MHD_CONTENT_READER_END_WITH_ERROR : n;
	}
	if (source_some(s, s->first + pos, to, max, &got, &e))
		return (ssize_t)got;
	log_err(LOG_LEVEL_ERROR, &e, "an answer was cut");
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

static bool
make_plan(struct source *s, const struct http_response *p, struct err *e)
{
	struct plan_choice choice = {p->code, p->hidden};
	struct plan_pages pages = {get_page, s};
	const struct file *f;

	s->reading = reading_new(&s->fd, &p->key, e);
	if (s->reading == NULL)
		return false;
	f = reading_file(s->reading);
	s->plan = plan_new(f, &choice, e);
	return s->plan != NULL &&
	       (p->line.n == 0 || line_put(s->plan, f, &pages, p->line, e));
}

static bool
make_blob(struct source *s, const struct http_response *p, struct err *e)
{
	s->blob = blob_reader_new(s->fd, &p->key, e);
	return s->blob != NULL;
}

/* What carries the bytes, by body. */
static bool
begin(struct source *s, struct exchange *x, const struct http_response *p,
    struct err *e)
{
	if (p->body == HTTP_BODY_MEMFD)
		return true;
	if (p->body == HTTP_BODY_BUNDLE)
		return (s->bundling = bundling_new(x, &s->fd, e)) != NULL;
	s->skip = p->skip;
	return p->body == HTTP_BODY_COMPOSED ? make_plan(s, p, e)
					     : make_blob(s, p, e);
}

/* What was promised must be there before a length is. */
static bool
measure(struct source *s, const struct http_response *p, struct err *e)
{
	struct stat st;
	uint64_t have;

	if (s->bundling != NULL) {
		have = bundling_bytes(s->bundling);
	} else if (s->plan != NULL) {
		have = plan_bytes(s->plan);
	} else if (s->blob != NULL) {
		have = (uint64_t)blob_bytes(s->blob);
	} else {
		if (fstat(s->fd, &st) == -1)
			return err_sys(e, "answer in memory");
		have = (uint64_t)st.st_size;
	}
	s->total = s->prefix_n + have - s->skip;
	if (s->skip > have || (s->plan == NULL && s->total != p->total))
		return err_set(e, ERR_CORRUPT, "a body has not its length");
	return true;
}

struct source *
source_new(
    struct exchange *x, const struct http_response *p, int *fd, struct err *e)
{
	OWNED(source) s = malloc(sizeof(*s) + p->inline_bytes.n);

	if (s == NULL)
		abort();
	*s = (struct source){.fd = *fd, .prefix_n = p->inline_bytes.n};
	*fd = -1;
	living++;
	if (p->inline_bytes.n > 0)
		memcpy(s->prefix, p->inline_bytes.p, p->inline_bytes.n);
	if (!begin(s, x, p, e) || !measure(s, p, e))
		return NULL;
	return TAKE(s);
}

static struct MHD_Response *
in_blocks(struct source *s, uint64_t n)
{
	/* It is zeroed for each answer: no more than there is to send. */
	size_t block = living > LARGE_MAX ? BLOCK_SMALL : BLOCK_LARGE;

	return MHD_create_response_from_callback(n,
	    n > 0 && n < block ? (size_t)n : block, source_read, s, source_end);
}

static bool
fill_whole(struct source *s, size_t n, struct err *e)
{
	size_t done = 0, got;

	s->whole = malloc(n);
	if (s->whole == NULL)
		abort();
	s->whole_n = n;
	whole_bytes += n;
	for (; done < n; done += got)
		if (!source_some(
			s, s->first + done, s->whole + done, n - done, &got, e))
			return false;
	return true;
}

struct MHD_Response *
source_response(
    struct source **s, uint64_t first, uint64_t n, bool sent, struct err *e)
{
	struct source *src = *s;
	struct MHD_Response *r;

	src->first = first;
	if (src->plan == NULL || !sent || n == 0 || n > WHOLE_MAX ||
	    n > WHOLE_ALL_MAX - whole_bytes)
		r = in_blocks(src, n);
	else if (!fill_whole(src, (size_t)n, e))
		return NULL;
	else
		r = MHD_create_response_from_buffer_with_free_callback_cls(
		    (size_t)n, src->whole, source_end, src);
	if (r == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory for an answer");
		return NULL;
	}
	*s = NULL;
	return r;
}
