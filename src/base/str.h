/*
 * str — a view of bytes that somebody else owns.  Never NUL-terminated by
 * contract, never freed through the view.  A str is passed by value and is
 * valid as long as what it points into (an arena, a literal, a request).
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct str {
	const char *p;
	size_t n;
} str;

#define S(lit) ((str){ "" lit, sizeof(lit) - 1 })
#define STR_FMT "%.*s"
#define STR_ARG(s) str_prec_(s), (s).p ? (s).p : ""

static inline int
str_prec_(str s)
{
	return s.n > INT_MAX ? INT_MAX : (int)s.n;
}

static inline bool
str_eq(str a, str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* A view of a C string; NULL gives the empty view. */
static inline str
str_c(const char *z)
{
	return z == NULL ? (str){ 0 } : (str){ z, strlen(z) };
}

static inline bool
str_starts(str s, str head)
{
	return s.n >= head.n && memcmp(s.p, head.p, head.n) == 0;
}

static inline bool
str_ends(str s, str tail)
{
	return s.n >= tail.n &&
	    memcmp(s.p + (s.n - tail.n), tail.p, tail.n) == 0;
}

/* From byte i on, at most n bytes; both are clamped to the view. */
static inline str
str_sub(str s, size_t i, size_t n)
{
	if (i > s.n)
		i = s.n;
	if (n > s.n - i)
		n = s.n - i;
	return (str){ s.p == NULL ? NULL : s.p + i, n };
}

/* The part before the first c goes to *ret_head, the part after it stays in
 * *s.  False, and everything in *ret_head, when there is no c. */
static inline bool
str_cut(str *s, char c, str *ret_head)
{
	const char *at = s->n == 0 ? NULL : memchr(s->p, c, s->n);

	if (at == NULL) {
		*ret_head = *s;
		*s = (str){ 0 };
		return false;
	}
	*ret_head = (str){ s->p, (size_t)(at - s->p) };
	*s = (str){ at + 1, s->n - ret_head->n - 1 };
	return true;
}

/* Without the ASCII blanks at both ends. */
static inline str
str_trim(str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r')))
		s.p++, s.n--;
	while (s.n > 0 && (s.p[s.n - 1] == ' ' ||
	    (s.p[s.n - 1] >= '\t' && s.p[s.n - 1] <= '\r')))
		s.n--;
	return s;
}

#endif
