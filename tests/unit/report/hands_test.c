/* Those who handle reports: what the register says of them, what they are shown
 * of a picture, what they hand on, and who is asked then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "erasure/erasure.h"
#include "report/glance.h"
#include "report/hide.h"
#include "village.h"

static struct village v;
static enum err_kind answer;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define count(what) village_count(&v, what)

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
#define MUST(call)                                           \
	do {                                                 \
		DO(call);                                    \
		if (answer != ERR_NONE)                      \
			fail_msg("%d: %s", answer, v.e.msg); \
	} while (0)

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

/* Noon of TODAY in Paris, and that many minutes later. */
static struct deed
deed_at(int64_t account, int64_t minutes)
{
	struct deed d = village_deed(&v, account);

	d.now = NOW + minutes * 60;
	d.today = day_of(d.org->zone, d.now);
	return d;
}

static void
name_handler(int64_t account, int64_t until)
{
	village_sql(
	    &v, arena_fmt(v.arena,
		    "INSERT INTO handler (organisation, account, named_by, "
		    "named_at, checked_until_on) VALUES (1, %d, 1, 1, %d)",
		    (int)account, (int)until)
		    .p);
}

static int64_t
words_case(void)
{
	struct report_new n = {.category = category_of(S("team")),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = S("Le portail.")};
	struct deed d = deed_at(MOTHER, 0);
	struct report_made made;

	MUST(report_make(&d, &n, &made, &v.e));
	return made.case_file;
}

struct pictured {
	int64_t case_file, medium;
};

/* A photo of SAMI's, reported by the mother and hidden. */
static struct pictured
picture_case(void)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t medium = village_photo(&v, post, "a photo");
	struct report_new n = {.category = category_of(S("picture")),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = S("Pas d’accord."),
	    .subject_kind = REPORT_MEDIUM,
	    .subject = medium};
	struct deed d = deed_at(MOTHER, 0);
	struct report_made made;

	village_publish(&v, post, NOW - 60);
	village_sql(&v, "UPDATE medium SET uploader = 2");
	MUST(hide_matter(&d, &n, &v.e) && report_make(&d, &n, &made, &v.e));
	return (struct pictured){made.case_file, medium};
}

static bool
reads(int64_t account, int64_t id)
{
	struct deed d = deed_at(account, 0);
	struct case_head c;

	DO(case_enter(&d, id, &c, &v.e));
	assert_true(answer == ERR_NONE || answer == ERR_NOT_FOUND);
	return answer == ERR_NONE;
}

static int64_t
waiting_on(int64_t account, int64_t day)
{
	bool handles;
	int64_t n;

	DONE(case_waiting(
	    &v.house, v.arena, v.org->id, account, day, &handles, &n, &v.e));
	return handles ? n : -1;
}

static struct roll_facts
facts(void)
{
	return (struct roll_facts){.begins_on = TODAY - 10,
	    .ends_on = DB_NULL,
	    .checked_until_on = DB_NULL,
	    .trained_on = DB_NULL,
	    .trained_until_on = DB_NULL,
	    .selected = S("Choisie par le bureau.")};
}

static void
write_entry(int64_t account, struct roll_facts f)
{
	struct deed d = deed_at(DIRECTOR, 0);

	MUST(roll_write(&d, account, &f, &v.e));
}

/* ---- the register ---- */

static void
the_earliest_day_ends_a_right(void **state)
{
	int64_t on;

	(void)state;
	assert_int_equal(roll_last(DB_NULL, DB_NULL, DB_NULL, &on), ROLL_OPEN);
	assert_int_equal(roll_last(30, 20, 25, &on), ROLL_BY_TRAINING);
	assert_int_equal(on, 20);
	assert_int_equal(roll_last(DB_NULL, 20, 19, &on), ROLL_BY_END);
	assert_int_equal(on, 19);
	assert_int_equal(roll_last(18, DB_NULL, 19, &on), ROLL_BY_CHECK);
	assert_int_equal(on, 18);
}

