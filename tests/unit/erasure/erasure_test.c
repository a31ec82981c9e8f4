#include "erasure/erasure.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "../backup/fixture.h"

static struct err e;

static struct journal_state
state_of(struct fixture *f)
{
	struct journal_state s = {0};

	if (!journal_read(
		f->conf.erasures, &f->master, NULL, NULL, NULL, &s, &e))
		fail_msg("%s", e.msg);
	return s;
}

static void
add(struct fixture *f, int64_t id)
{
	struct erasure_entry v = {FIXTURE_NOW, ERASURE_BLOB, id,
	    S("00112233445566778899aabbccddeeff")};

	if (!journal_add(f->conf.erasures, &f->master, &v, 1, &e))
		fail_msg("%s", e.msg);
}

static str
contents(struct fixture *f)
{
	char *p = arena_alloc(f->arena, 1, 65536);
	OWNED_FD fd = open(f->conf.erasures, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, p, 65536);

	assert_true(n > 0);
	return (str){p, (size_t)n};
}

static void
put_contents(struct fixture *f, str s)
{
	OWNED_FD fd = open(f->conf.erasures, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_int_equal(write(fd, s.p, s.n), s.n);
}

struct seen {
	int64_t ids[64];
	size_t n;
};

static bool
see(void *ctx, const struct erasure_entry *v, struct err *err)
{
	struct seen *s = ctx;

	(void)err;
	assert_int_equal(v->kind, ERASURE_BLOB);
	assert_int_equal(v->at, FIXTURE_NOW);
	assert_int_equal(v->token.n, 32);
	s->ids[s->n++] = v->id;
	return true;
}

static void
entries_are_read_in_the_order_they_were_written(void **state)
{
	struct fixture *f = *state;
	struct seen s = {.n = 0};
	struct journal_state at;

	for (int i = 1; i <= 40; i++)
		add(f, i);
	assert_true(
	    journal_read(f->conf.erasures, &f->master, NULL, see, &s, &at, &e));
	assert_int_equal(at.entries, 40);
	assert_int_equal(s.n, 40);
	for (int i = 0; i < 40; i++)
		assert_int_equal(s.ids[i], i + 1);
}

static void
preparing_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	bool made = true;

	add(f, 1);
	assert_true(journal_prepare(f->conf.erasures, &f->master, &made, &e));
	assert_false(made);
	assert_int_equal(state_of(f).entries, 1);
}

