/*
 * Tracing, from the drawn picture to the named account: hills, a sky and a
 * field of grain, marked, spoiled as the bench spoils, traced.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attack.h"
#include "mark/accuse.h"
#include "mark/trace.h"
#include "media/jpegout.h"

#define W 960
#define H 720
#define MCUS 4 /* of a segment */
#define ACCOUNTS 300
#define GUILTY 123
#define MEMORY ((size_t)64 << 20)

static const struct key key = {{5}};
static struct picture picture, foreign;
static struct mark_code code;
static uint8_t *bits[ACCOUNTS];
static struct arena *arena;
static struct err e;

/* A number from 0 to 1 of each place, smooth between places. */
static double
grain(uint32_t seed, double x, double y)
{
	double v[4], fx = x - floor(x), fy = y - floor(y);

	for (int i = 0; i < 4; i++) {
		uint32_t u = (uint32_t)(int)floor(x) + (i & 1);
		uint32_t w = (uint32_t)(int)floor(y) + (uint32_t)(i >> 1);
		uint32_t h = (u * 374761393u + w * 668265263u) ^ seed * 97u;

		h = (h ^ h >> 13) * 1274126177u;
		v[i] = (double)((h ^ h >> 16) & 0xffff) / 65535;
	}
	fx = fx * fx * (3 - 2 * fx);
	fy = fy * fy * (3 - 2 * fy);
	return (v[0] * (1 - fx) + v[1] * fx) * (1 - fy) +
	       (v[2] * (1 - fx) + v[3] * fx) * fy;
}

static uint8_t
landscape(uint32_t seed, uint32_t x, uint32_t y)
{
	double hill = H * (0.3 + 0.25 * grain(seed, x / 180.0, 0));
	double v = 0, size = 64, depth = y < hill ? 0.12 : 1;

	for (int i = 0; i < 5; i++, size /= 2)
		v += (grain(seed + (uint32_t)i, x / size, y / size) - 0.5) *
		     sqrt(size) * 9 * depth;
	v += y < hill ? 190 - 0.1 * y : 110;
	return (uint8_t)fmin(fmax(v, 0), 255);
}

static void
draw(uint32_t seed, int64_t medium, struct picture *ret)
{
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX((size_t)8 << 20);
	struct mark_place place;
	struct planes s;

	assert_true(planes_init(&s, W, H, 3, 2, &e));
	for (uint32_t y = 0; y < H; y++)
		for (uint32_t x = 0; x < W; x++)
			s.plane[0].p[y * s.plane[0].stride + x] =
			    landscape(seed, x, y);
	for (int i = 1; i < 3; i++)
		for (uint32_t y = 0; y < s.plane[i].height; y++)
			memset(s.plane[i].p + y * s.plane[i].stride, 128,
			    s.plane[i].width);
	assert_true(jpegout(&s, 82, &jpeg, &e));
	planes_done(&s);
	mark_place_init(&place, &key, medium, 2048);
	picture_of(&jpeg, MCUS, &place, ret);
}

static int
once(void **state)
{
	(void)state;
	assert_true(crypto_init(&e));
	draw(1, 1, &picture);
	draw(2, 2, &foreign);
	mark_code_init(&code, &key, 1, 2048);
	for (int i = 0; i < ACCOUNTS; i++) {
		bits[i] = calloc(picture.segments, 1);
		mark_code_bits(&code, i, picture.segments, bits[i]);
	}
	return 0;
}

static int
at_last(void **state)
{
	(void)state;
	picture_done(&picture);
	picture_done(&foreign);
	for (int i = 0; i < ACCOUNTS; i++)
		free(bits[i]);
	return 0;
}

