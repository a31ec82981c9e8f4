/* Smaller is done right: the vectors do what plain C does, flat stays flat,
 * and nothing moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "media/fit.h"
#include "media/scale_row.h"

#define WIDE 640
#define TAPS_MAX 48

static uint32_t seed = 1;

static uint32_t
chance(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void
every_kind_of_vector_gives_the_same_bytes(void **state)
{
	static uint8_t rows[TAPS_MAX][WIDE + SCALE_ROW_STEP];
	static int16_t in[WIDE + TAPS_MAX],
	    blended[SCALE_ROW_KINDS][WIDE + SCALE_ROW_STEP];
	static int16_t weight[WIDE * TAPS_MAX];
	static uint32_t start[WIDE];
	static uint8_t out[SCALE_ROW_KINDS][WIDE];
	const struct scale_row_ops *all[SCALE_ROW_KINDS];
	size_t kinds = scale_row_all(all);
	const uint8_t *row[TAPS_MAX];

	(void)state;
	for (unsigned k = 0; k < TAPS_MAX; k++) {
		row[k] = rows[k];
		for (size_t x = 0; x < WIDE; x++)
			rows[k][x] = (uint8_t)chance(256);
	}
	for (size_t i = 0; i < WIDE + TAPS_MAX; i++)
		in[i] = (int16_t)((int)chance(4800) - 300);
	for (unsigned taps = 8; taps <= TAPS_MAX; taps += 8) {
		int most = (1 << SCALE_WEIGHT_BITS) / 8;

		for (size_t i = 0; i < (size_t)WIDE * taps; i++)
			weight[i] = (int16_t)((int)chance(2048) - most / 2);
		for (size_t j = 0; j < WIDE; j++)
			start[j] = chance(WIDE);
		for (size_t k = 0; k < kinds; k++) {
			all[k]->blend(row, weight, taps, blended[k], WIDE);
			all[k]->reduce(
			    in, start, weight, taps, out[k], WIDE - 3);
			assert_memory_equal(
			    blended[0], blended[k], WIDE * sizeof(int16_t));
			assert_memory_equal(out[0], out[k], WIDE - 3);
		}
	}
}

static struct planes
flat(uint32_t w, uint32_t h, const uint8_t value[3])
{
	struct planes s;
	struct err e;

	assert_true(planes_init(&s, w, h, 3, 2, &e));
	for (unsigned i = 0; i < 3; i++)
		memset(s.plane[i].p, value[i],
		    s.plane[i].stride * s.plane[i].height);
	return s;
}

static void
a_flat_colour_stays_what_it_is_at_any_size(void **state)
{
	static const uint8_t colours[][3] = {
	    {0, 0, 0}, {255, 255, 255}, {1, 254, 127}, {77, 128, 200}};

	(void)state;
	for (uint32_t i = 0; i < 60; i++) {
		const uint8_t *v = colours[i % 4];
		uint32_t w = 1 + chance(400), h = 1 + chance(400);
		uint32_t tw, th;
		CLEANUP(planes_done) struct planes s = flat(w, h, v), t;
		struct err e;

		fit_size(w, h, 1 + chance(w), &tw, &th);
		assert_true(fit_shrink(&s, tw, th, &t, &e));
		for (unsigned k = 0; k < 3; k++)
			for (uint32_t y = 0; y < t.plane[k].height; y++)
				for (uint32_t x = 0; x < t.plane[k].width; x++)
					assert_int_equal(
					    t.plane[k]
						.p[y * t.plane[k].stride + x],
					    v[k]);
	}
}

/* A ramp keeps its values where they were: no half pixel is lost. */
static void
nothing_moves_when_a_picture_shrinks(void **state)
{
	static const uint8_t grey[3] = {0, 128, 128};
	CLEANUP(planes_done) struct planes s = flat(1000, 8, grey), t;
	struct err e;

	(void)state;
	for (size_t y = 0; y < 8; y++)
		for (size_t x = 0; x < 1000; x++)
			s.plane[0].p[y * s.plane[0].stride + x] =
			    (uint8_t)(x / 4);
	assert_true(fit_shrink(&s, 250, 2, &t, &e));
	for (int x = 4; x < 246; x++)
		assert_true(abs(t.plane[0].p[x] - x) <= 1);
}

static void
proportions_hold_and_nothing_vanishes(void **state)
{
	static const uint32_t cases[][5] = {{4032, 3024, 2048, 2048, 1536},
	    {3024, 4032, 2048, 1536, 2048}, {100, 50, 2048, 100, 50},
	    {20000, 1, 320, 320, 1}, {1, 1, 320, 1, 1},
	    {4000, 3000, 1024, 1024, 768}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t w, h;

		fit_size(cases[i][0], cases[i][1], cases[i][2], &w, &h);
		assert_int_equal(w, cases[i][3]);
		assert_int_equal(h, cases[i][4]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_kind_of_vector_gives_the_same_bytes),
	    cmocka_unit_test(a_flat_colour_stays_what_it_is_at_any_size),
	    cmocka_unit_test(nothing_moves_when_a_picture_shrinks),
	    cmocka_unit_test(proportions_hold_and_nothing_vanishes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
