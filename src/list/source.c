#include "list/source.h"

#include <stdlib.h>
#include <zlib.h>

#define PIECE 65536
#define WITH_GZIP_HEADER (16 + MAX_WBITS)

struct source {
	int fd; /* -1: bytes */
	str bytes;
	bool ended; /* of what comes in */
	bool known; /* whether it is packed */
	bool packed, at_member_end, in_use;
	uint64_t total; /* given out */
	size_t n, at;   /* of piece */
	z_stream z;
	uint8_t piece[PIECE];
};

static struct source *
source_new(int fd, str bytes, struct err *e)
{
	struct source *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_set(e, ERR_LIMIT, "no memory");
		return NULL;
	}
	s->fd = fd;
	s->bytes = bytes;
	return s;
}

struct source *
source_open(int fd, struct err *e)
{
	return source_new(fd, (str){0}, e);
}

struct source *
source_of(str bytes, struct err *e)
{
	return source_new(-1, bytes, e);
}

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	if (s->in_use)
		(void)inflateEnd(&s->z);
	free(s);
}

static bool
read_some(struct source *s, uint8_t *p, size_t cap, size_t *ret, struct err *e)
{
	ssize_t n;

	if (s->fd == -1) {
		*ret = s->bytes.n < cap ? s->bytes.n : cap;
		if (*ret > 0)
			memcpy(p, s->bytes.p, *ret);
		s->bytes = str_sub(s->bytes, *ret, s->bytes.n);
		return true;
	}
	do
		n = read(s->fd, p, cap);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(e, "the list");
	*ret = (size_t)n;
	return true;
}

static bool
fill(struct source *s, struct err *e)
{
	s->at = s->n = 0;
	if (s->ended)
		return true;
	if (!read_some(s, s->piece, sizeof(s->piece), &s->n, e))
		return false;
	s->ended = s->n == 0;
	return true;
}

/* The first two bytes decide; a pipe may bring them one by one. */
static bool
look(struct source *s, struct err *e)
{
	while (s->n < 2 && !s->ended) {
		size_t got;

		if (!read_some(
			s, s->piece + s->n, sizeof(s->piece) - s->n, &got, e))
			return false;
		s->ended = got == 0;
		s->n += got;
	}
	s->known = true;
	s->packed = s->n >= 2 && s->piece[0] == 0x1f && s->piece[1] == 0x8b;
	if (!s->packed)
		return true;
	if (inflateInit2(&s->z, WITH_GZIP_HEADER) != Z_OK)
		return err_set(e, ERR_LIMIT, "no memory for gzip");
	s->in_use = true;
	return true;
}

static bool
unpack_step(struct source *s, struct err *e)
{
	int rc;

	if (s->at_member_end && inflateReset(&s->z) != Z_OK)
		return err_set(e, ERR_CORRUPT, "gzip");
	s->at_member_end = false;
	s->z.next_in = s->piece + s->at;
	s->z.avail_in = (uInt)(s->n - s->at);
	rc = inflate(&s->z, Z_NO_FLUSH);
	s->at = s->n - s->z.avail_in;
	s->at_member_end = rc == Z_STREAM_END;
	if (rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR)
		return true;
	return err_set(e, ERR_INPUT, "the gzip file is damaged");
}

static bool
unpack(struct source *s, char *p, size_t cap, size_t *ret, struct err *e)
{
	s->z.next_out = (Bytef *)p;
	s->z.avail_out = (uInt)cap;
	while (s->z.avail_out == cap) {
		if (s->at == s->n && !fill(s, e))
			return false;
		if (s->at == s->n && s->at_member_end)
			break;
		if (s->at == s->n)
			return err_set(
			    e, ERR_INPUT, "the gzip file ends early");
		if (!unpack_step(s, e))
			return false;
	}
	*ret = cap - s->z.avail_out;
	return true;
}

static bool
copy(struct source *s, char *p, size_t cap, size_t *ret, struct err *e)
{
	if (s->at == s->n && !fill(s, e))
		return false;
	*ret = s->n - s->at < cap ? s->n - s->at : cap;
	memcpy(p, s->piece + s->at, *ret);
	s->at += *ret;
	return true;
}

bool
source_read(void *ctx, char *p, size_t cap, size_t *ret_n, struct err *e)
{
	struct source *s = ctx;
	size_t n = 0;

	if (cap > PIECE)
		cap = PIECE;
	if (!s->known && !look(s, e))
		return false;
	if (!(s->packed ? unpack(s, p, cap, &n, e) : copy(s, p, cap, &n, e)))
		return false;
	s->total += n;
	if (s->total > SOURCE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "the list is too long");
	*ret_n = n;
	return true;
}
