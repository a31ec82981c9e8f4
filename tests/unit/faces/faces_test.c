/* Boxes, words and masks, in a village: who may be seen is what people said. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../sharing/village.h"
#include "erasure/erasure.h"
#include "faces/ask.h"
#include "faces/wait.h"
#include "faces/word.h"

#define TAP (REGION_UNITS / 8) /* the side of a box that comes */

static struct village v;
static struct deed sami, other;
static int64_t post, photo, id;
static struct err *e;

static const struct box face = {10000, 10000, 8000, 9000};

static face_leave_of *by_board;

/* In the village nobody has answered; here everybody says yes. */
static bool
all_agree(const struct deed *d, int64_t p, int64_t group, unsigned medium,
    const int64_t *child, size_t n, enum face_leave *ret, struct err *err)
{
	(void)d;
	(void)p;
	(void)group;
	(void)medium;
	(void)child;
	(void)err;
	for (size_t i = 0; i < n; i++)
		ret[i] = FACE_GIVEN;
	return true;
}

static int
begin(void **state)
{
	(void)state;
	if (by_board == NULL)
		by_board = faces_leave;
	faces_leave = all_agree;
	village_open(&v);
	post = village_draft(&v, SQUIRRELS, 0);
	photo = village_bare_photo(&v, post, "a photo");
	sami = village_deed(&v, SAMI);
	other = village_deed(&v, DIRECTOR);
	e = &v.e;
	return db_begin(v.house.db, e) ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	if (db_in_transaction(v.house.db))
		db_rollback(v.house.db);
	village_close(&v);
	return 0;
}

static enum publish_answer
publish(void)
{
	enum publish_answer a;

	assert_true(
	    post_publish(&sami, village_edit(&v, SAMI, post), NOW, &a, e));
	return a;
}

static enum word_answer
say(const struct deed *d)
{
	enum word_answer a;

	if (!word_say(d, post, photo, &a, e))
		fail_msg("%s", e->msg);
	return a;
}

static void
drawn(void)
{
	if (!region_draw(&sami, post, photo, &face, &id, e))
		fail_msg("%s", e->msg);
}

static size_t
masks(const int64_t *hidden, size_t n)
{
	struct region_list l;

	assert_true(region_masks(&v.house, v.arena, photo, hidden, n, &l, e));
	return l.n;
}

static void
no_photo_is_published_without_a_word(void **state)
{
	(void)state;
	assert_int_equal(publish(), PUBLISH_FACES);
	assert_int_equal(say(&sami), WORD_DONE);
	assert_int_equal(publish(), PUBLISH_DONE);
}

static void
a_box_that_nobody_resolved_keeps_the_album_back(void **state)
{
	(void)state;
	drawn();
	assert_int_equal(say(&sami), WORD_OPEN);
	assert_int_equal(publish(), PUBLISH_FACES);
	assert_true(
	    region_resolve(&sami, post, photo, id, REGION_CHILD, LEA, e));
	assert_int_equal(publish(), PUBLISH_FACES);
	assert_int_equal(say(&sami), WORD_DONE);
	assert_int_equal(publish(), PUBLISH_DONE);
}

static void
a_box_drawn_after_the_word_takes_it_back(void **state)
{
	(void)state;
	assert_int_equal(say(&sami), WORD_DONE);
	drawn();
	assert_int_equal(village_count(&v, "face_word"), 0);
	assert_int_equal(publish(), PUBLISH_FACES);
}

static void
a_photo_added_later_is_seen_by_families_after_its_word(void **state)
{
	int64_t later;
	enum word_answer a;

	(void)state;
	assert_int_equal(say(&sami), WORD_DONE);
	assert_int_equal(publish(), PUBLISH_DONE);
	assert_true(db_commit(v.house.db, e));
	later = village_bare_photo(&v, post, "another");
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	assert_false(village_sees(&v, MOTHER, later, PERMIT_SEE));
	assert_true(village_sees(&v, SAMI, later, PERMIT_SEE));
	assert_int_equal(village_count(&v, "post WHERE photos = 1"), 1);
	assert_true(db_begin(v.house.db, e));
	assert_true(word_nobody(&sami, post, later, &a, e));
	assert_true(village_sees(&v, MOTHER, later, PERMIT_SEE));
	assert_int_equal(village_count(&v, "post WHERE photos = 2"), 1);
}

static bool
noah_refuses(const struct deed *d, int64_t p, int64_t group, unsigned medium,
    const int64_t *child, size_t n, enum face_leave *ret, struct err *err)
{
	(void)d;
	(void)p;
	(void)group;
	(void)medium;
	(void)err;
	for (size_t i = 0; i < n; i++)
		ret[i] = child[i] == NOAH ? FACE_REFUSED : FACE_GIVEN;
	return true;
}

