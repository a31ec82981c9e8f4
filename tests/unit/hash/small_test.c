/* The small hashes are the same bits by the plain lanes, by the vectors of this
 * processor, by hash_all, and, as far as they come from reduced pictures alone,
 * by a resize that is as plain as its description. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash/all.h"
#include "hash/phash_plan.h"

#define SIDE_MAX 700
#define SOME 40 /* of the large ones */

struct bench {
	uint8_t *pixels, *grey, *half;
	void *work;
	size_t work_bytes;
	uint64_t seed;
	const struct phash_ops *ops[PHASH_OPS_KINDS];
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

static void
draw(struct bench *b, const struct pixels *px)
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

/* Where the samples of a picture are: along the axis, and across it. */
struct steps {
	size_t along, across;
};

/* One axis of so many lines, l->in samples to l->out. */
static void
resize(const struct lanczos *l, uint32_t lines, const uint8_t *in,
    struct steps from, uint8_t *ret, struct steps to)
{
	static int32_t w[SIDE_MAX * 8];

	for (uint32_t i = 0; i < l->out; i++) {
		if (l->in != l->out)
			lanczos_weigh(l, i, w);
		for (uint32_t y = 0; y < lines; y++) {
			const uint8_t *line = in + y * from.across;
			uint8_t *out = ret + y * to.across + i * to.along;
			int64_t sum = 1 << (LANCZOS_BITS - 1);

			if (l->in == l->out) {
				*out = line[i * from.along];
				continue;
			}
			for (uint32_t k = 0; k < l->n[i]; k++)
				sum += (int64_t)w[k] *
				       line[(l->first[i] + k) * from.along];
			sum >>= LANCZOS_BITS;
			*out = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
		}
	}
}

static void
reduce(struct bench *b, const struct pixels *px, uint32_t width,
    uint32_t height, uint8_t *ret)
{
	struct lanczos l;

	for (uint32_t y = 0; y < px->height; y++)
		for (uint32_t x = 0; x < px->width; x++) {
			const uint8_t *p =
			    px->p + y * px->stride + x * px->channels;

			b->grey[y * px->width + x] =
			    px->channels == 1
				? p[0]
				: (uint8_t)((19595u * p[0] + 38470u * p[1] +
						7471u * p[2] + 32768) >>
					    16);
		}
	lanczos_init(&l, px->width, width);
	resize(&l, px->height, b->grey, (struct steps){1, px->width}, b->half,
	    (struct steps){1, width});
	lanczos_init(&l, px->height, height);
	resize(&l, width, b->half, (struct steps){width, 1}, ret,
	    (struct steps){width, 1});
}

/* aHash and both dHashes of a side, from reduced pictures. */
static void
plainly(struct bench *b, const struct pixels *px, unsigned side,
    struct phash ret[3])
{
	uint8_t small[17 * 17];
	unsigned sum = 0, n = side * side;

	memset(ret, 0, 3 * sizeof(*ret));
	reduce(b, px, side, side, small);
	for (unsigned i = 0; i < n; i++)
		sum += small[i];
	for (unsigned i = 0; i < n; i++)
		ret[0].bytes[i / 8] |=
		    (uint8_t)((small[i] * n > sum) << (7 - i % 8));
	reduce(b, px, side + 1, side, small);
	for (unsigned i = 0; i < n; i++) {
		const uint8_t *p = small + i / side * (side + 1) + i % side;

		ret[1].bytes[i / 8] |= (uint8_t)((p[1] > p[0]) << (7 - i % 8));
	}
	reduce(b, px, side, side + 1, small);
	for (unsigned i = 0; i < n; i++)
		ret[2].bytes[i / 8] |=
		    (uint8_t)((small[i + side] > small[i]) << (7 - i % 8));
}

static bool
as_plainly(struct bench *b, const struct pixels *px, const struct phash *h)
{
	static const enum phash_kind kinds[2][3] = {
	    {AHASH, DHASH, DHASH_VERTICAL},
	    {AHASH16, DHASH16, DHASH_VERTICAL16}};
	struct phash want[3];
	bool same = true;

	for (unsigned i = 0; i < 2; i++) {
		plainly(b, px, 8u << i, want);
		for (unsigned k = 0; k < 3; k++)
			same = same && memcmp(want[k].bytes,
					   h[kinds[i][k]].bytes, 32) == 0;
	}
	return same;
}

static void
compare(struct bench *b, const struct pixels *px, unsigned kinds)
{
	struct phash first[PHASH_KINDS] = {0}, h[PHASH_KINDS] = {0};

	draw(b, px);
	for (size_t i = 0; i < b->n_ops; i++) {
		memset(b->work, 0xff, phash_work_bytes(px->width, px->height));
		phash_all_with(
		    b->ops[i], px, kinds, b->work, i == 0 ? first : h);
		if (i > 0 && memcmp(first, h, sizeof(h)) != 0)
			fail_msg("%s: %u x %u x %u differs", b->ops[i]->name,
			    px->width, px->height, px->channels);
	}
}

static void
compare_thoroughly(struct bench *b, const struct pixels *px, bool plainly_too)
{
	static struct hash_all all;
	struct phash first[PHASH_KINDS];
	struct err e;

	compare(b, px, PHASH_ALL);
	phash_all_with(b->ops[0], px, PHASH_ALL, b->work, first);
	assert_true(hash_all(
	    px, PDQ_CORE, PHASH_ALL, b->work, b->work_bytes, &all, &e));
	if (memcmp(first, all.small, sizeof(first)) != 0)
		fail_msg("all: %u x %u differs", px->width, px->height);
	if (plainly_too && !as_plainly(b, px, first))
		fail_msg("plainly: %u x %u x %u differs", px->width, px->height,
		    px->channels);
}

static struct pixels
some_size(struct bench *b, uint32_t side_max)
{
	struct pixels px = {.p = b->pixels,
	    .width = 1 + below(b, side_max),
	    .height = 1 + below(b, side_max),
	    .channels = below(b, 2) == 0 ? 1 : 3};

	px.stride = (size_t)px.width * px.channels;
	return px;
}

static void
a_hundred_thousand_small_pictures_agree(void **state)
{
	for (int i = 0; i < PICTURES; i++) {
		struct pixels px = some_size(*state, 24);

		if (i % 512 == 0)
			compare_thoroughly(*state, &px, true);
		else
			compare(*state, &px, 1u << i % PHASH_KINDS);
	}
}

static void
larger_pictures_agree(void **state)
{
	for (int i = 0; i < SOME; i++) {
		struct pixels px = some_size(*state, SIDE_MAX);

		compare_thoroughly(*state, &px, true);
	}
}

static void
long_and_thin_pictures_agree(void **state)
{
	struct bench *b = *state;
	static const uint32_t sides[][2] = {{5000, 7}, {7, 5000}, {128, 128},
	    {1024, 96}, {64, 64}, {32, 32}, {17, 16}, {16, 17}, {9, 8}, {8, 9},
	    {65535, 2}, {2, 65535}, {256, 512}, {1000, 40}, {1537, 33},
	    {3024, 24}};

	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++)
		for (uint32_t c = 1; c <= 3; c += 2) {
			struct pixels px = {b->pixels, sides[i][0], sides[i][1],
			    c, (size_t)sides[i][0] * c};

			compare_thoroughly(b, &px,
			    sides[i][0] < SIDE_MAX && sides[i][1] < SIDE_MAX);
		}
}

