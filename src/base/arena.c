#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

/* Each chunk is twice the one before, within these: a short life takes little,
 * and a long one soon has a chunk that holds all it needs. */
#define CHUNK_FIRST ((size_t)4 * 1024)
#define CHUNK_LAST ((size_t)64 * 1024)
#define FMT_BRIEF 128

struct chunk {
	struct chunk *next;
	size_t used, size;
	max_align_t data[];
};

struct arena {
	struct chunk *head;
	size_t taken, limit, next_size;
};

struct arena *
arena_new(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		abort();
	a->limit = limit;
	a->next_size = CHUNK_FIRST;
	return a;
}

void
arena_free(struct arena *a)
{
	struct chunk *c, *next;

	if (a == NULL)
		return;
	for (c = a->head; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

static struct chunk *
chunk_new(size_t size)
{
	struct chunk *c = calloc(1, sizeof(*c) + size);

	if (c == NULL)
		abort();
	c->size = size;
	return c;
}

static struct chunk *
chunk_add(struct arena *a, size_t want)
{
	struct chunk *c = chunk_new(want > a->next_size ? want : a->next_size);

	if (a->next_size < CHUNK_LAST)
		a->next_size *= 2;
	c->next = a->head;
	a->head = c;
	return c;
}

void *
arena_alloc(struct arena *a, size_t n, size_t size)
{
	const size_t unit = alignof(max_align_t);
	struct chunk *c = a->head;
	size_t want;

	if (__builtin_mul_overflow(n, size, &want) ||
	    __builtin_add_overflow(want, unit - 1, &want))
		return NULL;
	want -= want % unit;
	if (want > a->limit - a->taken)
		return NULL;
	if (c == NULL || want > c->size - c->used)
		c = chunk_add(a, want);
	a->taken += want;
	c->used += want;
	return (char *)c->data + c->used - want;
}

size_t
arena_taken(const struct arena *a)
{
	return a->taken;
}

bool
arena_str(struct arena *a, const void *p, size_t n, str *ret)
{
	char *copy = NEW_N(a, char, n);

	if (copy == NULL)
		return false;
	if (n > 0)
		memcpy(copy, p, n);
	*ret = (str){ copy, n };
	return true;
}

char *
arena_cstr(struct arena *a, str s)
{
	char *copy;

	if (s.n > 0 && memchr(s.p, 0, s.n) != NULL)
		return NULL;
	copy = NEW_N(a, char, s.n + 1);
	if (copy != NULL && s.n > 0)
		memcpy(copy, s.p, s.n);
	return copy;
}

/* Most texts are short: written once, and then they are moved. */
str
arena_fmt(struct arena *a, const char *fmt, ...)
{
	char brief[FMT_BRIEF];
	va_list ap, again;
	str ret = { 0 };
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(brief, sizeof(brief), fmt, ap);
	va_end(ap);
	if (n >= 0 && (p = NEW_N(a, char, (size_t)n + 1)) != NULL) {
		if ((size_t)n < sizeof(brief))
			memcpy(p, brief, (size_t)n);
		else
			(void)vsnprintf(p, (size_t)n + 1, fmt, again);
		ret = (str){ p, (size_t)n };
	}
	va_end(again);
	return ret;
}

str
arena_i64(struct arena *a, int64_t v)
{
	char digits[NUM_DIGITS];
	str s = num_digits(v, digits);
	char *z = arena_cstr(a, s);

	return z == NULL ? (str){ 0 } : (str){ z, s.n };
}

/* The largest chunk of a usual size stays for what comes next. */
void
arena_reset(struct arena *a)
{
	struct chunk *keep = NULL, *c, *next;

	for (c = a->head; c != NULL; c = next) {
		next = c->next;
		if (c->size > CHUNK_LAST ||
		    (keep != NULL && c->size <= keep->size)) {
			free(c);
			continue;
		}
		free(keep);
		keep = c;
	}
	if (keep != NULL) {
		memset(keep->data, 0, keep->used);
		keep->used = 0;
		keep->next = NULL;
	}
	a->head = keep;
	a->taken = 0;
}
