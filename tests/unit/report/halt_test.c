/* A report does not depend on whom it is about: nobody alone sends away who
 * could read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "people/account.h"
#include "people/halt.h"
#include "report/casefile.h"
#include "report/category.h"
#include "report/report.h"
#include "report/statement.h"
#include "stop/circle.h"
#include "village.h"

#define DAY 86400
enum { SECOND = 9, NEW };

static struct village v;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
/* In a transaction of its own. */
#define MUST(call)                                 \
	do {                                       \
		DONE(db_begin(v.house.db, &v.e));  \
		DONE(call);                        \
		DONE(db_commit(v.house.db, &v.e)); \
	} while (0)

static struct deed
deed_at(int64_t account, int64_t now)
{
	struct deed d = village_deed(&v, account);

	d.now = now;
	d.today = now / DAY;
	return d;
}

/* By director `by`, at `at`. */
static void
hire(int64_t account, const char *role, int64_t by, int64_t at)
{
	village_sql(
	    &v, arena_fmt(v.arena,
		    "INSERT INTO account (id, organisation, kind, role, state, "
		    "login_digest, login_enc, name_enc, pass_hash, lang, "
		    "created_at, approved_by) VALUES (%d, 1, 'staff', '%s', "
		    "'active', x'%02d', x'00', x'00', '', 'fr', %lld, %d)",
		    (int)account, role, (int)account, (long long)at, (int)by)
		    .p);
}

static void
sign_in(int64_t account)
{
	village_sql(
	    &v, arena_fmt(v.arena,
		    "INSERT INTO session (account, token_digest, factor, "
		    "created_at, seen_at, expires_at, agent_enc, address_enc) "
		    "VALUES (%d, x'%02d', 2, 1, 1, 9999999999, x'00', x'00')",
		    (int)account, (int)account)
		    .p);
}

/* What somebody asks at that time; false: another one has to agree. */
static bool
stops(int64_t by, int64_t account, enum halt what, int64_t now)
{
	struct deed d = deed_at(by, now);
	bool asked;

	MUST(halt_account(&d, account, what, &asked, &v.e));
	return !asked;
}

static bool
agrees(int64_t by, int64_t account, int64_t now)
{
	struct deed d = deed_at(by, now);
	bool done;

	DONE(db_begin(v.house.db, &v.e));
	done = halt_agree(&d, account, &v.e);
	if (done)
		DONE(db_commit(v.house.db, &v.e));
	else
		db_rollback(v.house.db);
	assert_true(done || v.e.kind == ERR_NOT_FOUND);
	return done;
}

static bool
is(int64_t account, const char *state)
{
	return village_count(&v,
		   arena_fmt(v.arena, "account WHERE id = %d AND state = '%s'",
		       (int)account, state)
		       .p) == 1;
}

static bool
is_in(int64_t account)
{
	return village_count(
		   &v, arena_fmt(v.arena,
			   "session WHERE account = %d AND revoked_at IS NULL",
			   (int)account)
			   .p) == 1;
}

static void
name(int64_t director, int64_t account, const char *standing, int64_t now)
{
	struct deed d = deed_at(director, now);

	MUST(handler_name(&d, account, TODAY + 90, str_c(standing), &v.e));
}

/* The lead answers to nobody in the organisation. */
static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	name(DIRECTOR, SAFETY, "independent", 1);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

static void
who_reads_no_report_about_a_director_is_stopped_by_one(void **state)
{
	(void)state;
	name(DIRECTOR, SAMI, "inside", NOW - 60);
	assert_true(stops(DIRECTOR, SAMI, HALT_SUSPEND, NOW));
	assert_true(is(SAMI, "suspended"));
	assert_true(stops(DIRECTOR, MOTHER, HALT_CLOSE, NOW));
	assert_true(is(MOTHER, "closed"));
}

