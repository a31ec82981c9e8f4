/* Reports: what becomes of one, who reads it, and who never does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "people/code.h"
#include "report/casefile.h"
#include "report/hide.h"
#include "village.h"

static struct village v;

#define TOWN_HALL 9

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define count(what) village_count(&v, what)

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

/* In a transaction of its own; the answer is the kind of the error. */
#define DO(call)                                           \
	do {                                               \
		DONE(db_begin(v.house.db, &v.e));          \
		answer = (call) ? ERR_NONE : v.e.kind;     \
		if (answer == ERR_NONE)                    \
			DONE(db_commit(v.house.db, &v.e)); \
		else                                       \
			db_rollback(v.house.db);           \
	} while (0)

static enum err_kind answer;

static struct report_new
words(const char *category, str text)
{
	return (struct report_new){.category = category_of(str_c(category)),
	    .who = S("public"),
	    .lang = LANG_FR,
	    .words = text};
}

static struct report_made
make(int64_t actor, struct report_new n)
{
	struct deed d = village_deed(&v, actor);
	struct report_made made;

	DO(report_make(&d, &n, &made, &v.e));
	assert_int_equal(answer, ERR_NONE);
	return made;
}

static struct report_made
of_mother(struct report_new n)
{
	n.who = S("guardian");
	n.reporter = MOTHER;
	return make(MOTHER, n);
}

static bool
reads(int64_t account, int64_t id)
{
	struct deed d = village_deed(&v, account);
	struct case_page page;

	DO(case_read(&d, id, &page, &v.e));
	assert_true(answer == ERR_NONE || answer == ERR_NOT_FOUND);
	return answer == ERR_NONE;
}

static int64_t
waiting(int64_t account)
{
	bool handles;
	int64_t n;

	DONE(case_waiting(
	    &v.house, v.arena, v.org->id, account, TODAY, &handles, &n, &v.e));
	return n;
}

static size_t
listed(int64_t account)
{
	struct case_heads l;

	DONE(case_heads(
	    &v.house, v.arena, v.org, account, TODAY, INT64_MAX, &l, &v.e));
	return l.n;
}

static void
name_handler(int64_t account, const char *standing)
{
	village_sql(
	    &v, arena_fmt(v.arena,
		    "INSERT INTO handler (organisation, account, named_by, "
		    "named_at, checked_until_on, standing) "
		    "VALUES (1, %d, 1, 1, %d, '%s')",
		    (int)account, TODAY + 30, standing)
		    .p);
}

/* ---- who reads it ---- */

static void
the_lead_reads_it_and_a_director_stands_in(void **state)
{
	struct report_made m = of_mother(words("team", S("Le portail.")));

	(void)state;
	assert_false(m.joined || m.nobody);
	assert_int_equal(m.receipt.n, 0);
	/* One lead alone is not enough: the director is the second. */
	assert_true(reads(SAFETY, m.case_file));
	assert_true(reads(DIRECTOR, m.case_file));
	assert_false(reads(SAMI, m.case_file));
	assert_false(reads(FOX_STAFF, m.case_file));
	assert_false(reads(MOTHER, m.case_file));
	name_handler(FOX_STAFF, "inside");
	assert_true(reads(FOX_STAFF, m.case_file));
	assert_false(reads(DIRECTOR, m.case_file));
	assert_int_equal(waiting(DIRECTOR), 0);
	assert_int_equal(listed(DIRECTOR), 0);
	assert_int_equal(waiting(SAFETY), 1);
	assert_int_equal(listed(SAFETY), 1);
}

