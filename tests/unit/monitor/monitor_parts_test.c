#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/buf.h"
#include "monitor/lines.h"
#include "monitor/listen.h"

static void
collect(void *ctx, str line)
{
	struct buf *b = ctx;

	buf_byte(b, '[');
	buf_str(b, line);
	buf_byte(b, ']');
}

static void
says(const struct buf *b, str wanted)
{
	assert_int_equal(b->n, wanted.n);
	assert_memory_equal(b->p, wanted.p, wanted.n);
}

static void
lines_come_whole_and_clean(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	struct lines l;

	(void)state;
	lines_init(&l, 0);
	lines_add(&l, S("one\ntw"), 0, collect, &b);
	lines_add(&l, S("o\n\n\033[2J\a\xc3\xa9\x7f\nlast"), 0, collect, &b);
	says(&b, S("[one][two][?[2J????]"));
	lines_end(&l, 0, collect, &b);
	says(&b, S("[one][two][?[2J????][last]"));
}

static void
a_line_without_end_is_cut(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	struct lines l;

	(void)state;
	lines_init(&l, 0);
	for (int i = 0; i < 10000; i++)
		lines_add(&l, S("x"), 0, collect, &b);
	lines_add(&l, S("\n"), 0, collect, &b);
	assert_int_equal(b.n, LINES_WIDTH + 2);
}

static void
too_many_lines_are_counted_instead(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(65536);
	struct lines l;

	(void)state;
	lines_init(&l, 0);
	for (int i = 0; i < LINES_BURST + 40; i++)
		lines_add(&l, S("x\n"), 0, collect, &b);
	assert_int_equal(b.n, 3 * LINES_BURST);
	buf_clear(&b);
	lines_add(&l, S("y\n"), 1000, collect, &b);
	says(&b, S("[(40 lines left out)][y]"));
}

static void
the_clock_may_jump_and_the_bucket_only_fills(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(65536);
	struct lines l;

	(void)state;
	lines_init(&l, 1000);
	lines_add(&l, S("x\n"), 0, collect, &b);
	lines_add(&l, S("x\n"), INT64_MAX / 2, collect, &b);
	says(&b, S("[x][x]"));
}

static void
addresses_are_numbers_with_a_port(void **state)
{
	static const char *const wrong[] = {"", "127.0.0.1", ":80",
	    "localhost:80", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
	    "[::1]80", "[127.0.0.1]:80", "127.0.0.1:80,", "127.0.0.1:x",
	    "127.0.0.1:0,bad"};
	int fd[4];
	size_t n = 77;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_false(listen_open(str_c(wrong[i]), fd, 4, &n, &e));
		assert_int_equal(e.kind, ERR_INPUT);
	}
	assert_int_equal(n, 77);
	assert_false(listen_open(S("127.0.0.1:0,127.0.0.1:0"), fd, 1, &n, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
}

static void
a_listener_tells_the_port_that_it_got(void **state)
{
	char name[64];
	int fd[4];
	size_t n;
	struct err e;

	(void)state;
	assert_true(listen_open(S("127.0.0.1:0, 127.0.0.1:0"), fd, 4, &n, &e));
	assert_int_equal(n, 2);
	assert_true(listen_name(fd[0], name, sizeof(name), &e));
	assert_true(str_starts(str_c(name), S("127.0.0.1:")));
	assert_false(str_ends(str_c(name), S(":0")));
	assert_true(fcntl(fd[0], F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd[0], F_GETFD) & FD_CLOEXEC);
	(void)close(fd[0]);
	(void)close(fd[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_come_whole_and_clean),
	    cmocka_unit_test(a_line_without_end_is_cut),
	    cmocka_unit_test(too_many_lines_are_counted_instead),
	    cmocka_unit_test(the_clock_may_jump_and_the_bucket_only_fills),
	    cmocka_unit_test(addresses_are_numbers_with_a_port),
	    cmocka_unit_test(a_listener_tells_the_port_that_it_got),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
