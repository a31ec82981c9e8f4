/* Is the French there, does it take the same arguments, is it set properly? */
#include "catalogue.h"
#include "literal.h"

#include <stdio.h>

static bool
is_letter(char c)
{
	/* Bytes of UTF-8 beyond ASCII: accented letters mostly. */
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (unsigned char)c >= 0xc3;
}

/* The accented letters of French end in these bytes; spaces and quotes that
 * may stand before a mark (U+00A0, U+202F, », ’) are named apart. */
static bool
ends_in_letter(str s)
{
	size_t n = s.n;

	if (n == 0)
		return false;
	if ((unsigned char)s.p[n - 1] < 0x80)
		return is_letter(s.p[n - 1]);
	return n >= 2 && (unsigned char)s.p[n - 2] == 0xc3; /* é, è, ç … */
}

/* A mark that ends something: not the : of a URL or the ? of a query. */
static bool
ends_here(str rest)
{
	return rest.n < 2 || rest.p[1] == ' ' || rest.p[1] == '\n';
}

static const char *
mark_fault(str before, str rest)
{
	bool blank = before.n > 0 && before.p[before.n - 1] == ' ';

	if (blank)
		return "a plain space before : ; ! ? (U+202F, or U+00A0 "
		       "before :)";
	if (ends_in_letter(before) && ends_here(rest))
		return "no space before : ; ! ? (U+202F, or U+00A0 before :)";
	return NULL;
}

static const char *
typography_fault(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		str before = str_sub(s, 0, i), rest = str_sub(s, i, s.n);
		const char *fault;

		if (rest.p[0] == '\'' || rest.p[0] == '"')
			return "a typewriter quote: ’ and « »";
		if (str_starts(rest, S("...")))
			return "three dots: …";
		if (str_starts(rest, S("« ")))
			return "a plain space after «";
		if (str_starts(rest, S(" »")))
			return "a plain space before »";
		if (strchr(":;!?", rest.p[0]) != NULL && rest.p[0] != '\0' &&
		    (fault = mark_fault(before, rest)) != NULL)
			return fault;
	}
	return NULL;
}

static bool
arguments_match(const struct text *t)
{
	if (t->many.p == NULL)
		return text_args(t->fr[0]) == text_args(t->key);
	return text_args(t->fr[1]) == text_args(t->many) &&
	       (text_args(t->fr[0]) & ~text_args(t->many)) == 0;
}

static void
check_said(struct catalogue *c, const struct text *t)
{
	for (int i = 0; i < 2; i++) {
		const char *fault = typography_fault(t->fr[i]);

		if (fault != NULL)
			problem(c, t->said_in, t->said_line,
			    "“" STR_FMT "”: %s", STR_ARG(t->fr[i]), fault);
	}
	if (t->many.p != NULL && t->fr[1].p == NULL)
		problem(c, t->said_in, t->said_line,
		    "“" STR_FMT "” has a "
		    "plural, its French has not",
		    STR_ARG(t->key));
	else if (!arguments_match(t))
		problem(c, t->said_in, t->said_line,
		    "“" STR_FMT "”: other "
		    "%%1 … %%9 than in English",
		    STR_ARG(t->fr[0]));
}

void
check_texts(struct catalogue *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct text *t = &c->text[i];

		if (t->fr[0].p == NULL)
			problem(c, t->used_in, t->used_line,
			    "no French for “" STR_FMT "”", STR_ARG(t->key));
		else
			check_said(c, t);
		if (t->used_in == NULL)
			printf("%s:%d: nobody says “" STR_FMT "”\n", t->said_in,
			    t->said_line, STR_ARG(t->key));
	}
}