static void
who_directs_finds_nothing_of_what_is_about_who_directs(void **state)
{
	struct report_new n = words("team", S("Elle crie."));
	struct report_made m;

	(void)state;
	n.functions = REPORT_OF_DIRECTOR;
	m = of_mother(n);
	/* The only lead answers to the director. */
	assert_true(m.nobody);
	assert_false(reads(DIRECTOR, m.case_file));
	assert_false(reads(SAFETY, m.case_file));
	assert_int_equal(waiting(DIRECTOR) + waiting(SAFETY), 0);
	assert_int_equal(listed(DIRECTOR) + listed(SAFETY), 0);
	assert_int_equal(count("audit WHERE subject_kind = 'case'"), 0);
	/* Somebody comes from outside: it waits for her. */
	name_handler(FOX_STAFF, "outside");
	assert_false(reads(FOX_STAFF, m.case_file)); /* one of the team */
	village_sql(&v,
	    "INSERT INTO account (id, organisation, kind, role, state, "
	    "login_digest, login_enc, name_enc, pass_hash, lang, created_at) "
	    "VALUES (9, 1, 'staff', 'safeguarding', 'active', x'09', x'00', "
	    "x'00', '', 'fr', 1)");
	name_handler(TOWN_HALL, "outside");
	assert_true(reads(TOWN_HALL, m.case_file));
	assert_int_equal(waiting(TOWN_HALL), 1);
}

static void
the_senders_of_a_photo_are_implied(void **state)
{
	const int64_t implied[] = {SAMI}, groups[] = {SQUIRRELS};
	struct report_new n = words("picture", S("Pas d’accord."));
	struct report_made m;

	(void)state;
	name_handler(SAMI, "inside");
	name_handler(FOX_STAFF, "inside");
	n.subject_kind = REPORT_MEDIUM;
	n.subject = 12;
	n.implied = implied;
	n.n_implied = 1;
	n.group = groups;
	n.n_group = 1;
	m = of_mother(n);
	assert_false(reads(SAMI, m.case_file));
	assert_true(reads(FOX_STAFF, m.case_file));
	/* She works with the squirrels now, and the matter keeps her away; he
	 * does no more, and stays away. */
	village_sql(&v,
	    "DELETE FROM staff_group;"
	    "INSERT INTO staff_group (account, activity_group) VALUES (3, 1)");
	assert_false(reads(FOX_STAFF, m.case_file));
	assert_false(reads(SAMI, m.case_file));
}

static void
who_was_beside_stays_away_when_she_changes_groups(void **state)
{
	const int64_t named[] = {SAMI};
	struct report_new n = words("team", S("…"));
	struct report_made m;

	(void)state;
	village_sql(&v,
	    "INSERT INTO staff_group (account, activity_group) VALUES (3, 1)");
	name_handler(FOX_STAFF, "inside");
	n.named = named;
	n.n_named = 1;
	m = of_mother(n);
	assert_false(reads(FOX_STAFF, m.case_file));
	village_sql(&v, "DELETE FROM staff_group WHERE account = 3");
	assert_false(reads(FOX_STAFF, m.case_file));
	assert_true(reads(SAFETY, m.case_file));
}

