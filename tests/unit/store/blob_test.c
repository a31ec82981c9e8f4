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
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/rand.h"

#define HEADER 32
#define SEALED (BLOB_CHUNK + 16)

static struct key key;

/* Bytes that differ at every place, so that no mix-up goes unseen. */
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

/* A blob of n bytes in memory, written in steps of `step`. */
static int
written(size_t n, size_t step)
{
	int fd = memfd_create("blob", MFD_CLOEXEC);
	uint8_t *p = pattern(n);
	struct err e = { 0 };
	int64_t bytes = -1;
	OWNED(blob_writer) w = blob_writer_new(fd, &key, &e);

	assert_non_null(w);
	for (size_t at = 0; at < n; at += step)
		assert_true(blob_write(w, p + at, n - at < step ? n - at : step,
		    &e));
	assert_true(blob_finish(w, &bytes, &e));
	assert_int_equal(bytes, n);
	free(p);
	return fd;
}

/* Reads everything; false as soon as anything does not open. */
static bool
reads(int fd, const struct key *k, size_t n)
{
	uint8_t *p = pattern(n), *got = calloc(1, n + 1);
	struct err e = { 0 };
	size_t done = 0;
	OWNED(blob_reader) r = blob_reader_new(fd, k, &e);
	bool ok = r != NULL && blob_read(r, 0, got, n + 1, &done, &e);

	if (ok) {
		assert_int_equal(blob_bytes(r), n);
		assert_int_equal(done, n);
		assert_memory_equal(p, got, n);
	} else {
		assert_int_equal(e.kind, ERR_CORRUPT);
	}
	free(p);
	free(got);
	return ok;
}

static void
a_blob_of_any_size_reads_as_it_was_written(void **state)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 65535, 65536, 65537,
		131072, 131073, 196608, 400000 };
	static const size_t steps[] = { 4096, 65536, 65537, 1000000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (size_t j = 0; j < sizeof(steps) / sizeof(*steps); j++) {
			OWNED_FD fd = written(sizes[i], steps[j]);

			assert_true(reads(fd, &key, sizes[i]));
		}
}

static void
any_part_of_a_blob_equals_the_same_part_of_the_whole(void **state)
{
	const size_t n = 3 * BLOB_CHUNK + 777;
	OWNED_FD fd = written(n, 10000);
	uint8_t *p = pattern(n), *got = malloc(n);
	struct err e = { 0 };
	OWNED(blob_reader) r = blob_reader_new(fd, &key, &e);

	(void)state;
	assert_non_null(r);
	for (unsigned i = 0; i < 2000; i++) {
		uint32_t dice[2];
		size_t at, len, done = 0, want;

		rand_bytes(dice, sizeof(dice));
		at = dice[0] % (n + 10);
		len = dice[1] % (i % 2 == 0 ? 100 : n);
		want = at >= n ? 0 : len < n - at ? len : n - at;
		assert_true(blob_read(r, (int64_t)at, got, len, &done, &e));
		assert_int_equal(done, want);
		assert_memory_equal(got, p + (at < n ? at : 0), want);
	}
	free(p);
	free(got);
}

