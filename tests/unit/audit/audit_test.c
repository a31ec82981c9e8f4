#include "audit/audit.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "sql_audit.h"
#include "store/db.h"

#define ENTRIES 8

static struct key key;
static struct arena *a;
static struct db *db;
static struct err e;
static char head_path[64];

static void
sql(const char *text)
{
	if (!db_exec(db, text, &e))
		fail_msg("%s: %s", text, e.msg);
}

static void
append(int64_t organisation, int64_t actor, enum audit_action action,
    int64_t child, int64_t group)
{
	struct audit_event v = {
	    .organisation = organisation,
	    .at = 1800000000,
	    .actor = actor,
	    .action = action,
	    .subject_kind = "medium",
	    .subject = 7,
	    .child = child,
	    .activity_group = group,
	    .detail = S("60 photos"),
	};

	assert_true(db_begin(db, &e));
	if (!audit_append(db, a, &key, &v, &e))
		fail_msg("%s", e.msg);
	assert_true(db_commit(db, &e));
}

static const char schema_rows[] =
    "INSERT INTO organisation (id, name, profile, time_zone, lang, key_wrapped,"
    " created_at) VALUES (1, 'A', 'fr', 'Europe/Paris', 'fr', x'00', 1),"
    " (2, 'B', 'fr', 'Europe/Paris', 'fr', x'00', 1);"
    "INSERT INTO account (id, organisation, kind, role, state, login_digest,"
    " login_enc, name_enc, pass_hash, lang, created_at) VALUES"
    " (1, 1, 'staff', 'director', 'active', x'01', x'00', x'aa', '', 'fr', 1),"
    " (2, 1, 'guardian', NULL, 'active', x'02', x'00', x'bb', '', 'fr', 1);"
    "INSERT INTO season (id, organisation, name, from_on, until_on)"
    " VALUES (1, 1, 's', 0, 90000);"
    "INSERT INTO activity_group (id, organisation, season, name, created_at)"
    " VALUES (1, 1, 1, 'g', 1), (2, 1, 1, 'h', 1);"
    "INSERT INTO child (id, organisation, created_at)"
    " VALUES (1, 1, 1), (2, 1, 1);"
    "INSERT INTO enrolment (child, activity_group, from_on, until_on)"
    " VALUES (1, 1, 100, 30000), (1, 2, 100, 200), (2, 1, 100, 30000);";

static int
begin(void **state)
{
	int applied;

	(void)state;
	a = arena_new((size_t)16 << 20);
	db = db_open(":memory:", DB_CREATE, &e);
	if (db == NULL || !db_migrate(db, &applied, &e))
		return -1;
	sql(schema_rows);
	(void)snprintf(head_path, sizeof(head_path), "/tmp/audit-test-%d.head",
	    (int)getpid());
	for (int i = 0; i < ENTRIES; i++)
		append(1, 1, AUDIT_MEDIUM_VIEWED, 0, 1);
	return 0;
}

static int
end(void **state)
{
	char path[80];

	(void)state;
	db_free(db);
	arena_free(a);
	(void)unlink(head_path);
	(void)snprintf(path, sizeof(path), "%s.lock", head_path);
	(void)unlink(path);
	return 0;
}

static struct audit_report
verified(const uint8_t *head)
{
	struct audit_report r = {.entries = -1};

	if (!audit_verify(db, a, &key, 1, head, &r, &e))
		fail_msg("%s", e.msg);
	return r;
}

static void
head_now(uint8_t ret[KEY_DIGEST_BYTES])
{
	bool found = false;

	if (!audit_head_write(db, head_path, &e) ||
	    !audit_head_read(head_path, 1, &found, ret, &e))
		fail_msg("%s", e.msg);
	assert_true(found);
}

static void
an_untouched_chain_verifies(void **state)
{
	struct audit_report r = verified(NULL);

	(void)state;
	assert_int_equal(r.entries, ENTRIES);
	assert_int_equal(r.first_bad, 0);
	assert_false(r.cut_off);
}