static void
two_people_look_where_a_child_of_the_day_refuses(void **state)
{
	(void)state;
	faces_leave = noah_refuses;
	assert_int_equal(say(&sami), WORD_SECOND);
	assert_int_equal(say(&sami), WORD_SECOND); /* twice is one person */
	assert_int_equal(publish(), PUBLISH_FACES);
	assert_int_equal(say(&other), WORD_DONE);
	assert_int_equal(publish(), PUBLISH_DONE);
}

static void
one_word_is_not_enough_once_somebody_refuses(void **state)
{
	(void)state;
	assert_int_equal(say(&sami), WORD_DONE);
	faces_leave = noah_refuses;
	assert_int_equal(publish(), PUBLISH_FACES);
}

/* What is written down of who waits for whom. */
static size_t
waits(const struct deed *d, enum face_wait_for what)
{
	struct face_waits l;
	size_t n = 0;

	if (!face_waiting(d, d->actor == DIRECTOR, &l, e))
		fail_msg("%s", e->msg);
	for (size_t i = 0; i < l.n; i++)
		n += l.v[i].post == post && l.v[i].what == what;
	return n;
}

static void
the_second_person_is_asked_when_the_first_is_through(void **state)
{
	enum word_answer a;
	int64_t two;

	(void)state;
	assert_true(db_commit(v.house.db, e));
	two = village_bare_photo(&v, post, "another");
	assert_true(db_begin(v.house.db, e));
	faces_leave = noah_refuses;
	assert_int_equal(say(&sami), WORD_SECOND);
	assert_int_equal(village_count(&v, "post WHERE second_at > 0"), 0);
	assert_true(word_nobody(&sami, post, two, &a, e));
	assert_int_equal(village_count(&v, "post WHERE second_at > 0"), 1);
	assert_int_equal(waits(&other, FACE_WAIT_SECOND), 1);
	assert_int_equal(waits(&sami, FACE_WAIT_SECOND), 0);
	assert_int_equal(waits(&sami, FACE_WAIT_READY), 0);
}

static void
one_click_says_for_all_that_nothing_was_missed_of_what_was_seen(void **state)
{
	int64_t n;

	(void)state;
	faces_leave = noah_refuses;
	assert_true(word_say_second(&other, post, &n, e));
	assert_int_equal(n, 0); /* nobody was first */
	assert_int_equal(say(&sami), WORD_SECOND);
	assert_true(word_say_second(&sami, post, &n, e));
	assert_int_equal(n, 0); /* one person is not two */
	assert_int_equal(publish(), PUBLISH_FACES);
	assert_true(word_say_second(&other, post, &n, e));
	assert_int_equal(n, 1);
	assert_int_equal(waits(&sami, FACE_WAIT_READY), 1);
	assert_int_equal(publish(), PUBLISH_DONE);
}

static void
what_the_second_person_masks_does_not_send_the_first_back(void **state)
{
	(void)state;
	faces_leave = noah_refuses;
	assert_int_equal(say(&sami), WORD_SECOND);
	assert_true(region_draw(&other, post, photo, &face, &id, e));
	assert_int_equal(village_count(&v, "face_word"), 1);
	assert_int_equal(say(&other), WORD_OPEN);
	assert_true(region_resolve(&other, post, photo, id, REGION_MASK, 0, e));
	assert_int_equal(say(&other), WORD_DONE);
	assert_int_equal(publish(), PUBLISH_DONE);
}

static void
whom_one_person_names_the_other_has_to_see(void **state)
{
	(void)state;
	faces_leave = noah_refuses;
	drawn();
	assert_true(region_resolve(&sami, post, photo, id, REGION_MASK, 0, e));
	assert_int_equal(say(&sami), WORD_SECOND);
	assert_int_equal(say(&other), WORD_DONE);
	assert_true(
	    region_resolve(&other, post, photo, id, REGION_CHILD, NOAH, e));
	assert_int_equal(village_count(&v, "face_word"), 0);
	assert_int_equal(publish(), PUBLISH_FACES);
}

static void
a_second_word_that_is_not_needed_any_more_is_not_waited_for(void **state)
{
	(void)state;
	faces_leave = noah_refuses;
	assert_int_equal(say(&sami), WORD_SECOND);
	faces_leave = all_agree;
	assert_int_equal(waits(&sami, FACE_WAIT_READY), 1);
	assert_int_equal(waits(&other, FACE_WAIT_SECOND), 0);
	assert_int_equal(publish(), PUBLISH_DONE);
	assert_int_equal(village_count(&v, "medium WHERE cleared = 1"), 1);
}

