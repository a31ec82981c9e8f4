/* What jobs and a media worker say of boxes: the odd ones, and a thousand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/media.h"

static struct err e;

static bool
reads(const struct media_cover *c, struct arena *a, struct media_cover *ret)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64 * 1024);

	media_cover_write(&b, c);
	return media_cover_read(a, buf_view(&b), ret, &e);
}

static bool
reads_one(struct media_region r)
{
	OWNED(arena) a = arena_new((size_t)1 << 20);
	struct media_cover c = {.id = 7, .n = 1, .region = &r}, got;

	return reads(&c, a, &got);
}

static void
a_thousand_boxes_pass_and_one_more_than_there_are_slots_does_not(void **state)
{
	static struct media_region r[MEDIA_REGIONS_MAX + 1];
	OWNED(arena) a = arena_new((size_t)1 << 20);
	struct media_cover c = {.id = 7,
	    .shape = MEDIA_SHAPES - 1,
	    .n = MEDIA_REGIONS_MAX,
	    .region = r};
	struct media_cover got;

	(void)state;
	for (uint32_t i = 0; i <= MEDIA_REGIONS_MAX; i++)
		r[i] = (struct media_region){i, i, i, 65536, 65536};
	assert_true(reads(&c, a, &got));
	assert_int_equal(got.n, MEDIA_REGIONS_MAX);
	assert_int_equal(got.shape, MEDIA_SHAPES - 1);
	assert_memory_equal(got.region, r, MEDIA_REGIONS_MAX * sizeof(r[0]));
	c.n++;
	assert_false(reads(&c, a, &got));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
boxes_outside_the_picture_or_turned_round_are_malformed(void **state)
{
	(void)state;
	assert_true(reads_one((struct media_region){3, 5, 5, 5, 5}));
	assert_true(reads_one((struct media_region){3, 0, 0, 65536, 65536}));
	assert_false(reads_one((struct media_region){3, 0, 0, 65537, 9}));
	assert_false(reads_one((struct media_region){3, 0, 0, 9, UINT32_MAX}));
	assert_false(reads_one((struct media_region){3, 10, 0, 9, 9}));
	assert_false(reads_one((struct media_region){3, 0, 10, 9, 9}));
	assert_false(
	    reads_one((struct media_region){MEDIA_REGIONS_MAX, 0, 0, 9, 9}));
}

static void
the_same_slot_twice_and_slots_out_of_order_are_malformed(void **state)
{
	static const struct media_region twice[] = {
	    {3, 0, 0, 9, 9}, {3, 20, 20, 30, 30}};
	static const struct media_region back[] = {
	    {4, 0, 0, 9, 9}, {3, 20, 20, 30, 30}};
	OWNED(arena) a = arena_new((size_t)1 << 20);
	struct media_cover c = {.n = 2, .region = twice}, got;

	(void)state;
	assert_false(reads(&c, a, &got));
	c.region = back;
	assert_false(reads(&c, a, &got));
}

static void
a_shape_that_nobody_draws_is_malformed(void **state)
{
	OWNED(arena) a = arena_new((size_t)1 << 20);
	struct media_cover c = {.shape = MEDIA_SHAPES}, got;

	(void)state;
	assert_false(reads(&c, a, &got));
}

/* All three renditions come back, or none. */
static void
covers_are_whole_or_none(void **state)
{
	static const struct media_covered some[] = {{7, 0, {0, 0, 0}},
	    {7, 1, {9, 9, 9}}, {7, 0, {9, 9, 0}}, {7, 0, {0, 9, 9}},
	    {7, MEDIA_SHAPES, {9, 9, 9}}};
	static const bool fine[] = {true, true, false, false, false};

	(void)state;
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		CLEANUP(buf_done) struct buf b = BUF_MAX(256);
		struct media_covered got;

		media_covered_write(&b, &some[i]);
		assert_int_equal(
		    media_covered_read(buf_view(&b), &got, &e), fine[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_thousand_boxes_pass_and_one_more_than_there_are_slots_does_not),
	    cmocka_unit_test(
		boxes_outside_the_picture_or_turned_round_are_malformed),
	    cmocka_unit_test(
		the_same_slot_twice_and_slots_out_of_order_are_malformed),
	    cmocka_unit_test(a_shape_that_nobody_draws_is_malformed),
	    cmocka_unit_test(covers_are_whole_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
