/* Those who look into what was stopped: what they are shown, for how long, what
 * counts, what they hand on, and what they are told of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/glance.h"
#include "report/stopped.h"
#include "stop/circle.h"
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

/* A photo of SAMI's is too near to a list. */
static int64_t
a_stop(void)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t medium = village_photo(&v, post, "a photo");

	village_sql(
	    &v, arena_fmt(v.arena,
		    "INSERT INTO stopping (organisation, medium, post, "
		    "uploader, cause, stage, stopped_at) VALUES (1, %d, %d, "
		    "2, 'list', 'intake', %lld)",
		    (int)medium, (int)post, (long long)NOW)
		    .p);
	return count("stopping");
}

static struct stopped_look
look_of(int64_t account, int64_t minutes, int64_t stop)
{
	struct deed d = deed_at(account, minutes);
	struct stopped_look l;

	DONE(stopped_look(&d, stop, &l, &v.e));
	return l;
}

static enum stopped_why
ask(int64_t account, int64_t minutes, int64_t stop, bool needed)
{
	struct deed d = deed_at(account, minutes);
	enum stopped_why why = STOPPED_CARE;

	DO(stopped_ask(&d, stop, needed, &why, &v.e));
	assert_int_equal(answer, ERR_NONE);
	return why;
}

static void
close_it(int64_t account, int64_t minutes, int64_t stop)
{
	struct deed d = deed_at(account, minutes);

	DO(stopped_close(&d, stop, &v.e));
	assert_int_equal(answer, ERR_NONE);
}

static int64_t
waiting_on(int64_t account)
{
	bool handles;
	int64_t n;

	DONE(circle_waiting(
	    &v.house, v.arena, v.org->id, account, TODAY, &handles, &n, &v.e));
	return n;
}