static void
without_any_answer_nobody_may_be_shown(void **state)
{
	struct face_children l;

	(void)state;
	faces_leave = by_board;
	assert_true(face_roster(&sami, post, false, CONSENT_PHOTO, &l, e));
	assert_true(l.n > 0);
	for (size_t i = 0; i < l.n; i++)
		assert_int_equal(l.v[i].leave, FACE_WAITING);
	assert_int_equal(say(&sami), WORD_SECOND);
}

static void
boxes_outside_of_no_size_and_too_many_are_refused(void **state)
{
	static const struct box bad[] = {{-1, 0, 900, 900}, {0, 0, 0, 900},
	    {0, 0, 900, 0}, {65000, 0, 900, 900}, {0, 65400, 900, 900},
	    {0, 0, INT64_MAX, 900}, {INT64_MAX, 0, 900, 900}, {0, 0, 255, 900},
	    {0, 0, 65537, 65536}};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_false(region_draw(&sami, post, photo, &bad[i], &id, e));
		assert_int_equal(e->kind, ERR_INPUT);
	}
	for (int i = 0; i < 1000; i++) {
		bool done = region_draw(&sami, post, photo, &face, &id, e);

		assert_int_equal(done, i < REGIONS_MAX);
		if (!done)
			assert_int_equal(e->kind, ERR_LIMIT);
	}
	assert_int_equal(village_count(&v, "region"), REGIONS_MAX);
}

static void
the_whole_picture_is_a_box_and_what_lies_beyond_is_moved_in(void **state)
{
	struct box all = {0, 0, REGION_UNITS, REGION_UNITS};
	struct box far = box_inside((struct box){-500, 70000, 100, 99999});

	(void)state;
	assert_true(region_draw(&sami, post, photo, &all, &id, e));
	assert_true(box_sound(&far));
}

static void
a_child_of_another_day_or_house_is_not_put_into_a_box(void **state)
{
	(void)state;
	drawn();
	village_sql(
	    &v, "UPDATE enrolment SET until_on = 20599 WHERE child = 1");
	assert_false(
	    region_resolve(&sami, post, photo, id, REGION_CHILD, LEA, e));
	assert_int_equal(e->kind, ERR_NOT_FOUND);
	assert_false(
	    region_resolve(&sami, post, photo, id, REGION_CHILD, 999, e));
	assert_false(region_resolve(&sami, post, photo, id, REGION_OPEN, 0, e));
	assert_int_equal(e->kind, ERR_INPUT);
}

static void
a_child_unenrolled_after_tagging_is_named_as_masked(void **state)
{
	struct face_children l;

	(void)state;
	drawn();
	assert_true(
	    region_resolve(&sami, post, photo, id, REGION_CHILD, LEA, e));
	village_sql(
	    &v, "UPDATE enrolment SET until_on = 20599 WHERE child = 1");
	faces_leave = by_board;
	assert_true(face_named(&sami, post, CONSENT_PHOTO, &l, e));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].leave, FACE_LEFT);
	assert_true(face_is_masked(l.v[0].leave));
}

static void
what_is_hidden_is_open_masked_asked_or_of_a_hidden_child(void **state)
{
	const int64_t lea = LEA, noah = NOAH;

	(void)state;
	drawn();
	assert_int_equal(masks(NULL, 0), 1);
	assert_true(
	    region_resolve(&sami, post, photo, id, REGION_CHILD, LEA, e));
	assert_int_equal(masks(NULL, 0), 0);
	assert_int_equal(masks(&noah, 1), 0);
	assert_int_equal(masks(&lea, 1), 1);
	assert_true(region_resolve(&sami, post, photo, id, REGION_ADULT, 0, e));
	assert_int_equal(masks(&lea, 1), 0);
	assert_true(region_resolve(&sami, post, photo, id, REGION_MASK, 0, e));
	assert_int_equal(masks(NULL, 0), 1);
	assert_true(region_resolve(&sami, post, photo, id, REGION_NONE, 0, e));
	assert_int_equal(masks(NULL, 0), 0);
}

