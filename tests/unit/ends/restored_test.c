/* An old backup comes back, and what had ended since ends again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../backup/fixture.h"
#include "backup/backup.h"
#include "ends/certificate.h"
#include "ends/hold.h"
#include "ends/round.h"
#include "report/report.h"

static struct err e;

static void
run(struct fixture *f)
{
	bool more = true;

	while (more)
		if (!ends_round(&f->house, f->arena, FIXTURE_NOW, &more, &e))
			fail_msg("%s", e.msg);
}

static int64_t
named(struct fixture *f)
{
	return fixture_count(f, "SELECT count(*) FROM account WHERE id = 2 AND "
				"name_enc = x'bb' AND email_enc = x'cc'");
}

static void
what_had_ended_ends_again_when_an_old_backup_is_restored(void **state)
{
	struct fixture *f = *state;
	struct restore_report report = {.files = -1};
	struct backup_report made;
	int64_t photo = fixture_photo(f, f->group_post, 3000);
	char from[256];

	fixture_sql(f, "UPDATE season SET from_on = 0, until_on = 100;"
		       "INSERT INTO ends_begun VALUES (1, 1);"
		       "INSERT INTO account (id, organisation, kind, state, "
		       "login_digest, login_enc, name_enc, email_enc, "
		       "pass_hash, lang, created_at) VALUES (2, 1, 'guardian', "
		       "'active', x'02', x'00', x'bb', x'cc', '', 'fr', 1)");
	if (!backup_make(&f->house, f->out, FIXTURE_NOW, &made, &e))
		fail_msg("%s", e.msg);
	assert_true(fixture_photo_reads(f, photo));
	assert_true(fixture_child_reads(f, f->child));
	run(f);
	assert_false(fixture_photo_reads(f, photo));
	assert_false(fixture_child_reads(f, f->child));
	assert_int_equal(named(f), 0);
	fixture_close(f);
	(void)snprintf(from, sizeof(from), "%s/%s", f->out, made.name);
	if (!backup_restore(&(struct restore_call){.from = from,
				.conf = &f->conf,
				.master = &f->master,
				.force = true,
				.now = FIXTURE_NOW + 1000},
		&report, &e))
		fail_msg("%s", e.msg);
	fixture_open(f);
	assert_true(report.erased.blobs > 0);
	assert_int_equal(report.erased.children, 2);
	assert_int_equal(report.erased.accounts, 1);
	assert_false(fixture_photo_reads(f, photo));
	assert_false(fixture_child_reads(f, f->child));
	assert_int_equal(named(f), 0);
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM account WHERE "
					  "state = 'active'"),
	    1);
	run(f);
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM post WHERE "
					  "ended_at IS NOT NULL"),
	    2);
}

static struct deed
deed(struct fixture *f)
{
	return (struct deed){.house = &f->house,
	    .arena = f->arena,
	    .org = f->org,
	    .actor = 1,
	    .now = FIXTURE_NOW + 10,
	    .today = 20833};
}

static bool
verified(struct fixture *f, str file)
{
	struct deed d = deed(f);
	int64_t number;

	return certificate_verify(&d, file, &number, &e);
}

static void
what_a_certificate_calls_unreadable_is_so_in_an_old_backup(void **state)
{
	struct fixture *f = *state;
	struct restore_report report = {.files = -1};
	int64_t photo = fixture_photo(f, f->child_post, 3000), id;
	struct certificate c;
	struct backup_report made;
	struct deed d = deed(f);
	char from[256], *changed;
	str file;

	if (!backup_make(&f->house, f->out, FIXTURE_NOW, &made, &e) ||
	    !db_begin(f->house.db, &e))
		fail_msg("%s", e.msg);
	assert_false(certificate_make(
	    &d, CERTIFICATE_CHILD, f->child, DB_NULL, &id, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	db_rollback(f->house.db);
	fixture_erase_child(f, f->child);
	if (!db_begin(f->house.db, &e) ||
	    !certificate_make(
		&d, CERTIFICATE_CHILD, f->child, DB_NULL, &id, &e) ||
	    !db_commit(f->house.db, &e) || !certificate_load(&d, id, &c, &e))
		fail_msg("%s", e.msg);
	file = c.file;
	assert_true(verified(f, file));
	/* Every bit of it counts. */
	changed = arena_cstr(f->arena, file);
	for (size_t i = 0; i + 1 < file.n; i++) {
		changed[i] ^= 1;
		assert_false(verified(f, (str){changed, file.n}));
		changed[i] ^= 1;
	}
	fixture_close(f);
	(void)snprintf(from, sizeof(from), "%s/%s", f->out, made.name);
	if (!backup_restore(&(struct restore_call){.from = from,
				.conf = &f->conf,
				.master = &f->master,
				.force = true,
				.now = FIXTURE_NOW + 1000},
		&report, &e))
		fail_msg("%s", e.msg);
	fixture_open(f);
	assert_false(fixture_photo_reads(f, photo));
	assert_false(fixture_child_reads(f, f->child));
	assert_true(fixture_child_reads(f, f->other_child));
	/* The backup is older than the certificate, and knows it not. */
	assert_int_equal(
	    fixture_count(f, "SELECT count(*) FROM certificate"), 0);
	assert_true(verified(f, file));
}

