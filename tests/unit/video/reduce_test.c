/* Frames made small by our loops have the pixels that swscale gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "video/reduce.h"
#include "video/reduce_rows.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavutil/pixfmt.h>
#include <libswscale/swscale.h>
#pragma GCC diagnostic pop

#define FRAMES 25
#define RGB_BYTES (REDUCE_SIDE * REDUCE_RGB_STRIDE)

static uint32_t seed = 1;

static uint32_t
next(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 16;
}

/* Noise, edges of runs, black and white, a slope, one level. */
static void
draw(uint8_t *p, size_t n)
{
	uint32_t kind = next() % 5, run = 1 + next() % 90, level = next();

	for (size_t i = 0; i < n; i++) {
		if (i % run == 0)
			level = kind == 4 ? level : next();
		p[i] = (uint8_t)(kind == 2   ? (level & 1) * 255
				 : kind == 3 ? i / run
					     : level);
	}
}

static struct SwsContext *
open_whole(int width, int height, int space, int full)
{
	struct SwsContext *s =
	    sws_getContext(width, height, AV_PIX_FMT_YUV420P, REDUCE_SIDE,
		REDUCE_SIDE, AV_PIX_FMT_RGB24, SWS_BICUBIC, NULL, NULL, NULL);
	const int *c = sws_getCoefficients(space);

	assert_non_null(s);
	assert_true(sws_setColorspaceDetails(
			s, c, full, c, 0, 0, 1 << 16, 1 << 16) >= 0);
	return s;
}

static void
compare(int width, int height, int space, int full)
{
	struct SwsContext *whole = open_whole(width, height, space, full);
	struct reduce *r = reduce_new((uint32_t)width, (uint32_t)height, whole);
	size_t n = (size_t)width * (size_t)height;
	uint8_t *p = malloc(n + n / 2 + 64);
	const uint8_t *plane[4] = {p, p + n, p + n + n / 4};
	const int in[4] = {width, width / 2, width / 2};
	const int out[4] = {(int)REDUCE_RGB_STRIDE};
	uint8_t ours[RGB_BYTES], theirs[RGB_BYTES + 64];
	uint8_t *to[4] = {theirs};

	assert_non_null(p);
	/* Elsewhere swscale may round otherwise; then it is not replaced. */
#ifdef __x86_64__
	assert_non_null(r);
#endif
	for (int i = 0; r != NULL && i < FRAMES; i++) {
		draw(p, n + n / 2);
		reduce_run(r, plane, in, ours);
		assert_int_equal(
		    sws_scale(whole, plane, in, 0, height, to, out),
		    REDUCE_SIDE);
		assert_memory_equal(ours, theirs, sizeof(ours));
	}
	reduce_free(r);
	sws_freeContext(whole);
	free(p);
}

static void
frames_of_many_sizes_are_as_swscale_makes_them(void **state)
{
	static const int sizes[][2] = {{1280, 720}, {1920, 1080}, {640, 360},
	    {854, 480}, {720, 1280}, {320, 240}, {176, 144}, {130, 998}};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		compare(sizes[i][0], sizes[i][1], SWS_CS_ITU601, 0);
}

static void
colours_are_as_the_frame_says(void **state)
{
	(void)state;
	for (int full = 0; full < 2; full++) {
		compare(480, 270, SWS_CS_ITU709, full);
		compare(480, 270, SWS_CS_BT2020, full);
		compare(480, 270, SWS_CS_SMPTE240M, full);
	}
}

static void
odd_and_small_frames_are_left_to_swscale(void **state)
{
	static const int sizes[][2] = {{321, 240}, {320, 241}, {64, 64}};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct SwsContext *s =
		    open_whole(sizes[i][0], sizes[i][1], SWS_CS_ITU601, 0);

		assert_null(reduce_new(
		    (uint32_t)sizes[i][0], (uint32_t)sizes[i][1], s));
		sws_freeContext(s);
	}
}

#ifdef __x86_64__
#define WIDE 1400

static void
both_kinds_of_loops_give_the_same(void **state)
{
	static int16_t weight[REDUCE_OUT_MAX * 96], row[4 * WIDE];
	static int16_t one[4 * REDUCE_OUT_MAX], two[4 * REDUCE_OUT_MAX];
	static int16_t rows[WIDE][REDUCE_OUT_MAX];
	static int16_t down[2][REDUCE_OUT_MAX * REDUCE_OUT_MAX];
	struct reduce_axis a = {
	    .in = WIDE, .out = REDUCE_OUT_MAX, .taps = 96, .weight = weight};

	(void)state;
	if (!__builtin_cpu_supports("avx2"))
		skip();
	for (int i = 0; i < 300; i++) {
		for (size_t k = 0; k < sizeof(weight) / 2; k++)
			weight[k] = (int16_t)(next() % 1500) - 400;
		for (size_t k = 0; k < sizeof(row) / 2; k++)
			row[k] = (int16_t)(next() & 255);
		for (size_t k = 0; k < REDUCE_OUT_MAX; k++)
			a.first[k] = next() % (WIDE - 96);
		reduce_ops_plain.rows(&a, row, WIDE, one);
		reduce_ops_avx2.rows(&a, row, WIDE, two);
		assert_memory_equal(one, two, sizeof(one));
		for (size_t k = 0; k < WIDE; k++)
			for (size_t x = 0; x < REDUCE_OUT_MAX; x++)
				rows[k][x] = (int16_t)(next() % 16000) - 900;
		for (size_t k = 0; k < sizeof(weight) / 2; k++)
			weight[k] = (int16_t)(next() % 300) - 100;
		for (uint32_t columns = 32; columns <= 64; columns += 32) {
			reduce_ops_plain.columns(&a, rows[0], columns, down[0]);
			reduce_ops_avx2.columns(&a, rows[0], columns, down[1]);
			assert_memory_equal(
			    down[0], down[1], 2ul * columns * REDUCE_OUT_MAX);
		}
	}
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_of_many_sizes_are_as_swscale_makes_them),
	    cmocka_unit_test(colours_are_as_the_frame_says),
	    cmocka_unit_test(odd_and_small_frames_are_left_to_swscale),
#ifdef __x86_64__
	    cmocka_unit_test(both_kinds_of_loops_give_the_same),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
