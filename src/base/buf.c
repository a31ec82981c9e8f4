#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

#define FIRST_CAP 256

void
buf_done(struct buf *b)
{
	free(b->p);
	*b = (struct buf){.max = b->max};
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->full = false;
}

bool
buf_reserve(struct buf *b, size_t more)
{
	size_t want, cap = b->cap == 0 ? FIRST_CAP : b->cap;
	char *p;

	if (more <= b->cap - b->n)
		return true;
	if (b->full || more > b->max - b->n) {
		b->full = true;
		return false;
	}
	want = b->n + more;
	while (cap < want)
		cap *= 2;
	if (cap > b->max)
		cap = b->max;
	p = realloc(b->p, cap);
	if (p == NULL)
		abort();
	b->p = p;
	b->cap = cap;
	return true;
}

void
buf_put_more(struct buf *b, const void *p, size_t n)
{
	if (b->full || !buf_reserve(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || b->full || !buf_reserve(b, (size_t)n + 1))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void
buf_i64(struct buf *b, int64_t v)
{
	char digits[NUM_DIGITS];

	buf_str(b, num_digits(v, digits));
}

void
buf_hex(struct buf *b, const void *p, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *in = p;

	for (size_t i = 0; i < n; i++) {
		buf_byte(b, digit[in[i] >> 4]);
		buf_byte(b, digit[in[i] & 15]);
	}
}