static void
a_mask_that_is_asked_for_holds_until_the_team_decides(void **state)
{
	struct deed mother = village_deed(&v, MOTHER);

	(void)state;
	drawn();
	assert_true(
	    region_resolve(&sami, post, photo, id, REGION_CHILD, LEA, e));
	assert_true(mask_ask(&mother, post, photo, 12000, 12000, TAP, e));
	assert_true(mask_ask(&mother, post, photo, 12000, 12000, TAP, e));
	assert_int_equal(village_count(&v, "region"), 1);
	assert_int_equal(village_count(&v, "mask_request"), 1);
	assert_int_equal(masks(NULL, 0), 1);
	assert_true(mask_decide(&sami, post, photo, id, false, e));
	assert_int_equal(masks(NULL, 0), 0);
	assert_false(mask_decide(&sami, post, photo, id, false, e));
	assert_int_equal(e->kind, ERR_NOT_FOUND);
	/* Where nothing was boxed, a box comes. */
	assert_true(mask_ask(&mother, post, photo, 60000, 65535, TAP, e));
	assert_int_equal(village_count(&v, "region"), 2);
	assert_int_equal(masks(NULL, 0), 1);
	assert_false(mask_ask(&mother, post, photo, 65536, 0, TAP, e));
	assert_int_equal(e->kind, ERR_INPUT);
}

static void
nobody_asks_for_masks_without_end(void **state)
{
	struct deed mother = village_deed(&v, MOTHER);
	int n = 0;

	(void)state;
	for (int i = 0; i < 8; i++)
		for (int k = 0; k < 8; k++)
			n += mask_ask(&mother, post, photo, i * 8192 + 4096,
			    k * 8192 + 4096, TAP, e);
	assert_int_equal(n, ASK_MAX);
	assert_int_equal(e->kind, ERR_LIMIT);
}

static void
what_a_program_finds_is_open_and_not_found_twice(void **state)
{
	struct box b[] = {face, {10100, 10050, 8100, 8900}, {0, 0, 1, 1},
	    {40000, 40000, 4000, 4000}};

	(void)state;
	assert_int_equal(say(&sami), WORD_DONE);
	assert_true(region_found(
	    &v.house, v.arena, photo, b, sizeof(b) / sizeof(*b), NOW, e));
	assert_true(region_found(
	    &v.house, v.arena, photo, b, sizeof(b) / sizeof(*b), NOW, e));
	/* Each is compared with what was there before. */
	assert_int_equal(village_count(&v, "region WHERE kind = 'found'"), 3);
	assert_int_equal(village_count(&v, "medium WHERE looked_at > 0"), 1);
	assert_int_equal(village_count(&v, "medium WHERE cleared = 1"), 0);
	assert_int_equal(publish(), PUBLISH_FACES);
}

static void
no_face_in_one_tap_dismisses_what_was_found_not_what_was_drawn(void **state)
{
	enum word_answer a;

	(void)state;
	assert_true(region_found(&v.house, v.arena, photo, &face, 1, NOW, e));
	assert_true(word_nobody(&sami, post, photo, &a, e));
	assert_int_equal(a, WORD_DONE);
	assert_int_equal(village_count(&v, "region WHERE state = 'none'"), 1);
	drawn();
	assert_true(word_nobody(&sami, post, photo, &a, e));
	assert_int_equal(a, WORD_OPEN);
}

static void
the_rest_of_an_album_is_masked_at_once(void **state)
{
	(void)state;
	drawn();
	drawn();
	assert_true(region_mask_rest(&sami, post, 0, e));
	assert_int_equal(village_count(&v, "region WHERE state = 'mask'"), 2);
	assert_int_equal(say(&sami), WORD_DONE);
}

static void
a_box_of_another_album_is_not_touched(void **state)
{
	int64_t elsewhere;

	(void)state;
	drawn();
	assert_true(db_commit(v.house.db, e));
	elsewhere = village_draft(&v, FOXES, 0);
	assert_true(db_begin(v.house.db, e));
	assert_false(region_draw(&sami, elsewhere, photo, &face, &id, e));
	assert_int_equal(e->kind, ERR_NOT_FOUND);
	assert_false(region_remove(&sami, elsewhere, photo, id, e));
	assert_int_equal(village_count(&v, "region"), 1);
}

static void
erasing_takes_boxes_words_and_requests_along(void **state)
{
	struct deed mother = village_deed(&v, MOTHER);

	(void)state;
	drawn();
	assert_true(mask_ask(&mother, post, photo, 12000, 12000, TAP, e));
	assert_true(region_mask_rest(&sami, post, photo, e));
	assert_int_equal(say(&sami), WORD_DONE);
	assert_true(erasure_medium(&v.house, v.arena, photo, NOW, e));
	assert_int_equal(village_count(&v, "region"), 0);
	assert_int_equal(village_count(&v, "face_word"), 0);
	assert_int_equal(village_count(&v, "mask_request"), 0);
}

