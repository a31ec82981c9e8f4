/* What clamd answers, and what passes for an answer of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <sys/socket.h>

#include "scan/clamd.h"

static void
an_answer_is_clean_infected_too_large_or_none(void **state)
{
	static const struct {
		const char *said;
		enum scan_verdict verdict;
		const char *name;
	} table[] = {
	    {"1: stream: OK", SCAN_CLEAN, ""},
	    {"27: stream: Test.Pattern FOUND", SCAN_INFECTED, "Test.Pattern"},
	    {"1: stream: a b\x01\xff FOUND", SCAN_INFECTED, "ab"},
	    {"1: stream:  FOUND", SCAN_INFECTED, "?"},
	    {"1: INSTREAM size limit exceeded. ERROR", SCAN_TOO_LARGE, ""},
	    {"1: stream: Can't open file. ERROR", SCAN_NOBODY, ""},
	    {"1: stream: OK FOUND OK", SCAN_NOBODY, ""},
	    {"stream OK", SCAN_NOBODY, ""},
	    {"1: OK", SCAN_NOBODY, ""},
	    {"UNKNOWN COMMAND", SCAN_NOBODY, ""},
	    {"", SCAN_NOBODY, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct scan_said said = {.name = "before"};

		clamd_answer(str_c(table[i].said), &said);
		assert_int_equal(said.verdict, table[i].verdict);
		assert_string_equal(said.name, table[i].name);
	}
}

/* A name of any length is cut, and travels. */
static void
a_long_name_fits_the_message(void **state)
{
	CLEANUP(buf_done) struct buf said = BUF_MAX(600);
	CLEANUP(buf_done) struct buf b = BUF_MAX(SCAN_MESSAGE_MAX);
	struct scan_said s = {.id = 3}, again;
	struct err e;

	(void)state;
	buf_printf(&said, "1: stream: ");
	for (int i = 0; i < 400; i++)
		buf_byte(&said, 'x');
	buf_printf(&said, " FOUND");
	clamd_answer(buf_view(&said), &s);
	assert_int_equal(s.verdict, SCAN_INFECTED);
	scan_said_write(&b, &s);
	assert_false(b.full);
	assert_true(scan_said_read(buf_view(&b), &again, &e));
	assert_string_equal(again.name, s.name);
}

static void
room(int *ret_fd, struct key *key, size_t bytes)
{
	struct err e;
	OWNED(blob_writer) w = NULL;
	int64_t n;

	key_random(key);
	*ret_fd = memfd_create("file", MFD_CLOEXEC);
	w = blob_writer_new(*ret_fd, key, &e);
	assert_non_null(w);
	for (size_t i = 0; i < bytes; i++)
		assert_true(blob_write(w, "a", 1, &e));
	assert_true(blob_finish(w, &n, &e));
}

/* Whoever goes away, or says too much, has said nothing. */
static void
a_peer_that_ends_early_is_nobody(void **state)
{
	CLEANUP(key_done) struct key key;
	OWNED(blob_reader) r = NULL;
	struct scan_said said;
	int pair[2], fd;
	struct err e;

	(void)state;
	room(&fd, &key, 10);
	r = blob_reader_new(fd, &key, &e);
	assert_non_null(r);
	assert_true(clamd_ask(-1, r, &said, &e));
	assert_int_equal(said.verdict, SCAN_NOBODY);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	(void)close(pair[1]);
	assert_true(clamd_ask(pair[0], r, &said, &e));
	assert_int_equal(said.verdict, SCAN_NOBODY);
	(void)close(pair[0]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(write(pair[1], "1: stream: OK", 13), 13);
	(void)shutdown(pair[1], SHUT_WR);
	assert_true(clamd_ask(pair[0], r, &said, &e));
	assert_int_equal(said.verdict, SCAN_NOBODY);
	(void)close(pair[0]);
	(void)close(pair[1]);
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_answer_is_clean_infected_too_large_or_none),
	    cmocka_unit_test(a_long_name_fits_the_message),
	    cmocka_unit_test(a_peer_that_ends_early_is_nobody),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
