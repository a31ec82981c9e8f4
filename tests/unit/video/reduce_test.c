/* Frames made small have the pixels that swscale gives, whether our loops were
 * found to equal the swscale at hand or it does the work itself: which of both
 * is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "video/reduce.h"
#include "video/reduce_rows.h"
#include "video/scaler.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavutil/frame.h>
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

/* A frame of this size, drawn anew for each comparison. */
struct sheet {
	AVFrame *frame;
	uint8_t *p;
	size_t n;
};

static void
sheet_init(struct sheet *s, int width, int height, int space, int full)
{
	size_t n = (size_t)width * (size_t)height;

	s->n = n + n / 2;
	s->p = malloc(s->n + 64);
	s->frame = av_frame_alloc();
	assert_non_null(s->p);
	assert_non_null(s->frame);
	s->frame->width = width;
	s->frame->height = height;
	s->frame->format = AV_PIX_FMT_YUV420P;
	s->frame->colorspace = (enum AVColorSpace)space;
	s->frame->color_range = full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
	s->frame->data[0] = s->p;
	s->frame->data[1] = s->p + n;
	s->frame->data[2] = s->p + n + n / 4;
	s->frame->linesize[0] = width;
	s->frame->linesize[1] = s->frame->linesize[2] = width / 2;
}

static void
sheet_done(struct sheet *s)
{
	av_frame_free(&s->frame);
	free(s->p);
}

static void
assert_as_swscale(
    struct scaler *scaler, struct SwsContext *whole, const struct sheet *s)
{
	const AVFrame *f = s->frame;
	const int out[4] = {(int)REDUCE_RGB_STRIDE};
	uint8_t theirs[RGB_BYTES + 64];
	uint8_t *to[4] = {theirs};
	struct pixels px;
	struct err e;

	assert_true(scaler_run(
	    scaler, f, REDUCE_SIDE, REDUCE_SIDE, SCALER_BICUBIC, &px, &e));
	assert_int_equal(sws_scale(whole, (const uint8_t *const *)f->data,
			     f->linesize, 0, f->height, to, out),
	    REDUCE_SIDE);
	for (size_t y = 0; y < REDUCE_SIDE; y++)
		assert_memory_equal(px.p + y * px.stride,
		    theirs + y * REDUCE_RGB_STRIDE, REDUCE_RGB_STRIDE);
}