/* PDQ of hash_all is that of pdq_block, by every pipeline. */
static void
all_together_is_as_each_alone(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < 600; i++) {
		struct pixels px = some_size(b, i % 3 == 0 ? 600 : 70);
		enum pdq_pipeline way = (enum pdq_pipeline)(i % PDQ_PIPELINES);
		struct pdq_block one, turned;
		static struct hash_all all;
		struct pdq_hash want;
		struct err e;

		if (i % 7 == 0)
			px.width = px.height = PDQ_SIDE;
		px.stride = (size_t)px.width * px.channels;
		draw(b, &px);
		assert_true(pdq_block(
		    &px, way, false, b->work, b->work_bytes, &one, &e));
		assert_true(pdq_block(
		    &px, way, true, b->work, b->work_bytes, &turned, &e));
		assert_true(hash_all(&px, way, HASH_ALL_USUAL, b->work,
		    b->work_bytes, &all, &e));
		assert_memory_equal(&turned, &all.block, sizeof(turned));
		want = pdq_of_block(&one, PDQ_ORIGINAL);
		assert_memory_equal(
		    &want, &all.turn[PDQ_ORIGINAL], sizeof(want));
		assert_int_equal(one.quality, all.quality);
		for (int t = 1; t < PDQ_TURNS; t++) {
			want = pdq_of_block(&turned, (enum pdq_turn)t);
			assert_memory_equal(&want, &all.turn[t], sizeof(want));
		}
	}
}

static void
a_workspace_that_does_not_fit_is_refused(void **state)
{
	struct bench *b = *state;
	struct pixels px = {b->pixels, 40, 30, 3, 120};
	size_t n = hash_all_work_bytes(40, 30);
	static struct hash_all all;
	struct err e;

	assert_false(
	    hash_all(&px, PDQ_CORE, PHASH_ALL, b->work, n - 1, &all, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_false(hash_all(
	    &px, PDQ_CORE, PHASH_ALL, (char *)b->work + 8, n, &all, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	px.channels = 4;
	assert_false(hash_all(&px, PDQ_CORE, PHASH_ALL, b->work, n, &all, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

static int
open_bench(void **state)
{
	static struct bench b = {
	    .seed = 0x9e3779b97f4a7c15, .work_bytes = (size_t)32 << 20};
	size_t n = (size_t)SIDE_MAX * SIDE_MAX * 3;

	b.pixels = malloc(n);
	b.grey = malloc(n);
	b.half = malloc(n);
	b.work = aligned_alloc(HASH_ALL_ALIGN, b.work_bytes);
	b.n_ops = phash_ops_all(b.ops);
	*state = &b;
	return b.pixels == NULL || b.grey == NULL || b.half == NULL ||
	       b.work == NULL;
}

static int
close_bench(void **state)
{
	struct bench *b = *state;

	free(b->pixels);
	free(b->grey);
	free(b->half);
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
	    cmocka_unit_test(all_together_is_as_each_alone),
	    cmocka_unit_test(a_workspace_that_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, open_bench, close_bench);
}
