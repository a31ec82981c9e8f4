/* Faces that pass between the stills of a video: which of them no still shows,
 * and which further stills would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

#include "video/passing.h"

#define W 256
#define H 144
#define LOOK_MS 160
#define UNIT 65536u

static uint8_t picture[W * H];
static struct video_wish there;
static struct video_found found;
static struct passing *p;
static struct err e;

/* Spots that do not move, another number, another place. */
static void
paint(uint32_t seed)
{
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++) {
			uint32_t v =
			    (uint32_t)(x / 8 * 31 + y / 8 * 17) + seed * 7919u;

			v = (v ^ v >> 16) * 2654435761u;
			v = (v ^ v >> 15) * 2246822519u;
			picture[y * W + x] = (uint8_t)(v >> 16);
		}
}

static struct passing_face
face(double x, double y, double sure)
{
	return (struct passing_face){
	    {(uint32_t)(x * UNIT), (uint32_t)(y * UNIT), UNIT / 8, UNIT / 6},
	    sure};
}

static void
look(int64_t at_ms, const struct passing_face *f, size_t n)
{
	if (!passing_add(p, picture, at_ms, f, n, &e))
		fail_msg("%s", e.msg);
}

static void
nothing_until(int64_t from_ms, int64_t until_ms)
{
	for (int64_t t = from_ms; t < until_ms; t += LOOK_MS)
		look(t, NULL, 0);
}

static void
boxed(uint32_t still, double x, double y)
{
	const struct media_face at = face(x, y, 0).at;

	there.box[there.n_boxes++] =
	    (struct video_box){still, 0, false, at.x, at.y, at.w, at.h};
}

static int
begin(void **state)
{
	(void)state;
	memset(&there, 0, sizeof(there));
	memset(&found, 0, sizeof(found));
	there.n_stills = 2;
	there.still_ms[1] = 2000;
	paint(1);
	p = passing_new(&there, W, H, &e);
	assert_non_null(p);
	return 0;
}

/* What is said can be said over the channel, once the stills are taken. */
static void
end(void)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_FOUND_MESSAGE_MAX);
	static struct video_found read;

	passing_end(p, &found);
	passing_free(p);
	for (uint32_t i = 0; i < found.n_stills; i++)
		found.still[i].bytes = 1;
	video_found_write(&b, &found);
	assert_false(b.full);
	if (!video_found_read(buf_view(&b), &read, &e))
		fail_msg("%s", e.msg);
	assert_memory_equal(&read, &found, sizeof(read));
}

static void
a_face_that_comes_and_goes_between_two_stills_gets_one_at_its_clearest(
    void **state)
{
	const struct passing_face dim = face(0.4, 0.3, 0.1);
	const struct passing_face clear = face(0.41, 0.3, 0.6);

	(void)state;
	nothing_until(0, 960);
	look(960, &dim, 1);
	look(1120, &clear, 1);
	nothing_until(1280, 2400);
	end();
	assert_int_equal(found.n_stills, 1);
	assert_int_equal(found.still[0].at_ms, 1120);
	assert_int_equal(found.n_boxes, 1);
	assert_true(found.box[0].further);
	assert_int_equal(found.box[0].x, clear.at.x);
	assert_false(found.left);
}

static void
a_face_that_a_box_of_a_still_shows_needs_no_other(void **state)
{
	(void)state;
	boxed(1, 0.5, 0.3);
	look(0, NULL, 0);
	for (int64_t t = 400; t < 2000; t += LOOK_MS) {
		const struct passing_face f =
		    face(0.3 + 0.2 * (double)t / 2000, 0.3, 0.3);

		look(t, &f, 1);
	}
	look(2000, (const struct passing_face[]){face(0.5, 0.3, 0.3)}, 1);
	nothing_until(2160, 2600);
	end();
	assert_int_equal(found.n_stills, 0);
	assert_int_equal(found.n_boxes, 0);
}