static void
each_day_of_the_register_takes_the_case_away(void **state)
{
	int64_t id = words_case();
	struct roll_facts f;

	(void)state;
	assert_true(reads(SAFETY, id));
	for (int i = 0; i < 4; i++) {
		/* Its last day still counts, the day after does not. */
		for (int64_t over = 0; over < 2; over++) {
			f = facts();
			f.trained_on = TODAY - 100;
			if (i == 0)
				f.ends_on = TODAY - over;
			else if (i == 1)
				f.checked_until_on = TODAY - over;
			else if (i == 2)
				f.trained_until_on = TODAY - over;
			else
				f.begins_on = TODAY + over;
			write_entry(SAFETY, f);
			assert_int_equal(reads(SAFETY, id), over == 0);
			assert_int_equal(
			    waiting_on(SAFETY, TODAY), over == 0 ? 1 : -1);
		}
	}
	/* Written anew, it comes back; every change stays. */
	write_entry(SAFETY, facts());
	assert_true(reads(SAFETY, id));
	assert_int_equal(count("handler_entry WHERE account = 4"), 9);
	assert_int_equal(count("audit WHERE action = 'handler-written'"), 9);
	assert_int_equal(
	    count("handler_entry WHERE instr(selected_enc, 'bureau') > 0"), 0);
}