static void
each_altered_field_of_each_row_is_named(void **state)
{
	static const char *const change[] = {
	    "organisation = 2",
	    "at = at + 1",
	    "actor = 2",
	    "action = 'sign-in'",
	    "subject_kind = 'post'",
	    "subject = subject + 1",
	    "child = 1",
	    "activity_group = 2",
	    "detail = '61 photos'",
	    "detail = ''",
	    "hash = zeroblob(32)",
	    "hash = x'00'",
	    "id = id + 1000",
	};
	char text[128];

	(void)state;
	for (int id = 1; id <= ENTRIES; id++)
		for (size_t i = 0; i < sizeof(change) / sizeof(*change); i++) {
			struct audit_report r;
			bool moved = change[i][0] == 'o' ||
				     strncmp(change[i], "id", 2) == 0;

			sql("BEGIN");
			(void)snprintf(text, sizeof(text),
			    "UPDATE audit SET %s WHERE id = %d", change[i], id);
			sql(text);
			r = verified(NULL);
			/* A row that left its place is a gap: the next one
			 * does not follow.  At the end, only a head tells. */
			if (!moved)
				assert_int_equal(r.first_bad, id);
			else if (id < ENTRIES)
				assert_int_equal(r.first_bad, id + 1);
			else
				assert_int_equal(r.first_bad,
				    change[i][0] == 'o' ? 0 : id + 1000);
			sql("ROLLBACK");
		}
}

static void
a_field_may_not_lend_bytes_to_its_neighbour(void **state)
{
	(void)state;
	sql("UPDATE audit SET action = action || 'm',"
	    " subject_kind = substr(subject_kind, 2) WHERE id = 4");
	assert_int_equal(verified(NULL).first_bad, 4);
}

static void
each_deleted_row_is_found(void **state)
{
	uint8_t head[KEY_DIGEST_BYTES];
	char text[64];

	(void)state;
	head_now(head);
	for (int id = 1; id <= ENTRIES; id++) {
		struct audit_report r;

		sql("BEGIN");
		(void)snprintf(
		    text, sizeof(text), "DELETE FROM audit WHERE id = %d", id);
		sql(text);
		r = verified(head);
		assert_int_equal(r.first_bad, id < ENTRIES ? id + 1 : 0);
		assert_int_equal(r.cut_off, id == ENTRIES);
		assert_int_equal(
		    r.missing_after, id == ENTRIES ? ENTRIES - 1 : 0);
		sql("ROLLBACK");
	}
}

static void
an_inserted_row_is_named(void **state)
{
	(void)state;
	sql("UPDATE audit SET id = id + 1 WHERE id = 8;"
	    "INSERT INTO audit SELECT 8, organisation, at, actor, action,"
	    " subject_kind, subject, child, activity_group, detail, hash"
	    " FROM audit WHERE id = 7");
	assert_int_equal(verified(NULL).first_bad, 8);
}

static void
two_swapped_rows_are_found(void **state)
{
	(void)state;
	sql("UPDATE audit SET id = -3 WHERE id = 3;"
	    "UPDATE audit SET id = 3 WHERE id = 4;"
	    "UPDATE audit SET id = 4 WHERE id = -3");
	assert_int_equal(verified(NULL).first_bad, 3);
}

static void
cutting_the_end_is_found_by_the_head(void **state)
{
	uint8_t head[KEY_DIGEST_BYTES];
	struct audit_report r;

	(void)state;
	head_now(head);
	sql("DELETE FROM audit WHERE id > 5");
	r = verified(head);
	assert_int_equal(r.first_bad, 0);
	assert_true(r.cut_off);
	assert_int_equal(r.missing_after, 5);
	sql("DELETE FROM audit");
	r = verified(head);
	assert_true(r.cut_off);
	assert_int_equal(r.entries, 0);
}

static void
entries_put_in_place_of_a_cut_end_do_not_hide_it(void **state)
{
	uint8_t head[KEY_DIGEST_BYTES];

	(void)state;
	head_now(head);
	sql("DELETE FROM audit WHERE id > 5");
	append(1, 1, AUDIT_SIGN_IN, 0, 0);
	append(1, 1, AUDIT_SIGN_OUT, 0, 0);
	append(1, 1, AUDIT_SIGN_IN, 0, 0);
	assert_true(verified(head).cut_off);
}

