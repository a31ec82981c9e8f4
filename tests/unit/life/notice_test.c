/* A notice: its versions, whom it asks, and what counts as an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "erasure/erasure.h"
#include "life/asked.h"
#include "village.h"

static struct village v;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define count(what) village_count(&v, what)

static const struct notice_new picnic = {
    .words = {.title = {[LANG_FR] = S("Le pique-nique")},
	.body = {[LANG_FR] = S("Un chapeau.")}},
    .sign = true,
    .by_on = TODAY + 3};

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

static const struct grant *
leave(int64_t account, int64_t notice, enum permit_want want)
{
	const struct grant *g;

	DONE(permit_post(&v.house, v.arena, village_viewer(&v, account), notice,
	    want, NOW, TODAY, &g, &v.e));
	return g;
}

static struct notice
load(int64_t notice)
{
	struct deed d = village_deed(&v, SAMI);
	struct notice n;

	DONE(
	    notice_load(&d, leave(SAMI, notice, PERMIT_NOTICE_EDIT), &n, &v.e));
	return n;
}

/* SAMI's, to the squirrels. */
static int64_t
draft(struct notice_new n)
{
	struct deed d = village_deed(&v, SAMI);
	int64_t id;

	DONE(db_begin(v.house.db, &v.e));
	DONE(notice_create(&d, &n, &id, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	village_sql(
	    &v, arena_fmt(v.arena,
		    "INSERT INTO post_audience (post, activity_group, day_on) "
		    "VALUES (%d, 1, %d)",
		    (int)id, TODAY)
		    .p);
	return id;
}

static enum words_hour
publish(int64_t id, int64_t at)
{
	struct deed d = village_deed(&v, SAMI);
	enum words_hour a = WORDS_PAST;

	DONE(db_begin(v.house.db, &v.e));
	DONE(notice_publish(
	    &d, leave(SAMI, id, PERMIT_NOTICE_EDIT), at, &a, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	return a;
}

static int64_t
published(struct notice_new n)
{
	int64_t id = draft(n);

	assert_int_equal(publish(id, NOW), WORDS_DONE);
	return id;
}

static bool
answer(int64_t account, int64_t id, const struct notice *shown)
{
	struct deed d = village_deed(&v, account);
	const struct grant *g = leave(account, id, PERMIT_NOTICE);
	str digest = {(const char *)shown->digest, NOTICE_DIGEST_BYTES};
	struct notice n;
	bool noted;

	DONE(db_begin(v.house.db, &v.e));
	DONE(notice_load(&d, g, &n, &v.e));
	if (!asked_answer(&d, village_viewer(&v, account), g, &n, digest, false,
		&noted, &v.e)) {
		db_rollback(v.house.db);
		assert_int_equal(v.e.kind, ERR_NOT_FOUND);
		return false;
	}
	DONE(db_commit(v.house.db, &v.e));
	return noted;
}

static void
change(int64_t id, struct notice_new n)
{
	struct deed d = village_deed(&v, SAMI);

	DONE(db_begin(v.house.db, &v.e));
	DONE(notice_change(&d, leave(SAMI, id, PERMIT_NOTICE_EDIT), &n, &v.e));
	DONE(db_commit(v.house.db, &v.e));
}

static struct asked_waits
waiting(int64_t account)
{
	struct deed d = village_deed(&v, account);
	struct asked_waits w;

	DONE(
	    asked_waits(&d, village_viewer(&v, account), 0, LANG_EN, &w, &v.e));
	return w;
}

static size_t
waits(int64_t account)
{
	return waiting(account).n;
}

static struct asked_rows
rows(int64_t account, int64_t id)
{
	struct deed d = village_deed(&v, account);
	const struct grant *g = leave(account, id, PERMIT_NOTICE_EDIT);
	struct asked_rows ret;
	struct notice n;

	DONE(notice_load(&d, g, &n, &v.e));
	DONE(asked_rows(
	    &d, village_viewer(&v, account), g, &n, SQUIRRELS, &ret, &v.e));
	return ret;
}

static void
a_draft_has_one_version_and_what_was_shown_another_for_each_text(void **state)
{
	struct notice_new n = picnic;
	struct notice first, second;
	int64_t id = draft(n);

	(void)state;
	n.words.body[LANG_FR] = S("Un chapeau et de l’eau.");
	n.each = true;
	change(id, n);
	first = load(id);
	assert_int_equal(first.version, 1);
	assert_true(first.is.each);
	assert_true(
	    str_eq(first.is.words.body[LANG_FR], n.words.body[LANG_FR]));
	assert_int_equal(first.is.words.title[LANG_EN].n, 0);
	assert_int_equal(publish(id, NOW), WORDS_DONE);
	n.by_on = TODAY + 9;
	n.each = n.sign = false;
	change(id, n);
	second = load(id);
	assert_int_equal(second.version, 1);
	assert_int_equal(second.is.by_on, TODAY + 9);
	assert_true(second.is.each && second.is.sign); /* as it was shown */
	n.words.title[LANG_EN] = S("The picnic");
	n.words.body[LANG_EN] = S("A hat and water.");
	change(id, n);
	second = load(id);
	assert_int_equal(second.version, 2);
	assert_memory_not_equal(
	    first.digest, second.digest, NOTICE_DIGEST_BYTES);
	assert_int_equal(count("notice_text"), 2);
	/* What is moved from one part to another is another text. */
	n.words.title[LANG_EN] = S("The picnicA");
	n.words.body[LANG_EN] = S(" hat and water.");
	change(id, n);
	assert_memory_not_equal(
	    load(id).digest, second.digest, NOTICE_DIGEST_BYTES);
}

static void
its_hour_is_to_come_and_before_its_last_day(void **state)
{
	int64_t id = draft(picnic), day = 86400;

	(void)state;
	assert_int_equal(publish(id, NOW - 1), WORDS_PAST);
	assert_int_equal(publish(id, NOW + 4 * day), WORDS_LATE);
	assert_int_equal(publish(id, NOW + 3 * day), WORDS_DONE);
	assert_int_equal(waits(MOTHER), 0); /* not yet */
	assert_true(waiting(MOTHER).later);
	id = draft(picnic);
	village_sql(&v, "DELETE FROM post_audience");
	assert_int_equal(publish(id, NOW), WORDS_NO_AUDIENCE);
}

static void
one_answer_for_each_child_is_enough_unless_each_is_asked(void **state)
{
	int64_t one = published(picnic), each;
	struct notice_new n = picnic;
	struct notice shown = load(one);

	(void)state;
	assert_int_equal(waits(MOTHER), 1);
	assert_false(waiting(MOTHER).later);
	assert_int_equal(waits(FATHER), 0); /* no contact with a squirrel */
	village_sql(&v, "DELETE FROM authority WHERE kind = 'no_contact'");
	assert_int_equal(waits(FATHER), 1);
	assert_int_equal(waits(GRANNY), 0);
	assert_int_equal(waits(FOX_MUM), 0);
	assert_false(answer(GRANNY, one, &shown));
	assert_true(answer(MOTHER, one, &shown));
	assert_int_equal(waits(MOTHER), 0);
	assert_int_equal(waits(FATHER), 0);
	assert_int_equal(rows(SAMI, one).done, 1);
	assert_true(answer(FATHER, one, &shown)); /* may all the same */
	assert_int_equal(count("notice_answer"), 2);
	n.each = true;
	each = published(n);
	shown = load(each);
	assert_true(answer(MOTHER, each, &shown));
	assert_int_equal(waits(MOTHER), 0);
	assert_int_equal(waits(FATHER), 1);
	assert_int_equal(rows(SAMI, each).done, 0);
	assert_true(answer(FATHER, each, &shown));
	assert_int_equal(rows(SAMI, each).done, 1);
}

static void
another_text_asks_again_and_the_old_one_signs_nothing(void **state)
{
	int64_t id = published(picnic);
	struct notice shown = load(id);
	struct notice_new n = picnic;

	(void)state;
	assert_true(answer(MOTHER, id, &shown));
	n.words.body[LANG_FR] = S("Deux chapeaux.");
	change(id, n);
	assert_int_equal(waits(MOTHER), 1);
	assert_false(answer(MOTHER, id, &shown));
	assert_int_equal(count("notice_answer"), 1);
	shown = load(id);
	assert_true(answer(MOTHER, id, &shown));
	assert_int_equal(count("notice_answer WHERE version = 2"), 1);
	assert_int_equal(waits(MOTHER), 0);
}

static enum asked_fault
enter(int64_t id, struct asked_paper p)
{
	struct deed d = village_deed(&v, SAMI);
	const struct grant *g = leave(SAMI, id, PERMIT_NOTICE_EDIT);
	struct notice n = load(id);
	enum asked_fault f = ASKED_DONE;

	DONE(db_begin(v.house.db, &v.e));
	DONE(asked_enter(&d, village_viewer(&v, SAMI), g, &n, &p, &f, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	return f;
}

static void
paper_needs_an_adult_who_is_asked_a_day_and_a_witness(void **state)
{
	const struct asked_paper right = {.group = SQUIRRELS,
	    .child = LEA,
	    .guardian = 1,
	    .witness = DIRECTOR,
	    .signed_on = TODAY};
	int64_t id = published(picnic);
	struct asked_paper p = right;

	(void)state;
	p.guardian = 3; /* her grandmother */
	assert_int_equal(enter(id, p), ASKED_NOBODY);
	p = right;
	p.child = TOM;
	assert_int_equal(enter(id, p), ASKED_NOBODY);
	p = right;
	p.signed_on = TODAY + 1;
	assert_int_equal(enter(id, p), ASKED_DAY);
	p.signed_on = TODAY - 1;
	assert_int_equal(enter(id, p), ASKED_DAY);
	p = right;
	p.witness = SAMI;
	assert_int_equal(enter(id, p), ASKED_WITNESS);
	p.witness = MOTHER;
	assert_int_equal(enter(id, p), ASKED_WITNESS);
	assert_int_equal(count("notice_answer"), 0);
	assert_int_equal(enter(id, right), ASKED_DONE);
	assert_int_equal(
	    count("notice_answer WHERE method = 'paper' AND witness = 1"), 1);
	assert_int_equal(waits(MOTHER), 0);
}

static void
a_reminder_waits_when_the_last_day_is_past(void **state)
{
	struct deed d = village_deed(&v, SAMI);
	int64_t id = published(picnic);

	(void)state;
	village_sql(&v, "UPDATE notice SET asked_until = 20599");
	assert_int_equal(waits(MOTHER), 0);
	DONE(db_begin(v.house.db, &v.e));
	DONE(notice_remind(&d, leave(SAMI, id, PERMIT_NOTICE_EDIT), &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(waits(MOTHER), 1);
	assert_int_equal(count("notice WHERE asked_until = 20607"), 1);
}

static void
the_list_is_for_the_team_of_the_group(void **state)
{
	int64_t id = published(picnic);
	struct deed d = village_deed(&v, DIRECTOR);
	const struct grant *g = leave(DIRECTOR, id, PERMIT_NOTICE_EDIT);
	struct notice n = load(id);
	struct asked_rows r = rows(DIRECTOR, id);

	(void)state;
	assert_int_equal(r.n, 2);
	assert_false(asked_rows(
	    &d, village_viewer(&v, DIRECTOR), g, &n, FOXES, &r, &v.e));
	assert_false(asked_rows(
	    &d, village_viewer(&v, FOX_STAFF), g, &n, SQUIRRELS, &r, &v.e));
	assert_false(asked_rows(
	    &d, village_viewer(&v, MOTHER), g, &n, SQUIRRELS, &r, &v.e));
}

static void
answers_go_with_the_child_and_after_the_season(void **state)
{
	int64_t id = published(picnic), held, gone;
	struct notice shown = load(id);

	(void)state;
	assert_true(answer(MOTHER, id, &shown));
	DONE(notice_sweep(&v.house, 1, TODAY + 131 - 31, 1000, &gone, &v.e));
	assert_int_equal(count("notice_answer"), 1);
	DONE(notice_sweep(&v.house, 1, TODAY + 132 - 31, 1000, &gone, &v.e));
	assert_int_equal(count("notice_answer"), 0);
	assert_true(answer(MOTHER, id, &shown));
	DONE(db_begin(v.house.db, &v.e));
	DONE(erasure_child(&v.house, v.arena, LEA, NOW, &held, &v.e));
	DONE(db_commit(v.house.db, &v.e));
	assert_int_equal(count("notice_answer"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_draft_has_one_version_and_what_was_shown_another_for_each_text),
	    T(its_hour_is_to_come_and_before_its_last_day),
	    T(one_answer_for_each_child_is_enough_unless_each_is_asked),
	    T(another_text_asks_again_and_the_old_one_signs_nothing),
	    T(paper_needs_an_adult_who_is_asked_a_day_and_a_witness),
	    T(a_reminder_waits_when_the_last_day_is_past),
	    T(the_list_is_for_the_team_of_the_group),
	    T(answers_go_with_the_child_and_after_the_season),
	};

	return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