static void
a_check_that_ended_is_the_end_whatever_the_register_says(void **state)
{
	int64_t id = words_case();
	struct deed d = deed_at(DIRECTOR, 0);
	struct roll_line l;

	(void)state;
	name_handler(FOX_STAFF, TODAY + 5);
	write_entry(FOX_STAFF, facts());
	assert_true(reads(FOX_STAFF, id));
	DONE(roll_get(&d, FOX_STAFF, &l, &v.e));
	assert_int_equal(l.by, ROLL_BY_CHECK);
	assert_int_equal(l.last_on, TODAY + 5);
	assert_true(str_eq(l.facts.selected, S("Choisie par le bureau.")));
	assert_int_equal(waiting_on(FOX_STAFF, TODAY + 5), 1);
	assert_int_equal(waiting_on(FOX_STAFF, TODAY + 6), -1);
	/* Nobody who has no part in reports is in the register. */
	assert_false(roll_get(&d, SAMI, &l, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
}

static void
days_that_do_not_follow_are_refused_and_what_was_said_stays(void **state)
{
	struct deed d = deed_at(DIRECTOR, 0);
	struct roll_facts f = facts();

	(void)state;
	f.ends_on = f.begins_on - 1;
	DO(roll_write(&d, SAFETY, &f, &v.e));
	assert_int_equal(answer, ERR_INPUT);
	f = facts();
	f.trained_until_on = TODAY;
	DO(roll_write(&d, SAFETY, &f, &v.e));
	assert_int_equal(answer, ERR_INPUT);
	write_entry(SAFETY, facts());
	assert_false(
	    db_exec(v.house.db, "UPDATE handler_entry SET paid = 1", &v.e));
}

static void
the_end_of_a_right_is_told_once_before_and_on_its_day(void **state)
{
	struct deed d = deed_at(DIRECTOR, 0);
	struct roll_facts f = facts();
	struct roll r;

	(void)state;
	f.ends_on = TODAY + 30;
	write_entry(SAFETY, f);
	DONE(roll_list(&d, &r, &v.e));
#define TOLD(account, all, since, today) \
	roll_ending(&r, account, all, 30, since, today)
	assert_int_equal(TOLD(SAFETY, false, TODAY - 1, TODAY), 1);
	assert_int_equal(TOLD(DIRECTOR, true, TODAY - 1, TODAY), 1);
	assert_int_equal(TOLD(DIRECTOR, false, TODAY - 1, TODAY), 0);
	/* Told that day; no message in between; the last day; over. */
	assert_int_equal(TOLD(SAFETY, false, TODAY, TODAY + 1), 0);
	assert_int_equal(TOLD(SAFETY, false, TODAY, TODAY + 29), 0);
	assert_int_equal(TOLD(SAFETY, false, TODAY + 29, TODAY + 30), 1);
	assert_int_equal(TOLD(SAFETY, false, TODAY + 30, TODAY + 60), 0);
	/* Who had no message that day has it with the next one. */
	assert_int_equal(TOLD(SAFETY, false, TODAY - 3, TODAY + 2), 1);
}

static void
the_entry_of_somebody_goes_with_the_account(void **state)
{
	(void)state;
	name_handler(FOX_STAFF, TODAY + 30);
	write_entry(FOX_STAFF, facts());
	write_entry(SAFETY, facts());
	MUST(erasure_account(&v.house, v.arena, FOX_STAFF, NOW, &v.e));
	assert_int_equal(count("handler_entry WHERE account = 3"), 0);
	assert_int_equal(count("handler_entry"), 1);
}

/* ---- pictures ---- */

static enum glance_why
ask(int64_t account, const struct pictured *p, int64_t minutes, bool needed)
{
	struct deed d = deed_at(account, minutes);
	enum glance_why why = GLANCE_WHYS;

	DO(glance_ask(&d, p->case_file, p->medium, needed, &why, &v.e));
	return why;
}

static bool
shows(int64_t account, const struct pictured *p, int64_t minutes, bool sharp)
{
	struct deed d = deed_at(account, minutes);
	str bytes;

	DO(glance_show(&d, p->case_file, p->medium, sharp, &bytes, &v.e));
	assert_true(answer == ERR_NONE || answer == ERR_NOT_FOUND);
	if (answer == ERR_NONE)
		assert_true(str_eq(bytes, sharp ? S("sharp") : S("soft")));
	return answer == ERR_NONE;
}

static void
made(const struct pictured *p)
{
	MUST(glance_keep(
	    &v.house, v.arena, p->medium, S("soft"), S("sharp"), &v.e));
}

static void
take(int64_t account, int64_t id)
{
	struct deed d = deed_at(account, 0);

	MUST(case_take(&d, id, &v.e));
}

static void
nothing_is_shown_unasked_nor_to_who_has_not_taken_it_on(void **state)
{
	struct pictured p = picture_case();

	(void)state;
	assert_false(shows(SAFETY, &p, 0, false));
	assert_int_equal(ask(SAFETY, &p, 0, false), GLANCE_NOT_TAKEN);
	take(SAFETY, p.case_file);
	assert_false(shows(SAFETY, &p, 0, false));
	assert_int_equal(count("job WHERE kind = 'glance'"), 0);
	assert_int_equal(ask(SAFETY, &p, 0, false), GLANCE_MAY);
	assert_int_equal(count("job WHERE kind = 'glance'"), 1);
	assert_false(shows(SAFETY, &p, 0, false)); /* it is not made yet */
	made(&p);
	assert_true(shows(SAFETY, &p, 0, false));
	assert_true(shows(SAFETY, &p, 0, true));
	/* After a minute it is closed; and the others get nothing of it. */
	assert_false(shows(SAFETY, &p, 1, false));
	assert_int_equal(ask(SAFETY, &p, 2, false), GLANCE_MAY);
	assert_false(shows(DIRECTOR, &p, 2, false));
	assert_false(shows(SAMI, &p, 2, false));
	assert_int_equal(answer, ERR_NOT_FOUND);
	assert_true(shows(SAFETY, &p, 2, false));
	assert_int_equal(
	    count("case_glance WHERE instr(soft_enc, 'soft') > 0"), 0);
}

static void
each_showing_is_an_event_that_only_handlers_read(void **state)
{
	struct pictured p = picture_case();
	struct deed d = deed_at(SAFETY, 3);
	struct report_seen seen;
	struct case_page page;
	size_t soft = 0, sharp = 0;

	(void)state;
	take(SAFETY, p.case_file);
	(void)ask(SAFETY, &p, 0, false);
	made(&p);
	assert_true(shows(SAFETY, &p, 0, false) && shows(SAFETY, &p, 0, true));
	MUST(case_read(&d, p.case_file, &page, &v.e));
	assert_int_equal(page.story.broken, 0);
	for (size_t i = 0; i < page.story.n; i++) {
		soft += page.story.v[i].deed == STORY_LOOKED;
		sharp += page.story.v[i].deed == STORY_LOOKED_CLOSER;
	}
	assert_int_equal(soft, 1);
	assert_int_equal(sharp, 1);
	DONE(report_by_reporter(
	    &v.house, v.arena, v.org, MOTHER, 1, &seen, &v.e));
	assert_int_equal(seen.reads, 1);
}

static void
a_second_person_says_that_she_needs_it(void **state)
{
	struct pictured p = picture_case();

	(void)state;
	name_handler(FOX_STAFF, TODAY + 30);
	take(SAFETY, p.case_file);
	assert_int_equal(ask(SAFETY, &p, 0, false), GLANCE_MAY);
	made(&p);
	assert_true(shows(SAFETY, &p, 0, false));
	take(FOX_STAFF, p.case_file);
	assert_false(shows(SAFETY, &p, 0, false)); /* one at a time */
	assert_int_equal(count("case_glance"), 0);
	assert_int_equal(ask(FOX_STAFF, &p, 0, false), GLANCE_SEEN);
	assert_int_equal(count("case_glance"), 0);
	assert_int_equal(ask(FOX_STAFF, &p, 0, true), GLANCE_MAY);
	/* The first was shown it herself. */
	take(SAFETY, p.case_file);
	assert_int_equal(ask(SAFETY, &p, 5, false), GLANCE_MAY);
}

static void
what_was_matched_is_shown_to_nobody(void **state)
{
	struct pictured p = picture_case();

	(void)state;
	take(SAFETY, p.case_file);
	assert_int_equal(ask(SAFETY, &p, 0, false), GLANCE_MAY);
	made(&p);
	village_sql(&v,
	    "INSERT INTO stopping (organisation, medium, post, uploader, "
	    "cause, "
	    "stage, stopped_at) SELECT 1, m.id, m.post, m.uploader, 'list', "
	    "'rescan', 1 FROM medium m JOIN case_glance g ON g.medium = m.id");
	assert_int_equal(ask(SAFETY, &p, 0, true), GLANCE_NEVER);
	assert_false(shows(SAFETY, &p, 0, false));
}

static void
a_decision_ends_what_is_shown(void **state)
{
	struct pictured p = picture_case();
	struct deed d = deed_at(SAFETY, 0);

	(void)state;
	take(SAFETY, p.case_file);
	(void)ask(SAFETY, &p, 0, false);
	made(&p);
	MUST(case_decide(&d, p.case_file, CASE_REMOVED, S("Elle part."), &v.e));
	assert_false(shows(SAFETY, &p, 0, false));
	assert_int_equal(count("case_glance"), 0);
	assert_int_equal(ask(SAFETY, &p, 0, true), GLANCE_DECIDED);
}

static void
enough_is_enough_and_the_words_stay(void **state)
{
	struct pictured p = picture_case();
	struct deed d = deed_at(SAFETY, 150);
	struct case_page page;
	struct care care;

	(void)state;
	take(SAFETY, p.case_file);
	for (int64_t i = 0; i < 30; i++) {
		int64_t at = i + (i / 15) * 60; /* with a break */

		assert_int_equal(ask(SAFETY, &p, at, false), GLANCE_MAY);
		if (i == 0)
			made(&p);
		assert_true(shows(SAFETY, &p, at, false));
	}
	assert_int_equal(ask(SAFETY, &p, 150, false), GLANCE_CARE);
	DONE(glance_care(&d, &care, &v.e));
	assert_int_equal(care.why, CARE_CAP);
	assert_int_equal(care.used_s, 1800);
	MUST(case_read(&d, p.case_file, &page, &v.e));
	assert_true(str_eq(page.report[0].words, S("Pas d’accord.")));
	/* Tomorrow is another day, and five in the evening is late. */
	assert_int_equal(ask(SAFETY, &p, 5 * 60, false), GLANCE_CARE);
	assert_int_equal(ask(SAFETY, &p, 24 * 60, false), GLANCE_MAY);
}

static void
minutes_of_a_case_are_told_to_nobody_outside_of_its_path(void **state)
{
	struct pictured p = picture_case();
	struct deed director = deed_at(DIRECTOR, 10);
	struct deed lead = deed_at(SAFETY, 10);
	int64_t *seen, *own;
	struct roll r;

	(void)state;
	take(SAFETY, p.case_file);
	(void)ask(SAFETY, &p, 0, false);
	made(&p);
	assert_true(shows(SAFETY, &p, 0, false));
	DONE(roll_list(&director, &r, &v.e));
	DONE(glance_minutes(&director, &r, &seen, &v.e));
	DONE(glance_minutes(&lead, &r, &own, &v.e));
	for (size_t i = 0; i < r.n; i++) {
		assert_int_equal(own[i], r.v[i].account == SAFETY);
		/* One lead alone: the director stands in, and is in the path.
		 */
		assert_int_equal(seen[i], own[i]);
	}
	/* With a second one she is not. */
	name_handler(FOX_STAFF, TODAY + 30);
	DONE(glance_minutes(&director, &r, &seen, &v.e));
	for (size_t i = 0; i < r.n; i++)
		assert_int_equal(seen[i], 0);
}

/* ---- handing on ---- */

static void
who_would_rather_not_is_not_asked_and_leaves_no_trace(void **state)
{
	int64_t id = words_case();
	struct deed d = deed_at(SAFETY, 0);
	struct case_asked asked;
	struct case_page page;

	(void)state;
	name_handler(FOX_STAFF, TODAY + 30);
	take(SAFETY, id);
	MUST(case_pass(&d, id, &v.e));
	assert_int_equal(waiting_on(SAFETY, TODAY), 0);
	assert_int_equal(waiting_on(FOX_STAFF, TODAY), 1);
	DONE(case_asked(&d, id, &asked, &v.e));
	assert_int_equal(asked.n, 1);
	assert_int_equal(asked.account[0], FOX_STAFF);
	MUST(case_read(&d, id, &page, &v.e));
	assert_int_equal(page.head.taken_by, 0);
	assert_int_equal(page.story.broken, 0);
	for (size_t i = 0; i < page.story.n; i++)
		if (page.story.v[i].deed == STORY_PASSED)
			assert_int_equal(page.story.v[i].actor.n, 0);
	/* When nobody is left, all are asked again. */
	d = deed_at(FOX_STAFF, 0);
	MUST(case_pass(&d, id, &v.e));
	assert_int_equal(waiting_on(SAFETY, TODAY), 1);
	assert_int_equal(waiting_on(FOX_STAFF, TODAY), 1);
	/* Who takes it on after all is asked again; decided, nothing stays. */
	take(SAFETY, id);
	assert_int_equal(count("case_aside"), 1);
	d = deed_at(SAFETY, 0);
	MUST(case_decide(&d, id, CASE_MEASURES, S("Fait."), &v.e));
	assert_int_equal(count("case_aside"), 0);
}

static int64_t
outcomes(int64_t account)
{
	int64_t n;

	DONE(case_outcomes(&v.house, v.arena, v.org->id, account, TODAY,
	    NOW - 3600, &n, &v.e));
	return n;
}

static void
who_worked_on_it_is_told_what_became_of_it(void **state)
{
	int64_t id = words_case();
	struct deed fox = deed_at(FOX_STAFF, 0), lead = deed_at(SAFETY, 0);

	(void)state;
	name_handler(FOX_STAFF, TODAY + 30);
	MUST(case_note(&fox, id, S("Vu le portail."), &v.e));
	assert_int_equal(outcomes(FOX_STAFF), 0);
	MUST(case_decide(&lead, id, CASE_MEASURES, S("Fermé."), &v.e));
	assert_int_equal(outcomes(FOX_STAFF), 1);
	assert_int_equal(outcomes(SAFETY), 0); /* she decided */
	assert_int_equal(outcomes(DIRECTOR), 0);
	/* Who is named in it since is told nothing. */
	MUST(case_name(&lead, id, FOX_STAFF, &v.e));
	assert_int_equal(outcomes(FOX_STAFF), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_earliest_day_ends_a_right),
	    TEST(each_day_of_the_register_takes_the_case_away),
	    TEST(a_check_that_ended_is_the_end_whatever_the_register_says),
	    TEST(days_that_do_not_follow_are_refused_and_what_was_said_stays),
	    TEST(the_end_of_a_right_is_told_once_before_and_on_its_day),
	    TEST(the_entry_of_somebody_goes_with_the_account),
	    TEST(nothing_is_shown_unasked_nor_to_who_has_not_taken_it_on),
	    TEST(each_showing_is_an_event_that_only_handlers_read),
	    TEST(a_second_person_says_that_she_needs_it),
	    TEST(what_was_matched_is_shown_to_nobody),
	    TEST(a_decision_ends_what_is_shown),
	    TEST(enough_is_enough_and_the_words_stay),
	    TEST(minutes_of_a_case_are_told_to_nobody_outside_of_its_path),
	    TEST(who_would_rather_not_is_not_asked_and_leaves_no_trace),
	    TEST(who_worked_on_it_is_told_what_became_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
