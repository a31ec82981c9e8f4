/* What stands where in a template, before anybody asks what it means. */
#include "literal.h"
#include "tmplc.h"

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* The offset of the }} that closes the tag whose inside begins at `at`; braces
 * of C and quoted strings are skipped. */
static bool
tag_close(str src, size_t at, size_t end, size_t *ret)
{
	size_t depth = 0;

	while (at < end) {
		char c = src.p[at];

		if (c == '"' || c == '\'') {
			size_t n = literal_length(str_sub(src, at, end - at));

			if (n == 0)
				return false;
			at += n;
			continue;
		}
		if (c == '}' && depth == 0 && at + 1 < end &&
		    src.p[at + 1] == '}') {
			*ret = at;
			return true;
		}
		depth += c == '{';
		depth -= c == '}' && depth > 0;
		at++;
	}
	return false;
}

static bool
comment_close(str src, size_t at, size_t end, size_t *ret)
{
	for (; at + 1 < end; at++)
		if (src.p[at] == '}' && src.p[at + 1] == '}') {
			*ret = at;
			return true;
		}
	return false;
}

bool
lex_item(struct tmplc *t, size_t *at, size_t end, struct item *ret)
{
	size_t from = *at, close;
	bool found;

	while (
	    *at < end && !str_starts(str_sub(t->src, *at, end - *at), S("{{")))
		++*at;
	if (*at > from || from == end) {
		*ret = (struct item){from == end ? ITEM_END : ITEM_TEXT, from,
		    str_sub(t->src, from, *at - from)};
		return true;
	}
	if (from + 2 < end && t->src.p[from + 2] == '#')
		found = comment_close(t->src, from + 2, end, &close);
	else
		found = tag_close(t->src, from + 2, end, &close);
	if (!found)
		return tmplc_fail(t, from, "{{ without its }}");
	*ret = (struct item){ITEM_TAG, from,
	    str_trim(str_sub(t->src, from + 2, close - from - 2))};
	*at = close + 2;
	return true;
}

bool
lex_name(str *s, str *ret)
{
	size_t n = 0;

	while (n < s->n && is_name(s->p[n]))
		n++;
	if (n == 0 || (s->p[0] >= '0' && s->p[0] <= '9'))
		return false;
	*ret = str_sub(*s, 0, n);
	*s = str_sub(*s, n, s->n);
	return true;
}

bool
lex_word(str *s, str word)
{
	if (!str_starts(*s, word) || (s->n > word.n && is_name(s->p[word.n])))
		return false;
	*s = str_sub(*s, word.n, s->n);
	skip_blank(s);
	return true;
}

bool
lex_argument(str *s, str *ret)
{
	size_t i = 0, depth = 0;

	*s = str_trim(*s);
	if (s->n == 0)
		return false;
	while (i < s->n && (s->p[i] != ',' || depth > 0)) {
		char c = s->p[i];

		if (c == '"' || c == '\'') {
			size_t n = literal_length(str_sub(*s, i, s->n));

			i += n == 0 ? 1 : n;
			continue;
		}
		depth += c == '(' || c == '[' || c == '{';
		depth -= (c == ')' || c == ']' || c == '}') && depth > 0;
		i++;
	}
	*ret = str_trim(str_sub(*s, 0, i));
	*s = str_sub(*s, i + 1, s->n);
	return true;
}

bool
lex_balanced(str s)
{
	char open[64];
	size_t depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		static const char opens[] = "([{", closes[] = ")]}";
		char c = s.p[i];
		const char *at;

		if (c == '"' || c == '\'') {
			size_t n = literal_length(str_sub(s, i, s.n));

			if (n == 0)
				return false;
			i += n - 1;
		} else if (c == '/' && i + 1 < s.n &&
			   (s.p[i + 1] == '/' || s.p[i + 1] == '*')) {
			return false;
		} else if (c != '\0' && (at = strchr(opens, c)) != NULL) {
			if (depth == sizeof(open))
				return false;
			open[depth++] = closes[at - opens];
		} else if (c != '\0' && strchr(closes, c) != NULL) {
			if (depth == 0 || open[--depth] != c)
				return false;
		}
	}
	return depth == 0;
}
