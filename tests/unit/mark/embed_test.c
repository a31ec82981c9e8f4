/* The two variants: how far they may go, and what they may depend on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mark/embed.h"

#define BLOCKS 64
#define N ((size_t)BLOCKS * MARK_BLOCK)

static const struct key key = {{9}}, other_key = {{8}};
static uint16_t quant[MARK_BLOCK];
static int16_t in[N], a[N], b[N], a2[N], b2[N];
static struct mark_place place;

static int
draw(uint32_t *seed, int below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (int)(*seed >> 8) % below;
}

/* Blocks of texture: what amplitude, around what grey. */
static void
fill(int amplitude, int grey)
{
	uint32_t seed = 5;

	for (size_t i = 0; i < N; i++) {
		int k = (int)(i % MARK_BLOCK), room = amplitude / (1 + k / 4);

		quant[k] = (uint16_t)(4 + k / 4);
		in[i] = (int16_t)(room ? draw(&seed, 2 * room + 1) - room : 0);
		if (k == 0)
			in[i] = (int16_t)((grey - 128) * 8 / quant[0]);
	}
}

static int
setup(void **state)
{
	(void)state;
	mark_place_init(&place, &key, 3, 2048);
	fill(12, 128);
	return 0;
}

static void
variants_move_the_same_way_apart_by_two_steps_at_most(void **state)
{
	size_t moved = mark_embed(&place, 4, in, BLOCKS, quant, a, b), n = 0;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		int up = b[i] - in[i];

		assert_int_equal(in[i] - a[i], up);
		assert_true(abs(up) <= MARK_STEPS_MAX);
		assert_true(in[i] * a[i] >= 0 && in[i] * b[i] >= 0);
		assert_true(in[i] != 0 || up == 0);
		if (i % MARK_BLOCK == 0)
			assert_int_equal(up, 0);
		n += up != 0;
	}
	assert_int_equal(n, moved);
	assert_true(moved > BLOCKS);
}

static void
a_flat_block_has_one_variant(void **state)
{
	(void)state;
	fill(0, 100);
	assert_int_equal(mark_embed(&place, 4, in, BLOCKS, quant, a, b), 0);
	assert_memory_equal(a, in, sizeof(in));
	assert_memory_equal(b, in, sizeof(in));
}

static void
nothing_moves_where_pixels_would_leave_their_range(void **state)
{
	(void)state;
	fill(12, 250);
	assert_int_equal(mark_embed(&place, 4, in, BLOCKS, quant, a, b), 0);
	fill(12, 4);
	assert_int_equal(mark_embed(&place, 4, in, BLOCKS, quant, a, b), 0);
}

/* What a mask laid flat beside it, or who stood there, changes nothing. */
static void
a_block_depends_on_itself_and_its_place_alone(void **state)
{
	size_t half = N / 2;

	(void)state;
	(void)mark_embed(&place, 4, in, BLOCKS, quant, a, b);
	for (size_t i = half; i < N; i++)
		in[i] = (int16_t)(i % MARK_BLOCK == 0 ? in[i] : 0);
	(void)mark_embed(&place, 4, in, BLOCKS, quant, a2, b2);
	assert_memory_equal(a, a2, half * sizeof(*a));
	assert_memory_equal(b, b2, half * sizeof(*b));
	assert_memory_equal(a2 + half, in + half, half * sizeof(*a));
}

static void
another_key_medium_side_or_segment_moves_other_ways(void **state)
{
	struct mark_place others[3];

	(void)state;
	(void)mark_embed(&place, 4, in, BLOCKS, quant, a, b);
	mark_place_init(&others[0], &other_key, 3, 2048);
	mark_place_init(&others[1], &key, 4, 2048);
	mark_place_init(&others[2], &key, 3, 1024);
	for (int i = 0; i < 3; i++) {
		(void)mark_embed(&others[i], 4, in, BLOCKS, quant, a2, b2);
		assert_memory_not_equal(a, a2, sizeof(a));
	}
	(void)mark_embed(&place, 5, in, BLOCKS, quant, a2, b2);
	assert_memory_not_equal(a, a2, sizeof(a));
	(void)mark_embed(&place, 4, in, BLOCKS, quant, a2, b2);
	assert_memory_equal(a, a2, sizeof(a));
}

static void
a_variant_may_take_the_place_of_the_blocks(void **state)
{
	(void)state;
	(void)mark_embed(&place, 4, in, BLOCKS, quant, a, b);
	memcpy(a2, in, sizeof(in));
	(void)mark_embed(&place, 4, a2, BLOCKS, quant, a2, b2);
	assert_memory_equal(a, a2, sizeof(a));
	assert_memory_equal(b, b2, sizeof(b));
}

/* The largest coefficient a file may hold is neither passed nor wrapped. */
static void
extreme_coefficients_stay_in_range(void **state)
{
	(void)state;
	for (size_t i = 0; i < N; i++) {
		in[i] = (int16_t)(i % 2 ? 1023 : -1023);
		quant[i % MARK_BLOCK] = (uint16_t)(i % 3 ? 1 : 255);
	}
	(void)mark_embed(&place, UINT32_MAX, in, BLOCKS, quant, a, b);
	for (size_t i = 0; i < N; i++)
		assert_true(abs(a[i]) <= 1023 && abs(b[i]) <= 1023);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
	    T(variants_move_the_same_way_apart_by_two_steps_at_most),
	    T(a_flat_block_has_one_variant),
	    T(nothing_moves_where_pixels_would_leave_their_range),
	    T(a_block_depends_on_itself_and_its_place_alone),
	    T(another_key_medium_side_or_segment_moves_other_ways),
	    T(a_variant_may_take_the_place_of_the_blocks),
	    T(extreme_coefficients_stay_in_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
