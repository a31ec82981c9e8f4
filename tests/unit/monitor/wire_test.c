/* Which processes get a channel to each other, and when: of those that make
 * jails the first, once it has made one. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "monitor/office.h"
#include "monitor/wire.h"

/* A process that is there; *ret: its own end. */
static void
place(struct slot *s, enum role_id role, uint32_t number, struct chan *ret)
{
	int fd[2];
	struct err e;

	slot_init(s, role, number, true);
	assert_true(chan_pair(fd, &e));
	s->control.fd = fd[0];
	s->pid = INT_MAX; /* nobody's */
	*ret = (struct chan){
	    fd[1], role == ROLE_OFFICE ? control_to_office : control_to_role};
}

static int
peers(struct chan *c)
{
	char bytes[64];
	struct chan_msg m;
	struct err e;
	int n = 0;

	while (chan_try_recv(c, bytes, sizeof(bytes), &m, &e)) {
		assert_int_equal(m.kind, CONTROL_PEER);
		chan_msg_done(&m);
		n++;
	}
	assert_int_equal(e.kind, ERR_BUSY);
	return n;
}

enum { JOBS, FIRST, SECOND, COUNT };

static void
who_has_made_no_jail_yet_is_given_no_work(void **state)
{
	struct slot s[COUNT];
	struct chan c[COUNT];

	(void)state;
	place(&s[JOBS], ROLE_JOBS, 0, &c[JOBS]);
	place(&s[FIRST], ROLE_OFFICE, 0, &c[FIRST]);
	place(&s[SECOND], ROLE_OFFICE, 1, &c[SECOND]);
	wire(s, COUNT, &s[FIRST]);
	wire(s, COUNT, &s[JOBS]);
	assert_int_equal(peers(&c[JOBS]), 0);
	assert_int_equal(peers(&c[FIRST]), 0);
	s[FIRST].ready = true;
	wire(s, COUNT, &s[FIRST]);
	assert_int_equal(peers(&c[JOBS]), 1);
	assert_int_equal(peers(&c[FIRST]), 1);
	wire(s, COUNT, &s[JOBS]); /* which began anew */
	assert_int_equal(peers(&c[JOBS]), 1);
	assert_int_equal(peers(&c[FIRST]), 1);
	s[SECOND].ready = true;
	wire(s, COUNT, &s[SECOND]);
	assert_int_equal(peers(&c[JOBS]), 0);
	assert_int_equal(peers(&c[SECOND]), 0);
	for (size_t i = 0; i < COUNT; i++) {
		(void)close(c[i].fd);
		(void)close(s[i].control.fd);
	}
}

static void
each_is_borne_by_the_other_once_that_one_is_ready(void **state)
{
	struct slot s[COUNT];
	struct chan c[COUNT];

	(void)state;
	place(&s[JOBS], ROLE_JOBS, 0, &c[JOBS]);
	place(&s[FIRST], ROLE_OFFICE, 0, &c[FIRST]);
	place(&s[SECOND], ROLE_OFFICE, 1, &c[SECOND]);
	s[JOBS].ready = true;
	assert_null(office_bearer(s, COUNT, &s[FIRST]));
	s[SECOND].ready = true;
	assert_ptr_equal(office_bearer(s, COUNT, &s[FIRST]), &s[SECOND]);
	assert_null(office_bearer(s, COUNT, &s[SECOND]));
	s[SECOND].pid = 0;
	assert_null(office_bearer(s, COUNT, &s[FIRST]));
	for (size_t i = 0; i < COUNT; i++) {
		(void)close(c[i].fd);
		(void)close(s[i].control.fd);
	}
}

static void
short_lives_make_the_wait_longer_up_to_a_minute(void **state)
{
	struct slot s;
	int64_t last = 0, now = 1000000;

	(void)state;
	slot_init(&s, ROLE_OFFICE, 0, true);
	for (int i = 0; i < 20; i++) {
		s.started_ms = now;
		office_plan(&s, false, now);
		assert_true(s.start_at_ms - now >= last);
		assert_true(s.start_at_ms - now <= 60000);
		last = s.start_at_ms - now;
	}
	assert_int_equal(last, 60000);
	s.started_ms = now - 100000;
	office_plan(&s, true, now);
	assert_int_equal(s.start_at_ms, now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_has_made_no_jail_yet_is_given_no_work),
	    cmocka_unit_test(each_is_borne_by_the_other_once_that_one_is_ready),
	    cmocka_unit_test(short_lives_make_the_wait_longer_up_to_a_minute),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