static void
it_is_shown_when_asked_for_to_one_person_and_for_minutes(void **state)
{
	int64_t stop = a_stop();
	struct deed sami = deed_at(SAMI, 0);
	enum stopped_why why;

	(void)state;
	assert_int_equal(look_of(SAFETY, 0, stop).left_s, 0);
	assert_int_equal(ask(SAFETY, 0, stop, false), STOPPED_MAY);
	assert_int_equal(look_of(SAFETY, 0, stop).left_s, STOPPED_SHOWN_S);
	assert_int_equal(look_of(SAFETY, 4, stop).left_s, 60);
	assert_int_equal(look_of(SAFETY, 5, stop).left_s, 0);
	assert_int_equal(look_of(SAFETY, 5, stop).care.used_s, 300);
	/* Another: not unless she needs it. */
	assert_int_equal(look_of(DIRECTOR, 1, stop).left_s, 0);
	assert_int_equal(ask(DIRECTOR, 1, stop, false), STOPPED_SEEN);
	assert_int_equal(look_of(DIRECTOR, 1, stop).left_s, 0);
	assert_int_equal(ask(DIRECTOR, 1, stop, true), STOPPED_MAY);
	/* Who sent it: never. */
	DO(stopped_ask(&sami, stop, true, &why, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
	DO(stopped_close(&sami, stop, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
}

static void
the_second_person_who_has_to_agree_needs_no_reason(void **state)
{
	int64_t stop = a_stop();

	(void)state;
	assert_int_equal(ask(SAFETY, 0, stop, false), STOPPED_MAY);
	village_sql(&v, "UPDATE stopping SET proposed = 'entry', "
			"proposed_by = 4, proposed_at = 1 WHERE id = (SELECT "
			"max(id) FROM stopping)");
	assert_int_equal(ask(DIRECTOR, 1, stop, false), STOPPED_MAY);
}

static void
closed_the_minutes_that_were_not_used_come_back(void **state)
{
	int64_t stop = a_stop();

	(void)state;
	village_sql(&v, "DELETE FROM stop_look");
	assert_int_equal(ask(SAFETY, 0, stop, false), STOPPED_MAY);
	close_it(SAFETY, 1, stop);
	assert_int_equal(look_of(SAFETY, 1, stop).left_s, 0);
	assert_int_equal(look_of(SAFETY, 2, stop).care.used_s, 120);
}

static void
the_hours_the_cap_and_the_break_are_those_of_reports(void **state)
{
	int64_t stop = a_stop();
	struct stopped_look l;

	(void)state;
	village_sql(&v, "DELETE FROM stop_look");
	assert_int_equal(ask(SAFETY, 9 * 60, stop, true), STOPPED_CARE);
	assert_int_equal(look_of(SAFETY, 9 * 60, stop).care.why, CARE_HOURS);
	for (int64_t i = 0; i < 6; i++)
		assert_int_equal(ask(SAFETY, i * 5, stop, false), STOPPED_MAY);
	assert_int_equal(ask(SAFETY, 31, stop, true), STOPPED_CARE);
	l = look_of(SAFETY, 31, stop);
	assert_int_equal(l.care.why, CARE_CAP);
	assert_int_equal(l.care.used_s, l.care.cap_s);
	/* A picture of a report counts in the same minutes. */
	village_sql(&v, "DELETE FROM stop_look WHERE at > (SELECT min(at) FROM "
			"stop_look)");
	assert_int_equal(look_of(SAFETY, 31, stop).care.used_s, 60);
}

static void
no_minute_is_given_beyond_the_cap_the_hours_or_the_break(void **state)
{
	int64_t stop = a_stop();

	(void)state;
	/* Twenty-eight minutes of thirty. */
	village_sql(&v, "DELETE FROM stop_look");
	for (int64_t i = 0; i < 6; i++)
		assert_int_equal(ask(SAFETY, i * 5, stop, false), STOPPED_MAY);
	close_it(SAFETY, 27, stop);
	assert_int_equal(look_of(SAFETY, 28, stop).care.used_s, 28 * 60);
	assert_int_equal(ask(SAFETY, 31, stop, false), STOPPED_MAY);
	assert_int_equal(look_of(SAFETY, 31, stop).left_s, 2 * 60);
	assert_int_equal(look_of(SAFETY, 33, stop).care.used_s, 30 * 60);
	/* Two minutes before four in the afternoon. */
	village_sql(&v, "DELETE FROM stop_look");
	assert_int_equal(ask(SAFETY, 238, stop, false), STOPPED_MAY);
	assert_int_equal(look_of(SAFETY, 238, stop).left_s, 2 * 60);
	/* After forty-eight minutes, some of them with less. */
	village_sql(&v, "DELETE FROM stop_look");
	for (int64_t i = 0; i < 6; i++) {
		assert_int_equal(ask(SAFETY, i * 8, stop, false), STOPPED_MAY);
		close_it(SAFETY, i * 8 + 2, stop);
	}
	assert_int_equal(ask(SAFETY, 48, stop, false), STOPPED_MAY);
	assert_int_equal(look_of(SAFETY, 48, stop).left_s, 2 * 60);
}

static void
minutes_are_told_to_those_alone_who_may_know_of_it(void **state)
{
	struct deed safety = deed_at(SAFETY, 60), fox = deed_at(FOX_STAFF, 60);
	int64_t *minutes;
	struct roll r;

	(void)state;
	village_sql(&v, "DELETE FROM stop_look");
	assert_int_equal(ask(SAFETY, 0, a_stop(), false), STOPPED_MAY);
	DONE(roll_list(&safety, &r, &v.e));
	for (int i = 0; i < 2; i++) {
		DONE(glance_minutes(
		    i == 0 ? &safety : &fox, &r, &minutes, &v.e));
		for (size_t k = 0; k < r.n; k++)
			if (r.v[k].account == SAFETY)
				assert_int_equal(minutes[k], i == 0 ? 5 : 0);
	}
}

static void
who_hands_it_on_is_not_asked_unless_everybody_would_rather_not(void **state)
{
	struct deed lead = deed_at(SAFETY, 0), director = deed_at(DIRECTOR, 0);
	struct deed sami = deed_at(SAMI, 0);
	int64_t stop, before;

	(void)state;
	stop = a_stop();
	before = waiting_on(SAFETY);
	DO(circle_pass(&sami, stop, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
	DO(circle_pass(&lead, stop, &v.e));
	assert_int_equal(answer, ERR_NONE);
	assert_int_equal(waiting_on(SAFETY), before - 1);
	assert_int_equal(waiting_on(DIRECTOR), before);
	assert_int_equal(look_of(DIRECTOR, 0, stop).passed, 1);
	DO(circle_pass(&director, stop, &v.e));
	assert_int_equal(waiting_on(SAFETY), before);
	village_sql(&v, "UPDATE stopping SET outcome = 'confirmed', "
			"outcome_by = 1, outcome_at = 1");
	DO(circle_pass(&lead, stop, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
}

static void
who_worked_on_it_is_told_what_another_decided(void **state)
{
	struct deed lead = deed_at(SAFETY, 0), director = deed_at(DIRECTOR, 0);
	int64_t n;

	(void)state;
	village_sql(&v, "DELETE FROM stop_look;"
			"UPDATE stopping SET outcome = 'confirmed', "
			"outcome_by = 1, outcome_at = 1");
	assert_int_equal(ask(SAFETY, 0, a_stop(), false), STOPPED_MAY);
	village_sql(
	    &v, arena_fmt(v.arena,
		    "UPDATE stopping SET outcome = 'confirmed', outcome_by = "
		    "1, outcome_at = %lld WHERE outcome IS NULL",
		    (long long)NOW)
		    .p);
	DONE(stopped_outcomes(&lead, NOW - 60, &n, &v.e));
	assert_int_equal(n, 1);
	DONE(stopped_outcomes(&lead, NOW, &n, &v.e));
	assert_int_equal(n, 0);
	DONE(stopped_outcomes(&director, NOW - 60, &n, &v.e));
	assert_int_equal(n, 0);
}

/* Three may look into it; the rule needs two. */
static void
a_third_person_is_not_shown_it_while_a_second_one_has_to_agree(void **state)
{
	struct deed director = deed_at(DIRECTOR, 0);
	int64_t stop;

	(void)state;
	village_sql(&v, "DELETE FROM stop_look");
	DO(handler_name(&director, FOX_STAFF, TODAY + 9, S("inside"), &v.e));
	assert_int_equal(answer, ERR_NONE);
	DO(handler_name(&director, DIRECTOR, TODAY + 9, S("inside"), &v.e));
	assert_int_equal(answer, ERR_NONE);
	stop = a_stop();
	assert_int_equal(ask(SAFETY, 0, stop, false), STOPPED_MAY);
	village_sql(&v, "UPDATE stopping SET proposed = 'entry', "
			"proposed_by = 4, proposed_at = 1 WHERE id = (SELECT "
			"max(id) FROM stopping)");
	assert_int_equal(ask(DIRECTOR, 1, stop, false), STOPPED_MAY);
	assert_int_equal(ask(FOX_STAFF, 2, stop, false), STOPPED_SEEN);
	assert_int_equal(ask(FOX_STAFF, 2, stop, true), STOPPED_MAY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		it_is_shown_when_asked_for_to_one_person_and_for_minutes),
	    cmocka_unit_test(
		the_second_person_who_has_to_agree_needs_no_reason),
	    cmocka_unit_test(closed_the_minutes_that_were_not_used_come_back),
	    cmocka_unit_test(
		the_hours_the_cap_and_the_break_are_those_of_reports),
	    cmocka_unit_test(
		no_minute_is_given_beyond_the_cap_the_hours_or_the_break),
	    cmocka_unit_test(
		minutes_are_told_to_those_alone_who_may_know_of_it),
	    cmocka_unit_test(
		who_hands_it_on_is_not_asked_unless_everybody_would_rather_not),
	    cmocka_unit_test(who_worked_on_it_is_told_what_another_decided),
	    cmocka_unit_test(
		a_third_person_is_not_shown_it_while_a_second_one_has_to_agree),
	};

	return cmocka_run_group_tests_name("stopped", tests, begin, end);
}