static void
a_head_that_is_older_than_the_chain_is_no_alarm(void **state)
{
	uint8_t head[KEY_DIGEST_BYTES];
	struct audit_report r;

	(void)state;
	head_now(head);
	append(1, 1, AUDIT_SIGN_IN, 0, 0);
	append(1, 1, AUDIT_SIGN_OUT, 0, 0);
	r = verified(head);
	assert_int_equal(r.first_bad, 0);
	assert_false(r.cut_off);
	assert_int_equal(r.entries, ENTRIES + 2);
}

static void
another_key_does_not_verify(void **state)
{
	struct audit_report r;
	struct key other;

	(void)state;
	key_random(&other);
	assert_true(audit_verify(db, a, &other, 1, NULL, &r, &e));
	assert_int_equal(r.first_bad, 1);
}

static void
each_organisation_has_a_chain_of_its_own(void **state)
{
	uint8_t head[KEY_DIGEST_BYTES];
	struct audit_report r;
	bool found = true;

	(void)state;
	assert_true(audit_head_write(db, head_path, &e));
	assert_true(audit_head_read(head_path, 2, &found, head, &e));
	assert_false(found);
	append(2, 0, AUDIT_SIGN_IN, 0, 0);
	append(1, 1, AUDIT_SIGN_IN, 0, 0);
	append(2, 0, AUDIT_SIGN_OUT, 0, 0);
	assert_int_equal(verified(NULL).entries, ENTRIES + 1);
	assert_int_equal(verified(NULL).first_bad, 0);
	assert_true(audit_verify(db, a, &key, 2, NULL, &r, &e));
	assert_int_equal(r.entries, 2);
	assert_int_equal(r.first_bad, 0);
}

static void
a_long_chain_is_verified_to_its_end(void **state)
{
	(void)state;
	assert_true(db_begin(db, &e));
	for (int i = 0; i < 1203; i++) {
		struct audit_event v = {
		    .organisation = 1, .at = i, .action = AUDIT_POST_VIEWED};

		assert_true(audit_append(db, a, &key, &v, &e));
	}
	assert_true(db_commit(db, &e));
	assert_int_equal(verified(NULL).entries, ENTRIES + 1203);
	sql("UPDATE audit SET at = 0 WHERE id = 1205");
	assert_int_equal(verified(NULL).first_bad, 1205);
}

static void
an_entry_of_a_rolled_back_deed_is_not_there(void **state)
{
	struct audit_event v = {.organisation = 1};

	(void)state;
	assert_true(db_begin(db, &e));
	assert_true(audit_append(db, a, &key, &v, &e));
	db_rollback(db);
	assert_int_equal(verified(NULL).entries, ENTRIES);
	append(1, 1, AUDIT_SIGN_IN, 0, 0);
	assert_int_equal(verified(NULL).first_bad, 0);
}

