#include "ipc/chan.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/clock.h"

static const struct chan_permit permits[] = {
    {1, .max_bytes = 16},
    {2, .min_fds = 2, .max_fds = 3, .max_bytes = 0},
    {3, .max_bytes = CHAN_MSG_MAX},
    {4, .max_fds = CHAN_FDS_MAX},
    {0},
};

static struct chan a, b;
static char bytes[CHAN_MSG_MAX];

static int
setup(void **state)
{
	struct err e;
	int fd[2];

	(void)state;
	if (!chan_pair(fd, &e))
		return -1;
	a = (struct chan){fd[0], permits};
	b = (struct chan){fd[1], permits};
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (a.fd != -1)
		(void)close(a.fd);
	(void)close(b.fd);
	return 0;
}

/* The lowest free number tells whether a descriptor was left open. */
static int
next_fd(void)
{
	int fd = dup(STDERR_FILENO);

	(void)close(fd);
	return fd;
}

static enum err_kind
send_kind(uint8_t kind, str body, size_t n_fds)
{
	const int fd[CHAN_FDS_MAX + 1] = {2, 2, 2, 2, 2, 2, 2, 2, 2};
	struct err e;

	return chan_send(&a, kind, body, fd, n_fds, &e) ? ERR_NONE : e.kind;
}

static enum err_kind
recv_kind(int timeout_ms)
{
	struct chan_msg m;
	struct err e;

	if (!chan_recv(&b, bytes, sizeof(bytes), timeout_ms, &m, &e))
		return e.kind;
	chan_msg_done(&m);
	return ERR_KINDS; /* a message came */
}

static void
a_message_arrives_whole_with_its_descriptors(void **state)
{
	struct chan_msg m;
	struct err e;
	int before = next_fd(), taken;

	(void)state;
	assert_int_equal(send_kind(2, (str){0}, 2), ERR_NONE);
	assert_true(chan_recv(&b, bytes, sizeof(bytes), -1, &m, &e));
	assert_int_equal(m.kind, 2);
	assert_int_equal(m.body.n, 0);
	assert_int_equal(m.n_fds, 2);
	assert_true(fcntl(m.fd[0], F_GETFD) & FD_CLOEXEC);
	taken = chan_msg_take(&m, 1);
	chan_msg_done(&m);
	assert_int_not_equal(fcntl(taken, F_GETFD), -1);
	(void)close(taken);
	assert_int_equal(next_fd(), before);
}

static void
the_largest_message_fits_and_one_more_byte_does_not(void **state)
{
	char *big = calloc(1, CHAN_MSG_MAX);
	str body = {big, CHAN_MSG_MAX - 1};
	struct chan_msg m;
	struct err e;

	(void)state;
	assert_int_equal(send_kind(3, body, 0), ERR_NONE);
	assert_true(chan_recv(&b, bytes, sizeof(bytes), 0, &m, &e));
	assert_int_equal(m.body.n, body.n);
	body.n++;
	assert_int_equal(send_kind(3, body, 0), ERR_LIMIT);
	assert_int_equal(send_kind(4, S(""), CHAN_FDS_MAX + 1), ERR_LIMIT);
	free(big);
}

