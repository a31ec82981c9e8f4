/* Who enables a list, which entries count, and what a flood does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "list/list.h"
#include "sql_list.h"
#include "sql_list_entry.h"

#define NOW 1700000000
#define DAY 86400

static struct db *db;
static struct arena *arena;
static struct err e;
static int64_t list;

static void
run(const char *sql)
{
	if (!db_exec(db, sql, &e))
		fail_msg("%s: %s", sql, e.msg);
}

static int
setup(void **state)
{
	int applied;

	(void)state;
	arena = arena_new((size_t)1 << 22);
	db = db_open(":memory:", DB_CREATE, &e);
	if (arena == NULL || db == NULL || !db_migrate(db, &applied, &e))
		return -1;
	run("INSERT INTO organisation (id, name, profile, time_zone, lang,"
	    " key_wrapped, created_at) VALUES"
	    " (1, 'o', 'fr', 'Europe/Paris', 'fr', x'00', 0)");
	run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 9) INSERT INTO account (id, organisation, kind, role,"
	    " state, login_digest, login_enc, name_enc, pass_hash, lang,"
	    " created_at) SELECT i, 1, 'staff', 'director', 'active',"
	    " CAST(i AS BLOB), x'', x'', '', 'fr', 0 FROM n");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	db_free(db);
	arena_free(arena);
	return 0;
}

static const uint8_t bytes[32] = {7, 1, 2};
static const struct entry entry = {.kind = HASH_PDQ,
    .first_seen = NOW,
    .value = {(const char *)bytes, 32},
    .id = {"e1", 2}};

static int
fresh(void **state)
{
	struct sql_list_insert_row row;

	(void)state;
	run("DELETE FROM list");
	if (!sql_list_insert(db, arena, S("l"), S(""), S(""), S("plain"),
		S("whole"), HASH_PDQ, S(""), S(""), 1, NOW, &row, &e))
		return -1;
	list = row.id;
	return 0;
}

/* As an import by account 1 leaves it. */
static void
imported(void)
{
	int64_t changed;

	assert_true(sql_list_set_generation(db, 1, S("1-1.entries"),
	    S("digest"), 3, (str){0}, list, &changed, &e));
	assert_true(
	    sql_list_kind_count(db, list, HASH_PDQ, 31, 3, &changed, &e));
	assert_true(sql_list_propose(db, 1, NOW, list, &changed, &e));
}

