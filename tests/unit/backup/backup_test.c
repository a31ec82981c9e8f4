#include "backup/backup.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "audit/audit.h"
#include "backup/check.h"
#include "backup/tree.h"
#include "fixture.h"

static struct err e;

static struct backup_report
backed_up(struct fixture *f, int64_t now)
{
	struct backup_report r = {.files = -1};

	if (!backup_make(&f->house, f->out, now, &r, &e))
		fail_msg("%s", e.msg);
	return r;
}

static const char *
path_in(struct fixture *f, const char *backup, const char *name)
{
	static char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s/%s", f->out, backup, name);
	return path;
}

static bool
restore(struct fixture *f, const char *backup, bool force, bool without,
    struct restore_report *ret)
{
	char from[256];
	struct restore_call c = {.from = from,
	    .conf = &f->conf,
	    .master = &f->master,
	    .force = force,
	    .without_journal = without,
	    .now = FIXTURE_NOW + 1000};

	(void)snprintf(from, sizeof(from), "%s/%s", f->out, backup);
	return backup_restore(&c, ret, &e);
}

static struct restore_report
restored(struct fixture *f, const char *backup)
{
	struct restore_report r = {.files = -1};

	fixture_close(f);
	if (!restore(f, backup, true, false, &r))
		fail_msg("%s", e.msg);
	fixture_open(f);
	return r;
}

static struct check_report
checked(struct fixture *f, bool fix, bool deep)
{
	struct check_call call = {fix, deep, FIXTURE_NOW + 2000};
	struct check_report r;

	if (!check_run(&f->house, f->arena, &call, &r, &e))
		fail_msg("%s", e.msg);
	return r;
}

static int
entries_of(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		(void)closedir(d);
	return n - 2;
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

static void
a_restored_house_is_the_one_that_was_backed_up(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 200000);
	int64_t empty = fixture_photo(f, f->group_post, 0);
	struct backup_report b;
	struct restore_report r;
	struct stat st;

	fixture_note(f);
	b = backed_up(f, FIXTURE_NOW);
	assert_string_equal(b.name, "backup-20270115-080000");
	assert_int_equal(b.files, 2);
	assert_int_equal(b.missing, 0);
	r = restored(f, b.name);
	assert_int_equal(r.made_at, FIXTURE_NOW);
	assert_int_equal(r.files, 4); /* the database and the head too */
	assert_true(r.journal_used);
	assert_int_equal(r.audit_entries, 1);
	assert_int_equal(r.audit_bad, 0);
	assert_true(r.aside[0] != '\0');
	assert_int_equal(stat(r.aside, &st), 0);
	assert_true(fixture_photo_reads(f, photo));
	assert_true(fixture_photo_reads(f, empty));
	assert_true(fixture_child_reads(f, f->child));
	assert_int_equal(check_open(&(struct check_report){0}), 0);
	{
		struct check_report c = checked(f, false, true);

		assert_int_equal(check_open(&c), 0);
		assert_int_equal(c.audit_entries, 2); /* the restore itself */
	}
}

static void
what_was_erased_since_does_not_come_back(void **state)
{
	struct fixture *f = *state;
	int64_t kept = fixture_photo(f, f->group_post, 1000);
	int64_t photo = fixture_photo(f, f->group_post, 1000);
	int64_t own = fixture_photo(f, f->child_post, 1000);
	struct backup_report b = backed_up(f, FIXTURE_NOW);
	struct restore_report r;
	struct check_report c;

	fixture_erase_photo(f, photo);
	fixture_erase_child(f, f->child);
	r = restored(f, b.name);
	assert_int_equal(r.erased.blobs, 2);
	assert_int_equal(r.erased.children, 1);
	assert_false(fixture_photo_reads(f, photo));
	assert_false(fixture_photo_reads(f, own));
	assert_false(fixture_child_reads(f, f->child));
	assert_true(fixture_photo_reads(f, kept));
	assert_true(fixture_child_reads(f, f->other_child));
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM blob WHERE"
					  " key_wrapped IS NULL"),
	    2);
	assert_int_equal(
	    fixture_count(f, "SELECT count(*) FROM medium WHERE"
			     " state = 'deleted' AND caption_enc IS NULL"),
	    2);
	assert_int_equal(
	    fixture_count(f, "SELECT count(*) FROM medium_hash"), 1);
	assert_int_equal(
	    fixture_count(f, "SELECT count(*) FROM child WHERE"
			     " erased_at IS NOT NULL AND first_enc IS NULL"),
	    1);
	c = checked(f, false, true);
	assert_int_equal(check_open(&c), 0);
}

