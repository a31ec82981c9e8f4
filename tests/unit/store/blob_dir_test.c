#include "store/blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

static struct key key;

static uint8_t *
pattern(size_t n)
{
	uint8_t *p = malloc(n + 1);
	uint32_t x = 2463534242;

	assert_non_null(p);
	for (size_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		p[i] = (uint8_t)x;
	}
	return p;
}

static bool
reads(int fd, size_t n)
{
	uint8_t *p = pattern(n), *got = calloc(1, n + 1);
	struct err e = {0};
	size_t done = 0;
	OWNED(blob_reader) r = blob_reader_new(fd, &key, &e);
	bool same = r != NULL && blob_read(r, 0, got, n + 1, &done, &e) &&
		    done == n && memcmp(p, got, n) == 0;

	free(p);
	free(got);
	return same;
}

struct folder {
	char path[64];
	struct blob_dir *d;
};

static int
folder_make(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));
	struct err e;

	(void)snprintf(f->path, sizeof(f->path), "/tmp/blob-test-XXXXXX");
	if (mkdtemp(f->path) == NULL)
		return -1;
	f->d = blob_dir_open(f->path, &e);
	*state = f;
	return f->d == NULL ? -1 : 0;
}

static bool
forget(void *ctx, const char *name, bool incoming, int64_t age, struct err *e)
{
	(void)incoming;
	(void)age;
	return blob_remove(ctx, name, e);
}

static void
folder_remove_subs(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL)
		(void)unlinkat(dirfd(d), entry->d_name, AT_REMOVEDIR);
	if (d != NULL)
		(void)closedir(d);
}

static int
folder_drop(void **state)
{
	struct folder *f = *state;
	struct err e;

	(void)!blob_each(f->d, forget, f->d, &e);
	folder_remove_subs(f->path);
	(void)rmdir(f->path);
	blob_dir_free(f->d);
	free(f);
	return 0;
}

struct count {
	int kept, incoming;
};

static bool
tally(void *ctx, const char *name, bool incoming, int64_t age, struct err *e)
{
	struct count *c = ctx;

	(void)e;
	assert_int_equal(strlen(name), 32);
	assert_true(age >= 0 && age < 1000);
	*(incoming ? &c->incoming : &c->kept) += 1;
	return true;
}

static struct count
counted(struct blob_dir *d)
{
	struct count c = {0};
	struct err e;

	assert_true(blob_each(d, tally, &c, &e));
	return c;
}

static bool
fill(int fd, size_t n, struct err *e)
{
	OWNED(blob_writer) w = blob_writer_new(fd, &key, e);
	uint8_t *p = pattern(n);
	int64_t bytes;
	bool ok =
	    w != NULL && blob_write(w, p, n, e) && blob_finish(w, &bytes, e);

	free(p);
	return ok;
}