/* ---- holds, and words of reports ---- */

static void
restore(struct fixture *f, const struct backup_report *made,
    struct restore_report *ret)
{
	char from[256];

	fixture_close(f);
	(void)snprintf(from, sizeof(from), "%s/%s", f->out, made->name);
	if (!backup_restore(&(struct restore_call){.from = from,
				.conf = &f->conf,
				.master = &f->master,
				.force = true,
				.now = FIXTURE_NOW + 1000},
		ret, &e))
		fail_msg("%s", e.msg);
	fixture_open(f);
}

#define DO(x)                                             \
	do {                                              \
		if (!db_begin(f->house.db, &e) || !(x) || \
		    !db_commit(f->house.db, &e))          \
			fail_msg("%s", e.msg);            \
	} while (0)

static int64_t
hold(struct fixture *f, enum hold_kind k, int64_t subject)
{
	struct deed d = deed(f);
	int64_t id;

	DO(hold_place(&d, k, subject, S("enquête"), d.today + 20, &id, &e));
	return id;
}

static void
release(struct fixture *f, int64_t id)
{
	struct deed d = deed(f), other = d;

	other.actor = 2;
	DO(hold_ask(&d, id, &e) && hold_release(&other, id, &e));
}

static void
a_hold_that_is_younger_than_a_backup_stands_again(void **state)
{
	struct fixture *f = *state;
	struct restore_report report = {.files = -1};
	struct backup_report made;
	struct err refused;
	int64_t held;

	fixture_sql(f, "INSERT INTO account (id, organisation, kind, role, "
		       "state, login_digest, login_enc, name_enc, pass_hash, "
		       "lang, created_at) VALUES (2, 1, 'staff', 'director', "
		       "'active', x'02', x'00', x'bb', '', 'fr', 1)");
	if (!backup_make(&f->house, f->out, FIXTURE_NOW, &made, &e))
		fail_msg("%s", e.msg);
	(void)hold(f, HOLD_CHILD, f->child);
	release(f, hold(f, HOLD_CHILD, f->other_child));
	(void)hold(f, HOLD_POST, f->child_post);
	restore(f, &made, &report);
	assert_int_equal(report.erased.holds, 2);
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM hold_order "
					  "WHERE released_at IS NULL"),
	    2);
	if (!db_begin(f->house.db, &e))
		fail_msg("%s", e.msg);
	assert_false(erasure_child(
	    &f->house, f->arena, f->child, FIXTURE_NOW, &held, &refused));
	assert_int_equal(refused.kind, ERR_CONFLICT);
	db_rollback(f->house.db);
	/* Once is enough. */
	if (!erasure_replay(&f->house, NULL, &report.erased, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(report.erased.holds, 0);
}

static int64_t
reported(struct fixture *f, int64_t child)
{
	struct deed d = deed(f);
	struct report_made made;
	struct report_new n = {.category = category_of(S("team")),
	    .who = S("guardian"),
	    .reporter = 2,
	    .lang = LANG_FR,
	    .words = S("Le portail."),
	    .child = &child,
	    .n_child = child != 0};

	DO(report_make(&d, &n, &made, &e));
	return fixture_count(f, "SELECT max(id) FROM report");
}

static size_t
read_again(struct fixture *f, int64_t report)
{
	struct report_seen seen;

	if (!report_by_reporter(
		&f->house, f->arena, f->org, 2, report, &seen, &e))
		fail_msg("%s", e.msg);
	return seen.words.n;
}

static void
add_guardian(struct fixture *f)
{
	fixture_sql(f, "INSERT INTO account (id, organisation, kind, state, "
		       "login_digest, login_enc, name_enc, pass_hash, lang, "
		       "created_at) VALUES (2, 1, 'guardian', 'active', "
		       "x'02', x'00', x'bb', '', 'fr', 1)");
}

static void
words_of_a_report_go_with_the_account_and_not_back_with_a_backup(void **state)
{
	struct fixture *f = *state;
	struct restore_report report = {.files = -1};
	struct backup_report made;
	int64_t id;

	add_guardian(f);
	id = reported(f, 0);
	assert_true(read_again(f, id) > 0);
	if (!backup_make(&f->house, f->out, FIXTURE_NOW, &made, &e))
		fail_msg("%s", e.msg);
	DO(erasure_account(&f->house, f->arena, 2, FIXTURE_NOW, &e));
	assert_int_equal(read_again(f, id), 0);
	restore(f, &made, &report);
	assert_int_equal(report.erased.reports, 1);
	assert_int_equal(read_again(f, id), 0);
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM report WHERE "
					  "key_wrapped IS NOT NULL"),
	    0);
}

