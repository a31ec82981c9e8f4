#include "backup/check.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "fixture.h"

static struct err e;

static struct check_report
checked(struct fixture *f, bool fix, bool deep)
{
	struct check_call call = {fix, deep, FIXTURE_NOW + 2000};
	struct check_report r;

	if (!check_run(&f->house, f->arena, &call, &r, &e))
		fail_msg("%s", e.msg);
	return r;
}

static void
flip(const char *path, off_t at)
{
	OWNED_FD fd = open(path, O_RDWR | O_CLOEXEC);
	uint8_t b = 0;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &b, 1, at), 1);
	b ^= 1;
	assert_int_equal(pwrite(fd, &b, 1, at), 1);
}

/* Seen from an hour later. */
static void
make_old(const char *path)
{
	const struct timespec t[2] = {{1, 0}, {1, 0}};

	assert_int_equal(utimensat(AT_FDCWD, path, t, 0), 0);
}

static void
only(const struct check_report *c, enum check_kind kind, int64_t n)
{
	for (int i = 0; i < CHECK_KINDS; i++)
		if (c->found[i] != (i == (int)kind ? n : 0))
			fail_msg(
			    "%s: %d", check_meanings[i].word, (int)c->found[i]);
}

static void
what_is_well_has_no_findings(void **state)
{
	struct fixture *f = *state;
	struct check_report c;

	(void)fixture_photo(f, f->group_post, 100);
	fixture_note(f);
	c = checked(f, false, true);
	assert_int_equal(check_open(&c), 0);
	assert_int_equal(c.blobs, 1);
	assert_int_equal(c.children, 2);
	assert_int_equal(c.files, 1);
	assert_int_equal(c.audit_entries, 1);
}

static void
a_photo_without_hashes_is_told_and_gets_its_job(void **state)
{
	struct fixture *f = *state;
	struct check_report c;

	(void)fixture_photo(f, f->group_post, 100);
	fixture_note(f);
	fixture_sql(f, "DELETE FROM medium_hash");
	c = checked(f, true, false);
	only(&c, CHECK_NO_HASHES, 1);
	assert_int_equal(check_open(&c), 0);
	assert_int_equal(
	    fixture_count(f, "SELECT count(*) FROM job WHERE kind = 'rehash'"),
	    1);
}

static void
a_file_without_a_row_is_found_and_removed(void **state)
{
	struct fixture *f = *state;
	char name[BLOB_NAME_MAX], path[512];
	struct check_report c;
	int fd = -1;

	assert_true(blob_create(f->house.blobs, name, &fd, &e));
	(void)close(fd);
	c = checked(f, false, false);
	assert_int_equal(check_open(&c), 0); /* too young to judge */
	(void)snprintf(
	    path, sizeof(path), "%s/blobs/incoming/%s", f->conf.data, name);
	make_old(path);
	c = checked(f, false, false);
	only(&c, CHECK_ORPHAN_FILE, 1);
	assert_false(c.v[0].fixed);
	c = checked(f, true, false);
	assert_int_equal(check_open(&c), 0);
	assert_int_equal(c.fixed[CHECK_ORPHAN_FILE], 1);
	c = checked(f, false, false);
	only(&c, CHECK_ORPHAN_FILE, 0);
}

static void
lost_and_damaged_photos_are_told(void **state)
{
	struct fixture *f = *state;
	int64_t lost = fixture_photo(f, f->group_post, 10);
	int64_t hurt = fixture_photo(f, f->group_post, 100000);
	int64_t keyless = fixture_photo(f, f->group_post, 10);
	char sql[128];
	struct check_report c;

	assert_int_equal(unlink(fixture_blob_path(f, lost)), 0);
	c = checked(f, true, true);
	only(&c, CHECK_MISSING_FILE, 1);
	fixture_erase_photo(f, lost);
	flip(fixture_blob_path(f, hurt), 70);
	c = checked(f, false, false);
	assert_int_equal(check_open(&c), 0); /* only a deep look tells */
	c = checked(f, false, true);
	only(&c, CHECK_DAMAGED_BLOB, 1);
	fixture_erase_photo(f, hurt);
	(void)snprintf(sql, sizeof(sql),
	    "UPDATE blob SET key_wrapped ="
	    " zeroblob(72) WHERE medium = %" PRId64,
	    keyless);
	fixture_sql(f, sql);
	c = checked(f, false, false);
	only(&c, CHECK_DAMAGED_KEY, 1);
	fixture_sql(f, "UPDATE child SET key_wrapped = NULL WHERE id = 2");
	fixture_erase_photo(f, keyless);
	c = checked(f, false, false);
	only(&c, CHECK_MISSING_KEY, 1);
}

