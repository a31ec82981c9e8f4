/* A report does not depend on whom it is about: what they change of who may
 * have part in reports does not count in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/casefile.h"
#include "report/category.h"
#include "report/report.h"
#include "report/roll.h"
#include "stop/circle.h"
#include "village.h"

enum { TOWN_HALL = 9, SECOND, NEW };

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
later(int64_t account)
{
	struct deed d = village_deed(&v, account);

	d.now = NOW + 60;
	return d;
}

static void
hire(int64_t account, const char *role)
{
	village_sql(
	    &v, arena_fmt(v.arena,
		    "INSERT INTO account (id, organisation, kind, role, state, "
		    "login_digest, login_enc, name_enc, pass_hash, lang, "
		    "created_at) VALUES (%d, 1, 'staff', '%s', 'active', "
		    "x'%02d', x'00', x'00', '', 'fr', 1)",
		    (int)account, role, (int)account)
		    .p);
}

static void
name(int64_t director, int64_t account, const char *standing, int64_t now)
{
	struct deed d = village_deed(&v, director);

	d.now = now;
	MUST(handler_name(&d, account, TODAY + 30, str_c(standing), &v.e));
}

/* By the mother, about who directs. */
static int64_t
about_the_director(void)
{
	struct report_new n = {.category = category_of(S("team")),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = S("Elle crie."),
	    .functions = REPORT_OF_DIRECTOR};
	struct deed d = village_deed(&v, MOTHER);
	struct report_made made;

	MUST(report_make(&d, &n, &made, &v.e));
	return made.case_file;
}

static bool
leads_to(int64_t id, int64_t account)
{
	struct deed d = later(account);
	struct case_head c;

	return case_enter(&d, id, &c, &v.e);
}

static int64_t
handler_of(int64_t account)
{
	return village_count(
	    &v, arena_fmt(v.arena,
		    "(SELECT max(id) AS n FROM handler WHERE account = %d) x "
		    "JOIN handler h ON h.id <= x.n",
		    (int)account)
		    .p);
}

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	hire(TOWN_HALL, "safeguarding");
	name(DIRECTOR, TOWN_HALL, "outside", NOW - 60);
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
a_duty_that_whom_it_is_about_takes_away_stays_in_that_case(void **state)
{
	int64_t id = about_the_director(), other;
	struct deed d = later(DIRECTOR);

	(void)state;
	assert_true(leads_to(id, TOWN_HALL));
	MUST(handler_end(&d, handler_of(TOWN_HALL), &v.e));
	assert_true(leads_to(id, TOWN_HALL));
	assert_false(leads_to(id, DIRECTOR));
	assert_false(leads_to(id, SAFETY));
	/* Of any other it is taken. */
	village_sql(&v, "UPDATE case_file SET opened_at = opened_at + 120");
	assert_false(leads_to(id, TOWN_HALL));
	other = village_count(&v, "case_file");
	assert_int_equal(other, 1);
}

static void
days_that_whom_it_is_about_writes_do_not_end_it(void **state)
{
	const struct roll_facts over = {.begins_on = TODAY - 10,
	    .ends_on = TODAY - 1,
	    .checked_until_on = DB_NULL,
	    .trained_on = DB_NULL,
	    .trained_until_on = DB_NULL,
	    .selected = S("Choisie par le bureau.")};
	int64_t id = about_the_director();
	struct deed d = later(DIRECTOR);

	(void)state;
	MUST(roll_write(&d, TOWN_HALL, &over, &v.e));
	assert_true(leads_to(id, TOWN_HALL));
	/* Written before, it ends as ever. */
	village_sql(&v, "UPDATE case_file SET opened_at = opened_at + 120");
	assert_false(leads_to(id, TOWN_HALL));
}

static void
a_check_that_runs_out_ends_it_whoever_wrote_it(void **state)
{
	int64_t id = about_the_director();
	struct deed d = later(DIRECTOR);

	(void)state;
	MUST(handler_end(&d, handler_of(TOWN_HALL), &v.e));
	village_sql(&v, "UPDATE handler SET checked_until_on = 1");
	assert_false(leads_to(id, TOWN_HALL));
}

static void
a_group_that_whom_it_is_about_gives_makes_nobody_be_beside(void **state)
{
	int64_t id;

	(void)state;
	village_sql(&v, "INSERT INTO staff_group (account, activity_group) "
			"VALUES (1, 1)");
	id = about_the_director();
	assert_true(leads_to(id, TOWN_HALL));
	village_sql(&v, "INSERT INTO staff_group VALUES (9, 1, 1, 9999999999)");
	assert_true(leads_to(id, TOWN_HALL));
	/* Given by somebody else, or before, it makes them so. */
	village_sql(
	    &v, "UPDATE staff_group SET given_by = 2 WHERE account = 9");
	assert_false(leads_to(id, TOWN_HALL));
	village_sql(&v, "UPDATE staff_group SET given_by = 1, given_at = 1 "
			"WHERE account = 9");
	assert_false(leads_to(id, TOWN_HALL));
}

static void
whom_they_name_meanwhile_reads_nothing_of_it(void **state)
{
	int64_t id = about_the_director();

	(void)state;
	hire(NEW, "safeguarding");
	name(DIRECTOR, NEW, "independent", NOW + 60);
	assert_false(leads_to(id, NEW));
	assert_true(leads_to(id, TOWN_HALL));
	/* By another director, who is kept from it too: beside the first. */
	hire(SECOND, "director");
	village_sql(&v, "INSERT INTO case_person (case_file, account, part, "
			"since) VALUES (1, 10, 'barred', 1)");
	name(SECOND, NEW, "independent", NOW + 60);
	assert_false(leads_to(id, NEW));
}

static void
where_nobody_else_is_left_whom_they_name_reads_it(void **state)
{
	int64_t id;

	(void)state;
	village_sql(&v, "UPDATE handler SET checked_until_on = 1");
	id = about_the_director();
	hire(NEW, "safeguarding");
	name(DIRECTOR, NEW, "outside", NOW + 60);
	assert_true(leads_to(id, NEW));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(a_duty_that_whom_it_is_about_takes_away_stays_in_that_case),
	    TEST(days_that_whom_it_is_about_writes_do_not_end_it),
	    TEST(a_check_that_runs_out_ends_it_whoever_wrote_it),
	    TEST(a_group_that_whom_it_is_about_gives_makes_nobody_be_beside),
	    TEST(whom_they_name_meanwhile_reads_nothing_of_it),
	    TEST(where_nobody_else_is_left_whom_they_name_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
