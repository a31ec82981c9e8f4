/* Demonstration pictures: the same from the same seed, different from others,
 * and real JPEGs with the date that was asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "draw/draw.h"
#include "media/container.h"
#include "media/exifdate.h"

static struct buf
draw(uint32_t seed, enum draw_scene scene, uint16_t year)
{
	struct draw_options o = {.seed = seed,
	    .scene = scene,
	    .width = 160,
	    .height = 120,
	    .taken = {year, 11, 21, 16, 30, 0}};
	struct buf b = BUF_MAX(DRAW_JPEG_MAX);
	struct err e;

	if (!draw_picture(&o, &b, &e))
		fail_msg("%s", e.msg);
	return b;
}

static void
every_scene_is_a_dated_jpeg_of_its_size(void **state)
{
	(void)state;
	for (int s = 0; s < DRAW_SCENES; s++) {
		CLEANUP(buf_done)
		struct buf b = draw(1, (enum draw_scene)s, 2026);
		struct container c =
		    container_read(MEDIA_FORMAT_JPEG, buf_view(&b));
		struct exif x = exif_read(c.exif);

		assert_int_equal(c.state, CONTAINER_WHOLE);
		assert_int_equal(c.width, 160);
		assert_int_equal(c.height, 120);
		assert_true(x.has_taken);
		assert_int_equal(x.taken[0], 2026);
		assert_int_not_equal(draw_scene_name((enum draw_scene)s)[0], 0);
	}
}

static void
a_seed_is_a_picture(void **state)
{
	(void)state;
	for (int s = 0; s < DRAW_SCENES; s++) {
		CLEANUP(buf_done) struct buf a = draw(5, (enum draw_scene)s, 0);
		CLEANUP(buf_done)
		struct buf again = draw(5, (enum draw_scene)s, 0);
		CLEANUP(buf_done)
		struct buf other = draw(6, (enum draw_scene)s, 0);

		assert_true(str_eq(buf_view(&a), buf_view(&again)));
		assert_false(str_eq(buf_view(&a), buf_view(&other)));
	}
}

static void
absurd_sizes_and_scenes_are_refused(void **state)
{
	static const struct draw_options wrong[] = {
	    {.width = 0, .height = 100},
	    {.width = 100, .height = 100000},
	    {.width = 100, .height = 100, .scene = DRAW_SCENES},
	};
	CLEANUP(buf_done) struct buf b = BUF_MAX(DRAW_JPEG_MAX);
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(draw_picture(&wrong[i], &b, &e));
		assert_int_equal(e.kind, ERR_INPUT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_scene_is_a_dated_jpeg_of_its_size),
	    cmocka_unit_test(a_seed_is_a_picture),
	    cmocka_unit_test(absurd_sizes_and_scenes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
