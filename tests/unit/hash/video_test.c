/* Hashes of videos: what is blank, lies or is cut short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash/hash.h"

#define LINE                                                             \
	"0,100,018ee63759451cf80c701c1e0e079dce191e838fdfcd69abe6705e71" \
	"ec716c71,0.000\n"
#define STRING                                                         \
	"\"018ee63759451cf80c701c1e0e079dce191e838fdfcd69abe6705e71ec" \
	"716c71,100,0.0\""

static struct tmk video, again;
static uint8_t file[TMK_BYTES];

static void
make_video(unsigned frames, float level)
{
	float frame[PDQ_BITS];
	struct err e;

	tmk_begin(&video);
	for (unsigned t = 0; t < frames; t++) {
		for (unsigned k = 0; k < PDQ_BITS; k++)
			frame[k] = level * (float)((k * 7 + t * t) % 31);
		assert_true(tmk_add(&video, frame, &e));
	}
	tmk_end(&video);
	tmk_write(&video, file);
}

static void
a_video_is_the_same_after_writing_and_reading(void **state)
{
	static float memory[2 * TMK_OFFSETS];
	struct tmk_offsets o;
	struct err e;

	(void)state;
	make_video(40, 1);
	assert_true(tmk_read((str){(char *)file, sizeof(file)}, &again, &e));
	assert_memory_equal(&video, &again, sizeof(video));
	tmk_offsets_init(&o, memory);
	assert_float_equal(tmk_level1(&video, &again), 1, 1e-5);
	assert_float_equal(tmk_level2(&o, &video, &again), 1, 1e-5);
}

static void
a_video_is_turned_as_its_frames_are(void **state)
{
	static struct tmk turned, of_turned;
	static float memory[2 * TMK_OFFSETS];
	float frame[PDQ_BITS], other[PDQ_BITS];
	struct tmk_offsets o;
	struct err e;

	(void)state;
	tmk_offsets_init(&o, memory);
	make_video(40, 1);
	for (int turn = 0; turn < PDQ_TURNS; turn++) {
		tmk_begin(&of_turned);
		for (unsigned t = 0; t < 40; t++) {
			for (unsigned k = 0; k < PDQ_BITS; k++)
				frame[k] = (float)((k * 7 + t * t) % 31);
			pdq_turn(frame, (enum pdq_turn)turn, other);
			assert_true(tmk_add(&of_turned, other, &e));
		}
		tmk_end(&of_turned);
		tmk_turn(&video, (enum pdq_turn)turn, &turned);
		assert_int_equal(turned.frames, 40);
		assert_float_equal(tmk_level1(&turned, &of_turned), 1, 1e-5);
		assert_float_equal(
		    tmk_level2(&o, &turned, &of_turned), 1, 1e-5);
		assert_true(
		    turn == PDQ_ORIGINAL ||
		    memcmp(turned.mean, video.mean, sizeof(video.mean)) != 0);
	}
}

static void
a_turned_transform_has_the_turned_hash(void **state)
{
	struct pdq_block block = {.quality = 100}, turned = {.quality = 100};
	struct pdq_hash all[PDQ_TURNS], own;

	(void)state;
	for (unsigned k = 0; k < PDQ_BITS; k++)
		block.transform[k] = (float)(k * 2654435761u % 1009) - 504.25f;
	pdq_all_of_block(&block, all);
	for (int t = 0; t < PDQ_TURNS; t++) {
		pdq_turn(block.transform, (enum pdq_turn)t, turned.transform);
		own = pdq_of_block(&turned, PDQ_ORIGINAL);
		assert_int_equal(pdq_distance(&own, &all[t]), 0);
	}
}

static void
a_blank_video_and_one_without_frames_score_nothing(void **state)
{
	static float memory[2 * TMK_OFFSETS];
	struct tmk_offsets o;

	(void)state;
	tmk_offsets_init(&o, memory);
	for (unsigned frames = 0; frames <= 20; frames += 20) {
		make_video(frames, 0);
		again = video;
		assert_true(tmk_level1(&video, &again) == 0);
		assert_true(tmk_level2(&o, &video, &again) == 0);
		make_video(20, 1);
		assert_true(tmk_level1(&video, &again) == 0);
		assert_true(tmk_level2(&o, &video, &again) == 0);
	}
}

static void
assert_refused(size_t n)
{
	struct err e;

	assert_false(tmk_read((str){(char *)file, n}, &again, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
a_tmk_that_lies_is_refused(void **state)
{
	static const size_t head[] = {
	    0, 5, 11, 12, 16, 20, 24, 31, 33, 47, 51, 150};
	const float wrong[] = {0.0f / 0.0f, 1.0f / 0.0f};

	(void)state;
	make_video(3, 1);
	assert_refused(0);
	assert_refused(sizeof(file) - 1);
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++) {
		file[head[i]] ^= 0x80;
		assert_refused(sizeof(file));
		file[head[i]] ^= 0x80;
	}
	for (size_t at = 176; at < sizeof(file); at += 65792)
		for (size_t i = 0; i < 2; i++) {
			make_video(3, 1);
			memcpy(file + at, &wrong[i], sizeof(wrong[i]));
			assert_refused(sizeof(file));
		}
}

static void
assert_frames(str text, size_t n)
{
	OWNED(arena) a = arena_new(1 << 16);
	struct vpdq q;
	struct err e;

	assert_true(vpdq_read(a, text, &q, &e));
	assert_int_equal(q.n, n);
	assert_int_equal(q.v[n - 1].quality, 100);
}

static void
both_forms_of_vpdq_are_read(void **state)
{
	(void)state;
	assert_frames(S(LINE), 1);
	assert_frames(S(LINE LINE "1" LINE), 3);
	assert_frames(S("[" STRING "]"), 1);
	assert_frames(S(" [\n" STRING " ,\t" STRING "] \n"), 2);
}

static void
a_vpdq_that_is_wrong_is_refused(void **state)
{
	static const char *const wrong[] = {"", "\n", "[]", "[", "[" STRING,
	    "[" STRING STRING "]", "[" STRING ",]", "[" STRING "] x", "[\"\"]",
	    LINE "\n", LINE "1,100", "x" LINE, "-1" LINE, "0,101" LINE,
	    "0,100,00,0.0", "[" STRING ", \"\"", "[\"]"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		OWNED(arena) a = arena_new(1 << 16);
		struct vpdq q;
		struct err e;

		if (vpdq_read(a, str_c(wrong[i]), &q, &e))
			fail_msg("taken: %s", wrong[i]);
		assert_int_equal(e.kind, ERR_INPUT);
	}
}

static void
times_are_written_as_python_writes_them(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} times[] = {{0, "0.0"}, {1, "1.0"}, {0.033, "0.033"}, {12.345, "12.3"},
	    {99.96, "1e+02"}, {100, "1e+02"}, {123.4, "1.23e+02"},
	    {1234.5, "1.23e+03"}, {10, "10.0"}, {0.00012, "0.00012"},
	    {1e-5, "1e-05"}};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct vpdq_frame f = {.seconds = times[i].seconds};
		struct vpdq q = {&f, 1};
		CLEANUP(buf_done) struct buf b = BUF_MAX(256);
		str end = str_c(times[i].text), text;

		vpdq_write_json(&q, &b);
		text = str_sub(buf_view(&b), 0, b.n - 2);
		assert_int_equal(text.p[text.n - end.n - 1], ',');
		assert_true(str_ends(text, end));
	}
}

static void
frames_below_the_quality_and_none_at_all_match_nothing(void **state)
{
	struct vpdq_frame v[2] = {{.quality = 49}, {.quality = 50}};
	struct vpdq bad = {v, 1}, good = {v + 1, 1};
	OWNED(arena) a = arena_new(1 << 16);
	struct vpdq_match m;
	struct err e;

	(void)state;
	for (int rule = VPDQ_BRUTE; rule <= VPDQ_PYTHON; rule++) {
		assert_true(vpdq_compare(a, &bad, &good, (enum vpdq_rule)rule,
		    VPDQ_DISTANCE, VPDQ_QUALITY, &m, &e));
		assert_int_equal(m.query_frames, 0);
		assert_true(m.query_percent == 0 && m.target_percent == 0);
		assert_true(vpdq_compare(a, &good, &good, (enum vpdq_rule)rule,
		    VPDQ_DISTANCE, VPDQ_QUALITY, &m, &e));
		assert_true(m.query_percent == 100 && m.target_percent == 100);
	}
}

static void
the_distance_itself_matches_by_one_rule_only(void **state)
{
	struct vpdq_frame v[2] = {
	    {.quality = 100}, {.quality = 100, .hash = {{0x7fffffff}}}};
	struct vpdq one = {v, 1}, other = {v + 1, 1};
	OWNED(arena) a = arena_new(1 << 16);
	struct vpdq_match m;
	struct err e;

	(void)state;
	assert_true(vpdq_compare(a, &one, &other, VPDQ_BRUTE, 31, 50, &m, &e));
	assert_true(m.query_percent == 0);
	assert_true(vpdq_compare(a, &one, &other, VPDQ_PYTHON, 31, 50, &m, &e));
	assert_true(m.query_percent == 100);
}

static void
every_second_at_thirty_frames_less_a_little_is_every_29th(void **state)
{
	(void)state;
	assert_int_equal(vpdq_step(1, 30000.0 / 1001), 29);
	assert_int_equal(vpdq_step(0, 30), 1);
	assert_int_equal(vpdq_step(0.5, 24), 12);
	assert_int_equal(vpdq_step(1e300, 1e300), INT32_MAX);
	assert_int_equal(vpdq_step(-1, 30), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_video_is_the_same_after_writing_and_reading),
	    cmocka_unit_test(a_video_is_turned_as_its_frames_are),
	    cmocka_unit_test(a_turned_transform_has_the_turned_hash),
	    cmocka_unit_test(
		a_blank_video_and_one_without_frames_score_nothing),
	    cmocka_unit_test(a_tmk_that_lies_is_refused),
	    cmocka_unit_test(both_forms_of_vpdq_are_read),
	    cmocka_unit_test(a_vpdq_that_is_wrong_is_refused),
	    cmocka_unit_test(times_are_written_as_python_writes_them),
	    cmocka_unit_test(
		frames_below_the_quality_and_none_at_all_match_nothing),
	    cmocka_unit_test(the_distance_itself_matches_by_one_rule_only),
	    cmocka_unit_test(
		every_second_at_thirty_frames_less_a_little_is_every_29th),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