static void
an_erased_child_leaves_a_mask_without_a_name(void **state)
{
	int64_t held;

	(void)state;
	drawn();
	assert_true(
	    region_resolve(&sami, post, photo, id, REGION_CHILD, LEA, e));
	assert_true(erasure_child(&v.house, v.arena, LEA, NOW, &held, e));
	assert_int_equal(
	    village_count(&v, "region WHERE child IS NOT NULL"), 0);
	assert_int_equal(village_count(&v, "region WHERE state = 'mask'"), 1);
}

/* Law: no template, no identity, nothing biometric.  What a new column could
 * hold is asked here. */
static void
nothing_biometric_is_kept_or_could_be_computed(void **state)
{
	static const char columns[] =
	    "pragma_table_info('region') WHERE name NOT IN ('id', 'medium', "
	    "'x', 'y', 'w', 'h', 'kind', 'state', 'child', 'drawn_by', "
	    "'drawn_at', 'resolved_by', 'resolved_at')";
	static const char types[] =
	    "pragma_table_info('region') WHERE type NOT IN ('INTEGER', 'TEXT')";
	static const char others[] =
	    "pragma_table_info('face_word') WHERE name NOT IN ('medium', "
	    "'account', 'said_at')";
	static const char requests[] =
	    "pragma_table_info('mask_request') WHERE type NOT IN ('INTEGER', "
	    "'TEXT') OR name NOT IN ('id', 'region', 'medium', 'asked_by', "
	    "'asked_at', 'decided_by', 'decided_at', 'outcome')";
	static const char rows[] =
	    "region WHERE typeof(x) <> 'integer' OR typeof(y) <> 'integer' OR "
	    "typeof(w) <> 'integer' OR typeof(h) <> 'integer' OR length(kind) "
	    "> 5 OR length(state) > 5";
	static const char tables[] =
	    "sqlite_master WHERE type = 'table' AND (sql LIKE '%REFERENCES "
	    "region%' OR name LIKE '%face%' OR name LIKE '%region%') AND name "
	    "NOT IN ('region', 'face_word', 'mask_request')";

	(void)state;
	drawn();
	assert_true(region_found(&v.house, v.arena, photo, &face, 1, NOW, e));
	assert_int_equal(village_count(&v, columns), 0);
	assert_int_equal(village_count(&v, types), 0);
	assert_int_equal(village_count(&v, others), 0);
	assert_int_equal(village_count(&v, requests), 0);
	assert_int_equal(village_count(&v, rows), 0);
	assert_int_equal(village_count(&v, tables), 0);
	/* The database itself refuses more. */
	assert_false(
	    db_exec(v.house.db, "UPDATE region SET x = x'00112233'", e));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(no_photo_is_published_without_a_word),
	    T(a_box_that_nobody_resolved_keeps_the_album_back),
	    T(a_box_drawn_after_the_word_takes_it_back),
	    T(a_photo_added_later_is_seen_by_families_after_its_word),
	    T(two_people_look_where_a_child_of_the_day_refuses),
	    T(one_word_is_not_enough_once_somebody_refuses),
	    T(the_second_person_is_asked_when_the_first_is_through),
	    T(one_click_says_for_all_that_nothing_was_missed_of_what_was_seen),
	    T(what_the_second_person_masks_does_not_send_the_first_back),
	    T(whom_one_person_names_the_other_has_to_see),
	    T(a_second_word_that_is_not_needed_any_more_is_not_waited_for),
	    T(without_any_answer_nobody_may_be_shown),
	    T(boxes_outside_of_no_size_and_too_many_are_refused),
	    T(the_whole_picture_is_a_box_and_what_lies_beyond_is_moved_in),
	    T(a_child_of_another_day_or_house_is_not_put_into_a_box),
	    T(a_child_unenrolled_after_tagging_is_named_as_masked),
	    T(what_is_hidden_is_open_masked_asked_or_of_a_hidden_child),
	    T(a_mask_that_is_asked_for_holds_until_the_team_decides),
	    T(nobody_asks_for_masks_without_end),
	    T(what_a_program_finds_is_open_and_not_found_twice),
	    T(no_face_in_one_tap_dismisses_what_was_found_not_what_was_drawn),
	    T(the_rest_of_an_album_is_masked_at_once),
	    T(a_box_of_another_album_is_not_touched),
	    T(erasing_takes_boxes_words_and_requests_along),
	    T(an_erased_child_leaves_a_mask_without_a_name),
	    T(nothing_biometric_is_kept_or_could_be_computed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
