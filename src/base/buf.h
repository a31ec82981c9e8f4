/*
 * buf — bytes that grow, up to a maximum set at birth.
 *
 * Writing is sticky: past the maximum nothing more is taken and `full` is
 * set, so a renderer may write a whole page and ask once at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdint.h>

#include "base/arena.h"
#include "base/own.h"
#include "base/str.h"

struct buf {
	char *p;
	size_t n, cap, max;
	bool full; /* something did not fit; what is there is a prefix */
};

#define BUF_MAX(m) ((struct buf){.max = (m)})

void buf_done(struct buf *);  /* frees; fit for CLEANUP(buf_done) */
void buf_clear(struct buf *); /* empty again, memory kept */
bool buf_reserve(struct buf *, size_t more); /* room for `more` bytes */
void buf_put_more(struct buf *, const void *, size_t); /* when it must grow */
void buf_printf(struct buf *, const char *fmt, ...) PRINTF(2, 3);
void buf_i64(struct buf *, int64_t);
void buf_hex(struct buf *, const void *, size_t);

/* Of a page most of the writing is this: no call where there is room. */
static inline void
buf_put(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	if (b->full || n > b->cap - b->n) {
		buf_put_more(b, p, n);
		return;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static inline void
buf_str(struct buf *b, str s)
{
	buf_put(b, s.p, s.n);
}

static inline void
buf_byte(struct buf *b, char c)
{
	if (b->n < b->cap)
		b->p[b->n++] = c;
	else
		buf_put(b, &c, 1);
}

static inline str
buf_view(const struct buf *b)
{
	return (str){b->p, b->n};
}

#endif