static void
a_damaged_head_file_is_said_to_be_damaged(void **state)
{
	static const char *const bad[] = {"", "nonsense\n",
	    "preau-audit-head 1\n1 2 zz\n", "preau-audit-head 1\n1 2",
	    "preau-audit-head 1\n1 8 00\n"};
	uint8_t head[KEY_DIGEST_BYTES];
	bool found;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		FILE *f = fopen(head_path, "w");

		assert_non_null(f);
		(void)fputs(bad[i], f);
		(void)fclose(f);
		assert_false(audit_head_read(head_path, 1, &found, head, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
	}
	head_now(head); /* writing it again heals it */
	(void)unlink(head_path);
	assert_true(audit_head_read(head_path, 1, &found, head, &e));
	assert_false(found);
}

static void
words_are_unique_and_lead_back_to_their_action(void **state)
{
	(void)state;
	for (int i = 0; i < AUDIT_ACTIONS; i++) {
		enum audit_action back = AUDIT_ACTIONS;

		assert_non_null(audit_word((enum audit_action)i));
		assert_non_null(audit_sentence((enum audit_action)i));
		assert_non_null(
		    strstr(audit_sentence((enum audit_action)i), "%1"));
		assert_true(audit_action_of(
		    str_c(audit_word((enum audit_action)i)), &back));
		assert_int_equal(back, i);
	}
	assert_false(
	    audit_action_of(S("dance"), &(enum audit_action){AUDIT_SIGN_IN}));
	assert_null(audit_nobody(1));
	assert_non_null(audit_nobody(0));
	assert_non_null(audit_nobody(-1));
}

static void
a_family_sees_what_the_team_did_about_its_child_only(void **state)
{
	struct sql_audit_by_child_rows rows;
	const int64_t today = 1800000000 / 86400;

	(void)state;
	sql("DELETE FROM audit");
	append(1, 1, AUDIT_MEDIUM_VIEWED, 1, 0); /* 1: the child */
	append(1, 1, AUDIT_POST_VIEWED, 0, 1);   /* 2: its group */
	append(1, 1, AUDIT_POST_VIEWED, 0, 2);   /* 3: a group it left */
	append(1, 2, AUDIT_MEDIUM_VIEWED, 1, 0); /* 4: a family */
	append(1, 1, AUDIT_CHILD_VIEWED, 2, 1);  /* 5: another child */
	append(1, 0, AUDIT_BACKUP_MADE, 0, 0);   /* 6: nobody's */
	append(1, 1, AUDIT_CHILD_VIEWED, 1, 1);  /* 7: both, once */
	assert_true(
	    sql_audit_by_child(db, a, 1, 1, 1000, today, 10, &rows, &e));
	assert_int_equal(rows.n, 3);
	assert_int_equal(rows.v[0].id, 7);
	assert_int_equal(rows.v[1].id, 2);
	assert_int_equal(rows.v[2].id, 1);
	assert_int_equal(rows.v[0].actor, 1);
	assert_true(str_eq(rows.v[0].name_enc, S("\xaa")));
	/* The next page. */
	assert_true(sql_audit_by_child(db, a, 1, 1, 7, today, 1, &rows, &e));
	assert_int_equal(rows.n, 1);
	assert_int_equal(rows.v[0].id, 2);
	/* Another organisation asks in vain, and so does child 0. */
	assert_true(
	    sql_audit_by_child(db, a, 2, 1, 1000, today, 10, &rows, &e));
	assert_int_equal(rows.n, 0);
	assert_true(
	    sql_audit_by_child(db, a, 1, 0, 1000, today, 10, &rows, &e));
	assert_int_equal(rows.n, 0);
}

static void
the_register_pages_newest_first(void **state)
{
	struct sql_audit_page_rows rows;

	(void)state;
	append(1, -1, AUDIT_SIGN_IN_FAILED, 0, 0);
	assert_true(sql_audit_page(db, a, 1, INT64_MAX, 4, &rows, &e));
	assert_int_equal(rows.n, 4);
	assert_int_equal(rows.v[0].id, ENTRIES + 1);
	assert_null(rows.v[0].name_enc.p);
	assert_non_null(rows.v[1].name_enc.p);
	assert_true(sql_audit_page(db, a, 1, rows.v[3].id, 100, &rows, &e));
	assert_int_equal(rows.n, ENTRIES - 3);
}

#define test(t) cmocka_unit_test_setup_teardown(t, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(an_untouched_chain_verifies),
	    test(each_altered_field_of_each_row_is_named),
	    test(a_field_may_not_lend_bytes_to_its_neighbour),
	    test(each_deleted_row_is_found),
	    test(an_inserted_row_is_named),
	    test(two_swapped_rows_are_found),
	    test(cutting_the_end_is_found_by_the_head),
	    test(entries_put_in_place_of_a_cut_end_do_not_hide_it),
	    test(a_head_that_is_older_than_the_chain_is_no_alarm),
	    test(another_key_does_not_verify),
	    test(each_organisation_has_a_chain_of_its_own),
	    test(a_long_chain_is_verified_to_its_end),
	    test(an_entry_of_a_rolled_back_deed_is_not_there),
	    test(a_damaged_head_file_is_said_to_be_damaged),
	    test(words_are_unique_and_lead_back_to_their_action),
	    test(a_family_sees_what_the_team_did_about_its_child_only),
	    test(the_register_pages_newest_first),
	};

	if (!crypto_init(&e))
		return 1;
	key_random(&key);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
