#include "literal.h"

#include "lang/message.h"

void
skip_blank(str *s)
{
	while (s->n > 0 &&
	       (s->p[0] == ' ' || (s->p[0] >= '\t' && s->p[0] <= '\r')))
		*s = str_sub(*s, 1, s->n);
}

size_t
literal_length(str s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == s.p[0])
			return i + 1;
		else if (s.p[i] == '\n')
			break;
	}
	return 0;
}

/* The character that \c stands for; -1 when we do not know that escape. */
static int
escape_of(char c)
{
	static const char from[] = "nt\\\"'", to[] = "\n\t\\\"'";
	const char *at = c == '\0' ? NULL : strchr(from, c);

	return at == NULL ? -1 : to[at - from];
}

bool
literal_take(str *s, struct buf *out)
{
	size_t n;

	if (s->n < 2 || s->p[0] != '"' || (n = literal_length(*s)) == 0)
		return false;
	for (size_t i = 1; i < n - 1; i++) {
		int c = s->p[i];

		if (c == '\\' && (c = escape_of(s->p[++i])) < 0)
			return false;
		buf_byte(out, (char)c);
	}
	*s = str_sub(*s, n, s->n);
	return true;
}

bool
literal_take_joined(str *s, struct buf *out)
{
	str rest;

	if (!literal_take(s, out))
		return false;
	for (;;) {
		rest = *s;
		skip_blank(&rest);
		if (rest.n == 0 || rest.p[0] != '"')
			return true;
		*s = rest;
		if (!literal_take(s, out))
			return false;
	}
}

static void
put_byte(struct buf *b, char c)
{
	if (c == '\n')
		buf_str(b, S("\\n"));
	else if (c == '\t')
		buf_str(b, S("\\t"));
	else if (c == '"' || c == '\\')
		buf_printf(b, "\\%c", c);
	else if ((unsigned char)c < ' ' || c == 0x7f)
		buf_printf(b, "\\%03o", (unsigned)(unsigned char)c);
	else
		buf_byte(b, c);
}

/* Lines end after a line end of the text, or between two code points. */
void
literal_put(struct buf *b, str text, const char *indent)
{
	size_t column = 0;

	buf_byte(b, '"');
	for (size_t i = 0; i < text.n; i++) {
		bool inside = ((unsigned char)text.p[i] & 0xc0) == 0x80;

		if (column >= 64 && !inside && indent != NULL) {
			buf_printf(b, "\"\n%s\"", indent);
			column = 0;
		}
		put_byte(b, text.p[i]);
		column = text.p[i] == '\n' ? 64 : column + 1;
	}
	buf_byte(b, '"');
}

bool
text_has(str s, str part)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (str_starts(str_sub(s, i, s.n), part))
			return true;
	return false;
}

uint64_t
text_hash(str s)
{
	return message_hash(s.p, s.n);
}

unsigned
text_args(str s)
{
	unsigned set = 0;

	for (size_t i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '%' && s.p[i + 1] >= '1' && s.p[i + 1] <= '9')
			set |= 1u << (s.p[i + 1] - '0');
	return set;
}