static void
two_people_enable_a_list_and_one_disables_it(void **state)
{
	(void)state;
	assert_false(list_enable(db, arena, list, 2, NOW, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	imported();
	assert_false(list_enable(db, arena, list, 1, NOW, &e));
	assert_int_equal(e.kind, ERR_DENIED);
	assert_true(list_enable(db, arena, list, 2, NOW, &e));
	assert_false(list_enable(db, arena, list, 3, NOW, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_false(list_disable(db, list, 1, S("  "), NOW, &e));
	assert_true(list_disable(db, list, 1, S("wrong"), NOW, &e));
	assert_false(list_disable(db, list, 1, S("wrong"), NOW, &e));
	/* Whoever imported is still not the one who enables. */
	assert_false(list_enable(db, arena, list, 1, NOW, &e));
	assert_true(list_enable(db, arena, list, 3, NOW, &e));
}

static void
the_database_itself_refuses_one_person(void **state)
{
	(void)state;
	imported();
	assert_false(db_exec(db,
	    "UPDATE list SET enabled = 1, enabled_by = 1 WHERE enabled = 0",
	    &e));
}

static void
an_entry_goes_off_and_on_and_both_are_kept(void **state)
{
	struct list_off *off;
	bool is_off;

	(void)state;
	assert_true(list_entry_disable(
	    db, list, HASH_PDQ, entry.value, 2, S("a wall"), NOW, &e));
	assert_false(list_entry_disable(
	    db, list, HASH_PDQ, entry.value, 2, S("a wall"), NOW, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_true(list_entry_is_off(
	    db, arena, list, HASH_PDQ, entry.value, &is_off, &e));
	assert_true(is_off);
	assert_true(list_off_read(db, arena, list, &off, &e));
	assert_true(list_off_has(off, HASH_PDQ, entry.value));
	assert_false(list_off_has(off, HASH_SHA256, entry.value));
	assert_false(list_off_has(off, HASH_PDQ, str_sub(entry.value, 0, 31)));
	assert_true(list_entry_restore(
	    db, list, HASH_PDQ, entry.value, 3, NOW + 1, &e));
	assert_false(list_entry_restore(
	    db, list, HASH_PDQ, entry.value, 3, NOW + 1, &e));
	assert_true(list_off_read(db, arena, list, &off, &e));
	assert_false(list_off_has(off, HASH_PDQ, entry.value));
	assert_true(list_entry_disable(
	    db, list, HASH_PDQ, entry.value, 2, S("again"), NOW + 2, &e));
}

static bool
hit(int64_t uploader, int64_t now)
{
	bool quarantined = false;

	assert_true(list_note_hit(
	    db, arena, list, &entry, uploader, now, &quarantined, &e));
	return quarantined;
}

static void
a_new_entry_that_stops_many_people_is_quarantined(void **state)
{
	bool is_off;

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_false(hit(1, NOW + i)); /* one person, often */
	assert_false(hit(2, NOW + 30));
	assert_false(hit(3, NOW + 40));
	assert_true(hit(4, NOW + 50));
	assert_false(hit(5, NOW + 60)); /* it is off already */
	assert_true(list_entry_is_off(
	    db, arena, list, HASH_PDQ, entry.value, &is_off, &e));
	assert_true(is_off);
	/* A person says that it is right: it stays on from now. */
	assert_true(list_entry_restore(
	    db, list, HASH_PDQ, entry.value, 6, NOW + 70, &e));
	assert_false(hit(6, NOW + 80));
	assert_true(list_entry_is_off(
	    db, arena, list, HASH_PDQ, entry.value, &is_off, &e));
	assert_false(is_off);
}

static void
an_entry_that_is_known_for_long_floods_nobody(void **state)
{
	(void)state;
	for (int64_t i = 1; i < 9; i++)
		assert_false(hit(i, NOW + DAY + i));
}

static void
the_stamp_changes_with_all_that_an_index_holds(void **state)
{
	uint8_t was[LIST_STAMP_BYTES], is[LIST_STAMP_BYTES];
	int64_t changed;

	(void)state;
	imported();
	assert_true(list_stamp(db, arena, was, &e));
	assert_true(list_enable(db, arena, list, 2, NOW, &e));
	assert_true(list_stamp(db, arena, is, &e));
	assert_memory_not_equal(was, is, sizeof(is));
	memcpy(was, is, sizeof(is));
	assert_true(list_stamp(db, arena, is, &e));
	assert_memory_equal(was, is, sizeof(is));
	assert_true(sql_list_kind_set(db, list, HASH_PDQ, 20, &changed, &e));
	assert_true(list_stamp(db, arena, is, &e));
	assert_memory_not_equal(was, is, sizeof(is));
	memcpy(was, is, sizeof(is));
	assert_true(list_entry_disable(
	    db, list, HASH_PDQ, entry.value, 2, S("x"), NOW, &e));
	assert_true(list_stamp(db, arena, is, &e));
	assert_memory_not_equal(was, is, sizeof(is));
}

static void
what_people_say_of_an_entry_is_kept_for_its_source(void **state)
{
	struct sql_list_feedback_of_rows rows;
	struct sql_list_feedback_count_row n;

	(void)state;
	assert_true(list_feedback(
	    db, arena, list, &entry, LIST_WRONG, S("a wall"), 2, NOW, &e));
	assert_true(list_feedback(
	    db, arena, list, &entry, LIST_RIGHT, S(""), 3, NOW, &e));
	assert_true(sql_list_feedback_of(db, arena, list, &rows, &e));
	assert_int_equal(rows.n, 2);
	assert_true(str_eq(rows.v[0].verdict, S("wrong")));
	assert_true(str_eq(rows.v[0].entry_name, S("e1")));
	assert_true(sql_list_feedback_count(db, arena, list, &n, &e));
	assert_int_equal(n.n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(
		two_people_enable_a_list_and_one_disables_it, fresh),
	    cmocka_unit_test_setup(
		the_database_itself_refuses_one_person, fresh),
	    cmocka_unit_test_setup(
		an_entry_goes_off_and_on_and_both_are_kept, fresh),
	    cmocka_unit_test_setup(
		a_new_entry_that_stops_many_people_is_quarantined, fresh),
	    cmocka_unit_test_setup(
		an_entry_that_is_known_for_long_floods_nobody, fresh),
	    cmocka_unit_test_setup(
		the_stamp_changes_with_all_that_an_index_holds, fresh),
	    cmocka_unit_test_setup(
		what_people_say_of_an_entry_is_kept_for_its_source, fresh),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
