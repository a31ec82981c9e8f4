#include "people/fold.h"

#include "base/utf8.h"
#include "people/fold_table.h"

/* One code point becomes at most two bytes more than it had (ligatures). */
struct out {
	char *p;
	size_t n;
	bool blanks, gap;
};

static void
put_bytes(struct out *o, const char *p, size_t n)
{
	if (o->gap && o->blanks && o->n > 0)
		o->p[o->n++] = ' ';
	o->gap = false;
	memcpy(o->p + o->n, p, n);
	o->n += n;
}

static bool
is_mark(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) ||
	       (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
	       (c >= 0xfe00 && c <= 0xfe0f) || c == 0x200d || c == 0xad ||
	       (c >= 0x200b && c <= 0x200c);
}

/* What is neither a letter nor a digit of any alphabet that we know of. */
static bool
is_gap(uint32_t c)
{
	if (c < 0x80)
		return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			 (c >= 'A' && c <= 'Z'));
	return (c >= 0x80 && c < 0xc0 && c != 0xaa && c != 0xba) || c == 0xd7 ||
	       c == 0xf7 || (c >= 0x2b0 && c <= 0x2ff) ||
	       (c >= 0x2000 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x3004) ||
	       (c >= 0xe000 && c <= 0xf8ff) || c >= 0x1f000;
}

static const char *
ligature(uint32_t c)
{
	switch (c) {
	case 0xc6:
	case 0xe6:
		return "ae";
	case 0x152:
	case 0x153:
		return "oe";
	case 0xdf:
	case 0x1e9e:
		return "ss";
	case 0xde:
	case 0xfe:
		return "th";
	default:
		return NULL;
	}
}

static char
plain_latin(uint32_t c)
{
	if (c < 0x80)
		return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	if (c >= 0xc0 && c < 0x250)
		return fold_latin[c - 0xc0];
	if (c >= 0x1e00 && c < 0x1f00)
		return fold_more[c - 0x1e00];
	return '.';
}

/* Greek and Cyrillic capitals lie a fixed way before their small letters. */
static size_t
small_other(uint32_t c, const char *was, size_t n, char ret[4])
{
	if (c >= 0x391 && c <= 0x3a9)
		c += 0x20;
	else if (c >= 0x410 && c <= 0x42f)
		c += 0x20;
	else if (c >= 0x400 && c <= 0x40f)
		c += 0x50;
	else {
		memcpy(ret, was, n);
		return n;
	}
	ret[0] = (char)(0xc0 | c >> 6);
	ret[1] = (char)(0x80 | (c & 0x3f));
	return 2;
}

static void
put_point(struct out *o, uint32_t c, str was)
{
	const char *two = ligature(c);
	char other[4], latin;
	size_t n;

	if (is_mark(c))
		return;
	if (is_gap(c)) {
		o->gap = true;
		return;
	}
	latin = plain_latin(c);
	if (two != NULL)
		put_bytes(o, two, 2);
	else if (latin != '.')
		put_bytes(o, &latin, 1);
	else {
		n = small_other(c, was.p, was.n, other);
		put_bytes(o, other, n);
	}
}

static str
fold(struct arena *a, str text, bool blanks)
{
	/* A blank before each letter is the most that can be added. */
	struct out o = {NEW_N(a, char, text.n * 2 + 1), 0, blanks, false};

	if (o.p == NULL)
		return (str){0};
	while (text.n > 0) {
		str was = text;
		uint32_t c = utf8_next(&text);

		was.n -= text.n;
		put_point(&o, c, was);
	}
	return (str){o.p, o.n};
}

str
fold_name(struct arena *a, str text)
{
	return fold(a, text, true);
}

str
fold_word(struct arena *a, str text)
{
	return fold(a, text, false);
}

str
fold_phone(struct arena *a, str text)
{
	char *p = NEW_N(a, char, text.n + 2);
	size_t n = 1;

	if (p == NULL)
		return (str){0};
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= '0' && text.p[i] <= '9')
			p[n++] = text.p[i];
	if (n == 12 && memcmp(p + 1, "33", 2) == 0) {
		p[2] = '0';
		return (str){p + 2, 10};
	}
	if (n == 14 && memcmp(p + 1, "0033", 4) == 0) {
		p[4] = '0';
		return (str){p + 4, 10};
	}
	return (str){p + 1, n - 1};
}

int
fold_order(str a, str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}
