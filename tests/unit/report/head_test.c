/* Heads: what whoever edits the database alone cannot follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <fcntl.h>

#include "report/casefile.h"
#include "report/head.h"
#include "village.h"

static struct village v;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
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

static int64_t
report(const char *text)
{
	struct deed d = village_deed(&v, MOTHER);
	struct report_new n = {.category = category_of(S("mean")),
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = str_c(text)};
	struct report_made made;

	DONE(db_begin(v.house.db, &v.e) && report_make(&d, &n, &made, &v.e) &&
	     db_commit(v.house.db, &v.e));
	return made.case_file;
}

static void
run(const char *sql)
{
	DONE(db_exec(v.house.db, sql, &v.e));
}

static enum case_head_fault
fault(int64_t id)
{
	enum case_head_fault f;

	DONE(case_head_check(
	    &v.house, v.arena, HEAD_CASES, &v.house.org[0], id, &f, &v.e));
	return f;
}

static char gone[64];

static void
note_gone(void *ctx, str number)
{
	(void)ctx;
	(void)snprintf(gone, sizeof(gone), STR_FMT, STR_ARG(number));
}

static void
drop_last(int64_t id)
{
	char sql[200];

	(void)snprintf(sql, sizeof(sql),
	    "DELETE FROM case_event WHERE id = (SELECT max(id) FROM case_event "
	    "WHERE case_file = %lld)",
	    (long long)id);
	run(sql);
}

static void
an_end_that_was_cut_is_found_and_stays_found(void **state)
{
	int64_t one = report("the first"), two = report("the second");

	(void)state;
	assert_int_equal(fault(one), CASE_HEAD_FINE); /* no file yet */
	DONE(case_head_follow(&v.house, &v.e));
	DONE(case_head_follow(&v.house, &v.e));
	assert_int_equal(fault(one), CASE_HEAD_FINE);
	drop_last(two);
	assert_int_equal(fault(one), CASE_HEAD_FINE);
	assert_int_equal(fault(two), CASE_HEAD_CUT);
	/* The number of the event is given again: to another, or to itself. */
	(void)report("the third");
	assert_false(
	    case_head_follow(&v.house, &v.e) && fault(two) == CASE_HEAD_FINE);
	assert_int_equal(fault(two), CASE_HEAD_CUT);
}

static void
a_case_that_is_gone_as_a_whole_is_named(void **state)
{
	int64_t id = report("the fourth");
	struct err e;

	(void)state;
	(void)!case_head_follow(&v.house, &e);
	gone[0] = '\0';
	DONE(case_head_gone(&v.house, &v.house.org[0], note_gone, NULL, &v.e));
	assert_string_equal(gone, "");
	run("PRAGMA foreign_keys = OFF");
	run(arena_cstr(v.arena,
	    arena_fmt(v.arena,
		"DELETE FROM case_event WHERE case_file = %lld; DELETE FROM "
		"case_file WHERE id = %lld",
		(long long)id, (long long)id)));
	DONE(case_head_gone(&v.house, &v.house.org[0], note_gone, NULL, &v.e));
	assert_string_not_equal(gone, "");
	/* What ends by rule says so, and is not missed. */
	gone[0] = '\0';
	DONE(case_head_end(&v.house, &v.house.org[0], id, &v.e));
	DONE(case_head_gone(&v.house, &v.house.org[0], note_gone, NULL, &v.e));
	assert_string_equal(gone, "");
}

static void
a_slot_of_somebody_else_is_not_ours(void **state)
{
	char path[4200];
	int64_t id = report("the fifth");
	struct err e;
	uint8_t b;
	int fd;

	(void)state;
	(void)!case_head_follow(&v.house, &e);
	assert_int_equal(fault(id), CASE_HEAD_FINE);
	(void)snprintf(
	    path, sizeof(path), "%s/" CASE_HEAD_FILE, v.house.conf->data);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &b, 1, id * CASE_HEAD_SLOT + 60), 1);
	b ^= 1;
	assert_int_equal(pwrite(fd, &b, 1, id * CASE_HEAD_SLOT + 60), 1);
	(void)close(fd);
	assert_int_equal(fault(id), CASE_HEAD_ALTERED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_end_that_was_cut_is_found_and_stays_found),
	    cmocka_unit_test(a_case_that_is_gone_as_a_whole_is_named),
	    cmocka_unit_test(a_slot_of_somebody_else_is_not_ours),
	};

	return cmocka_run_group_tests_name("report/head", tests, begin, end);
}