static int
setup(void **state)
{
	(void)state;
	arena = arena_new(MEMORY);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct pixels
grey(const struct luma *l)
{
	return (struct pixels){l->p, l->w, l->h, 1, l->w};
}

static struct mark_rendition
rendition(void)
{
	return (struct mark_rendition){
	    grey(&picture.a), grey(&picture.b), 16, MCUS};
}

/* Sets named[i] for each named account; how many. */
static int
trace(const struct pixels *copy, bool all_poses, bool named[ACCOUNTS])
{
	struct mark_rendition r = rendition();
	struct mark_trace t;
	struct mark_judge *j;
	int n = 0;

	memset(named, 0, ACCOUNTS * sizeof(*named));
	assert_true(mark_trace(arena, copy, &r, all_poses, &t, &e));
	if (!t.found)
		return 0;
	j = mark_judge_new(arena, &code, &t.reading, &e);
	assert_non_null(j);
	for (int i = 0; i < ACCOUNTS; i++) {
		named[i] = mark_judge_wrong(mark_judge_score(j, bits[i]),
			       ACCOUNTS, 1) <= MARK_WRONG_MAX;
		n += named[i];
	}
	return n;
}

static const struct attack *
attack(const char *name)
{
	for (unsigned i = 0; i < n_attacks; i++)
		if (strcmp(attacks[i].name, name) == 0)
			return &attacks[i];
	fail_msg("no attack %s", name);
	return NULL;
}

static void
names_the_right_one_after(const char *name)
{
	struct luma own = luma_new(W, H), copy;
	struct dice dice = {42};
	bool named[ACCOUNTS];
	struct pixels px;

	copy_of(&picture, bits[GUILTY], &own);
	copy = attack(name)->spoil(&dice, &own);
	px = grey(&copy);
	assert_int_equal(trace(&px, false, named), 1);
	assert_true(named[GUILTY]);
	luma_done(&own);
	luma_done(&copy);
}

static void
a_copy_reduced_and_coded_again_names_its_account(void **state)
{
	(void)state;
	names_the_right_one_after("resize35");
}

static void
a_third_of_a_copy_names_its_account(void **state)
{
	(void)state;
	names_the_right_one_after("crop3");
}

static void
a_copy_in_a_screenshot_names_its_account(void **state)
{
	(void)state;
	names_the_right_one_after("screenshot");
}

static void
a_turned_copy_names_its_account(void **state)
{
	(void)state;
	names_the_right_one_after("rotate");
}

static void
a_mirrored_copy_in_colour_names_its_account(void **state)
{
	struct luma own = luma_new(W, H);
	uint8_t *rgb = calloc((size_t)W * H, 3);
	struct pixels px = {rgb, W, H, 3, (size_t)W * 3};
	bool named[ACCOUNTS];

	(void)state;
	copy_of(&picture, bits[GUILTY], &own);
	for (size_t y = 0; y < H; y++)
		for (size_t x = 0; x < W; x++)
			memset(
			    rgb + 3 * (y * W + x), own.p[y * W + W - 1 - x], 3);
	assert_int_equal(trace(&px, true, named), 1);
	assert_true(named[GUILTY]);
	luma_done(&own);
	free(rgb);
}

static void
of_two_who_average_one_is_named_and_nobody_else(void **state)
{
	const struct attack *k = attack("average2");
	uint8_t *two[] = {bits[7], bits[GUILTY]};
	struct luma joined = luma_new(W, H), copy;
	struct dice dice = {4};
	bool named[ACCOUNTS];
	struct pixels px;
	int n;

	(void)state;
	k->join(&dice, &picture, two, 2, &joined);
	copy = k->spoil(&dice, &joined);
	px = grey(&copy);
	n = trace(&px, false, named);
	assert_true(n >= 1);
	assert_int_equal(n, named[7] + named[GUILTY]);
	luma_done(&joined);
	luma_done(&copy);
}

static void
an_unmarked_copy_names_nobody(void **state)
{
	struct pixels px = grey(&picture.plain);
	bool named[ACCOUNTS];

	(void)state;
	assert_int_equal(trace(&px, false, named), 0);
}

static void
another_picture_names_nobody(void **state)
{
	struct pixels px = grey(&foreign.a);
	bool named[ACCOUNTS];

	(void)state;
	assert_int_equal(trace(&px, false, named), 0);
}

/* An account that exists nowhere: no account is named in its place. */
static void
a_copy_of_somebody_unknown_names_nobody(void **state)
{
	struct luma own = luma_new(W, H);
	uint8_t *unknown = calloc(picture.segments, 1);
	bool named[ACCOUNTS];
	struct pixels px;

	(void)state;
	mark_code_bits(&code, 987654321, picture.segments, unknown);
	copy_of(&picture, unknown, &own);
	px = grey(&own);
	assert_int_equal(trace(&px, false, named), 0);
	luma_done(&own);
	free(unknown);
}

static void
absurd_sizes_name_nobody(void **state)
{
	static const uint32_t sizes[][2] = {{1, 1}, {1, 3000}, {3000, 1},
	    {2, 2}, {31, 31}, {33, 2}, {40, 40}, {65535, 3}};
	uint8_t *p = calloc(65535, 3);

	(void)state;
	for (size_t i = 0; i < 65535 * 3; i++)
		p[i] = (uint8_t)(i * i >> 3);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct pixels px = {
		    p, sizes[i][0], sizes[i][1], 1, sizes[i][0]};
		bool named[ACCOUNTS];

		assert_int_equal(trace(&px, false, named), 0);
	}
	free(p);
}