static void
an_upload_that_never_ended_is_cleared_away(void **state)
{
	struct fixture *f = *state;
	struct check_report c;

	fixture_sql(f, "INSERT INTO medium (organisation, post, uploader,"
		       " state, position, created_at, upload_seen_at)"
		       " VALUES (1, 1, 1, 'receiving', 1, 1, 1);"
		       "INSERT INTO job (kind, subject, run_at) VALUES"
		       " ('intake', 999, 1)");
	c = checked(f, false, false);
	assert_int_equal(c.found[CHECK_STUCK_UPLOAD], 1);
	assert_int_equal(c.found[CHECK_IDLE_JOB], 1);
	assert_int_equal(check_open(&c), 2);
	c = checked(f, true, false);
	assert_int_equal(check_open(&c), 0);
	c = checked(f, false, false);
	assert_int_equal(c.found[CHECK_STUCK_UPLOAD], 0);
	assert_int_equal(c.found[CHECK_IDLE_JOB], 0);
}

static void
a_photo_that_waits_for_nobody_gets_its_job(void **state)
{
	struct fixture *f = *state;
	struct check_report c;

	(void)fixture_photo(f, f->group_post, 10);
	fixture_sql(f, "UPDATE medium SET state = 'queued'");
	c = checked(f, true, false);
	only(&c, CHECK_MISSING_JOB, 1);
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM job"), 1);
}

static void
an_altered_or_cut_register_is_told(void **state)
{
	struct fixture *f = *state;
	struct check_report c;
	char path[512];

	for (int i = 0; i < 5; i++)
		fixture_note(f);
	fixture_sql(f, "UPDATE audit SET actor = 2 WHERE id = 3");
	c = checked(f, false, false);
	only(&c, CHECK_AUDIT_ALTERED, 1);
	assert_int_equal(c.v[0].id, 3);
	fixture_sql(f, "UPDATE audit SET actor = 1 WHERE id = 3;"
		       "DELETE FROM audit WHERE id > 2");
	c = checked(f, false, false);
	only(&c, CHECK_AUDIT_CUT, 1);
	assert_int_equal(c.v[0].id, 2);
	(void)snprintf(path, sizeof(path), "%s/audit.head", f->conf.data);
	assert_int_equal(unlink(path), 0);
	c = checked(f, false, false);
	only(&c, CHECK_AUDIT_HEAD, 1);
}

static void
an_erasure_that_was_ordered_is_finished(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 10);
	struct check_report c;

	assert_true(db_begin(f->house.db, &e));
	assert_true(erasure_medium(&f->house, f->arena, photo, 1, &e));
	db_rollback(f->house.db);
	c = checked(f, false, false);
	only(&c, CHECK_ERASURE_UNDONE, 1);
	c = checked(f, true, false);
	assert_int_equal(check_open(&c), 0);
	assert_false(fixture_photo_reads(f, photo));
	c = checked(f, false, true);
	only(&c, CHECK_ERASURE_UNDONE, 0);
}

static void
a_lost_journal_is_told(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 10);
	struct check_report c;

	fixture_erase_photo(f, photo);
	assert_int_equal(unlink(f->conf.erasures), 0);
	c = checked(f, false, false);
	only(&c, CHECK_JOURNAL, 1);
	assert_true(journal_prepare(f->conf.erasures, &f->master, NULL, &e));
	c = checked(f, false, false);
	only(&c, CHECK_JOURNAL, 1); /* too short for what is erased */
}

#define test(t) cmocka_unit_test_setup_teardown(t, fixture_begin, fixture_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(what_is_well_has_no_findings),
	    test(a_photo_without_hashes_is_told_and_gets_its_job),
	    test(a_file_without_a_row_is_found_and_removed),
	    test(lost_and_damaged_photos_are_told),
	    test(an_upload_that_never_ended_is_cleared_away),
	    test(a_photo_that_waits_for_nobody_gets_its_job),
	    test(an_altered_or_cut_register_is_told),
	    test(an_erasure_that_was_ordered_is_finished),
	    test(a_lost_journal_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