static void
a_read_before_the_beginning_is_refused(void **state)
{
	OWNED_FD fd = written(10, 10);
	struct err e = { 0 };
	uint8_t b[4];
	size_t n;
	OWNED(blob_reader) r = blob_reader_new(fd, &key, &e);

	(void)state;
	assert_false(blob_read(r, -1, b, 4, &n, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
every_changed_byte_is_found(void **state)
{
	const size_t n = 300;
	OWNED_FD fd = written(n, n);
	uint8_t b, bad;

	(void)state;
	for (off_t i = 0; i < HEADER + 300 + 16; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			assert_int_equal(pread(fd, &b, 1, i), 1);
			bad = b ^ (uint8_t)(1u << bit);
			assert_int_equal(pwrite(fd, &bad, 1, i), 1);
			assert_false(reads(fd, &key, n));
			assert_int_equal(pwrite(fd, &b, 1, i), 1);
		}
	assert_true(reads(fd, &key, n));
}

static void
a_damaged_chunk_gives_no_byte_and_leaves_the_others_readable(void **state)
{
	const size_t n = 3 * BLOB_CHUNK;
	OWNED_FD fd = written(n, n);
	uint8_t *got = malloc(n), *p = pattern(n);
	struct err e = { 0 };
	size_t done = 99;
	OWNED(blob_reader) r = blob_reader_new(fd, &key, &e);

	(void)state;
	memset(got, 0xaa, n);
	assert_int_equal(pwrite(fd, "x", 1, HEADER + SEALED + 5), 1);
	assert_false(blob_read(r, BLOB_CHUNK, got, BLOB_CHUNK, &done, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	assert_int_equal(done, 99);
	for (size_t i = 0; i < BLOB_CHUNK; i++)
		assert_true(got[i] == 0 || got[i] == 0xaa);
	assert_true(blob_read(r, 0, got, BLOB_CHUNK, &done, &e));
	assert_memory_equal(got, p, BLOB_CHUNK);
	assert_true(blob_read(r, 2 * BLOB_CHUNK, got, n, &done, &e));
	assert_memory_equal(got, p + 2 * BLOB_CHUNK, done);
	free(p);
	free(got);
}

static void
a_blob_cut_anywhere_is_found_when_it_is_opened(void **state)
{
	const size_t n = 2 * BLOB_CHUNK + 100;
	OWNED_FD fd = written(n, n);
	off_t size = lseek(fd, 0, SEEK_END);
	struct err e = { 0 };

	(void)state;
	for (off_t cut = size - 1; cut >= 0;
	     cut -= cut > size - 200 || cut < 200 ? 1 : 97) {
		assert_int_equal(ftruncate(fd, cut), 0);
		assert_null(blob_reader_new(fd, &key, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
	}
}

static void
a_blob_cut_between_two_chunks_is_found(void **state)
{
	OWNED_FD fd = written(3 * BLOB_CHUNK, BLOB_CHUNK);
	struct err e = { 0 };

	(void)state;
	for (int i = 2; i >= 1; i--) {
		assert_int_equal(ftruncate(fd, HEADER + i * (off_t)SEALED), 0);
		assert_null(blob_reader_new(fd, &key, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
	}
}

static void
bytes_at_the_end_are_found(void **state)
{
	static const size_t more[] = { 1, 15, 16, 17, 1000, SEALED };
	uint8_t *junk = calloc(1, SEALED);

	(void)state;
	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++) {
		OWNED_FD fd = written(BLOB_CHUNK, BLOB_CHUNK);

		(void)lseek(fd, 0, SEEK_END);
		assert_int_equal(write(fd, junk, more[i]), more[i]);
		assert_false(reads(fd, &key, BLOB_CHUNK));
	}
	free(junk);
}

static void
chunks_that_changed_places_are_found(void **state)
{
	const size_t n = 3 * BLOB_CHUNK;
	OWNED_FD fd = written(n, n);
	uint8_t *one = malloc(SEALED), *two = malloc(SEALED);

	(void)state;
	assert_int_equal(pread(fd, one, SEALED, HEADER), SEALED);
	assert_int_equal(pread(fd, two, SEALED, HEADER + SEALED), SEALED);
	assert_int_equal(pwrite(fd, two, SEALED, HEADER), SEALED);
	assert_int_equal(pwrite(fd, one, SEALED, HEADER + SEALED), SEALED);
	assert_false(reads(fd, &key, n));
	free(one);
	free(two);
}

static void
a_chunk_of_another_blob_with_the_same_key_is_found(void **state)
{
	OWNED_FD one = written(1000, 1000);
	OWNED_FD two = written(1000, 1000);
	uint8_t body[1016];

	(void)state;
	assert_int_equal(pread(two, body, sizeof(body), HEADER), 1016);
	assert_int_equal(pwrite(one, body, sizeof(body), HEADER), 1016);
	assert_false(reads(one, &key, 1000));
}

static void
another_key_opens_nothing(void **state)
{
	OWNED_FD fd = written(1000, 1000);
	struct key other = key;

	(void)state;
	other.b[31] ^= 1;
	assert_false(reads(fd, &other, 1000));
	key_random(&other);
	assert_false(reads(fd, &other, 1000));
}

static void
no_plain_byte_stands_in_the_file(void **state)
{
	const size_t n = BLOB_CHUNK + 5000;
	OWNED_FD fd = written(n, n);
	uint8_t *p = pattern(n), *raw = malloc(2 * n);
	ssize_t got = pread(fd, raw, 2 * n, 0);

	(void)state;
	assert_true(got > (ssize_t)n);
	for (size_t i = 0; i + 16 < n; i += 16)
		assert_null(memmem(raw, (size_t)got, p + i, 16));
	free(p);
	free(raw);
}

static void
a_file_that_is_no_blob_is_refused(void **state)
{
	int fd = memfd_create("blob", MFD_CLOEXEC);
	struct err e = { 0 };
	char text[4096] = "this is no blob at all";

	(void)state;
	assert_null(blob_reader_new(fd, &key, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	assert_null(blob_reader_new(fd, &key, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	(void)close(fd);
}

static void
a_blob_of_a_processor_without_aes_reads_everywhere(void **state)
{
	const size_t n = 2 * BLOB_CHUNK + 9;
	OWNED_FD fd = memfd_create("blob", MFD_CLOEXEC);
	OWNED_FD aes = written(n, n);
	uint8_t *p = pattern(n), mark[2];
	struct err e = { 0 };
	int64_t bytes;
	OWNED(blob_writer) w = blob_writer_new_portable(fd, &key, &e);

	(void)state;
	assert_true(blob_write(w, p, n, &e) && blob_finish(w, &bytes, &e));
	assert_true(reads(fd, &key, n));
	/* The header says which cipher, and is not to be talked out of it. */
	assert_int_equal(pread(fd, &mark[0], 1, 8), 1);
	assert_int_equal(mark[0], 2);
	assert_int_equal(pwrite(fd, "\1", 1, 8), 1);
	assert_false(reads(fd, &key, n));
	assert_int_equal(pread(aes, &mark[1], 1, 8), 1);
	assert_int_equal(pwrite(aes, mark[1] == 1 ? "\2" : "\1", 1, 8), 1);
	assert_false(reads(aes, &key, n));
	free(p);
}

static void
nothing_may_be_written_after_the_end(void **state)
{
	int fd = memfd_create("blob", MFD_CLOEXEC);
	struct err e = { 0 };
	int64_t bytes;
	OWNED(blob_writer) w = blob_writer_new(fd, &key, &e);

	(void)state;
	assert_true(blob_finish(w, &bytes, &e));
	assert_false(blob_write(w, "x", 1, &e));
	assert_false(blob_finish(w, &bytes, &e));
	assert_true(reads(fd, &key, 0));
	(void)close(fd);
}

/* ---- the folder ---- */

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
	struct count c = { 0 };
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
	bool ok = w != NULL && blob_write(w, p, n, e) &&
	    blob_finish(w, &bytes, e);

	free(p);
	return ok;
}

static void
a_blob_is_incoming_until_it_is_kept(void **state)
{
	struct folder *f = *state;
	char name[BLOB_NAME_MAX];
	struct err e = { 0 };
	int fd;

	assert_true(blob_create(f->d, name, &fd, &e));
	assert_true(fill(fd, 1000, &e));
	(void)close(fd);
	assert_false(blob_open(f->d, name, &fd, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_true(blob_open_incoming(f->d, name, &fd, &e));
	(void)close(fd);
	assert_int_equal(counted(f->d).incoming, 1);

	assert_true(blob_keep(f->d, name, &e));
	assert_false(blob_open_incoming(f->d, name, &fd, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_true(blob_open(f->d, name, &fd, &e));
	assert_true(reads(fd, &key, 1000));
	(void)close(fd);
	assert_int_equal(counted(f->d).incoming, 0);
	assert_int_equal(counted(f->d).kept, 1);
}

static void
keeping_twice_says_that_it_is_not_there(void **state)
{
	struct folder *f = *state;
	char name[BLOB_NAME_MAX];
	struct err e = { 0 };
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
	struct err e = { 0 };
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
	static const char *const bad[] = { "", "..", "../../etc/passwd",
		"0123456789abcdef0123456789abcde",
		"0123456789abcdef0123456789abcdef0",
		"0123456789ABCDEF0123456789abcdef",
		"../456789abcdef0123456789abcdef01",
		"0123456789abcdef/123456789abcdef" };
	struct folder *f = *state;
	struct err e = { 0 };
	int fd;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_false(blob_open(f->d, bad[i], &fd, &e));
		assert_int_equal(e.kind, ERR_INPUT);
		assert_false(blob_open_incoming(f->d, bad[i], &fd, &e));
		assert_false(blob_keep(f->d, bad[i], &e));
		assert_false(blob_remove(f->d, bad[i], &e));
	}
}

static void
a_link_in_the_folder_is_not_followed(void **state)
{
	const char *name = "aa000000000000000000000000000000";
	struct folder *f = *state;
	struct err e = { 0 };
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
	struct err e = { 0 };
	char name[BLOB_NAME_MAX];
	void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
	bool ok;
	int fd;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	low = (struct rlimit){ 100000, was.rlim_max };
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

static void
a_failed_write_spoils_the_writer(void **state)
{
	struct err e = { 0 };
	int64_t bytes;
	uint8_t *p = pattern(BLOB_CHUNK * 2);
	OWNED_FD full = open("/dev/full", O_RDWR | O_CLOEXEC);
	OWNED_FD fd = memfd_create("blob", MFD_CLOEXEC);
	OWNED(blob_writer) w = blob_writer_new(fd, &key, &e);

	(void)state;
	assert_true(full >= 0);
	assert_null(blob_writer_new(full, &key, &e));
	assert_int_equal(e.kind, ERR_FULL);
	assert_true(dup2(full, fd) >= 0);
	assert_false(blob_write(w, p, BLOB_CHUNK * 2, &e));
	assert_int_equal(e.kind, ERR_FULL);
	assert_false(blob_write(w, p, 1, &e));
	assert_false(blob_finish(w, &bytes, &e));
	free(p);
}

/* In a process with a mount table of its own: needs root. */
static int
on_a_small_disk(void)
{
	OWNED(blob_dir) d = NULL;
	char name[BLOB_NAME_MAX];
	struct err e = { 0 };
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

#define in_folder(t) \
	cmocka_unit_test_setup_teardown(t, folder_make, folder_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_blob_of_any_size_reads_as_it_was_written),
		cmocka_unit_test(
		    any_part_of_a_blob_equals_the_same_part_of_the_whole),
		cmocka_unit_test(a_read_before_the_beginning_is_refused),
		cmocka_unit_test(every_changed_byte_is_found),
		cmocka_unit_test(
		    a_damaged_chunk_gives_no_byte_and_leaves_the_others_readable),
		cmocka_unit_test(
		    a_blob_cut_anywhere_is_found_when_it_is_opened),
		cmocka_unit_test(a_blob_cut_between_two_chunks_is_found),
		cmocka_unit_test(bytes_at_the_end_are_found),
		cmocka_unit_test(chunks_that_changed_places_are_found),
		cmocka_unit_test(
		    a_chunk_of_another_blob_with_the_same_key_is_found),
		cmocka_unit_test(another_key_opens_nothing),
		cmocka_unit_test(no_plain_byte_stands_in_the_file),
		cmocka_unit_test(a_file_that_is_no_blob_is_refused),
		cmocka_unit_test(
		    a_blob_of_a_processor_without_aes_reads_everywhere),
		cmocka_unit_test(nothing_may_be_written_after_the_end),
		in_folder(a_blob_is_incoming_until_it_is_kept),
		in_folder(keeping_twice_says_that_it_is_not_there),
		in_folder(removing_is_done_when_nothing_is_there),
		in_folder(a_name_never_leaves_the_folder),
		in_folder(a_link_in_the_folder_is_not_followed),
		in_folder(files_of_others_in_the_folder_are_left_alone),
		in_folder(
		    a_crash_between_writing_and_keeping_leaves_one_incoming_file),
		in_folder(a_file_that_may_not_grow_is_a_full_disk),
		cmocka_unit_test(a_failed_write_spoils_the_writer),
		cmocka_unit_test(a_full_disk_is_told_and_room_comes_back),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	key_random(&key);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