static void
what_is_no_picture_is_refused(void **state)
{
	struct mark_rendition r = rendition(), odd = rendition();
	struct pixels none = {picture.a.p, 0, 10, 1, 10};
	struct pixels huge = {picture.a.p, 60000, 60000, 1, 0};
	struct pixels good = grey(&picture.a);
	struct mark_trace t;

	(void)state;
	assert_false(mark_trace(arena, &none, &r, false, &t, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(mark_trace(arena, &huge, &r, false, &t, &e));
	odd.mcus = 0;
	assert_false(mark_trace(arena, &good, &odd, false, &t, &e));
	odd = rendition();
	odd.b.width--;
	assert_false(mark_trace(arena, &good, &odd, false, &t, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

/* The promise behind every accusation: over all words of a few segments, each
 * as likely as it is for an innocent, the score's mean is exactly 1. */
static void
the_mean_score_of_the_innocent_is_one(void **state)
{
	static float value[] = {3, -2, 0.2f, -0.1f, 7, -9, 1, 0, 2.5f, -60};
	static float full[] = {2, 3, 1, 0.1f, 6, 4, 0.5f, 0, 5, 3};
	enum { SEGMENTS = 10 };
	struct mark_reading r = {SEGMENTS, value, full, 0};
	struct mark_judge *j = mark_judge_new(arena, &code, &r, &e);
	uint8_t bias[SEGMENTS], word[SEGMENTS];
	double mean = 0, most = 0;

	(void)state;
	assert_non_null(j);
	mark_code_biases(&code, SEGMENTS, bias);
	for (unsigned w = 0; w < 1 << SEGMENTS; w++) {
		double chance = 1, score;

		for (int i = 0; i < SEGMENTS; i++) {
			double p = mark_code_bias[bias[i]];

			word[i] = w >> i & 1;
			chance *= word[i] ? p : 1 - p;
		}
		score = exp(mark_judge_score(j, word));
		mean += chance * score;
		most = fmax(most, score);
	}
	assert_true(fabs(mean - 1) < 1e-4);
	assert_true(most > 5);
}

static void
an_accusation_counts_everybody_who_could_have_been_named(void **state)
{
	(void)state;
	assert_true(mark_judge_wrong(0, 1, 1) == 1);
	assert_true(mark_judge_wrong(-50, 1, 1) == 1);
	assert_true(fabs(mark_judge_wrong(log(1e12), 500, 2) - 1e-9) < 1e-15);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(a_copy_reduced_and_coded_again_names_its_account),
	    T(a_third_of_a_copy_names_its_account),
	    T(a_copy_in_a_screenshot_names_its_account),
	    T(a_turned_copy_names_its_account),
	    T(a_mirrored_copy_in_colour_names_its_account),
	    T(of_two_who_average_one_is_named_and_nobody_else),
	    T(an_unmarked_copy_names_nobody),
	    T(another_picture_names_nobody),
	    T(a_copy_of_somebody_unknown_names_nobody),
	    T(absurd_sizes_name_nobody),
	    T(what_is_no_picture_is_refused),
	    T(the_mean_score_of_the_innocent_is_one),
	    T(an_accusation_counts_everybody_who_could_have_been_named),
	};

	return cmocka_run_group_tests(tests, once, at_last);
}
