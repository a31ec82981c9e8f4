/* A file that stops growing anywhere goes on, with nothing lost but the last
 * chunk and nothing in it that was not written. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "store/blob.h"

#define HEADER 32
#define SEALED (BLOB_CHUNK + 24)
#define TOTAL (3 * BLOB_CHUNK + 777)

static struct key key;
static uint8_t plain[TOTAL], other[TOTAL];

static int
empty(void)
{
	return memfd_create("blob", MFD_CLOEXEC);
}

/* Writes bytes [at, to) of `from`, as another process would: a fresh writer.
 * end: it pauses, or it is gone. */
static void
piece(int fd, const uint8_t *from, size_t at, size_t to, bool pauses)
{
	struct err e = {0};
	OWNED(blob_writer)
	w = blob_writer_resume(fd, &key, (int64_t)at, &e);

	assert_non_null(w);
	assert_true(blob_write(w, from + at, to - at, &e));
	if (pauses)
		assert_true(blob_pause(w, &e));
}

static size_t
durable(int fd)
{
	struct err e = {0};
	int64_t n = -1;

	assert_true(blob_durable(fd, &key, &n, &e));
	return (size_t)n;
}

static void
finish(int fd, size_t at, size_t total)
{
	struct err e = {0};
	int64_t bytes = 0;
	OWNED(blob_writer)
	w = blob_writer_resume(fd, &key, (int64_t)at, &e);

	assert_non_null(w);
	assert_true(blob_write(w, plain + at, total - at, &e));
	assert_true(blob_finish(w, &bytes, &e));
	assert_int_equal(bytes, total);
}

static bool
reads(int fd, size_t total)
{
	static uint8_t got[TOTAL + 1];
	struct err e = {0};
	size_t n = 0;
	OWNED(blob_reader) r = blob_reader_new(fd, &key, &e);

	if (r == NULL)
		return false;
	assert_true(blob_read(r, 0, got, total + 1, &n, &e));
	assert_int_equal(n, total);
	assert_memory_equal(got, plain, total);
	return true;
}

static void
what_was_paused_anywhere_goes_on_without_a_byte_lost(void **state)
{
	static const size_t stops[] = {1, 24, 25, BLOB_CHUNK - 1, BLOB_CHUNK,
	    BLOB_CHUNK + 1, 2 * BLOB_CHUNK, 3 * BLOB_CHUNK + 776};
	const size_t n = sizeof(stops) / sizeof(*stops);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++) {
			OWNED_FD fd = empty();

			piece(fd, plain, 0, stops[i], true);
			assert_int_equal(durable(fd), stops[i]);
			assert_false(reads(fd, TOTAL));
			piece(fd, plain, stops[i], stops[j], true);
			assert_int_equal(durable(fd), stops[j]);
			finish(fd, stops[j], TOTAL);
			assert_true(reads(fd, TOTAL));
		}
}

static void
of_what_was_not_paused_the_whole_chunks_are_there(void **state)
{
	OWNED_FD fd = empty();

	(void)state;
	piece(fd, plain, 0, 1000, true);
	piece(fd, plain, 1000, 2 * BLOB_CHUNK + 5000, false);
	assert_int_equal(durable(fd), 2 * BLOB_CHUNK);
	finish(fd, 2 * BLOB_CHUNK, TOTAL);
	assert_true(reads(fd, TOTAL));
}

/* As after a loss of power, at every place that matters of a file. */
static void
a_file_cut_anywhere_goes_on_behind_its_last_whole_chunk(void **state)
{
	(void)state;
	for (size_t cut = 0; cut < HEADER + 2 * SEALED + 1000; cut += 497) {
		OWNED_FD fd = empty();
		size_t whole =
		    cut < HEADER ? 0 : (cut - HEADER) / SEALED * BLOB_CHUNK;

		piece(fd, plain, 0, 2 * BLOB_CHUNK + 900, true);
		assert_int_equal(ftruncate(fd, (off_t)cut), 0);
		assert_int_equal(durable(fd), whole);
		finish(fd, whole, TOTAL);
		assert_true(reads(fd, TOTAL));
	}
}

static void
what_is_torn_behind_the_end_does_not_count(void **state)
{
	uint8_t junk[SEALED] = {1, 2, 3};
	OWNED_FD fd = empty();

	(void)state;
	piece(fd, plain, 0, 2 * BLOB_CHUNK, true);
	assert_int_equal(pwrite(fd, junk, SEALED, HEADER + SEALED), SEALED);
	assert_int_equal(durable(fd), BLOB_CHUNK);
	assert_int_equal(pwrite(fd, junk, 999, HEADER + 2 * SEALED), 999);
	assert_int_equal(durable(fd), BLOB_CHUNK);
	finish(fd, BLOB_CHUNK, BLOB_CHUNK + 10);
	assert_true(reads(fd, BLOB_CHUNK + 10));
}

