/* Every way of computing PDQ gives the same bits: the specification line by
 * line, the plain lanes, and the vectors of this processor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash/pdq_ops.h"
#include "spec.h"

#define SIDE_MAX 400
#define SOME 60 /* of the large ones */

struct bench {
	uint8_t *pixels;
	float *one, *two;
	void *work;
	uint64_t seed;
	const struct pdq_ops *ops[PDQ_OPS_KINDS];
	size_t n_ops;
};

static uint32_t
next(struct bench *b)
{
	b->seed ^= b->seed << 13;
	b->seed ^= b->seed >> 7;
	b->seed ^= b->seed << 17;
	return (uint32_t)(b->seed >> 32);
}

static uint32_t
below(struct bench *b, uint32_t n)
{
	return (uint32_t)((uint64_t)next(b) * n >> 32);
}

/* Noise, a few levels, ramps, blocks, flat: what is decided by rounding
 * matters as much as what looks like a picture. */
static void
draw(struct bench *b, struct pixels *px)
{
	uint32_t kind = below(b, 6), level = next(b), step = 1 + below(b, 9);

	for (uint32_t y = 0; y < px->height; y++)
		for (uint32_t x = 0; x < px->width * px->channels; x++) {
			uint32_t v[] = {next(b), x * step + y,
			    (x / step + y / step) % 2 * 255, level,
			    level + (next(b) & 1), x * x / step + y * y};

			b->pixels[y * px->stride + x] = (uint8_t)v[kind];
		}
}

static bool
agree(struct bench *b, const struct pixels *px, bool for_turns)
{
	struct pdq_block block;
	float transform[PDQ_BITS];
	char hex[PDQ_HEX + 1], got[PDQ_HEX + 1];
	int quality;

	spec_pdq(px->p, px->width, px->height, px->channels, !for_turns, b->one,
	    b->two, transform, hex, &quality);
	for (size_t i = 0; i < b->n_ops; i++) {
		struct pdq_hash h;

		memset(b->work, 0xff, pdq_work_bytes(px->width, px->height));
		pdq_block_with(
		    b->ops[i], px, PDQ_CORE, for_turns, b->work, &block);
		h = pdq_of_block(&block, PDQ_ORIGINAL);
		pdq_text(&h, got);
		if (memcmp(transform, block.transform, sizeof(transform)) !=
			0 ||
		    strcmp(hex, got) != 0 || quality != block.quality) {
			print_error("%s: %u x %u x %u differs\n",
			    b->ops[i]->name, px->width, px->height,
			    px->channels);
			return false;
		}
	}
	return true;
}

static void
compare(struct bench *b, uint32_t side_max)
{
	struct pixels px = {.p = b->pixels,
	    .width = 1 + below(b, side_max),
	    .height = 1 + below(b, side_max),
	    .channels = below(b, 2) == 0 ? 1 : 3};

	if (below(b, 16) == 0)
		px.width = px.height = PDQ_SIDE;
	px.stride = (size_t)px.width * px.channels;
	draw(b, &px);
	assert_true(agree(b, &px, below(b, 2) == 0));
}

static void
a_hundred_thousand_small_pictures_agree(void **state)
{
	for (int i = 0; i < PICTURES; i++)
		compare(*state, 24);
}

static void
larger_pictures_agree(void **state)
{
	for (int i = 0; i < SOME; i++)
		compare(*state, SIDE_MAX);
}

static void
long_and_thin_pictures_agree(void **state)
{
	struct bench *b = *state;
	static const uint32_t sides[][2] = {{5000, 7}, {7, 5000}, {129, 129},
	    {16, 5}, {5, 16}, {4097, 17}, {5, 5}};

	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		struct pixels px = {b->pixels, sides[i][0], sides[i][1], 3,
		    (size_t)sides[i][0] * 3};

		draw(b, &px);
		assert_true(agree(b, &px, true));
	}
}

static int
open_bench(void **state)
{
	static struct bench b = {.seed = 0x9e3779b97f4a7c15};
	size_t n = (size_t)SIDE_MAX * SIDE_MAX;

	b.pixels = malloc(3 * n);
	b.one = malloc(n * sizeof(float));
	b.two = malloc(n * sizeof(float));
	b.work = aligned_alloc(PDQ_WORK_ALIGN, (size_t)8 << 20);
	b.n_ops = pdq_ops_all(b.ops);
	*state = &b;
	return b.pixels == NULL || b.one == NULL || b.two == NULL ||
	       b.work == NULL;
}

static int
close_bench(void **state)
{
	struct bench *b = *state;

	free(b->pixels);
	free(b->one);
	free(b->two);
	free(b->work);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_hundred_thousand_small_pictures_agree),
	    cmocka_unit_test(larger_pictures_agree),
	    cmocka_unit_test(long_and_thin_pictures_agree),
	};

	return cmocka_run_group_tests(tests, open_bench, close_bench);
}
