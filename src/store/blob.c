/* blob — the reader. */
#include "store/blob.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "store/blob_seal.h"

#define NO_CHUNK UINT64_MAX

struct blob_reader {
	struct seal seal;
	int fd;
	uint64_t chunks; /* at least one, the last may be empty */
	uint64_t held;   /* the chunk that stands open in work */
	size_t tail_n;
	uint8_t *tail; /* the last chunk: it proves the length at once */
	bool used;     /* work has held something open, and must be wiped */
	uint8_t *work; /* NULL until a chunk goes by way of it */
};

/* How the file divides; a length that no writer leaves is refused. */
static bool
measure(struct blob_reader *r, struct err *e)
{
	const size_t sealed = BLOB_CHUNK + r->seal.more;
	struct stat st;
	uint64_t body;

	if (fstat(r->fd, &st) == -1)
		return err_sys(e, "blob: stat");
	if (!S_ISREG(st.st_mode) ||
	    st.st_size < (off_t)(SEAL_HEADER + r->seal.more))
		return err_set(e, ERR_CORRUPT, "blob: cut short");
	body = (uint64_t)st.st_size - SEAL_HEADER;
	r->chunks = (body + sealed - 1) / sealed;
	r->tail_n = (size_t)(body - (r->chunks - 1) * sealed);
	if (r->tail_n < r->seal.more ||
	    (r->tail_n == r->seal.more && r->chunks > 1))
		return err_set(e, ERR_CORRUPT, "blob: cut short");
	r->tail_n -= r->seal.more;
	return true;
}

/* Opens chunk i, which has n bytes, into out; work, of BLOB_WORK bytes, may be
 * out itself. */
static bool
open_into(struct blob_reader *r, uint64_t i, size_t n, uint8_t *work,
    uint8_t *out, struct err *e)
{
	const uint64_t at = SEAL_HEADER + i * (BLOB_CHUNK + r->seal.more);

	if (!seal_read(r->fd, at, work, n + r->seal.more, e))
		return false;
	return seal_open(&r->seal, i,
		   i == r->chunks - 1 ? SEAL_LAST : SEAL_WHOLE, work, n, out) ||
	       err_set(e, ERR_CORRUPT, "blob: chunk %llu does not open",
		   (unsigned long long)i);
}

/* As open_into, by way of r->work; out NULL: it stays there. */
static bool
get_chunk(
    struct blob_reader *r, uint64_t i, size_t n, uint8_t *out, struct err *e)
{
	r->held = NO_CHUNK;
	if (r->work == NULL && (r->work = malloc(BLOB_WORK)) == NULL)
		abort();
	if (out == NULL) {
		out = r->work;
		r->used = true;
	}
	if (!open_into(r, i, n, r->work, out, e))
		return false;
	if (out == r->work)
		r->held = i;
	return true;
}

struct blob_reader *
blob_reader_new(int fd, const struct key *key, struct err *e)
{
	OWNED(blob_reader) r = calloc(1, sizeof(*r));
	uint8_t header[SEAL_HEADER];

	if (r == NULL)
		abort();
	r->fd = fd;
	r->held = NO_CHUNK;
	if (!seal_read(fd, 0, header, sizeof(header), e) ||
	    !seal_header_check(header, e) ||
	    !seal_init(&r->seal, header, key, false, e) || !measure(r, e))
		return NULL;
	r->tail = malloc(r->tail_n + r->seal.more);
	if (r->tail == NULL)
		abort();
	if (!open_into(r, r->chunks - 1, r->tail_n, r->tail, r->tail, e))
		return NULL;
	return TAKE(r);
}

void
blob_reader_free(struct blob_reader *r)
{
	if (r == NULL)
		return;
	seal_done(&r->seal);
	if (r->tail != NULL)
		sodium_memzero(r->tail, r->tail_n);
	free(r->tail);
	if (r->used)
		sodium_memzero(r->work, BLOB_WORK);
	free(r->work);
	free(r);
}

int64_t
blob_bytes(const struct blob_reader *r)
{
	return (int64_t)((r->chunks - 1) * BLOB_CHUNK + r->tail_n);
}

/* The part of one chunk that starts at `from`, at most n bytes of it. */
static bool
read_part(struct blob_reader *r, uint64_t i, size_t from, uint8_t *out,
    size_t n, struct err *e)
{
	const uint8_t *open = NULL;

	if (i == r->chunks - 1)
		open = r->tail;
	else if (n == BLOB_CHUNK)
		return get_chunk(r, i, n, out, e);
	else if (r->held != i && !get_chunk(r, i, BLOB_CHUNK, NULL, e))
		return false;
	if (open == NULL)
		open = r->work;
	memcpy(out, open + from, n);
	return true;
}

bool
blob_read(struct blob_reader *r, int64_t at, void *p, size_t n, size_t *ret_n,
    struct err *e)
{
	uint64_t left, pos = (uint64_t)at;
	uint8_t *out = p;
	size_t done = 0;

	if (at < 0)
		return err_set(e, ERR_INPUT, "blob: before the beginning");
	left = at >= blob_bytes(r) ? 0 : (uint64_t)(blob_bytes(r) - at);
	if (n > left)
		n = (size_t)left;
	while (done < n) {
		size_t from = (size_t)(pos % BLOB_CHUNK);
		size_t part = BLOB_CHUNK - from;

		if (part > n - done)
			part = n - done;
		if (!read_part(r, pos / BLOB_CHUNK, from, out + done, part, e))
			return false;
		done += part;
		pos += part;
	}
	*ret_n = n;
	return true;
}

bool
blob_chunk(struct blob_reader *r, uint64_t i, uint8_t work[BLOB_WORK], str *ret,
    struct err *e)
{
	if (i >= r->chunks)
		return err_set(e, ERR_INPUT, "blob: behind the end");
	if (i == r->chunks - 1) {
		*ret = (str){(const char *)r->tail, r->tail_n};
		return true;
	}
	*ret = (str){(const char *)work, BLOB_CHUNK};
	return open_into(r, i, BLOB_CHUNK, work, work, e);
}
