/* The round that looks at what consent leaves to do: it writes little, misses
 * nothing that comes while it goes round, and is finished when it dies. */
#include <sqlite3.h>
#include <stdio.h>

#include "home.h"

#include "consent/proof.h"
#include "consent/task.h"
#include "store/db_handle.h"

#define DAY 86400
#define MANY 20 /* children: more than are written at once */

/* A child whose mother said yes, and is the only one known. */
static int64_t
known(struct home *h, const char *first)
{
	int64_t child = home_child(h, first, 8, h->group);
	int64_t mother = home_guardian(h, "Mère");

	(void)home_parent(h, mother, child);
	(void)home_says(h, child, mother, CONSENT_GROUP, CONSENT_GRANT);
	return child;
}

static bool
sweep(struct home *h)
{
	return consent_sweep(&h->p.house, h->p.arena, h->p.d.now, &h->p.e);
}

static void
raw(struct home *h, const char *sql)
{
	DONE(&h->p, db_exec(h->p.house.db, sql, &h->p.e));
}

static int64_t
tasks(struct home *h, const char *where, int64_t child)
{
	char sql[300];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM consent_task WHERE %s AND child = %lld",
	    where, (long long)child);
	return place_number(&h->p, sql);
}

/* What a round does when it comes to that child. */
static void
when_told_of(struct home *h, int64_t child, const char *deed)
{
	char sql[500];

	(void)snprintf(sql, sizeof(sql),
	    "CREATE TRIGGER meanwhile AFTER INSERT ON consent_task"
	    " WHEN new.child = %lld BEGIN %s; END",
	    (long long)child, deed);
	raw(h, sql);
}

static void
no_more(struct home *h)
{
	raw(h, "DROP TRIGGER meanwhile");
}

/* ---- little is written ---- */

/* Rows that this process wrote so far, by its own connection. */
static int64_t
written(struct home *h)
{
	raw(h, "UPDATE look SET n = total_changes()");
	return place_number(&h->p, "SELECT n FROM look");
}

static void
counts(struct home *h)
{
	raw(h, "CREATE TABLE look (n INTEGER)");
	raw(h, "INSERT INTO look VALUES (0)");
}

static void
a_second_round_writes_nothing_and_waits_for_nobody(void **state)
{
	struct home h;
	char path[CONF_TEXT_MAX + 16];
	sqlite3 *other;
	int64_t before;

	(void)state;
	home_open(&h);
	(void)known(&h, "Léa");
	counts(&h);
	assert_true(sweep(&h));
	before = written(&h);
	assert_true(sweep(&h));
	assert_int_equal(written(&h), before + 1); /* the look's own */
	(void)snprintf(path, sizeof(path), "%s/preau.db", h.p.conf.data);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_true(sweep(&h));
	assert_int_equal(sqlite3_close(other), SQLITE_OK);
	home_close(&h);
}

static int
count_locks(unsigned what, void *ctx, void *stmt, void *sql)
{
	(void)what;
	(void)stmt;
	*(int *)ctx += strcmp(sql, "BEGIN IMMEDIATE") == 0;
	return 0;
}

static void
a_change_of_which_nothing_follows_is_noted_in_one_row(void **state)
{
	struct home h;
	int64_t before;
	int locks = 0;

	(void)state;
	home_open(&h);
	(void)known(&h, "Léa");
	counts(&h);
	assert_true(sweep(&h));
	raw(&h, "UPDATE authority SET rights = rights");
	before = written(&h);
	(void)sqlite3_trace_v2(
	    h.p.house.db->h, SQLITE_TRACE_STMT, count_locks, &locks);
	assert_true(sweep(&h));
	(void)sqlite3_trace_v2(h.p.house.db->h, 0, NULL, NULL);
	assert_int_equal(locks, 1);
	assert_int_equal(written(&h), before + 2);
	assert_true(sweep(&h));
	assert_int_equal(written(&h), before + 3);
	home_close(&h);
}