static void
a_blob_is_incoming_until_it_is_kept(void **state)
{
	struct folder *f = *state;
	char name[BLOB_NAME_MAX];
	struct err e = {0};
	int fd;

	assert_true(blob_create(f->d, name, &fd, &e));
	assert_true(fill(fd, 1000, &e));
	(void)close(fd);
	assert_false(blob_open(f->d, name, &fd, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_true(blob_open_incoming(f->d, name, false, &fd, &e));
	(void)close(fd);
	assert_int_equal(counted(f->d).incoming, 1);

	assert_true(blob_keep(f->d, name, &e));
	assert_false(blob_open_incoming(f->d, name, false, &fd, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_true(blob_open(f->d, name, &fd, &e));
	assert_true(reads(fd, 1000));
	(void)close(fd);
	assert_int_equal(counted(f->d).incoming, 0);
	assert_int_equal(counted(f->d).kept, 1);
}

static void
who_goes_on_with_a_blob_is_alone_until_it_closes_it(void **state)
{
	struct folder *f = *state;
	char name[BLOB_NAME_MAX];
	struct err e = {0};
	int fd, copy, other;

	assert_true(blob_create(f->d, name, &fd, &e));
	(void)close(fd);
	assert_true(blob_open_incoming(f->d, name, true, &fd, &e));
	assert_false(blob_open_incoming(f->d, name, true, &other, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	/* Who only looks may. */
	assert_true(blob_open_incoming(f->d, name, false, &other, &e));
	(void)close(other);
	copy = dup(fd);
	(void)close(fd);
	assert_false(blob_open_incoming(f->d, name, true, &other, &e));
	(void)close(copy);
	assert_true(blob_open_incoming(f->d, name, true, &other, &e));
	(void)close(other);
	assert_true(blob_remove(f->d, name, &e));
}

static void
keeping_twice_says_that_it_is_not_there(void **state)
{
	struct folder *f = *state;
	char name[BLOB_NAME_MAX];
	struct err e = {0};
	int fd;

	assert_true(blob_create(f->d, name, &fd, &e));
	(void)close(fd);
	assert_true(blob_keep(f->d, name, &e));
	assert_false(blob_keep(f->d, name, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void
removing_is_done_when_nothing_is_there(void **state)
{
	struct folder *f = *state;
	char name[BLOB_NAME_MAX];
	struct err e = {0};
	int fd;

	assert_true(blob_create(f->d, name, &fd, &e));
	(void)close(fd);
	assert_true(blob_remove(f->d, name, &e));
	assert_true(blob_remove(f->d, name, &e));
	assert_int_equal(counted(f->d).incoming, 0);
	assert_true(blob_create(f->d, name, &fd, &e));
	(void)close(fd);
	assert_true(blob_keep(f->d, name, &e));
	assert_true(blob_remove(f->d, name, &e));
	assert_false(blob_open(f->d, name, &fd, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void
a_name_never_leaves_the_folder(void **state)
{
	static const char *const bad[] = {"", "..", "../../etc/passwd",
	    "0123456789abcdef0123456789abcde",
	    "0123456789abcdef0123456789abcdef0",
	    "0123456789ABCDEF0123456789abcdef",
	    "../456789abcdef0123456789abcdef01",
	    "0123456789abcdef/123456789abcdef"};
	struct folder *f = *state;
	struct err e = {0};
	int fd;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_false(blob_open(f->d, bad[i], &fd, &e));
		assert_int_equal(e.kind, ERR_INPUT);
		assert_false(blob_open_incoming(f->d, bad[i], false, &fd, &e));
		assert_false(blob_keep(f->d, bad[i], &e));
		assert_false(blob_remove(f->d, bad[i], &e));
	}
}

static void
a_link_in_the_folder_is_not_followed(void **state)
{
	const char *name = "aa000000000000000000000000000000";
	struct folder *f = *state;
	struct err e = {0};
	char path[160];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/aa", f->path);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/aa/%s", f->path, name);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_false(blob_open(f->d, name, &fd, &e));
	assert_int_equal(unlink(path), 0);
}

static void
files_of_others_in_the_folder_are_left_alone(void **state)
{
	struct folder *f = *state;
	char path[160];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/incoming/notes.txt", f->path);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(counted(f->d).incoming, 0);
	assert_int_equal(unlink(path), 0);
}

static void
a_crash_between_writing_and_keeping_leaves_one_incoming_file(void **state)
{
	struct folder *f = *state;
	char name[BLOB_NAME_MAX];
	int status = 0, fd;
	struct err e;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (!blob_create(f->d, name, &fd, &e) || !fill(fd, 100000, &e))
			_exit(1);
		(void)raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(counted(f->d).incoming, 1);
	assert_int_equal(counted(f->d).kept, 0);
}

static void
a_file_that_may_not_grow_is_a_full_disk(void **state)
{
	struct folder *f = *state;
	struct rlimit was, low;
	struct err e = {0};
	char name[BLOB_NAME_MAX];
	void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
	bool ok;
	int fd;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	low = (struct rlimit){100000, was.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	assert_true(blob_create(f->d, name, &fd, &e));
	ok = fill(fd, 200000, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	(void)signal(SIGXFSZ, old);
	assert_false(ok);
	assert_int_equal(e.kind, ERR_FULL);
	(void)close(fd);
	assert_true(blob_remove(f->d, name, &e));
	assert_int_equal(counted(f->d).incoming, 0);
}

/* In a process with a mount table of its own: needs root. */
static int
on_a_small_disk(void)
{
	OWNED(blob_dir) d = NULL;
	char name[BLOB_NAME_MAX];
	struct err e = {0};
	int fd;

	if (unshare(CLONE_NEWNS) == -1 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("none", "/mnt", "tmpfs", 0, "size=256k") == -1)
		return 77;
	d = blob_dir_open("/mnt/blobs", &e);
	if (d == NULL || !blob_create(d, name, &fd, &e))
		return 1;
	if (fill(fd, 1 << 20, &e) || e.kind != ERR_FULL)
		return 2;
	(void)close(fd);
	if (!blob_remove(d, name, &e))
		return 3;
	if (!blob_create(d, name, &fd, &e) || !fill(fd, 100000, &e))
		return 4;
	(void)close(fd);
	return blob_keep(d, name, &e) ? 0 : 5;
}

static void
a_full_disk_is_told_and_room_comes_back(void **state)
{
	int status = 0;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(on_a_small_disk());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
who_tidies_up_waits_for_those_who_copy(void **state)
{
	struct folder *f = *state;
	struct err e;
	OWNED(blob_dir) one = blob_dir_open(f->path, &e);
	OWNED(blob_dir) two = blob_dir_open(f->path, &e);
	struct blob_dir *jobs = f->d;

	assert_true(blob_hold(one, &e) && blob_hold(two, &e));
	assert_false(blob_tidy(jobs));
	blob_release(one);
	assert_false(blob_tidy(jobs));
	blob_dir_free(TAKE(two)); /* or the end of its process */
	assert_true(blob_tidy(jobs));
	blob_release(jobs);
	assert_true(blob_hold(one, &e));
}

#define in_folder(t) \
	cmocka_unit_test_setup_teardown(t, folder_make, folder_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    in_folder(a_blob_is_incoming_until_it_is_kept),
	    in_folder(keeping_twice_says_that_it_is_not_there),
	    in_folder(who_goes_on_with_a_blob_is_alone_until_it_closes_it),
	    in_folder(removing_is_done_when_nothing_is_there),
	    in_folder(a_name_never_leaves_the_folder),
	    in_folder(a_link_in_the_folder_is_not_followed),
	    in_folder(files_of_others_in_the_folder_are_left_alone),
	    in_folder(
		a_crash_between_writing_and_keeping_leaves_one_incoming_file),
	    in_folder(who_tidies_up_waits_for_those_who_copy),
	    in_folder(a_file_that_may_not_grow_is_a_full_disk),
	    cmocka_unit_test(a_full_disk_is_told_and_room_comes_back),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	key_random(&key);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