static void
without_its_journal_nothing_is_restored_unless_that_is_asked_for(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 1000);
	struct backup_report b = backed_up(f, FIXTURE_NOW);
	struct restore_report r = {0};

	fixture_erase_photo(f, photo);
	fixture_close(f);
	assert_int_equal(unlink(f->conf.erasures), 0);
	assert_false(restore(f, b.name, true, false, &r));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	fixture_open(f); /* what was is still there */
	assert_false(fixture_photo_reads(f, photo));
	fixture_close(f);
	assert_true(restore(f, b.name, true, true, &r));
	assert_false(r.journal_used);
	fixture_open(f);
	assert_true(fixture_photo_reads(f, photo)); /* as warned */
}

static void
a_journal_that_was_cut_or_exchanged_is_refused(void **state)
{
	struct fixture *f = *state;
	int64_t one = fixture_photo(f, f->group_post, 1000);
	int64_t two = fixture_photo(f, f->group_post, 1000);
	struct backup_report b;
	struct restore_report r = {0};

	fixture_erase_photo(f, one);
	b = backed_up(f, FIXTURE_NOW);
	fixture_erase_photo(f, two);
	fixture_close(f);
	assert_int_equal(unlink(f->conf.erasures), 0);
	assert_true(journal_prepare(f->conf.erasures, &f->master, NULL, &e));
	assert_false(restore(f, b.name, true, false, &r));
	assert_int_equal(e.kind, ERR_CONFLICT);
	flip(f->conf.erasures, 20);
	assert_false(restore(f, b.name, true, false, &r));
	assert_int_equal(e.kind, ERR_CORRUPT);
	fixture_open(f);
}

static void
data_that_are_there_are_not_overwritten(void **state)
{
	struct fixture *f = *state;
	struct backup_report b = backed_up(f, FIXTURE_NOW);
	struct restore_report r = {0};

	fixture_close(f);
	assert_false(restore(f, b.name, false, false, &r));
	assert_int_equal(e.kind, ERR_CONFLICT);
	fixture_open(f);
	assert_true(fixture_child_reads(f, f->child));
}

static int
restore_in_another_process(struct fixture *f, const char *backup)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct restore_report r;
		bool ok = restore(f, backup, true, false, &r);

		_exit(ok ? 100 : (int)e.kind);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static void
data_in_use_are_not_moved(void **state)
{
	struct fixture *f = *state;
	struct backup_report b = backed_up(f, FIXTURE_NOW);

	fixture_note(f);
	assert_int_equal(restore_in_another_process(f, b.name), ERR_BUSY);
	assert_true(fixture_child_reads(f, f->child));
}

static void
a_lost_machine_is_restored_into_an_empty_place(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 1000);
	struct backup_report b = backed_up(f, FIXTURE_NOW);
	struct restore_report r = {0};

	fixture_close(f);
	assert_true(tree_remove(AT_FDCWD, f->conf.data, &e));
	assert_true(restore(f, b.name, false, false, &r));
	assert_string_equal(r.aside, "");
	fixture_open(f);
	assert_true(fixture_photo_reads(f, photo));
}

static void
the_second_backup_copies_only_what_is_new(void **state)
{
	struct fixture *f = *state;
	int64_t one = fixture_photo(f, f->group_post, 100000), two;
	struct backup_report first = backed_up(f, FIXTURE_NOW), second;
	struct manifest_head head;
	char path[512];

	two = fixture_photo(f, f->group_post, 5000);
	second = backed_up(f, FIXTURE_NOW + 86400);
	assert_int_equal(second.files, 2);
	assert_int_equal(second.linked, 1);
	/* The first may go: the second is whole. */
	(void)snprintf(path, sizeof(path), "%s/%s", f->out, first.name);
	assert_true(tree_remove(AT_FDCWD, path, &e));
	(void)snprintf(path, sizeof(path), "%s/%s", f->out, second.name);
	assert_true(backup_verify(path, &f->master, &head, &e));
	assert_int_equal(head.files, 4);
	(void)restored(f, second.name);
	assert_true(fixture_photo_reads(f, one));
	assert_true(fixture_photo_reads(f, two));
}

static void
a_backup_in_which_anything_changed_is_refused(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 3000);
	struct backup_report b = backed_up(f, FIXTURE_NOW);
	const char *blob =
	    fixture_blob_path(f, photo) + strlen(f->conf.data) + 1;
	const char *const names[] = {
	    "manifest", "preau.db", "audit.head", blob};
	struct restore_report r = {0};
	char path[512];

	fixture_close(f);
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(
		    path, sizeof(path), "%s", path_in(f, b.name, names[i]));
		flip(path, 10);
		assert_false(restore(f, b.name, true, false, &r));
		assert_int_equal(e.kind, ERR_CORRUPT);
		flip(path, 10);
	}
	assert_int_equal(unlink(path), 0); /* the blob */
	assert_false(restore(f, b.name, true, false, &r));
	assert_int_equal(e.kind, ERR_CORRUPT);
	fixture_open(f);
	assert_true(fixture_photo_reads(f, photo));
	assert_int_equal(entries_of(f->root), 3); /* nothing half-made */
}