static void
a_missing_journal_is_not_quietly_begun_again(void **state)
{
	struct fixture *f = *state;
	struct erasure_entry v = {1, ERASURE_BLOB, 1, S("00")};
	struct journal_state s;

	assert_int_equal(unlink(f->conf.erasures), 0);
	assert_false(journal_add(f->conf.erasures, &f->master, &v, 1, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(journal_read(
	    f->conf.erasures, &f->master, NULL, NULL, NULL, &s, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void
every_changed_byte_breaks_the_journal(void **state)
{
	struct fixture *f = *state;
	struct journal_state s;
	struct seen seen;
	str whole;
	char *p;

	for (int i = 1; i <= 3; i++)
		add(f, i);
	whole = contents(f);
	p = arena_cstr(f->arena, whole);
	for (size_t i = 0; i + 1 < whole.n; i++) {
		p[i] ^= 1;
		put_contents(f, (str){p, whole.n});
		seen.n = 0;
		/* The last line may also look like one that was cut short:
		 * then the journal is one entry shorter. */
		if (journal_read(
			f->conf.erasures, &f->master, NULL, see, &seen, &s, &e))
			assert_true(s.cut_short > 0 && s.entries == 2);
		else
			assert_int_equal(seen.n, 0);
		p[i] ^= 1;
	}
}

static void
a_line_taken_out_or_moved_breaks_the_journal(void **state)
{
	struct fixture *f = *state;
	struct journal_state s;
	str line[5], rest;
	char text[4096];

	for (int i = 1; i <= 4; i++)
		add(f, i);
	rest = contents(f);
	for (int i = 0; i < 5; i++)
		(void)str_cut(&rest, '\n', &line[i]);
	(void)snprintf(text, sizeof(text),
	    STR_FMT "\n" STR_FMT "\n" STR_FMT "\n", STR_ARG(line[0]),
	    STR_ARG(line[2]), STR_ARG(line[3]));
	put_contents(f, str_c(text));
	assert_false(journal_read(
	    f->conf.erasures, &f->master, NULL, NULL, NULL, &s, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	(void)snprintf(text, sizeof(text),
	    STR_FMT "\n" STR_FMT "\n" STR_FMT "\n", STR_ARG(line[0]),
	    STR_ARG(line[2]), STR_ARG(line[1]));
	put_contents(f, str_c(text));
	assert_false(journal_read(
	    f->conf.erasures, &f->master, NULL, NULL, NULL, &s, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
a_cut_end_is_found_by_what_a_backup_remembers(void **state)
{
	struct fixture *f = *state;
	struct journal_state then, s;
	str whole;

	add(f, 1);
	whole = contents(f);
	add(f, 2);
	then = state_of(f);
	add(f, 3);
	assert_true(journal_read(
	    f->conf.erasures, &f->master, then.digest, NULL, NULL, &s, &e));
	put_contents(f, whole);
	assert_false(journal_read(
	    f->conf.erasures, &f->master, then.digest, NULL, NULL, &s, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
}

static void
a_line_cut_short_anywhere_is_passed_over_and_written_after(void **state)
{
	struct fixture *f = *state;
	str before, whole;

	add(f, 1);
	before = contents(f);
	add(f, 2);
	whole = contents(f);
	for (size_t n = before.n; n <= whole.n; n++) {
		struct journal_state s;
		/* All but its end is there: it counts. */
		bool counts = n >= whole.n - 1;

		put_contents(f, str_sub(whole, 0, n));
		s = state_of(f);
		assert_int_equal(s.entries, counts ? 2 : 1);
		add(f, 3);
		s = state_of(f);
		assert_int_equal(s.entries, counts ? 3 : 2);
		assert_int_equal(s.cut_short, !counts && n > before.n);
		add(f, 4);
		assert_int_equal(state_of(f).entries, counts ? 4 : 3);
	}
}

static void
another_master_key_does_not_read_the_journal(void **state)
{
	struct fixture *f = *state;
	struct journal_state s;
	struct key other;

	add(f, 1);
	key_random(&other);
	assert_false(
	    journal_read(f->conf.erasures, &other, NULL, NULL, NULL, &s, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
two_processes_append_without_breaking_the_chain(void **state)
{
	struct fixture *f = *state;
	pid_t pids[4];

	for (size_t i = 0; i < 4; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			for (int j = 0; j < 10; j++)
				add(f, j);
			_exit(0);
		}
	}
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(waitpid(pids[i], NULL, 0), pids[i]);
	assert_int_equal(state_of(f).entries, 40);
}

static void
an_erased_photo_is_gone_and_journalled(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 70000);
	int64_t other = fixture_photo(f, f->group_post, 1000);
	struct stat st;

	assert_true(fixture_photo_reads(f, photo));
	assert_int_equal(stat(fixture_blob_path(f, photo), &st), 0);
	fixture_erase_photo(f, photo);
	assert_false(fixture_photo_reads(f, photo));
	assert_int_equal(stat(fixture_blob_path(f, photo), &st), -1);
	assert_true(fixture_photo_reads(f, other));
	assert_int_equal(state_of(f).entries, 1);
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM medium WHERE"
					  " state = 'deleted' AND caption_enc "
					  "IS NULL AND deleted_at > 0"),
	    1);
	fixture_erase_photo(f, photo); /* again: nothing more to say */
	assert_int_equal(state_of(f).entries, 1);
}

static void
an_erased_child_takes_its_own_photos_along_and_no_others(void **state)
{
	struct fixture *f = *state;
	int64_t own = fixture_photo(f, f->child_post, 1000);
	int64_t shared = fixture_photo(f, f->group_post, 1000);
	struct stat st;

	assert_true(fixture_child_reads(f, f->child));
	fixture_erase_child(f, f->child);
	assert_false(fixture_child_reads(f, f->child));
	assert_true(fixture_child_reads(f, f->other_child));
	assert_false(fixture_photo_reads(f, own));
	assert_int_equal(stat(fixture_blob_path(f, own), &st), -1);
	assert_true(fixture_photo_reads(f, shared));
	assert_int_equal(state_of(f).entries, 2);
	assert_int_equal(
	    fixture_count(f, "SELECT count(*) FROM authority"
			     " WHERE document_enc IS NULL AND ended_at > 0"),
	    1);
}

/* In the database or its log. */
static bool
on_disk(struct fixture *f, str bytes)
{
	static const char *const names[] = {"preau.db", "preau.db-wal"};
	bool there = false;

	for (size_t i = 0; i < 2; i++) {
		char path[CONF_TEXT_MAX + 16], *p = malloc((size_t)4 << 20);
		OWNED_FD fd = -1;
		ssize_t n;

		(void)snprintf(
		    path, sizeof(path), "%s/%s", f->conf.data, names[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = read(fd, p, (size_t)4 << 20);
		assert_true(n >= 0);
		there = there || memmem(p, (size_t)n, bytes.p, bytes.n) != NULL;
		free(p);
	}
	return there;
}

static void
a_destroyed_key_is_not_left_in_the_files_of_the_database(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 1000);
	CLEANUP(stmt_done) struct stmt *q = NULL;
	bool row = false;
	str wrapped;

	assert_true(
	    stmt_get(f->house.db, "SELECT key_wrapped FROM blob", &q, &e));
	assert_true(stmt_step(q, &row, &e));
	assert_true(row);
	assert_true(stmt_str(q, 0, f->arena, &wrapped, &e));
	stmt_done(&q);
	assert_true(on_disk(f, wrapped));
	fixture_erase_photo(f, photo);
	assert_false(on_disk(f, wrapped));
}

static void
what_cannot_be_journalled_is_not_erased(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 1000);

	assert_int_equal(unlink(f->conf.erasures), 0);
	assert_true(db_begin(f->house.db, &e));
	assert_false(erasure_medium(&f->house, f->arena, photo, 1, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	db_rollback(f->house.db);
	assert_true(fixture_photo_reads(f, photo));
}

static void
a_full_disk_leaves_a_journal_that_still_reads(void **state)
{
	struct fixture *f = *state;
	struct rlimit was, low;
	struct erasure_entry v = {FIXTURE_NOW, ERASURE_BLOB, 9,
	    S("00112233445566778899aabbccddeeff")};
	struct stat st;
	bool ok;

	add(f, 1);
	assert_int_equal(stat(f->conf.erasures, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	low = (struct rlimit){(rlim_t)st.st_size + 20, was.rlim_max};
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	ok = journal_add(f->conf.erasures, &f->master, &v, 1, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_false(ok);
	assert_int_equal(state_of(f).entries, 1);
	add(f, 2);
	assert_int_equal(state_of(f).entries, 2);
}

static void
an_order_that_a_crash_left_undone_is_pending_until_replayed(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 1000);
	struct erasure_report r;

	assert_true(db_begin(f->house.db, &e));
	assert_true(erasure_medium(&f->house, f->arena, photo, 1, &e));
	db_rollback(f->house.db); /* the crash */
	assert_true(fixture_photo_reads(f, photo));
	assert_true(erasure_pending(&f->house, &r, &e));
	assert_int_equal(r.blobs, 1);
	assert_true(erasure_replay(&f->house, NULL, &r, &e));
	assert_int_equal(r.blobs, 1);
	assert_false(fixture_photo_reads(f, photo));
	assert_true(erasure_replay(&f->house, NULL, &r, &e)); /* idempotent */
	assert_int_equal(r.blobs, 0);
	assert_int_equal(r.entries, 1);
	assert_true(erasure_pending(&f->house, &r, &e));
	assert_int_equal(r.blobs, 0);
}

/* As in a backup from before a face was covered. */
static void
renditions_under_other_names_go_with_their_original(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 1000);
	struct erasure_report r;

	fixture_original(f, photo, 1000);
	assert_true(db_begin(f->house.db, &e));
	assert_true(erasure_medium(&f->house, f->arena, photo, 1, &e));
	db_rollback(f->house.db);
	fixture_replace(f, photo, 900);
	assert_true(fixture_photo_reads(f, photo));
	assert_true(erasure_replay(&f->house, NULL, &r, &e));
	assert_int_equal(r.blobs, 2);
	assert_false(fixture_photo_reads(f, photo));
	assert_int_equal(
	    fixture_count(f, "SELECT count(key_wrapped) FROM blob"), 0);
	assert_int_equal(fixture_count(f, "SELECT count(*) FROM medium WHERE"
					  " state = 'deleted'"),
	    1);
}

static void
what_is_locked_keeps_its_key_and_its_file(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 1000);
	struct erasure_report r;
	struct stat st;

	assert_true(db_begin(f->house.db, &e));
	assert_true(erasure_medium(&f->house, f->arena, photo, 1, &e));
	db_rollback(f->house.db);
	/* Its case is beside the point. */
	fixture_sql(f, "DROP TRIGGER medium_locked_for_a_reason;"
		       " UPDATE medium SET state = 'locked'");
	assert_true(erasure_replay(&f->house, NULL, &r, &e));
	assert_int_equal(r.blobs, 0);
	assert_true(fixture_photo_reads(f, photo));
	assert_int_equal(stat(fixture_blob_path(f, photo), &st), 0);
}

static void
a_new_row_with_an_erased_number_is_left_alone(void **state)
{
	struct fixture *f = *state;
	int64_t photo = fixture_photo(f, f->group_post, 1000), again;
	struct erasure_report r;

	fixture_erase_photo(f, photo);
	fixture_sql(f, "DELETE FROM blob; DELETE FROM medium");
	again = fixture_photo(f, f->group_post, 1000);
	assert_int_equal(again, photo);
	assert_true(erasure_replay(&f->house, NULL, &r, &e));
	assert_int_equal(r.blobs, 0);
	assert_true(fixture_photo_reads(f, again));
}

#define test(t) cmocka_unit_test_setup_teardown(t, fixture_begin, fixture_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(entries_are_read_in_the_order_they_were_written),
	    test(preparing_again_changes_nothing),
	    test(a_missing_journal_is_not_quietly_begun_again),
	    test(every_changed_byte_breaks_the_journal),
	    test(a_line_taken_out_or_moved_breaks_the_journal),
	    test(a_cut_end_is_found_by_what_a_backup_remembers),
	    test(a_line_cut_short_anywhere_is_passed_over_and_written_after),
	    test(another_master_key_does_not_read_the_journal),
	    test(two_processes_append_without_breaking_the_chain),
	    test(an_erased_photo_is_gone_and_journalled),
	    test(an_erased_child_takes_its_own_photos_along_and_no_others),
	    test(a_destroyed_key_is_not_left_in_the_files_of_the_database),
	    test(what_cannot_be_journalled_is_not_erased),
	    test(a_full_disk_leaves_a_journal_that_still_reads),
	    test(an_order_that_a_crash_left_undone_is_pending_until_replayed),
	    test(renditions_under_other_names_go_with_their_original),
	    test(what_is_locked_keeps_its_key_and_its_file),
	    test(a_new_row_with_an_erased_number_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
