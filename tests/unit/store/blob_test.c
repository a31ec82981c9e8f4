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
#define SEALED (BLOB_CHUNK + 24)

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
	struct err e = {0};
	int64_t bytes = -1;
	OWNED(blob_writer) w = blob_writer_new(fd, &key, &e);

	assert_non_null(w);
	for (size_t at = 0; at < n; at += step)
		assert_true(
		    blob_write(w, p + at, n - at < step ? n - at : step, &e));
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
	struct err e = {0};
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
	static const size_t sizes[] = {0, 1, 15, 16, 17, 65535, 65536, 65537,
	    131072, 131073, 196608, 400000};
	static const size_t steps[] = {4096, 65536, 65537, 1000000};

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
	struct err e = {0};
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
	struct err e = {0};
	uint8_t b[4];
	size_t n;
	OWNED(blob_reader) r = blob_reader_new(fd, &key, &e);

	(void)state;
	assert_false(blob_read(r, -1, b, 4, &n, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
flip(int fd, off_t at, unsigned bit)
{
	uint8_t b;

	assert_int_equal(pread(fd, &b, 1, at), 1);
	b ^= (uint8_t)(1u << bit);
	assert_int_equal(pwrite(fd, &b, 1, at), 1);
}

static void
every_changed_byte_is_found(void **state)
{
	const size_t n = 300;
	OWNED_FD fd = written(n, n);

	(void)state;
	for (off_t i = 0; i < HEADER + 300 + 24; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			flip(fd, i, bit);
			assert_false(reads(fd, &key, n));
			flip(fd, i, bit);
		}
	assert_true(reads(fd, &key, n));
}

static void
a_damaged_chunk_gives_no_byte_and_leaves_the_others_readable(void **state)
{
	const size_t n = 3 * BLOB_CHUNK;
	OWNED_FD fd = written(n, n);
	uint8_t *got = malloc(n), *p = pattern(n);
	struct err e = {0};
	size_t done = 99;
	OWNED(blob_reader) r = blob_reader_new(fd, &key, &e);

	(void)state;
	memset(got, 0xaa, n);
	flip(fd, HEADER + SEALED + 5, 0);
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
	struct err e = {0};

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
	struct err e = {0};

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
	static const size_t more[] = {1, 15, 16, 17, 1000, SEALED};
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
	uint8_t body[1024];

	(void)state;
	assert_int_equal(pread(two, body, sizeof(body), HEADER), 1024);
	assert_int_equal(pwrite(one, body, sizeof(body), HEADER), 1024);
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
	struct err e = {0};
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
	struct err e = {0};
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

/* Chunks without an epoch, as they lie in houses and in backups. */
static void
a_blob_of_an_earlier_release_still_reads(void **state)
{
	static const char text[] = "written before there were epochs";
	static const uint8_t old[] = {0x50, 0x52, 0x45, 0x41, 0x55, 0x42, 0x4c,
	    0x31, 0x02, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xbf, 0x15,
	    0x62, 0xa8, 0x65, 0x8a, 0x3f, 0x4f, 0x65, 0x1f, 0x16, 0x33, 0x9d,
	    0x92, 0x57, 0xe6, 0x7b, 0xad, 0xf5, 0x17, 0x85, 0x30, 0xa3, 0x20,
	    0x92, 0x14, 0x90, 0xfe, 0x42, 0x85, 0xd1, 0x3b, 0x63, 0x58, 0xa0,
	    0x88, 0x8b, 0x61, 0x51, 0xe7, 0x82, 0x09, 0x24, 0xc9, 0xe3, 0xed,
	    0x9a, 0x11, 0xc0, 0xf3, 0xec, 0x91, 0x57, 0xa4, 0x2d, 0xbd, 0x78,
	    0x6d, 0x24, 0x63, 0x05, 0x16, 0xee, 0xd8};
	const struct key k = {"a key that is only for fuzzing  "};
	OWNED_FD fd = memfd_create("blob", MFD_CLOEXEC);
	struct err e = {0};
	char got[64];
	int64_t bytes;
	size_t n;

	(void)state;
	assert_int_equal(write(fd, old, sizeof(old)), sizeof(old));
	{
		OWNED(blob_reader) r = blob_reader_new(fd, &k, &e);

		assert_non_null(r);
		assert_true(blob_read(r, 0, got, sizeof(got), &n, &e));
		assert_int_equal(n, strlen(text));
		assert_memory_equal(got, text, n);
	}
	/* It was finished long ago: nobody goes on with it. */
	assert_false(blob_durable(fd, &k, &bytes, &e));
	assert_null(blob_writer_resume(fd, &k, 0, &e));
}

static void
nothing_may_be_written_after_the_end(void **state)
{
	int fd = memfd_create("blob", MFD_CLOEXEC);
	struct err e = {0};
	int64_t bytes;
	OWNED(blob_writer) w = blob_writer_new(fd, &key, &e);

	(void)state;
	assert_true(blob_finish(w, &bytes, &e));
	assert_false(blob_write(w, "x", 1, &e));
	assert_false(blob_finish(w, &bytes, &e));
	assert_true(reads(fd, &key, 0));
	(void)close(fd);
}

static void
a_failed_write_spoils_the_writer(void **state)
{
	struct err e = {0};
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
	    cmocka_unit_test(a_blob_cut_anywhere_is_found_when_it_is_opened),
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
	    cmocka_unit_test(a_blob_of_an_earlier_release_still_reads),
	    cmocka_unit_test(nothing_may_be_written_after_the_end),
	    cmocka_unit_test(a_failed_write_spoils_the_writer),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	key_random(&key);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
