#include "base/utf8.h"

/* Length of the sequence that starts with this byte; 0: it cannot start one. */
static size_t
sequence(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	if (c >= 0xf0 && c <= 0xf4)
		return 4;
	return 0;
}

static uint32_t
decode(const unsigned char *p, size_t len)
{
	uint32_t c = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));

	for (size_t i = 1; i < len; i++)
		c = c << 6 | (p[i] & 0x3f);
	return c;
}

bool
utf8_valid(str s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0; i < s.n;) {
		size_t len = sequence(p[i]);
		uint32_t c;

		if (len == 0 || len > s.n - i)
			return false;
		for (size_t k = 1; k < len; k++)
			if ((p[i + k] & 0xc0) != 0x80)
				return false;
		c = decode(p + i, len);
		if (c < least[len] || c > 0x10ffff ||
		    (c >= 0xd800 && c <= 0xdfff))
			return false;
		i += len;
	}
	return true;
}

uint32_t
utf8_next(str *s)
{
	size_t len;
	uint32_t c;

	if (s->n == 0)
		return 0;
	len = sequence((unsigned char)s->p[0]);
	if (len == 0 || len > s->n)
		len = 1;
	c = decode((const unsigned char *)s->p, len);
	*s = (str){ s->p + len, s->n - len };
	return c;
}

size_t
utf8_length(str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool
turns_direction(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0x200e || c == 0x200f || c == 0x061c || c == 0xfeff;
}

static bool
is_blank(uint32_t c)
{
	return c <= ' ' || (c >= 0x7f && c <= 0xa0) || c == 0x2028 ||
	    c == 0x2029;
}

bool
utf8_clean(struct arena *a, str in, size_t max, bool lines, str *ret)
{
	char *out = NEW_N(a, char, in.n + 1);
	size_t n = 0, points = 0;
	bool gap = false;

	if (out == NULL || !utf8_valid(in))
		return false;
	while (in.n > 0) {
		const char *from = in.p;
		uint32_t c = utf8_next(&in);

		if (turns_direction(c))
			continue;
		if (lines && c == '\n') {
			out[n++] = '\n';
			points++;
			gap = false;
			continue;
		}
		if (is_blank(c)) {
			gap = n > 0 && out[n - 1] != '\n';
			continue;
		}
		if (gap) {
			out[n++] = ' ';
			points++;
			gap = false;
		}
		memcpy(out + n, from, (size_t)(in.p - from));
		n += (size_t)(in.p - from);
		points++;
	}
	if (points > max)
		return false;
	*ret = lines ? str_trim((str){ out, n }) : (str){ out, n };
	return true;
}
