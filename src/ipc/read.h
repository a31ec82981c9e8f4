/*
 * ipc/read — takes a message apart without ever trusting it.
 *
 * The reader is sticky: after the first short or absurd field every further
 * read yields zero and read_end() says no.  Check once, at the end.
 */
#ifndef IPC_READ_H
#define IPC_READ_H

#include <stdint.h>

#include "base/str.h"

struct reader {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct reader
read_begin(const void *p, size_t n)
{
	return (struct reader){ .p = p, .end = (const uint8_t *)p + n };
}

static inline const uint8_t *
read_take(struct reader *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->bad || (size_t)(r->end - p) < n) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	return p;
}

static inline uint32_t
read_u32(struct reader *r, uint32_t max)
{
	const uint8_t *p = read_take(r, 4);
	uint32_t v;

	if (p == NULL)
		return 0;
	v = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
	if (v > max) {
		r->bad = true;
		return 0;
	}
	return v;
}

static inline uint8_t
read_u8(struct reader *r, uint8_t max)
{
	const uint8_t *p = read_take(r, 1);

	if (p == NULL)
		return 0;
	if (*p > max) {
		r->bad = true;
		return 0;
	}
	return *p;
}

static inline uint64_t
read_u64(struct reader *r, uint64_t max)
{
	uint64_t lo = read_u32(r, UINT32_MAX);
	uint64_t v = lo | (uint64_t)read_u32(r, UINT32_MAX) << 32;

	if (r->bad || v > max) {
		r->bad = true;
		return 0;
	}
	return v;
}

static inline str
read_str(struct reader *r, uint32_t max)
{
	uint32_t n = read_u32(r, max);
	const uint8_t *p = read_take(r, n);

	return p == NULL ? (str){ 0 } : (str){ (const char *)p, n };
}

/* True when every field was there and nothing is left over. */
static inline bool
read_end(const struct reader *r)
{
	return !r->bad && r->p == r->end;
}

#endif
