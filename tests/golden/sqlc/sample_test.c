/* What the generated code of sample.sql does when it runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sql_sample.h"
#include "store/db.h"

struct world {
	struct db *db;
	struct arena *a;
	struct err e;
};

static int
set_up(void **state)
{
	static struct world w;

	w.a = arena_new(1 << 20);
	w.db = db_open(":memory:", DB_CREATE, &w.e);
	assert_non_null(w.db);
	assert_true(db_exec(w.db,
	    "CREATE TABLE shelf (id INTEGER PRIMARY KEY, name BLOB NOT NULL)"
	    " STRICT;"
	    "CREATE TABLE item (id INTEGER PRIMARY KEY,"
	    " shelf INTEGER REFERENCES shelf (id), name TEXT NOT NULL UNIQUE,"
	    " cover BLOB, weight INTEGER) STRICT;"
	    "INSERT INTO shelf VALUES (1, x'00'), (2, x'00')",
	    &w.e));
	*state = &w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	db_free(w->db);
	arena_free(w->a);
	return 0;
}

static int64_t
put(struct world *w, int64_t shelf, str name, str cover, int64_t weight)
{
	struct sql_sample_insert_row row;

	assert_true(sql_sample_insert(
	    w->db, w->a, shelf, name, cover, weight, &row, &w->e));
	return row.id;
}

static void
what_goes_in_comes_out(void **state)
{
	struct world *w = *state;
	int64_t id = put(w, 1, S("a lamp"), S("\0\xff\0"), -7);
	struct sql_item_row row;

	assert_true(sql_sample_by_id(w->db, w->a, id, &row, &w->e));
	assert_int_equal(row.id, id);
	assert_int_equal(row.shelf, 1);
	assert_int_equal(row.weight, -7);
	assert_true(str_eq(row.name, S("a lamp")));
	assert_true(str_eq(row.cover, S("\0\xff\0")));
}

static void
null_and_empty_are_two_things(void **state)
{
	struct world *w = *state;
	int64_t none = put(w, DB_NULL, S("none"), (str){0}, DB_NULL);
	int64_t empty = put(w, 1, S(""), S(""), 0);
	struct sql_item_row row;

	assert_true(sql_sample_by_id(w->db, w->a, none, &row, &w->e));
	assert_int_equal(row.shelf, DB_NULL);
	assert_int_equal(row.weight, DB_NULL);
	assert_null(row.cover.p);
	assert_true(sql_sample_by_id(w->db, w->a, empty, &row, &w->e));
	assert_int_equal(row.weight, 0);
	assert_non_null(row.cover.p);
	assert_int_equal(row.cover.n, 0);
	assert_non_null(row.name.p);
	assert_int_equal(row.name.n, 0);
}

static void
one_row_is_demanded_or_asked_for(void **state)
{
	struct world *w = *state;
	struct sql_item_row row = {.id = 42};
	bool found = true;

	assert_false(sql_sample_by_id(w->db, w->a, 99, &row, &w->e));
	assert_int_equal(w->e.kind, ERR_NOT_FOUND);
	assert_non_null(strstr(w->e.msg, "sample_by_id"));
	assert_true(
	    sql_sample_by_name(w->db, w->a, S("nobody"), &found, &row, &w->e));
	assert_false(found);
	assert_int_equal(row.id, 42);
	(void)put(w, 1, S("somebody"), (str){0}, 1);
	assert_true(sql_sample_by_name(
	    w->db, w->a, S("somebody"), &found, &row, &w->e));
	assert_true(found);
	assert_true(str_eq(row.name, S("somebody")));
}

static void
many_rows_come_in_order(void **state)
{
	struct world *w = *state;
	struct sql_item_rows rows;
	struct sql_sample_weights_rows sums;
	char name[2] = "a";

	for (; name[0] <= 'z'; name[0]++)
		for (name[1] = 'a'; name[1] <= 'z'; name[1]++)
			(void)put(w, 1 + name[0] % 2, (str){name, 2}, (str){0},
			    name[1] - 'a');
	assert_true(sql_sample_on_shelf(w->db, w->a, 1, 1000, &rows, &w->e));
	assert_int_equal(rows.n, 13 * 26);
	for (size_t i = 1; i < rows.n; i++)
		assert_true(rows.v[i - 1].id < rows.v[i].id);
	assert_true(str_eq(rows.v[0].name, S("ba")));
	assert_true(sql_sample_on_shelf(w->db, w->a, 1, 5, &rows, &w->e));
	assert_int_equal(rows.n, 5);
	assert_true(sql_sample_on_shelf(w->db, w->a, 3, 5, &rows, &w->e));
	assert_int_equal(rows.n, 0);
	assert_true(sql_sample_weights(w->db, w->a, 23, &sums, &w->e));
	assert_int_equal(sums.n, 2);
	assert_int_equal(sums.v[1].things, 26);
	assert_true(str_eq(sums.v[1].label, S("yz")));
}

static void
an_arena_that_is_full_is_a_limit(void **state)
{
	struct world *w = *state;
	OWNED(arena) small = arena_new(2048);
	struct sql_item_rows rows = {.n = 7};

	for (char c = 'a'; c <= 'z'; c++)
		(void)put(w, 1, (str){&c, 1}, S("some bytes"), 1);
	assert_false(sql_sample_on_shelf(w->db, small, 1, 100, &rows, &w->e));
	assert_int_equal(w->e.kind, ERR_LIMIT);
	assert_int_equal(rows.n, 7);
	assert_true(sql_sample_on_shelf(w->db, w->a, 1, 100, &rows, &w->e));
	assert_int_equal(rows.n, 26);
}

static void
exec_says_how_many_rows_changed(void **state)
{
	struct world *w = *state;
	int64_t n = -1, id = put(w, 1, S("one"), (str){0}, 1);

	(void)put(w, 2, S("two"), (str){0}, 1);
	assert_true(sql_sample_move(w->db, 2, 1, id, &n, &w->e));
	assert_int_equal(n, 1);
	assert_true(sql_sample_move(w->db, 2, 77, 77, &n, &w->e));
	assert_int_equal(n, 0);
	n = -1;
	assert_false(sql_sample_move(w->db, 9, 2, id, &n, &w->e));
	assert_int_equal(w->e.kind, ERR_CONFLICT);
	assert_int_equal(n, -1);
	assert_true(sql_sample_clear(w->db, NULL, &w->e));
	assert_true(sql_sample_clear(w->db, &n, &w->e));
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		what_goes_in_comes_out, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		null_and_empty_are_two_things, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		one_row_is_demanded_or_asked_for, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		many_rows_come_in_order, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		an_arena_that_is_full_is_a_limit, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		exec_says_how_many_rows_changed, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("sqlc_sample", tests, NULL, NULL);
}