static void
who_is_independent_is_stopped_by_two_and_signed_out_by_one(void **state)
{
	(void)state;
	hire(SECOND, "director", FOX_STAFF, 1);
	sign_in(SAFETY);
	assert_false(stops(DIRECTOR, SAFETY, HALT_SUSPEND, NOW));
	assert_true(is(SAFETY, "active"));
	assert_false(is_in(SAFETY));
	/* The same person is no second, however often. */
	sign_in(SAMI);
	assert_false(stops(DIRECTOR, SAFETY, HALT_SUSPEND, NOW + 60));
	assert_false(agrees(DIRECTOR, SAFETY, NOW + 60));
	assert_false(agrees(SAMI, SAFETY, NOW + 60));
	assert_true(is(SAFETY, "active"));
	assert_true(agrees(SECOND, SAFETY, NOW + 60));
	assert_true(is(SAFETY, "suspended"));
	assert_int_equal(village_count(&v, "account_halt"), 0);
	assert_true(is_in(SAMI));
	/* Closing what is stopped takes two as well. */
	assert_false(stops(SECOND, SAFETY, HALT_CLOSE, NOW + 120));
	assert_true(stops(DIRECTOR, SAFETY, HALT_CLOSE, NOW + 120));
	assert_true(is(SAFETY, "closed"));
}

static void
who_it_is_about_may_agree_and_nothing_else_is_agreed_by_it(void **state)
{
	(void)state;
	hire(SECOND, "director", FOX_STAFF, 1);
	assert_false(stops(DIRECTOR, SAFETY, HALT_SUSPEND, NOW));
	/* Another wish of another person is no agreement. */
	assert_false(stops(SECOND, SAFETY, HALT_CLOSE, NOW));
	assert_true(is(SAFETY, "active"));
	assert_true(agrees(SAFETY, SAFETY, NOW));
	assert_true(is(SAFETY, "suspended"));
}

static void
whom_the_first_let_in_or_named_of_late_is_no_second(void **state)
{
	(void)state;
	hire(SECOND, "director", DIRECTOR, NOW - 60);
	name(DIRECTOR, SAMI, "inside", NOW - 60);
	assert_false(stops(DIRECTOR, SAFETY, HALT_SUSPEND, NOW));
	assert_false(agrees(SECOND, SAFETY, NOW));
	assert_false(agrees(SAMI, SAFETY, NOW));
	assert_false(stops(SECOND, SAFETY, HALT_SUSPEND, NOW));
	assert_true(is(SAFETY, "active"));
	/* Known for long, both are. */
	village_sql(
	    &v, "UPDATE account_halt SET asked_at = asked_at + 2678400");
	assert_true(agrees(SAMI, SAFETY, NOW + 31 * DAY));
	assert_true(is(SAFETY, "suspended"));
}

static void
a_duty_that_was_taken_of_late_still_takes_two(void **state)
{
	struct deed d = deed_at(DIRECTOR, NOW);

	(void)state;
	name(DIRECTOR, SAMI, "outside", NOW - 60);
	MUST(handler_end(&d, 2, &v.e));
	assert_false(stops(DIRECTOR, SAMI, HALT_SUSPEND, NOW + 60));
	assert_true(is(SAMI, "active"));
	assert_false(stops(DIRECTOR, SAMI, HALT_SUSPEND, NOW + 31 * DAY));
	assert_true(
	    stops(DIRECTOR, SAMI, HALT_SUSPEND, NOW + (int64_t)366 * DAY));
}

