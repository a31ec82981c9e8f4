#include "front/source.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "store/blob.h"

/* What one connection keeps in memory while it sends: large blocks are fewer
 * calls, and with many connections a small one each is enough. */
#define BLOCK_LARGE (4 * BLOB_CHUNK)
#define BLOCK_SMALL BLOB_CHUNK
#define LARGE_MAX 24

static size_t living;

struct source {
	int fd;
	struct blob_reader *blob; /* NULL: a memory file */
	uint64_t first; /* of the whole body, where the range starts */
	uint64_t skip;
	size_t prefix_n;
	char prefix[];
};

static void
source_free(void *cls)
{
	struct source *s = cls;

	if (s == NULL)
		return;
	living--;
	blob_reader_free(s->blob);
	if (s->fd != -1)
		(void)close(s->fd);
	sodium_memzero(s->prefix, s->prefix_n);
	free(s);
}

static void
source_cleanup(struct source **s)
{
	source_free(*s);
}

static bool
read_rest(struct source *s, uint64_t at, char *p, size_t n, size_t *ret_n,
    struct err *e)
{
	ssize_t got;

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
to_chunk_end(uint64_t at, size_t n)
{
	size_t over = (size_t)((at + n) % BLOB_CHUNK);

	return over < n ? n - over : n;
}

static ssize_t
source_read(void *cls, uint64_t pos, char *to, size_t max)
{
	struct source *s = cls;
	uint64_t at = s->first + pos;
	size_t done = 0, got;
	struct err e;

	if (at < s->prefix_n) {
		done = s->prefix_n - (size_t)at;
		if (done > max)
			done = max;
		memcpy(to, s->prefix + at, done);
		at += done;
	}
	if (done == max)
		return (ssize_t)done;
	at = at - s->prefix_n + s->skip;
	if (!read_rest(
		s, at, to + done, to_chunk_end(at, max - done), &got, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "an answer was cut");
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	if (done + got == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return (ssize_t)(done + got);
}

/* What was promised must be there before a length is. */
static bool
check_length(const struct source *s, uint64_t rest, struct err *e)
{
	struct stat st;
	uint64_t have;

	if (s->blob != NULL) {
		have = (uint64_t)blob_bytes(s->blob);
	} else {
		if (fstat(s->fd, &st) == -1)
			return err_sys(e, "answer in memory");
		have = (uint64_t)st.st_size;
	}
	if (s->skip > have || rest != have - s->skip)
		return err_set(e, ERR_CORRUPT, "a body has not its length");
	return true;
}

struct MHD_Response *
source_response(const struct http_response *p, int *fd, uint64_t first,
    uint64_t n, struct err *e)
{
	CLEANUP(source_cleanup) struct source *s = NULL;
	struct MHD_Response *r;

	s = malloc(sizeof(*s) + p->inline_bytes.n);
	if (s == NULL)
		abort();
	*s = (struct source){
	    .fd = *fd, .first = first, .prefix_n = p->inline_bytes.n};
	*fd = -1;
	living++;
	if (p->inline_bytes.n > 0)
		memcpy(s->prefix, p->inline_bytes.p, p->inline_bytes.n);
	if (p->body == HTTP_BODY_BLOB) {
		s->skip = p->skip;
		s->blob = blob_reader_new(s->fd, &p->key, e);
		if (s->blob == NULL)
			return NULL;
	}
	if (!check_length(s, p->total - p->inline_bytes.n, e))
		return NULL;
	r = MHD_create_response_from_callback(n,
	    living > LARGE_MAX || n <= BLOCK_SMALL ? BLOCK_SMALL : BLOCK_LARGE,
	    source_read, s, source_free);
	if (r == NULL)
		(void)err_set(e, ERR_LIMIT, "no memory for an answer");
	else
		s = NULL;
	return r;
}