static void
what_was_taken_back_does_not_return(void **state)
{
	OWNED_FD fd = empty();

	(void)state;
	for (size_t i = 0; i < TOTAL; i++)
		other[i] = (uint8_t)~plain[i];
	piece(fd, plain, 0, 5000, true);
	piece(fd, other, 5000, 3 * BLOB_CHUNK, true);
	assert_int_equal(durable(fd), 3 * BLOB_CHUNK);
	/* Back to 5,000, and the writer is gone before its first chunk. */
	piece(fd, plain, 5000, 6000, false);
	assert_int_equal(durable(fd), 0);
	piece(fd, plain, 0, BLOB_CHUNK + 1, false);
	assert_int_equal(durable(fd), BLOB_CHUNK);
	finish(fd, BLOB_CHUNK, TOTAL);
	assert_true(reads(fd, TOTAL));
}

static void
of_a_finished_file_the_last_chunk_is_written_again(void **state)
{
	static const size_t totals[] = {1, BLOB_CHUNK, BLOB_CHUNK + 1, TOTAL};

	(void)state;
	for (size_t i = 0; i < sizeof(totals) / sizeof(*totals); i++) {
		OWNED_FD fd = empty();
		size_t n = totals[i];

		finish(fd, 0, n);
		assert_int_equal(
		    durable(fd), (n - 1) / BLOB_CHUNK * BLOB_CHUNK);
		finish(fd, durable(fd), n);
		assert_true(reads(fd, n));
	}
}

static void
no_two_writers_seal_a_chunk_alike(void **state)
{
	uint8_t *one = malloc(SEALED), *two = malloc(SEALED);
	OWNED_FD fd = empty();

	(void)state;
	piece(fd, plain, 0, BLOB_CHUNK, true);
	assert_int_equal(pread(fd, one, SEALED, HEADER), SEALED);
	piece(fd, plain, 0, BLOB_CHUNK, true);
	assert_int_equal(pread(fd, two, SEALED, HEADER), SEALED);
	for (size_t i = 0; i + 8 < SEALED; i += 8)
		assert_memory_not_equal(one + i, two + i, 8);
	free(one);
	free(two);
}

static void
more_than_there_is_cannot_be_gone_on_from(void **state)
{
	struct key wrong = key;
	struct err e = {0};
	OWNED_FD fd = empty();

	(void)state;
	assert_null(blob_writer_resume(fd, &key, 1, &e));
	piece(fd, plain, 0, 100, true);
	assert_null(blob_writer_resume(fd, &key, 101, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	wrong.b[0] ^= 1;
	assert_null(blob_writer_resume(fd, &wrong, 100, &e));
}

static void
what_stands_can_be_read_again_while_more_comes(void **state)
{
	static uint8_t work[BLOB_WORK];
	struct err e = {0};
	OWNED_FD fd = empty();
	str got;

	(void)state;
	piece(fd, plain, 0, BLOB_CHUNK + 10, true);
	OWNED(blob_writer)
	w = blob_writer_resume(fd, &key, BLOB_CHUNK + 10, &e);
	assert_non_null(w);
	assert_true(blob_write(w, plain + BLOB_CHUNK + 10, BLOB_CHUNK, &e));
	for (size_t i = 0; i < 2; i++) {
		assert_true(blob_reread(w, i, work, &got, &e));
		assert_int_equal(got.n, BLOB_CHUNK);
		assert_memory_equal(got.p, plain + i * BLOB_CHUNK, got.n);
	}
	assert_true(blob_reread(w, 2, work, &got, &e));
	assert_int_equal(got.n, 10);
	assert_memory_equal(got.p, plain + 2 * BLOB_CHUNK, got.n);
}

/* Killed again and again while it writes, until it was done once. */
static void
a_writer_killed_at_random_gets_there(void **state)
{
	OWNED_FD fd = empty();
	int status = -1, kills = 0;

	(void)state;
	srandom(4711);
	while (status != 0) {
		size_t at = durable(fd);
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			finish(fd, at, TOTAL);
			_exit(0);
		}
		if (kills++ < 40) {
			struct timespec t = {0, random() % 400000};

			(void)nanosleep(&t, NULL);
			(void)kill(child, SIGKILL);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	assert_true(reads(fd, TOTAL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		what_was_paused_anywhere_goes_on_without_a_byte_lost),
	    cmocka_unit_test(of_what_was_not_paused_the_whole_chunks_are_there),
	    cmocka_unit_test(
		a_file_cut_anywhere_goes_on_behind_its_last_whole_chunk),
	    cmocka_unit_test(what_is_torn_behind_the_end_does_not_count),
	    cmocka_unit_test(what_was_taken_back_does_not_return),
	    cmocka_unit_test(
		of_a_finished_file_the_last_chunk_is_written_again),
	    cmocka_unit_test(no_two_writers_seal_a_chunk_alike),
	    cmocka_unit_test(more_than_there_is_cannot_be_gone_on_from),
	    cmocka_unit_test(what_stands_can_be_read_again_while_more_comes),
	    cmocka_unit_test(a_writer_killed_at_random_gets_there),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	key_random(&key);
	for (size_t i = 0; i < TOTAL; i++)
		plain[i] = (uint8_t)(i * 31 + i / 251);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