static void
compare(int width, int height, int space, int full)
{
	struct SwsContext *whole = open_whole(width, height, space, full);
	struct reduce *r = reduce_new((uint32_t)width, (uint32_t)height, whole);
	struct scaler *scaler;
	struct sheet s;
	struct err e;

	scaler = scaler_new(&e);
	assert_non_null(scaler);
	print_message("%d x %d: %s\n", width, height,
	    r != NULL ? "our loops" : "swscale itself, ours would differ");
	sheet_init(&s, width, height, space, full);
	for (int i = 0; i < FRAMES; i++) {
		draw(s.p, s.n);
		assert_as_swscale(scaler, whole, &s);
	}
	sheet_done(&s);
	scaler_free(scaler);
	reduce_free(r);
	sws_freeContext(whole);
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

#define WIDE 1400

static void
compare_with_plain(const struct reduce_ops *ops)
{
	static int16_t weight[REDUCE_OUT_MAX * 96], row[4 * WIDE];
	static int16_t one[4 * REDUCE_OUT_MAX], two[4 * REDUCE_OUT_MAX];
	static int16_t rows[WIDE][REDUCE_OUT_MAX];
	static int16_t down[2][REDUCE_OUT_MAX * REDUCE_OUT_MAX];
	struct reduce_axis a = {
	    .in = WIDE, .out = REDUCE_OUT_MAX, .taps = 96, .weight = weight};

	for (int i = 0; i < 300; i++) {
		for (size_t k = 0; k < sizeof(weight) / 2; k++)
			weight[k] = (int16_t)(next() % 1500) - 400;
		for (size_t k = 0; k < sizeof(row) / 2; k++)
			row[k] = (int16_t)(next() & 255);
		for (size_t k = 0; k < REDUCE_OUT_MAX; k++)
			a.first[k] = next() % (WIDE - 96);
		reduce_ops_plain.rows(&a, row, WIDE, one);
		ops->rows(&a, row, WIDE, two);
		assert_memory_equal(one, two, sizeof(one));
		for (size_t k = 0; k < WIDE; k++)
			for (size_t x = 0; x < REDUCE_OUT_MAX; x++)
				rows[k][x] = (int16_t)(next() % 16000) - 900;
		for (size_t k = 0; k < sizeof(weight) / 2; k++)
			weight[k] = (int16_t)(next() % 300) - 100;
		for (uint32_t columns = 32; columns <= 64; columns += 32) {
			reduce_ops_plain.columns(&a, rows[0], columns, down[0]);
			ops->columns(&a, rows[0], columns, down[1]);
			assert_memory_equal(
			    down[0], down[1], 2ul * columns * REDUCE_OUT_MAX);
		}
	}
}

#define HIGH 39 /* no multiple of the rows done together */

/* Weights as swscale has them: near nothing but for some in the middle. */
static void
draw_window(struct reduce_axis *a, uint32_t taps)
{
	for (uint32_t i = 0; i < a->out; i++) {
		a->first[i] = next() % (a->in - taps);
		for (uint32_t k = 0; k < a->taps; k++)
			a->weight[i * a->taps + k] =
			    (int16_t)(k < taps ? (int)(next() % 3000) - 700
					       : 0);
	}
	a->weight[3] = 16319;
	a->weight[a->taps + 3] = -16384;
}

static void
compare_plane(reduce_plane *plane, uint32_t wide, uint32_t out, uint32_t taps)
{
	static int16_t weight[REDUCE_OUT_MAX * 96];
	static int16_t row[REDUCE_ROWS * (WIDE + 96)];
	static int16_t one[(HIGH + 16) * REDUCE_OUT_MAX];
	static int16_t two[(HIGH + 16) * REDUCE_OUT_MAX];
	struct reduce_axis a = {
	    .in = wide, .out = out, .taps = 96, .weight = weight};
	uint8_t *picture = malloc((size_t)wide * HIGH), *room;

	assert_non_null(picture);
	draw_window(&a, taps);
	assert_true(reduce_axis_quads(&a));
	room = aligned_alloc(64, reduce_plane_room(&a));
	assert_non_null(room);
	memset(room, 0xa5, reduce_plane_room(&a));
	for (size_t i = 0; i < (size_t)wide * HIGH; i++)
		picture[i] = (uint8_t)(next() % 3 == 0 ? 255 : next());
	for (uint32_t y = 0; y < HIGH; y += REDUCE_ROWS) {
		for (uint32_t r = 0; r < REDUCE_ROWS && y + r < HIGH; r++)
			reduce_ops_plain.widen(picture + (size_t)(y + r) * wide,
			    wide, row + (size_t)r * (WIDE + 96));
		reduce_ops_plain.rows(
		    &a, row, WIDE + 96, one + (size_t)y * REDUCE_OUT_MAX);
	}
	plane(&a, picture, wide, HIGH, room, two);
	for (size_t y = 0; y < HIGH; y++)
		assert_memory_equal(one + y * REDUCE_OUT_MAX,
		    two + y * REDUCE_OUT_MAX, out * sizeof(*one));
	free(picture);
	free(room);
	free(a.quad);
}

static void
whole_planes_are_as_row_by_row(void **state)
{
	reduce_plane *plane = reduce_plane_best();

	(void)state;
	print_message("planes: %s\n", plane != NULL ? "at once" : "by rows");
	for (uint32_t i = 0; plane != NULL && i < 200; i++)
		compare_plane(plane, 130 + next() % (WIDE - 130),
		    i % 2 == 0 ? 64 : 32, 3 + next() % 94);
}

static void
weights_that_are_no_bytes_are_left_to_rows(void **state)
{
	int16_t weight[REDUCE_STEP] = {16320};
	struct reduce_axis a = {
	    .in = 200, .out = 1, .taps = REDUCE_STEP, .weight = weight};

	(void)state;
	assert_false(reduce_axis_quads(&a));
	free(a.quad);
	weight[0] = 16319;
	assert_true(reduce_axis_quads(&a));
	free(a.quad);
}

static void
all_loops_this_processor_has_give_the_same(void **state)
{
	const struct reduce_ops *all[REDUCE_OPS_KINDS];
	size_t n = reduce_ops_all(all);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		print_message("loops: %s\n", all[i]->name);
		compare_with_plain(all[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_of_many_sizes_are_as_swscale_makes_them),
	    cmocka_unit_test(colours_are_as_the_frame_says),
	    cmocka_unit_test(odd_and_small_frames_are_left_to_swscale),
	    cmocka_unit_test(all_loops_this_processor_has_give_the_same),
	    cmocka_unit_test(whole_planes_are_as_row_by_row),
	    cmocka_unit_test(weights_that_are_no_bytes_are_left_to_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