static void
a_held_case_keeps_its_words_until_the_hold_is_over(void **state)
{
	struct fixture *f = *state;
	int64_t id;

	add_guardian(f);
	id = reported(f, 0);
	(void)hold(f, HOLD_CASE, 1);
	DO(erasure_account(&f->house, f->arena, 2, FIXTURE_NOW, &e));
	run(f);
	assert_true(read_again(f, id) > 0);
	fixture_sql(f, "UPDATE hold_order SET asked_by = 1, asked_at = 1, "
		       "released_by = 2, released_at = 1");
	run(f);
	assert_int_equal(read_again(f, id), 0);
}

static void
a_case_about_a_child_alone_goes_with_the_child_once_it_is_decided(void **state)
{
	struct fixture *f = *state;
	int64_t id;

	add_guardian(f);
	id = reported(f, f->child);
	fixture_erase_child(f, f->child);
	run(f);
	assert_true(read_again(f, id) > 0);
	fixture_sql(f, "UPDATE case_file SET outcome = 'unfounded', "
		       "decided_by = 1, decided_at = 1790000000");
	run(f);
	assert_int_equal(read_again(f, id), 0);
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM case_file "
					  "WHERE key_wrapped IS NULL"),
	    1);
}

static void
a_decided_case_ends_and_leaves_a_number(void **state)
{
	struct fixture *f = *state;

	add_guardian(f);
	fixture_sql(f, "INSERT INTO ends_begun VALUES (1, 1)");
	(void)reported(f, 0);
	run(f);
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM report"), 1);
	fixture_sql(f, "UPDATE case_file SET outcome = 'unfounded', "
		       "decided_by = 1, decided_at = 1000");
	run(f);
	assert_int_equal(
	    fixture_count(f, "SELECT (SELECT count(*) FROM report) "
			     "+ (SELECT count(*) FROM case_file) "
			     "+ (SELECT count(*) FROM case_event) "
			     "+ (SELECT count(*) FROM case_person)"),
	    0);
	assert_int_equal(
	    fixture_count(f, "SELECT sum(cases) FROM case_counted"), 1);
	/* Whom it was about reads the register, and the numbers. */
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM ends_done "
					  "WHERE rule = 'cases'"),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		what_had_ended_ends_again_when_an_old_backup_is_restored,
		fixture_begin, fixture_end),
	    cmocka_unit_test_setup_teardown(
		what_a_certificate_calls_unreadable_is_so_in_an_old_backup,
		fixture_begin, fixture_end),
	    cmocka_unit_test_setup_teardown(
		a_hold_that_is_younger_than_a_backup_stands_again,
		fixture_begin, fixture_end),
	    cmocka_unit_test_setup_teardown(
		words_of_a_report_go_with_the_account_and_not_back_with_a_backup,
		fixture_begin, fixture_end),
	    cmocka_unit_test_setup_teardown(
		a_held_case_keeps_its_words_until_the_hold_is_over,
		fixture_begin, fixture_end),
	    cmocka_unit_test_setup_teardown(
		a_case_about_a_child_alone_goes_with_the_child_once_it_is_decided,
		fixture_begin, fixture_end),
	    cmocka_unit_test_setup_teardown(
		a_decided_case_ends_and_leaves_a_number, fixture_begin,
		fixture_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