static void
one_who_handles_and_is_named_later_loses_it_at_once(void **state)
{
	struct report_made m = of_mother(words("team", S("…")));
	struct deed d = village_deed(&v, SAFETY);

	(void)state;
	name_handler(FOX_STAFF, "inside");
	assert_true(reads(FOX_STAFF, m.case_file));
	DO(case_name(&d, m.case_file, FOX_STAFF, &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_false(reads(FOX_STAFF, m.case_file));
	assert_int_equal(waiting(FOX_STAFF), 0);
}

static void
a_lead_who_reports_unnamed_does_not_judge_it(void **state)
{
	struct report_new n = words("team", S("…"));
	struct report_made m;

	(void)state;
	n.who = S("unsaid");
	n.unsaid = SAFETY;
	m = make(-1, n);
	assert_false(reads(SAFETY, m.case_file));
	assert_true(reads(DIRECTOR, m.case_file));
	assert_int_equal(count("report WHERE reporter IS NOT NULL"), 0);
}

/* ---- what becomes of it ---- */

static void
words_are_sealed_and_numbers_do_not_count(void **state)
{
	struct report_made a = of_mother(words("other", S("Un secret."))),
			   b = of_mother(words("other", S("Un autre.")));

	(void)state;
	assert_int_equal(a.number.n, 7);
	assert_false(str_eq(a.number, b.number));
	assert_int_equal(
	    count("report WHERE instr(words_enc, 'secret') > 0"), 0);
}

static void
a_second_report_of_the_same_thing_joins_the_case(void **state)
{
	struct report_new n = words("picture", S("Une."));
	struct report_made a, b;
	struct deed d = village_deed(&v, SAFETY);
	struct case_page page;

	(void)state;
	n.subject_kind = REPORT_POST;
	n.subject = 7;
	a = of_mother(n);
	n.words = S("Deux.");
	n.who = S("public");
	b = make(-1, n);
	assert_true(b.joined && !a.joined);
	assert_int_equal(a.case_file, b.case_file);
	assert_true(str_eq(a.number, b.number));
	DO(case_read(&d, a.case_file, &page, &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(page.n_report, 2);
	assert_true(str_eq(page.report[1].words, S("Deux.")));
	assert_int_equal(page.report[1].name.n, 0);
}

static void
a_receipt_reads_what_is_told_and_nothing_else(void **state)
{
	struct report_made m =
	    make(-1, words("worry", S("Il pleure souvent.")));
	struct deed d = village_deed(&v, SAFETY);
	struct report_seen seen;
	str typed = code_grouped(v.arena, m.receipt, 4);

	(void)state;
	assert_int_equal(m.receipt.n, REPORT_RECEIPT_SIGNS);
	DO(case_take(&d, m.case_file, &v.e));
	DO(case_note(&d, m.case_file, S("Entre nous."), &v.e));
	DO(case_ask(
	    &d, m.case_file, STORY_TOLD_ALL, S("Depuis quand ?"), &v.e));
	DONE(report_by_receipt(&v.house, v.arena, v.org, typed, &seen, &v.e));
	assert_true(str_eq(seen.words, S("Il pleure souvent.")));
	assert_int_equal(seen.story.n, 2);
	assert_int_equal(seen.story.v[0].deed, STORY_TAKEN);
	assert_int_equal(seen.story.v[0].actor.n, 0);
	assert_true(str_eq(seen.story.v[1].words, S("Depuis quand ?")));
	assert_false(report_by_receipt(&v.house, v.arena, v.org,
	    S("0000 0000 0000 0000 0000"), &seen, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	assert_int_equal(count("report WHERE receipt_digest IS NOT NULL"), 1);
}

static void
what_one_reporter_adds_is_not_told_to_another(void **state)
{
	struct report_new n = words("picture", S("Une."));
	struct report_made a, b;
	struct report_seen one, two;

	(void)state;
	n.subject_kind = REPORT_POST;
	n.subject = 7;
	a = make(-1, n);
	b = make(-1, n);
	DONE(
	    report_by_receipt(&v.house, v.arena, v.org, a.receipt, &one, &v.e));
	{
		struct deed d = village_deed(&v, -1);

		DO(report_answer(&d, &one, S("Je m’appelle Anna."), &v.e));
	}
	DONE(
	    report_by_receipt(&v.house, v.arena, v.org, a.receipt, &one, &v.e));
	DONE(
	    report_by_receipt(&v.house, v.arena, v.org, b.receipt, &two, &v.e));
	assert_int_equal(one.story.n, 1);
	assert_int_equal(two.story.n, 0);
}

static int64_t
decided(enum case_outcome o)
{
	struct report_made m = of_mother(words("team", S("…")));
	struct deed d = village_deed(&v, SAFETY);

	DO(case_decide(&d, m.case_file, o, S("Parce que."), &v.e));
	assert_int_equal(answer, ERR_NONE);
	return m.case_file;
}

static void
a_decision_has_reasons_and_is_taken_once(void **state)
{
	int64_t id = decided(CASE_UNFOUNDED);
	struct deed d = village_deed(&v, DIRECTOR);
	struct report_seen seen;

	(void)state;
	DO(case_decide(&d, id, CASE_MEASURES, S("Non."), &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	DONE(report_by_reporter(
	    &v.house, v.arena, v.org, MOTHER, 1, &seen, &v.e));
	assert_true(seen.decided && !seen.again_wanted);
	assert_int_equal(seen.story.n, 1);
	assert_true(str_eq(seen.story.v[0].words, S("Parce que.")));
	assert_false(report_by_reporter(
	    &v.house, v.arena, v.org, FATHER, 1, &seen, &v.e));
	assert_int_equal(waiting(SAFETY), 0);
}

static void
a_second_look_is_by_another_person_and_puts_it_right(void **state)
{
	int64_t id = decided(CASE_UNFOUNDED);
	struct deed lead = village_deed(&v, SAFETY);
	struct deed director = village_deed(&v, DIRECTOR);
	struct deed mother = village_deed(&v, MOTHER);
	struct report_seen seen;

	(void)state;
	DO(case_decide_again(&director, id, CASE_MEASURES, S("…"), &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	DONE(report_by_reporter(
	    &v.house, v.arena, v.org, MOTHER, 1, &seen, &v.e));
	DO(report_ask_again(&mother, &seen, S("Relisez."), &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(waiting(SAFETY), 0);
	assert_int_equal(waiting(DIRECTOR), 1);
	DO(report_ask_again(&mother, &seen, S("Encore."), &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	DO(case_decide_again(&lead, id, CASE_MEASURES, S("…"), &v.e));
	assert_int_equal(answer, ERR_DENIED);
	DO(case_decide_again(
	    &director, id, CASE_MEASURES, S("Une règle est écrite."), &v.e));
	assert_int_equal(answer, ERR_NONE);
	DONE(report_by_reporter(
	    &v.house, v.arena, v.org, MOTHER, 1, &seen, &v.e));
	assert_true(seen.again_done);
	assert_true(str_eq(seen.outcome, S("measures")));
	assert_int_equal(seen.story.v[seen.story.n - 1].deed, STORY_CHANGED);
	assert_int_equal(waiting(DIRECTOR), 0);
}

static void
reading_is_written_once_a_day(void **state)
{
	struct report_made m = of_mother(words("other", S("…")));

	(void)state;
	assert_true(reads(SAFETY, m.case_file));
	assert_true(reads(SAFETY, m.case_file));
	assert_true(reads(DIRECTOR, m.case_file));
	assert_int_equal(count("case_event WHERE deed = 'read'"), 2);
}

/* ---- the chain ---- */

static int64_t
broken(int64_t id)
{
	struct story s;

	DONE(story_load(&v.house, v.arena, v.org, id, &s, &v.e));
	return s.broken;
}

static void
what_was_altered_in_a_story_is_named(void **state)
{
	int64_t id = decided(CASE_MEASURES);
	struct deed d = village_deed(&v, SAFETY);

	(void)state;
	DO(case_note(&d, id, S("Une note."), &v.e));
	DO(case_note(&d, id, S("Une autre."), &v.e));
	assert_int_equal(broken(id), 0);
	assert_false(db_exec(v.house.db,
	    "UPDATE case_event SET detail = 'removed' WHERE id = 2", &v.e));
	village_sql(&v, "DROP TRIGGER case_event_written");
	village_sql(&v, "UPDATE case_event SET at = at + 1 WHERE id = 2");
	assert_int_equal(broken(id), 2);
	village_sql(&v, "UPDATE case_event SET at = at - 1 WHERE id = 2");
	assert_int_equal(broken(id), 0);
	village_sql(&v, "DELETE FROM case_event WHERE id = 3");
	assert_int_equal(broken(id), 4);
}

/* ---- hiding ---- */

static int64_t
album_with(int64_t *ret_photo)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);

	*ret_photo = village_photo(&v, post, "picture");
	village_sql(&v, "UPDATE medium SET uploader = 2");
	village_publish(&v, post, NOW);
	return post;
}

static struct report_made
of_subject(const char *category, enum report_subject kind, int64_t id)
{
	struct report_new n = words(category, S(""));
	struct deed d = village_deed(&v, MOTHER);

	n.subject_kind = kind;
	n.subject = id;
	DONE(hide_matter(&d, &n, &v.e));
	return of_mother(n);
}

static void
decide(int64_t id, enum case_outcome o)
{
	struct deed d = village_deed(&v, SAFETY);

	DO(case_decide(&d, id, o, S("Parce que."), &v.e));
	assert_int_equal(answer, ERR_NONE);
}

static void
a_photo_is_hidden_from_everybody_and_comes_back(void **state)
{
	struct report_made m;
	int64_t photo;

	(void)state;
	(void)album_with(&photo);
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	m = of_subject("picture", REPORT_MEDIUM, photo);
	for (int64_t who = DIRECTOR; who <= FOX_MUM; who++)
		assert_false(village_sees(&v, who, photo, PERMIT_SEE));
	assert_false(village_sees(&v, DIRECTOR, photo, PERMIT_EDIT));
	assert_int_equal(count("post WHERE photos = 0"), 1);
	assert_false(reads(SAMI, m.case_file));
	decide(m.case_file, CASE_UNFOUNDED);
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	assert_int_equal(count("post WHERE photos = 1"), 1);
	assert_int_equal(count("case_item WHERE shown_at IS NULL"), 0);
}

static void
what_is_removed_stays_hidden_until_a_second_look_says_otherwise(void **state)
{
	struct deed mother = village_deed(&v, MOTHER);
	struct deed director = village_deed(&v, DIRECTOR);
	struct report_seen seen;
	struct report_made m;
	int64_t photo;

	(void)state;
	(void)album_with(&photo);
	m = of_subject("picture", REPORT_MEDIUM, photo);
	decide(m.case_file, CASE_REMOVED);
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	DONE(report_by_reporter(
	    &v.house, v.arena, v.org, MOTHER, 1, &seen, &v.e));
	DO(report_ask_again(&mother, &seen, S("…"), &v.e));
	DO(case_decide_again(
	    &director, m.case_file, CASE_RESTORED, S("…"), &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
}

static void
a_photo_of_the_director_is_for_somebody_from_outside(void **state)
{
	struct report_made m;
	int64_t photo;

	(void)state;
	(void)album_with(&photo);
	village_sql(&v, "UPDATE medium SET uploader = 1");
	m = of_subject("picture", REPORT_MEDIUM, photo);
	assert_true(m.nobody);
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	assert_false(reads(SAFETY, m.case_file));
	assert_false(reads(DIRECTOR, m.case_file));
}

static void
words_alone_that_hide_nothing_hide_nothing(void **state)
{
	int64_t photo;

	(void)state;
	(void)album_with(&photo);
	(void)of_subject("team", REPORT_MEDIUM, photo);
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	assert_int_equal(count("case_item"), 0);
}

static void
an_album_is_withdrawn_frozen_and_comes_back_without_what_else_is_hidden(
    void **state)
{
	struct report_made one, all;
	int64_t photo, post = album_with(&photo);

	(void)state;
	one = of_subject("picture", REPORT_MEDIUM, photo);
	all = of_subject("mean", REPORT_POST, post);
	assert_int_equal(count("post WHERE state = 'withdrawn'"), 1);
	assert_false(village_sees(&v, DIRECTOR, photo, PERMIT_EDIT));
	decide(all.case_file, CASE_UNFOUNDED);
	assert_int_equal(count("post WHERE state = 'published'"), 1);
	assert_false(village_sees(&v, MOTHER, photo, PERMIT_SEE));
	decide(one.case_file, CASE_UNFOUNDED);
	assert_true(village_sees(&v, MOTHER, photo, PERMIT_SEE));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(the_lead_reads_it_and_a_director_stands_in),
	    TEST(who_directs_finds_nothing_of_what_is_about_who_directs),
	    TEST(the_senders_of_a_photo_are_implied),
	    TEST(who_was_beside_stays_away_when_she_changes_groups),
	    TEST(one_who_handles_and_is_named_later_loses_it_at_once),
	    TEST(a_lead_who_reports_unnamed_does_not_judge_it),
	    TEST(words_are_sealed_and_numbers_do_not_count),
	    TEST(a_second_report_of_the_same_thing_joins_the_case),
	    TEST(a_receipt_reads_what_is_told_and_nothing_else),
	    TEST(what_one_reporter_adds_is_not_told_to_another),
	    TEST(a_decision_has_reasons_and_is_taken_once),
	    TEST(a_second_look_is_by_another_person_and_puts_it_right),
	    TEST(reading_is_written_once_a_day),
	    TEST(what_was_altered_in_a_story_is_named),
	    TEST(a_photo_is_hidden_from_everybody_and_comes_back),
	    TEST(
		what_is_removed_stays_hidden_until_a_second_look_says_otherwise),
	    TEST(a_photo_of_the_director_is_for_somebody_from_outside),
	    TEST(words_alone_that_hide_nothing_hide_nothing),
	    TEST(
		an_album_is_withdrawn_frozen_and_comes_back_without_what_else_is_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