static void
what_nobody_agrees_to_lapses_and_can_be_taken_back(void **state)
{
	struct deed first = deed_at(DIRECTOR, NOW), other;

	(void)state;
	hire(SECOND, "director", FOX_STAFF, 1);
	assert_false(stops(DIRECTOR, SAFETY, HALT_SUSPEND, NOW));
	assert_false(agrees(SECOND, SAFETY, NOW + 8 * DAY));
	/* What lapsed is no half of another. */
	assert_false(stops(SECOND, SAFETY, HALT_SUSPEND, NOW + 8 * DAY));
	assert_true(is(SAFETY, "active"));
	DONE(db_begin(v.house.db, &v.e));
	assert_false(halt_withdraw(&first, SAFETY, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	db_rollback(v.house.db);
	other = deed_at(SECOND, NOW + 8 * DAY);
	MUST(halt_withdraw(&other, SAFETY, &v.e));
	assert_false(agrees(DIRECTOR, SAFETY, NOW + 8 * DAY));
	assert_int_equal(
	    village_count(&v, "audit WHERE action LIKE 'account-stop-%'"), 3);
}

static void
an_account_that_is_not_there_to_be_stopped_is_not_asked_for(void **state)
{
	struct deed d = deed_at(DIRECTOR, NOW);
	bool asked;

	(void)state;
	village_sql(&v, "UPDATE account SET state = 'suspended' WHERE id = 4");
	DONE(db_begin(v.house.db, &v.e));
	assert_false(halt_account(&d, SAFETY, HALT_SUSPEND, &asked, &v.e));
	assert_int_equal(v.e.kind, ERR_CONFLICT);
	assert_false(halt_account(&d, 99, HALT_SUSPEND, &asked, &v.e));
	db_rollback(v.house.db);
	assert_int_equal(village_count(&v, "account_halt"), 0);
}

/* ---- by a case ---- */

static int64_t
about_the_lead(void)
{
	struct report_new n = {.category = category_of(S("team")),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = S("Elle crie."),
	    .functions = REPORT_OF_LEAD};
	struct deed d = village_deed(&v, MOTHER);
	struct report_made made;

	MUST(report_make(&d, &n, &made, &v.e));
	return made.case_file;
}

static bool
decides(int64_t by, int64_t case_file, enum statement_step step, int64_t until)
{
	struct statement_new n = {.account = SAFETY,
	    .step = step,
	    .until_on = until,
	    .rule = S("Le règlement."),
	    .words = S("Voilà pourquoi.")};
	struct deed d = village_deed(&v, by);
	bool done;
	str code;

	DONE(db_begin(v.house.db, &v.e));
	done = statement_make(&d, case_file, &n, &code, &v.e);
	if (done)
		DONE(db_commit(v.house.db, &v.e));
	else
		db_rollback(v.house.db);
	if (!done && v.e.kind != ERR_DENIED)
		fail_msg("%s", v.e.msg);
	return done;
}

static void
one_reader_of_a_case_sends_them_away_for_a_week_at_most(void **state)
{
	int64_t id;

	(void)state;
	hire(SECOND, "director", FOX_STAFF, 1);
	id = about_the_lead();
	assert_true(decides(DIRECTOR, id, STEP_WARNING, DB_NULL));
	assert_false(decides(DIRECTOR, id, STEP_CHILDREN, DB_NULL));
	assert_false(decides(DIRECTOR, id, STEP_CLOSE, TODAY + HALT_DAYS + 1));
	assert_true(decides(DIRECTOR, id, STEP_CHILDREN, TODAY + HALT_DAYS));
	/* Once: nobody goes on with it alone, in this case or in another. */
	assert_false(decides(DIRECTOR, id, STEP_SUSPEND, TODAY + HALT_DAYS));
	assert_false(decides(DIRECTOR, about_the_lead(), STEP_PUBLISH, TODAY));
	assert_true(decides(SECOND, id, STEP_SUSPEND, DB_NULL));
	assert_true(is(SAFETY, "suspended"));
	assert_true(decides(DIRECTOR, id, STEP_CHILDREN, DB_NULL));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(who_reads_no_report_about_a_director_is_stopped_by_one),
	    TEST(who_is_independent_is_stopped_by_two_and_signed_out_by_one),
	    TEST(who_it_is_about_may_agree_and_nothing_else_is_agreed_by_it),
	    TEST(whom_the_first_let_in_or_named_of_late_is_no_second),
	    TEST(a_duty_that_was_taken_of_late_still_takes_two),
	    TEST(what_nobody_agrees_to_lapses_and_can_be_taken_back),
	    TEST(an_account_that_is_not_there_to_be_stopped_is_not_asked_for),
	    TEST(one_reader_of_a_case_sends_them_away_for_a_week_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