/* ---- what comes while it goes round ---- */

static void
what_changes_behind_a_round_is_looked_at_by_the_next(void **state)
{
	struct home h;
	int64_t first, last;
	char deed[100];

	(void)state;
	home_open(&h);
	first = known(&h, "Léa");
	last = known(&h, "Noé");
	(void)snprintf(deed, sizeof(deed),
	    "UPDATE child SET born_enc = NULL WHERE id = %lld",
	    (long long)first);
	when_told_of(&h, last, deed);
	assert_true(sweep(&h));
	assert_int_equal(tasks(&h, "kind = 'born'", first), 0);
	no_more(&h);
	assert_true(sweep(&h));
	assert_int_equal(tasks(&h, "kind = 'born'", first), 1);
	home_close(&h);
}

static void
a_child_that_is_erased_before_its_turn_is_in_nobodys_way(void **state)
{
	struct home h;
	int64_t first, last;
	char deed[200];

	(void)state;
	home_open(&h);
	first = known(&h, "Léa");
	last = known(&h, "Noé");
	raw(&h, "UPDATE enrolment SET until_on = until_on + 900");
	h.p.d.today += 210;
	h.p.d.now += (int64_t)210 * DAY; /* both yeses are over */
	(void)snprintf(deed, sizeof(deed),
	    "UPDATE child SET erased_at = 1, key_wrapped = NULL,"
	    " first_enc = NULL, last_enc = NULL, born_enc = NULL"
	    " WHERE id = %lld",
	    (long long)last);
	when_told_of(&h, first, deed);
	assert_true(sweep(&h));
	assert_int_equal(tasks(&h, "done_at IS NULL", last), 0);
	assert_true(tasks(&h, "done_at IS NULL", first) > 0);
	home_close(&h);
}

/* ---- a round that dies ---- */

static int64_t
ends(struct home *h)
{
	return place_number(&h->p,
	    "SELECT count(*) FROM consent_event WHERE action = 'expire'");
}

static void
a_round_that_dies_between_two_batches_is_finished_by_the_next(void **state)
{
	struct home h;
	struct consent_proofs p;
	int64_t child[MANY], seen;

	(void)state;
	home_open(&h);
	for (size_t i = 0; i < MANY; i++)
		child[i] = known(&h, "Léa");
	raw(&h, "UPDATE enrolment SET until_on = until_on + 900");
	h.p.d.today += 210;
	h.p.d.now += (int64_t)210 * DAY;
	when_told_of(&h, child[MANY - 1], "SELECT RAISE(ABORT, 'as told')");
	assert_false(sweep(&h));
	no_more(&h);
	seen = ends(&h);
	assert_true(seen > 0 && seen < MANY);
	assert_int_equal(
	    place_number(&h.p, "SELECT count(*) FROM consent_swept"), 0);
	assert_true(sweep(&h));
	assert_int_equal(ends(&h), MANY);
	assert_int_equal(place_number(&h.p, "SELECT count(*) FROM consent_task"
					    " WHERE kind = 'expired'"),
	    MANY);
	for (size_t i = 0; i < MANY; i++) {
		DONE(&h.p,
		    consent_proofs_load(&h.p.d, child[i], LANG_FR, &p, &h.p.e));
		assert_int_equal(p.n, 2);
		assert_int_equal(p.first_bad, 0);
	}
	home_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_second_round_writes_nothing_and_waits_for_nobody),
	    cmocka_unit_test(
		a_change_of_which_nothing_follows_is_noted_in_one_row),
	    cmocka_unit_test(
		what_changes_behind_a_round_is_looked_at_by_the_next),
	    cmocka_unit_test(
		a_child_that_is_erased_before_its_turn_is_in_nobodys_way),
	    cmocka_unit_test(
		a_round_that_dies_between_two_batches_is_finished_by_the_next),
	};

	return cmocka_run_group_tests_name("round", tests, NULL, NULL);
}
