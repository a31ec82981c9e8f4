#include "segment/head.h"

static void
put16(struct buf *b, unsigned v)
{
	buf_byte(b, (char)(uint8_t)(v >> 8));
	buf_byte(b, (char)(uint8_t)v);
}

static void
put_quant(struct buf *b, const uint16_t table[SEGMENT_BLOCK], unsigned id)
{
	buf_str(b, S("\xff\xdb"));
	put16(b, 2 + 1 + SEGMENT_BLOCK);
	buf_byte(b, (char)id);
	for (int i = 0; i < SEGMENT_BLOCK; i++)
		buf_byte(b, (char)(uint8_t)table[encode_zigzag[i]]);
}

static void
put_codes(struct buf *b, const struct huffman *h, unsigned id)
{
	buf_str(b, S("\xff\xc4"));
	put16(b, 2 + 1 + HUFFMAN_BITS_MAX + h->n);
	buf_byte(b, (char)id);
	buf_put(b, h->count + 1, HUFFMAN_BITS_MAX);
	buf_put(b, h->symbol, h->n);
}

static void
put_frame(struct buf *b, const struct segment_picture *p)
{
	buf_str(b, S("\xff\xc0"));
	put16(b, 8 + 3 * p->parts);
	buf_byte(b, 8);
	put16(b, p->height);
	put16(b, p->width);
	buf_byte(b, (char)p->parts);
	for (unsigned i = 0; i < p->parts; i++) {
		buf_byte(b, (char)(i + 1));
		buf_byte(b, p->parts > 1 && i == 0 ? 0x22 : 0x11);
		buf_byte(b, i > 0);
	}
}

static void
put_scan(struct buf *b, unsigned parts)
{
	buf_str(b, S("\xff\xda"));
	put16(b, 6 + 2 * parts);
	buf_byte(b, (char)parts);
	for (unsigned i = 0; i < parts; i++) {
		buf_byte(b, (char)(i + 1));
		buf_byte(b, i > 0 ? 0x11 : 0);
	}
	buf_byte(b, 0);
	buf_byte(b, 63);
	buf_byte(b, 0);
}

void
head_write(const struct segment_picture *p, uint16_t interval,
    const struct encode_tables *t, struct buf *b)
{
	unsigned kinds = p->parts > 1 ? 2 : 1;

	buf_str(b, S("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"));
	for (unsigned i = 0; i < kinds; i++)
		put_quant(b, p->quant[i], i);
	put_frame(b, p);
	for (unsigned i = 0; i < kinds; i++) {
		put_codes(b, &t->dc[i], i);
		put_codes(b, &t->ac[i], 0x10 | i);
	}
	buf_str(b, S("\xff\xdd"));
	put16(b, 4);
	put16(b, interval);
	put_scan(b, p->parts);
}

/* The next marker segment: its body, without length. */
static bool
next(str *s, uint8_t *ret_marker, str *ret_body)
{
	size_t n;

	if (s->n < 4 || (uint8_t)s->p[0] != 0xff)
		return false;
	n = (size_t)(uint8_t)s->p[2] << 8 | (uint8_t)s->p[3];
	if (n < 2 || s->n < n + 2)
		return false;
	*ret_marker = (uint8_t)s->p[1];
	*ret_body = str_sub(*s, 4, n - 2);
	*s = str_sub(*s, n + 2, s->n);
	return true;
}

bool
head_tables(str jpeg, const struct segment_picture *p,
    struct encode_tables *ret, struct err *e)
{
	unsigned seen = 0, want = p->parts > 1 ? 15 : 3;
	struct encode_need need;
	uint8_t marker;
	str body;

	jpeg = str_sub(jpeg, 2, jpeg.n);
	while (next(&jpeg, &marker, &body)) {
		unsigned class, id;

		if (marker != 0xc4 || body.n == 0)
			continue;
		class = (uint8_t)body.p[0] >> 4;
		id = body.p[0] & 15;
		body = str_sub(body, 1, body.n);
		if (class > 1 || id > (p->parts > 1))
			return err_set(e, ERR_CORRUPT, "a table too many");
		encode_need(p->quant[id], &need);
		if (!huffman_read(class == 0 ? &need.dc : &need.ac, &body,
			class == 0 ? &ret->dc[id] : &ret->ac[id], e))
			return false;
		seen |= 1u << (class + 2 * id);
	}
	return seen == want || err_set(e, ERR_CORRUPT, "a table is missing");
}

bool
head_quant(str jpeg, struct segment_picture *p, struct err *e)
{
	unsigned seen = 0, want = p->parts > 1 ? 3 : 1;
	uint8_t marker;
	str body;

	jpeg = str_sub(jpeg, 2, jpeg.n);
	while (next(&jpeg, &marker, &body)) {
		unsigned id;

		if (marker != 0xdb)
			continue;
		id = body.n == 0 ? 2 : (uint8_t)body.p[0];
		if (id > 1 || body.n != 1 + SEGMENT_BLOCK)
			return err_set(e, ERR_CORRUPT, "a table too many");
		for (int i = 0; i < SEGMENT_BLOCK; i++) {
			uint8_t q = (uint8_t)body.p[1 + i];

			if (q == 0)
				return err_set(e, ERR_CORRUPT, "no such table");
			p->quant[id][encode_zigzag[i]] = q;
		}
		seen |= 1u << id;
	}
	return seen == want || err_set(e, ERR_CORRUPT, "a table is missing");
}

bool
head_height(char *jpeg, size_t n, uint32_t height, struct err *e)
{
	str rest = str_sub((str){jpeg, n}, 2, n), body;
	uint8_t marker;

	while (next(&rest, &marker, &body)) {
		char *at = jpeg + (body.p - jpeg) + 1; /* behind the depth */

		if (marker != 0xc0 || body.n < 6 || height > UINT16_MAX)
			continue;
		at[0] = (char)(uint8_t)(height >> 8);
		at[1] = (char)(uint8_t)height;
		return true;
	}
	return err_set(e, ERR_CORRUPT, "a picture without a height");
}
