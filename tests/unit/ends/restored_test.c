/* An old backup comes back, and what had ended since ends again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../backup/fixture.h"
#include "backup/backup.h"
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		what_had_ended_ends_again_when_an_old_backup_is_restored,
		fixture_begin, fixture_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