static void
every_byte_of_the_manifest_counts(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 10);
	struct backup_report b = backed_up(f, FIXTURE_NOW);
	struct manifest_head head;
	char path[512], folder[256];
	struct stat st;

	(void)photo;
	(void)snprintf(
	    path, sizeof(path), "%s", path_in(f, b.name, "manifest"));
	(void)snprintf(folder, sizeof(folder), "%s/%s", f->out, b.name);
	assert_int_equal(stat(path, &st), 0);
	for (off_t i = 0; i < st.st_size; i++) {
		flip(path, i);
		assert_false(backup_verify(folder, &f->master, &head, &e));
		flip(path, i);
	}
	assert_true(backup_verify(folder, &f->master, &head, &e));
	for (off_t n = st.st_size - 1; n >= 0; n--) {
		assert_int_equal(truncate(path, n), 0);
		assert_false(backup_verify(folder, &f->master, &head, &e));
	}
}

static void
another_master_key_restores_nothing(void **state)
{
	struct fixture *f = *state;
	struct backup_report b = backed_up(f, FIXTURE_NOW);
	struct manifest_head head;
	char folder[256];
	struct key other;

	key_random(&other);
	(void)snprintf(folder, sizeof(folder), "%s/%s", f->out, b.name);
	assert_false(backup_verify(folder, &other, &head, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
no_key_and_no_plain_text_is_in_a_backup(void **state)
{
	struct fixture *f = *state;
	struct backup_report b = backed_up(f, FIXTURE_NOW);
	OWNED_FD fd = open(path_in(f, b.name, "preau.db"), O_RDONLY);
	char *p = malloc((size_t)1 << 20);
	ssize_t n = read(fd, p, (size_t)1 << 20);

	assert_true(n > 0);
	assert_null(memmem(p, (size_t)n, f->master.b, KEY_BYTES));
	assert_null(memmem(p, (size_t)n, f->org->key.b, KEY_BYTES));
	assert_null(memmem(p, (size_t)n, "Sami", 4));
	assert_int_equal(entries_of(path_in(f, b.name, ".")), 4);
	free(p);
}

static void
what_a_crash_left_is_removed_by_the_next_backup(void **state)
{
	struct fixture *f = *state;
	struct backup_report b;
	char path[256];

	(void)snprintf(
	    path, sizeof(path), "%s/backup-20200101-000000.part", f->out);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(
	    path, sizeof(path), "%s/backup-20200101-000000.part/blobs", f->out);
	assert_int_equal(mkdir(path, 0700), 0);
	b = backed_up(f, FIXTURE_NOW);
	assert_int_equal(entries_of(f->out), 2); /* the backup, the lock */
	/* The same second again is a clear no, and harms nothing. */
	assert_false(backup_make(&f->house, f->out, FIXTURE_NOW, &b, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(entries_of(f->out), 2);
}

static void
a_photo_deleted_meanwhile_is_not_missed_but_a_lost_one_is(void **state)
{
	struct fixture *f = *state;
	int64_t lost = fixture_photo(f, f->group_post, 10);
	struct backup_report b;

	assert_int_equal(unlink(fixture_blob_path(f, lost)), 0);
	b = backed_up(f, FIXTURE_NOW);
	assert_int_equal(b.missing, 1);
	assert_int_equal(b.gone, 0);
	fixture_erase_photo(f, lost);
	b = backed_up(f, FIXTURE_NOW + 1);
	assert_int_equal(b.missing, 0);
	assert_int_equal(b.files, 0);
}

static bool
count_file(
    void *ctx, const char *name, bool incoming, int64_t age_s, struct err *err)
{
	int64_t *n = ctx;

	(void)name;
	(void)incoming;
	(void)age_s;
	(void)err;
	++*n;
	return true;
}

static void
a_photo_covered_since_is_erased_in_the_backup_too(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 1000);
	int64_t other = fixture_photo(f, f->group_post, 1000);
	struct restore_report r;
	struct backup_report b;
	struct check_report c;
	int64_t files = 0;

	fixture_original(f, photo, 2000);
	fixture_original(f, other, 2000);
	b = backed_up(f, FIXTURE_NOW);
	fixture_replace(f, photo, 1500);
	fixture_replace(f, other, 1500);
	fixture_erase_photo(f, photo);
	r = restored(f, b.name);
	assert_int_equal(r.erased.blobs, 2);
	assert_false(fixture_photo_reads(f, photo));
	assert_true(fixture_photo_reads(f, other));
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM medium"
					  " WHERE state = 'deleted'"),
	    1);
	c = checked(f, false, true);
	assert_int_equal(check_open(&c), 0);
	assert_true(blob_each(f->house.blobs, count_file, &files, &e));
	assert_int_equal(files, 2);
}

/* Writes, covers and erases as fast as it can, until it is killed. */
static void
be_busy(struct fixture *f)
{
	fixture_open(f);
	for (;;) {
		int64_t photo = fixture_photo(f, f->group_post, 50000);

		fixture_note(f);
		if (photo % 3 == 0)
			fixture_erase_photo(f, photo);
		else if (photo % 3 == 1)
			fixture_replace(f, photo, 40000);
	}
}

static void
a_backup_made_while_others_write_is_whole(void **state)
{
	struct fixture *f = *state;
	struct backup_report b[4];
	struct check_report c;
	int status;
	pid_t pid;

	fixture_close(f);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		be_busy(f);
	fixture_open(f);
	for (int i = 0; i < 4; i++) {
		(void)usleep(100000);
		b[i] = backed_up(f, FIXTURE_NOW + i);
		assert_int_equal(b[i].missing, 0);
	}
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(b[3].files > 0);
	(void)restored(f, b[3].name);
	c = checked(f, false, true);
	for (size_t i = 0; i < c.n; i++)
		print_message(
		    "%s %s\n", check_meanings[c.v[i].kind].word, c.v[i].what.p);
	assert_int_equal(check_open(&c), 0);
}

#define test(t) cmocka_unit_test_setup_teardown(t, fixture_begin, fixture_end)

static int64_t
thinned(struct fixture *f, int64_t now, int64_t days, int64_t most)
{
	struct backup_limits l = {now, days * 86400, most};
	int64_t removed = -1;

	if (!backup_thin(f->out, &f->master, &l, &removed, &e))
		fail_msg("%s", e.msg);
	return removed;
}

static void
old_backups_go_and_the_newest_of_ours_never(void **state)
{
	struct fixture *f = *state;
	struct backup_report made[4];
	struct manifest_head head;
	char path[256];

	for (int i = 0; i < 4; i++)
		if (!backup_make(&f->house, f->out, FIXTURE_NOW + i * 86400,
			&made[i], &e))
			fail_msg("%s", e.msg);
	/* A folder of somebody else's, which looks like the oldest. */
	(void)snprintf(path, sizeof(path), "%s/backup-20000101-000000", f->out);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(thinned(f, FIXTURE_NOW + 3 * 86400, 90, 100), 0);
	assert_int_equal(thinned(f, FIXTURE_NOW + 3 * 86400, 90, 3), 1);
	assert_int_equal(thinned(f, FIXTURE_NOW + 3 * 86400, 1, 3), 1);
	assert_int_equal(thinned(f, FIXTURE_NOW + 900 * 86400, 1, 3), 1);
	assert_int_equal(thinned(f, FIXTURE_NOW + 900 * 86400, 1, 1), 0);
	assert_int_equal(access(path, F_OK), 0);
	(void)snprintf(path, sizeof(path), "%s/%s", f->out, made[3].name);
	assert_true(backup_verify(path, &f->master, &head, &e));
	(void)snprintf(path, sizeof(path), "%s/%s", f->out, made[2].name);
	assert_int_equal(access(path, F_OK), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(a_restored_house_is_the_one_that_was_backed_up),
	    test(old_backups_go_and_the_newest_of_ours_never),
	    test(what_was_erased_since_does_not_come_back),
	    test(
		without_its_journal_nothing_is_restored_unless_that_is_asked_for),
	    test(a_journal_that_was_cut_or_exchanged_is_refused),
	    test(data_that_are_there_are_not_overwritten),
	    test(data_in_use_are_not_moved),
	    test(a_lost_machine_is_restored_into_an_empty_place),
	    test(the_second_backup_copies_only_what_is_new),
	    test(a_backup_in_which_anything_changed_is_refused),
	    test(every_byte_of_the_manifest_counts),
	    test(another_master_key_restores_nothing),
	    test(no_key_and_no_plain_text_is_in_a_backup),
	    test(what_a_crash_left_is_removed_by_the_next_backup),
	    test(a_photo_deleted_meanwhile_is_not_missed_but_a_lost_one_is),
	    test(a_photo_covered_since_is_erased_in_the_backup_too),
	    test(a_backup_made_while_others_write_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