static void
what_a_person_boxed_is_followed_where_the_detector_did_not_see_it_then(
    void **state)
{
	const struct passing_face f = face(0.2, 0.2, 0.3);

	(void)state;
	boxed(0, 0.2, 0.2);
	look(0, NULL, 0);
	nothing_until(160, 600);
	look(640, &f, 1);
	look(800, &f, 1);
	end();
	assert_int_equal(found.n_stills + found.n_boxes, 0);
}

static void
who_is_in_a_still_and_in_none_of_its_boxes_gets_one_there(void **state)
{
	const struct passing_face two[] = {
	    face(0.1, 0.1, 0.3), face(0.6, 0.5, 0.3)};

	(void)state;
	boxed(0, 0.1, 0.1);
	look(0, two, 2);
	look(160, two, 2);
	end();
	assert_int_equal(found.n_stills, 0);
	assert_int_equal(found.n_boxes, 1);
	assert_false(found.box[0].further);
	assert_int_equal(found.box[0].still, 0);
	assert_int_equal(found.box[0].x, two[1].at.x);
}

static void
what_is_seen_once_and_hardly_is_nobody(void **state)
{
	const struct passing_face unsure = face(0.3, 0.3, -0.1);
	const struct passing_face sure = face(0.7, 0.5, 0.05);

	(void)state;
	look(0, NULL, 0);
	look(160, &unsure, 1);
	nothing_until(320, 1500);
	look(1600, &sure, 1);
	end();
	assert_int_equal(found.n_stills, 1);
	assert_int_equal(found.still[0].at_ms, 1600);
}

static void
behind_a_change_of_scene_a_face_in_the_same_place_is_another(void **state)
{
	const struct passing_face f = face(0.4, 0.3, 0.3);

	(void)state;
	boxed(0, 0.4, 0.3);
	look(0, &f, 1);
	look(160, &f, 1);
	paint(7);
	look(320, &f, 1);
	look(480, &f, 1);
	end();
	assert_int_equal(found.n_stills, 1);
	assert_true(found.still[0].at_ms >= 320);
}

static void
one_moment_that_shows_two_is_one_still(void **state)
{
	const struct passing_face both[] = {
	    face(0.1, 0.2, 0.1), face(0.7, 0.2, 0.1)};
	const struct passing_face left = face(0.1, 0.2, 0.9);

	(void)state;
	look(0, NULL, 0);
	look(160, &left, 1);
	look(320, both, 2);
	look(480, &both[1], 1);
	end();
	assert_int_equal(found.n_stills, 1);
	assert_int_equal(found.still[0].at_ms, 320);
	assert_int_equal(found.n_boxes, 2);
}

static void
where_more_pass_than_there_is_room_for_that_is_said(void **state)
{
	(void)state;
	there.n_stills = 1;
	for (uint32_t i = 0; i < VIDEO_FURTHER_MAX + 1; i++) {
		const struct passing_face f = face(0.4, 0.3, 0.3);

		paint(i + 2);
		look(LOOK_MS * (int64_t)(i + 1), &f, 1);
	}
	end();
	assert_int_equal(found.n_stills, VIDEO_FURTHER_MAX);
	assert_true(found.left);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, begin)
	const struct CMUnitTest tests[] = {
	    T(a_face_that_comes_and_goes_between_two_stills_gets_one_at_its_clearest),
	    T(a_face_that_a_box_of_a_still_shows_needs_no_other),
	    T(what_a_person_boxed_is_followed_where_the_detector_did_not_see_it_then),
	    T(who_is_in_a_still_and_in_none_of_its_boxes_gets_one_there),
	    T(what_is_seen_once_and_hardly_is_nobody),
	    T(behind_a_change_of_scene_a_face_in_the_same_place_is_another),
	    T(one_moment_that_shows_two_is_one_still),
	    T(where_more_pass_than_there_is_room_for_that_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
