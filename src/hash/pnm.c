#include "hash/pnm.h"

#define SAMPLE_MAX 65535

struct reader {
	str left;
	bool plain; /* samples are text */
	bool bits;
	uint32_t top; /* largest sample value */
};

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Blanks, and comments up to the end of their line. */
static void
skip_blank(str *s)
{
	bool comment = false;

	for (; s->n > 0; s->p++, s->n--) {
		char c = *s->p;

		if (comment)
			comment = c != '\n' && c != '\r';
		else if (c == '#')
			comment = true;
		else if (!is_blank(c))
			return;
	}
}

static bool
take_number(str *s, uint32_t max, uint32_t *ret)
{
	uint32_t n = 0;
	size_t digits = 0;

	skip_blank(s);
	for (; s->n > 0 && *s->p >= '0' && *s->p <= '9'; digits++) {
		n = n * 10 + (uint32_t)(*s->p - '0');
		if (n > max)
			return false;
		s->p++, s->n--;
	}
	*ret = n;
	return digits > 0;
}

/* Digits of a plain bitmap need no blank between them. */
static bool
take_bit(str *s, uint32_t *ret)
{
	skip_blank(s);
	if (s->n == 0 || (*s->p != '0' && *s->p != '1'))
		return false;
	*ret = *s->p == '0';
	s->p++, s->n--;
	return true;
}

static uint8_t
to_byte(uint32_t v, uint32_t top)
{
	if (top == 65535)
		return (uint8_t)(v >> 8);
	return (uint8_t)((v * 255 + top / 2) / top);
}

static bool
read_head(struct reader *r, str file, struct pixels *ret, struct err *e)
{
	str s = file;
	char kind;

	if (s.n < 3 || s.p[0] != 'P' || s.p[1] < '1' || s.p[1] > '6')
		return err_set(e, ERR_INPUT, "not a PNM picture");
	kind = s.p[1];
	s = str_sub(s, 2, s.n);
	*r = (struct reader){
	    .plain = kind <= '3', .top = 1, .bits = kind == '1' || kind == '4'};
	if (!take_number(&s, PIXELS_SIDE_MAX, &ret->width) ||
	    !take_number(&s, PIXELS_SIDE_MAX, &ret->height) ||
	    (!r->bits && !take_number(&s, SAMPLE_MAX, &r->top)) ||
	    ret->width == 0 || ret->height == 0 || r->top == 0 || s.n == 0 ||
	    !is_blank(*s.p))
		return err_set(e, ERR_INPUT, "the head of the PNM is wrong");
	r->left = str_sub(s, 1, s.n);
	ret->channels = kind == '3' || kind == '6' ? 3 : 1;
	ret->stride = (size_t)ret->width * ret->channels;
	return true;
}

/* What the samples take at least, before anything is allocated for them. */
static size_t
bytes_needed(const struct reader *r, const struct pixels *px)
{
	size_t samples = px->stride * px->height;

	if (r->plain)
		return r->bits ? samples : samples * 2 - 1;
	if (r->bits)
		return (px->stride + 7) / 8 * px->height;
	return r->top > 255 ? samples * 2 : samples;
}

static bool
read_plain(struct reader *r, uint8_t *to, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t v;
		bool good = r->bits ? take_bit(&r->left, &v)
				    : take_number(&r->left, r->top, &v);

		if (!good)
			return err_set(e, ERR_INPUT,
			    "sample %zu of the PNM is not a number", i);
		to[i] = to_byte(v, r->top);
	}
	return true;
}

static void
read_bits(const uint8_t *from, const struct pixels *px, uint8_t *to)
{
	size_t row = (px->stride + 7) / 8;

	for (size_t y = 0; y < px->height; y++, from += row)
		for (size_t x = 0; x < px->width; x++)
			*to++ = (from[x / 8] >> (7 - x % 8) & 1) != 0 ? 0 : 255;
}

static void
read_samples(const uint8_t *from, uint32_t top, uint8_t *to, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t v = top > 255
				 ? (uint32_t)from[2 * i] << 8 | from[2 * i + 1]
				 : from[i];

		to[i] = to_byte(v > top ? top : v, top);
	}
}

bool
pnm_read(struct arena *a, str file, struct pixels *ret, struct err *e)
{
	struct pixels px = {0};
	struct reader r;
	const uint8_t *from;
	uint8_t *to;
	size_t n;

	if (!read_head(&r, file, &px, e))
		return false;
	if (r.left.n < bytes_needed(&r, &px))
		return err_set(e, ERR_INPUT, "the PNM is cut short");
	from = (const uint8_t *)r.left.p;
	px.p = from;
	if (!r.plain && !r.bits && r.top == 255) {
		*ret = px;
		return true;
	}
	n = px.stride * px.height;
	to = NEW_N(a, uint8_t, n);
	if (to == NULL)
		return err_set(e, ERR_LIMIT, "%zu bytes of pixels", n);
	px.p = to;
	if (r.plain) {
		if (!read_plain(&r, to, n, e))
			return false;
	} else if (r.bits) {
		read_bits(from, &px, to);
	} else {
		read_samples(from, r.top, to, n);
	}
	*ret = px;
	return true;
}
