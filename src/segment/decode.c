#include "segment/decode.h"

#include <string.h>

#define DC_MAX 1024 /* of 8-bit samples, either way */
#define DC_BITS 11
#define AC_BITS 10

struct bits {
	const uint8_t *p, *end;
	uint32_t acc; /* its lower n bits are still to be read */
	unsigned n;
	bool bad;
};

/* 0 to 16 of them; a marker ends them. */
static uint32_t
take(struct bits *b, unsigned n)
{
	while (b->n < n) {
		uint8_t byte = b->p < b->end ? *b->p++ : 0xff;

		if (byte == 0xff && (b->p == b->end || *b->p++ != 0)) {
			b->bad = true;
			b->p = b->end;
			return 0;
		}
		b->acc = b->acc << 8 | byte;
		b->n += 8;
	}
	b->n -= n;
	return b->acc >> b->n & ((1u << n) - 1);
}

/* Codes of one length are neighbours, and those of the next follow them. */
static unsigned
symbol(struct bits *b, const struct huffman *h)
{
	uint32_t code = 0, first = 0;
	unsigned before = 0;

	for (int length = 1; length <= HUFFMAN_BITS_MAX && !b->bad; length++) {
		unsigned count = h->count[length];

		code = code << 1 | take(b, 1);
		if (code - first < count)
			return h->symbol[before + code - first];
		before += count;
		first = (first + count) << 1;
	}
	b->bad = true;
	return 0;
}

static int
value(struct bits *b, unsigned size, unsigned most)
{
	int v;

	if (size > most) {
		b->bad = true;
		return 0;
	}
	v = (int)take(b, size);
	if (size > 0 && v < 1 << (size - 1))
		v -= (1 << size) - 1;
	return v;
}

static void
take_ac(struct bits *b, const struct huffman *h, int16_t *ret)
{
	unsigned k = 1;

	while (k < SEGMENT_BLOCK && !b->bad) {
		unsigned s = symbol(b, h), run = s >> 4, size = s & 15;

		if (size == 0 && run != 15)
			return;
		k += run;
		if (k >= SEGMENT_BLOCK) {
			b->bad = true;
			return;
		}
		ret[encode_zigzag[k++]] = (int16_t)value(b, size, AC_BITS);
	}
}

bool
decode_segment(str bytes, uint32_t mcus, unsigned parts,
    const struct encode_tables *t, int16_t *ret, struct err *e)
{
	unsigned per = parts == 1 ? 1 : SEGMENT_MCU_BLOCKS;
	struct bits b = {.p = (const uint8_t *)bytes.p,
	    .end = (const uint8_t *)bytes.p + bytes.n};
	int dc[3] = {0};

	memset(ret, 0, (size_t)mcus * per * SEGMENT_BLOCK * sizeof(*ret));
	for (uint32_t i = 0; i < mcus * per && !b.bad; i++) {
		unsigned part = segment_part(parts, i % per);

		dc[part] += value(&b, symbol(&b, &t->dc[part > 0]), DC_BITS);
		b.bad |= dc[part] < -DC_MAX || dc[part] >= DC_MAX;
		ret[0] = (int16_t)dc[part];
		take_ac(&b, &t->ac[part > 0], ret);
		ret += SEGMENT_BLOCK;
	}
	return !b.bad || err_set(e, ERR_CORRUPT, "a segment is damaged");
}
