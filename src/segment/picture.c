#include "segment/picture.h"

#include <stdlib.h>

#include "segment/dct.h"

#define AHEAD 256 /* samples: more rows than a processor watches by itself */

/* ITU-T T.81, tables K.1 and K.2. */
static const uint8_t annex_k[2][SEGMENT_BLOCK] = {
    {16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16,
	24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68,
	109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
	121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99},
    {17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56,
	99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99, 99},
};

static void
scale_table(
    const uint8_t from[SEGMENT_BLOCK], int quality, uint16_t ret[SEGMENT_BLOCK])
{
	int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;

	for (int i = 0; i < SEGMENT_BLOCK; i++) {
		int v = (from[i] * percent + 50) / 100;

		ret[i] = (uint16_t)(v < 1 ? 1 : v > 255 ? 255 : v);
	}
}

bool
segment_picture_init(struct segment_picture *p, uint32_t width, uint32_t height,
    unsigned parts, struct err *e)
{
	uint32_t mcu = parts == 1 ? 8 : 16;

	if (width == 0 || height == 0 || width > SEGMENT_SIDE_MAX ||
	    height > SEGMENT_SIDE_MAX || (parts != 1 && parts != 3))
		return err_set(e, ERR_INPUT, "no rendition has %u x %u x %u",
		    width, height, parts);
	*p = (struct segment_picture){.width = width,
	    .height = height,
	    .parts = parts,
	    .per_mcu = parts == 1 ? 1 : SEGMENT_MCU_BLOCKS,
	    .across = (width + mcu - 1) / mcu};
	p->mcus = p->across * ((height + mcu - 1) / mcu);
	p->coef = aligned_alloc(
	    64, segment_blocks(p) * SEGMENT_BLOCK * sizeof(*p->coef));
	return p->coef != NULL ||
	       err_set(e, ERR_LIMIT, "no memory for coefficients");
}

void
segment_picture_done(struct segment_picture *p)
{
	free(p->coef);
	*p = (struct segment_picture){0};
}

/* Eight rows of eight samples at x, y; the last ones are repeated. */
static void
block_at(const struct segment_plane *s, uint32_t x, uint32_t y,
    uint8_t edge[64], const uint8_t *ret[8])
{
	bool inside = x + 8 <= s->width;

	for (uint32_t i = 0; i < 8; i++) {
		uint32_t row = y + i < s->height ? y + i : s->height - 1;
		const uint8_t *from = s->p + row * s->stride;

		ret[i] = inside ? from + x : edge + (size_t)i * 8;
		__builtin_prefetch(
		    (const void *)((uintptr_t)(from + x) + AHEAD));
		for (uint32_t k = 0; !inside && k < 8; k++)
			edge[i * 8 + k] =
			    from[x + k < s->width ? x + k : s->width - 1];
	}
}

static unsigned
used(const int16_t coef[SEGMENT_BLOCK])
{
	uint16_t n = 0;

	for (int i = 0; i < SEGMENT_BLOCK; i++)
		n = (uint16_t)(n + (coef[i] != 0));
	return n;
}

static void
transform(const struct segment_samples *s, const struct dct_quant q[2],
    struct segment_picture *p)
{
	int16_t *to = p->coef;
	const uint8_t *rows[8];
	uint8_t edge[64];

	for (uint32_t m = 0; m < p->mcus; m++)
		for (unsigned b = 0; b < p->per_mcu; b++) {
			unsigned part = segment_part(p->parts, b);
			uint32_t wide = p->parts > 1 && part == 0 ? 16 : 8;
			uint32_t x = m % p->across * wide;
			uint32_t y = m / p->across * wide;

			if (part == 0) {
				x += b % 2 * 8;
				y += b / 2 * 8;
			}
			block_at(&s->plane[part], x, y, edge, rows);
			dct_forward(rows, &q[part > 0], to);
			p->used += used(to);
			to += SEGMENT_BLOCK;
		}
}

bool
segment_picture_of(const struct segment_samples *s, int quality,
    struct segment_picture *ret, struct err *e)
{
	struct dct_quant q[2];

	if (!segment_picture_init(ret, s->width, s->height, s->parts, e))
		return false;
	for (int i = 0; i < 2; i++) {
		scale_table(annex_k[i], quality, ret->quant[i]);
		dct_quant_init(ret->quant[i], &q[i]);
	}
	transform(s, q, ret);
	return true;
}
