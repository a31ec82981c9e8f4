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
#include "ends/round.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