static void
a_message_longer_than_the_buffer_is_corrupt(void **state)
{
	struct chan_msg m;
	struct err e;

	(void)state;
	assert_int_equal(send_kind(1, S("0123456789"), 0), ERR_NONE);
	assert_false(chan_recv(&b, bytes, 8, 0, &m, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
what_is_not_in_the_table_is_corrupt_and_leaves_no_descriptor(void **state)
{
	const struct {
		uint8_t kind;
		size_t bytes, fds;
	} wrong[] = {{9, 0, 0}, {9, 0, 8}, {0, 1, 1}, {1, 17, 0}, {1, 0, 1},
	    {2, 0, 1}, {2, 0, 4}, {2, 1, 2}};
	int before = next_fd();

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		str body = {"0123456789abcdefghi", wrong[i].bytes};

		assert_int_equal(
		    send_kind(wrong[i].kind, body, wrong[i].fds), ERR_NONE);
		assert_int_equal(recv_kind(0), ERR_CORRUPT);
		assert_int_equal(next_fd(), before);
	}
	assert_int_equal(send_kind(1, S("fine"), 0), ERR_NONE);
	assert_int_equal(recv_kind(0), ERR_KINDS);
}

static void
more_descriptors_than_there_is_room_for_are_all_closed(void **state)
{
	int fd[CHAN_FDS_MAX + 4], before = next_fd();
	union {
		struct cmsghdr align;
		char raw[CMSG_SPACE(sizeof(fd))];
	} c = {0};
	char kind = 4;
	struct iovec v = {&kind, 1};
	struct msghdr h = {.msg_iov = &v,
	    .msg_iovlen = 1,
	    .msg_control = c.raw,
	    .msg_controllen = sizeof(c.raw)};

	(void)state;
	for (size_t i = 0; i < sizeof(fd) / sizeof(*fd); i++)
		fd[i] = STDERR_FILENO;
	c.align.cmsg_level = SOL_SOCKET;
	c.align.cmsg_type = SCM_RIGHTS;
	c.align.cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(&c.align), fd, sizeof(fd));
	assert_int_equal(sendmsg(a.fd, &h, 0), 1);
	assert_int_equal(recv_kind(0), ERR_CORRUPT);
	assert_int_equal(next_fd(), before);
}

static void
other_ancillary_data_is_corrupt(void **state)
{
	int on = 1;

	(void)state;
	assert_int_equal(
	    setsockopt(b.fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)), 0);
	assert_int_equal(send_kind(4, S(""), 1), ERR_NONE);
	assert_int_equal(recv_kind(0), ERR_CORRUPT);
}

static void
an_empty_datagram_ends_the_talk_and_leaves_no_descriptor(void **state)
{
	(void)state;
	assert_int_equal(send(a.fd, "", 0, 0), 0);
	assert_int_equal(recv_kind(0), ERR_NONE);
}

static void
nothing_in_time_is_busy(void **state)
{
	struct chan_msg m;
	struct err e;
	int64_t start = clock_ms();

	(void)state;
	assert_int_equal(recv_kind(0), ERR_BUSY);
	assert_int_equal(recv_kind(50), ERR_BUSY);
	assert_true(clock_ms() - start >= 49);
	assert_false(chan_try_recv(&b, bytes, sizeof(bytes), &m, &e));
	assert_int_equal(e.kind, ERR_BUSY);
}

