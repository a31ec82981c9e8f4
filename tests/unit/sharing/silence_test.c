/* What is denied costs what is not there costs: the same statements run as
 * often, and SQLite works as long, whoever asks for whatever.  Counted, since
 * a clock tells more of the machine. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/db_handle.h"
#include "village.h"

#define NOBODYS 4711 /* no number of a post or a photo */
/* Of SQLite's machine, for reading the few rows that are there. */
#define STEPS_OF_ROWS 80

static struct village v;

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

#define STATEMENTS_MAX 128

struct work {
	const char *sql[STATEMENTS_MAX];
	int runs[STATEMENTS_MAX];
	size_t n;
	int steps;
};

/* Since the last call. */
static struct work
work_done(void)
{
	struct work w = {0};

	for (sqlite3_stmt *q = sqlite3_next_stmt(v.house.db->h, NULL);
	     q != NULL; q = sqlite3_next_stmt(v.house.db->h, q)) {
		int runs = sqlite3_stmt_status(q, SQLITE_STMTSTATUS_RUN, 1);
		int steps =
		    sqlite3_stmt_status(q, SQLITE_STMTSTATUS_VM_STEP, 1);

		if (runs == 0)
			continue;
		assert_true(w.n < STATEMENTS_MAX);
		w.sql[w.n] = sqlite3_sql(q);
		w.runs[w.n++] = runs;
		w.steps += steps;
	}
	return w;
}

static void
assert_same_work(const struct work *denied, const struct work *absent)
{
	assert_true(denied->n > 0);
	assert_int_equal(denied->n, absent->n);
	for (size_t i = 0; i < denied->n; i++) {
		assert_string_equal(denied->sql[i], absent->sql[i]);
		assert_int_equal(denied->runs[i], absent->runs[i]);
	}
	assert_true(abs(denied->steps - absent->steps) <= STEPS_OF_ROWS);
}

struct asking {
	const struct viewer *who;
	int side;
	enum permit_want want;
};

static struct work
refused_medium(const struct asking *a, int64_t medium)
{
	const struct grant *g;

	(void)work_done();
	assert_false(permit_medium(&v.house, v.arena, a->who, medium, a->side,
	    a->want, NOW, TODAY, &g, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	return work_done();
}

static struct work
refused_page(const struct asking *a, int64_t medium)
{
	const struct grant *g;

	(void)work_done();
	assert_false(permit_medium_page(
	    &v.house, v.arena, a->who, medium, a->side, NOW, TODAY, &g, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	return work_done();
}

static struct work
refused_post(const struct asking *a, int64_t post)
{
	const struct grant *g;

	(void)work_done();
	assert_false(permit_post(
	    &v.house, v.arena, a->who, post, a->want, NOW, TODAY, &g, &v.e));
	assert_int_equal(v.e.kind, ERR_NOT_FOUND);
	return work_done();
}

/* Denied and absent, each asked once before so that all is prepared. */
#define ASSERT_SILENT(refused, asking, number)           \
	do {                                             \
		struct work denied_, absent_;            \
                                                         \
		(void)(refused)((asking), (number));     \
		(void)(refused)((asking), NOBODYS);      \
		denied_ = (refused)((asking), (number)); \
		absent_ = (refused)((asking), NOBODYS);  \
		assert_same_work(&denied_, &absent_);    \
	} while (0)

static void
another_family_learns_nothing_of_a_photo(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t photo;

	(void)state;
	village_publish(&v, post, NOW - 60);
	photo = village_photo(&v, post, "1");
	for (int side = 320; side <= 2048; side += side == 320 ? 704 : 1024) {
		struct asking a = {
		    village_viewer(&v, FOX_MUM), side, PERMIT_SEE};

		ASSERT_SILENT(refused_medium, &a, photo);
		ASSERT_SILENT(refused_page, &a, photo);
		ASSERT_SILENT(refused_post, &a, post);
	}
}

static void
who_may_look_and_not_download_learns_nothing_of_the_original(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	struct asking a = {village_viewer(&v, GRANNY), 2048, PERMIT_DOWNLOAD};
	int64_t photo;

	(void)state;
	village_publish(&v, post, NOW - 60);
	photo = village_photo(&v, post, "1");
	assert_true(village_sees(&v, GRANNY, photo, PERMIT_SEE));
	ASSERT_SILENT(refused_medium, &a, photo);
	a = (struct asking){village_viewer(&v, MOTHER), 0, PERMIT_ORIGINAL};
	ASSERT_SILENT(refused_medium, &a, photo);
}

static void
staff_of_another_group_learn_nothing(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	struct asking a = {village_viewer(&v, FOX_STAFF), 1024, PERMIT_SEE};
	int64_t photo;

	(void)state;
	village_publish(&v, post, NOW - 60);
	photo = village_photo(&v, post, "1");
	ASSERT_SILENT(refused_medium, &a, photo);
	ASSERT_SILENT(refused_post, &a, post);
	a.who = village_viewer(&v, SAFETY);
	ASSERT_SILENT(refused_medium, &a, photo);
}

static void
what_is_to_come_is_like_what_is_not_there(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t later = village_draft(&v, SQUIRRELS, 0);
	struct asking a = {village_viewer(&v, MOTHER), 1024, PERMIT_SEE};
	int64_t photo = village_photo(&v, post, "1");

	(void)state;
	ASSERT_SILENT(refused_medium, &a, photo);
	ASSERT_SILENT(refused_post, &a, post);
	photo = village_photo(&v, later, "2");
	village_publish(&v, later, NOW + 3600);
	ASSERT_SILENT(refused_medium, &a, photo);
	ASSERT_SILENT(refused_post, &a, later);
}

static void
a_photo_that_is_not_cleared_is_like_none(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	struct asking a = {village_viewer(&v, MOTHER), 1024, PERMIT_SEE};
	int64_t photo;

	(void)state;
	village_publish(&v, post, NOW - 60);
	photo = village_bare_photo(&v, post, "1");
	ASSERT_SILENT(refused_medium, &a, photo);
	ASSERT_SILENT(refused_page, &a, photo);
}

/* And the counting tells: a photo that may be seen takes more. */
static void
what_may_be_seen_costs_more(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	struct asking a = {village_viewer(&v, MOTHER), 1024, PERMIT_SEE};
	struct work seen, absent;
	const struct grant *g;
	int64_t photo;

	(void)state;
	village_publish(&v, post, NOW - 60);
	photo = village_photo(&v, post, "1");
	(void)refused_medium(&a, NOBODYS);
	absent = refused_medium(&a, NOBODYS);
	for (int i = 0; i < 2; i++) {
		(void)work_done();
		assert_true(permit_medium(&v.house, v.arena, a.who, photo,
		    a.side, a.want, NOW, TODAY, &g, &v.e));
	}
	seen = work_done();
	assert_true(seen.n > absent.n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	    T(another_family_learns_nothing_of_a_photo),
	    T(who_may_look_and_not_download_learns_nothing_of_the_original),
	    T(staff_of_another_group_learn_nothing),
	    T(what_is_to_come_is_like_what_is_not_there),
	    T(a_photo_that_is_not_cleared_is_like_none),
	    T(what_may_be_seen_costs_more),
#undef T
	};

	return cmocka_run_group_tests_name(
	    "sharing/silence", tests, NULL, NULL);
}
