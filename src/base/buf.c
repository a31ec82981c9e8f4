#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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
	char tmp[20];
	size_t at = sizeof(tmp);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		tmp[--at] = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		tmp[--at] = '-';
	buf_put(b, tmp + at, sizeof(tmp) - at);
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