static void
a_closed_peer_is_told_apart_from_an_error(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(send_kind(1, S("last"), 0), ERR_NONE);
	(void)close(a.fd);
	a.fd = -1;
	assert_int_equal(recv_kind(0), ERR_KINDS);
	assert_int_equal(recv_kind(-1), ERR_NONE);
	assert_false(chan_send(&b, 1, S("x"), NULL, 0, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_int_equal(e.sys, EPIPE);
}

static void *
read_later(void *arg)
{
	(void)usleep(50000);
	while (recv_kind(-1) == ERR_KINDS)
		continue; /* until the other end is closed */
	return arg;
}

static void
a_slow_peer_is_waited_for_but_never_by_an_event_loop(void **state)
{
	static char body[CHAN_MSG_MAX - 1];
	str big = {body, sizeof(body)};
	struct err e = {0};
	pthread_t t;

	(void)state;
	while (chan_try_send(&a, 3, big, NULL, 0, &e))
		continue;
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(pthread_create(&t, NULL, read_later, NULL), 0);
	assert_int_equal(send_kind(3, big, 0), ERR_NONE);
	(void)close(a.fd);
	a.fd = -1;
	assert_int_equal(pthread_join(t, NULL), 0);
}

static char many[CHAN_BATCH][CHAN_MSG_MAX];

/* What waits, n at most: how many came, and in *ret what followed. */
static size_t
recv_some(size_t n, struct chan_msg *m, enum err_kind *ret)
{
	struct chan_room room[CHAN_BATCH];
	struct err e = {.kind = ERR_KINDS};
	size_t came = 99;

	for (size_t i = 0; i < n; i++)
		room[i] = (struct chan_room){many[i], sizeof(many[i])};
	*ret =
	    chan_try_recv_some(&b, room, n, m, &came, &e) ? ERR_KINDS : e.kind;
	return came;
}

static void
several_leave_together_and_arrive_in_their_order(void **state)
{
	const struct chan_out out[] = {
	    {1, S("first"), -1}, {4, S(""), STDERR_FILENO}, {3, S("last"), -1}};
	struct chan_msg m[CHAN_BATCH];
	int before = next_fd();
	enum err_kind then;
	struct err e;

	(void)state;
	assert_true(chan_send_all(&a, out, 3, &e));
	assert_int_equal(recv_some(2, m, &then), 2);
	assert_int_equal(then, ERR_KINDS);
	assert_true(str_eq(m[0].body, S("first")));
	assert_int_equal(m[0].n_fds, 0);
	assert_int_equal(m[1].kind, 4);
	assert_int_equal(m[1].n_fds, 1);
	chan_msg_done(&m[1]);
	assert_int_equal(recv_some(2, m, &then), 1);
	assert_int_equal(then, ERR_BUSY);
	assert_true(str_eq(m[0].body, S("last")));
	assert_int_equal(recv_some(2, m, &then), 0);
	assert_int_equal(then, ERR_BUSY);
	assert_int_equal(next_fd(), before);
}

static void
of_several_nothing_stays_open_behind_one_that_is_corrupt(void **state)
{
	struct chan_msg m[CHAN_BATCH];
	int before = next_fd();
	enum err_kind then;

	(void)state;
	assert_int_equal(send_kind(1, S("good"), 0), ERR_NONE);
	assert_int_equal(send_kind(1, S("none may come"), 2), ERR_NONE);
	assert_int_equal(send_kind(4, S("good"), 3), ERR_NONE);
	assert_int_equal(send_kind(99, S("unknown"), 1), ERR_NONE);
	assert_int_equal(recv_some(4, m, &then), 1);
	assert_int_equal(then, ERR_CORRUPT);
	assert_true(str_eq(m[0].body, S("good")));
	assert_int_equal(next_fd(), before);
}

static void
what_came_before_the_end_is_taken_before_it(void **state)
{
	const struct chan_out out[] = {{1, S("a"), -1}, {1, S("b"), -1}};
	struct chan_msg m[CHAN_BATCH];
	enum err_kind then;
	struct err e;

	(void)state;
	assert_true(chan_send_all(&a, out, 2, &e));
	(void)close(a.fd);
	a.fd = -1;
	assert_int_equal(recv_some(4, m, &then), 2);
	assert_int_equal(then, ERR_NONE);
	assert_int_equal(recv_some(4, m, &then), 0);
	assert_int_equal(then, ERR_NONE);
	assert_false(chan_send_all(&b, out, 2, &e));
	assert_int_equal(e.sys, EPIPE);
}

static void
of_several_it_is_known_how_many_have_left(void **state)
{
	static char body[CHAN_MSG_MAX - 1];
	const struct chan_out big = {3, {body, sizeof(body)}, -1};
	const struct chan_out out[] = {big, big, big, big, big, big, big, big};
	const struct chan_out last = {1, S("last"), -1};
	size_t sent = 0, now, came = 0;
	struct chan_msg m;
	struct err e = {0};
	pthread_t t;

	(void)state;
	while (chan_try_send_some(&a, out, CHAN_BATCH, &now, &e))
		sent += now;
	sent += now;
	assert_int_equal(e.kind, ERR_BUSY);
	while (chan_try_recv(&b, bytes, sizeof(bytes), &m, &e))
		came++;
	assert_int_equal(came, sent);
	assert_int_equal(pthread_create(&t, NULL, read_later, NULL), 0);
	assert_true(chan_send_all(&a, out, CHAN_BATCH, &e));
	assert_true(chan_send_all(&a, &last, 1, &e));
	(void)close(a.fd);
	a.fd = -1;
	assert_int_equal(pthread_join(t, NULL), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_message_arrives_whole_with_its_descriptors),
	    TEST(the_largest_message_fits_and_one_more_byte_does_not),
	    TEST(a_message_longer_than_the_buffer_is_corrupt),
	    TEST(what_is_not_in_the_table_is_corrupt_and_leaves_no_descriptor),
	    TEST(more_descriptors_than_there_is_room_for_are_all_closed),
	    TEST(other_ancillary_data_is_corrupt),
	    TEST(an_empty_datagram_ends_the_talk_and_leaves_no_descriptor),
	    TEST(nothing_in_time_is_busy),
	    TEST(a_closed_peer_is_told_apart_from_an_error),
	    TEST(a_slow_peer_is_waited_for_but_never_by_an_event_loop),
	    TEST(several_leave_together_and_arrive_in_their_order),
	    TEST(of_several_nothing_stays_open_behind_one_that_is_corrupt),
	    TEST(what_came_before_the_end_is_taken_before_it),
	    TEST(of_several_it_is_known_how_many_have_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
