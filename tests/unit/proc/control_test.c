#include "ipc/control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/write.h"

static void
a_start_travels_whole(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CONTROL_BUF);
	const struct control_start s = {.role = 2,
	    .number = 7,
	    .n_listen = 2,
	    .tls = true,
	    .ca = true,
	    .secret = true,
	    .ncmec = true,
	    .master = true,
	    .conf = S("data /d\n")};
	struct control_start r;
	struct err e;

	(void)state;
	control_start_write(&b, &s);
	assert_true(control_start_read(buf_view(&b), 8, &r, &e));
	assert_int_equal(r.role, 2);
	assert_int_equal(r.number, 7);
	assert_int_equal(r.n_listen, 2);
	assert_true(
	    r.tls && r.ca && r.secret && r.ncmec && !r.mail && r.master);
	assert_true(str_eq(r.conf, s.conf));
}

static void
a_start_that_lies_about_its_descriptors_is_corrupt(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CONTROL_BUF);
	const struct control_start s = {.role = 1, .n_listen = 1};
	struct control_start r;
	struct err e;

	(void)state;
	control_start_write(&b, &s);
	assert_true(control_start_read(buf_view(&b), 1, &r, &e));
	assert_false(control_start_read(buf_view(&b), 0, &r, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	assert_false(control_start_read(buf_view(&b), 2, &r, &e));
}

static void
every_prefix_and_every_tail_is_corrupt(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(CONTROL_BUF);
	const struct control_start s = {.role = 1, .conf = S("x")};
	struct control_start r;
	struct err e;

	(void)state;
	control_start_write(&b, &s);
	for (size_t n = 0; n < b.n; n++)
		assert_false(control_start_read((str){b.p, n}, 0, &r, &e));
	write_u8(&b, 0);
	assert_false(control_start_read(buf_view(&b), 0, &r, &e));
}

static void
numbers_out_of_range_are_corrupt(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct control_peer p;
	struct err e;
	uint32_t number;
	bool weak;

	(void)state;
	control_peer_write(&b, &(struct control_peer){4, 3, 77});
	assert_true(control_peer_read(buf_view(&b), &p, &e));
	assert_true(p.role == 4 && p.number == 3 && p.pid == 77);
	buf_clear(&b);
	control_peer_write(&b, &(struct control_peer){200, 3, 0});
	assert_false(control_peer_read(buf_view(&b), &p, &e));
	buf_clear(&b);
	control_peer_write(&b, &(struct control_peer){4, 3, UINT32_MAX});
	assert_false(control_peer_read(buf_view(&b), &p, &e));
	assert_false(control_ready_read(S("\2"), &weak, &e));
	assert_true(control_ready_read(S("\1"), &weak, &e));
	assert_true(weak);
	assert_false(control_drop_read(S("\377\377\377\377"), &number, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_start_travels_whole),
	    cmocka_unit_test(
		a_start_that_lies_about_its_descriptors_is_corrupt),
	    cmocka_unit_test(every_prefix_and_every_tail_is_corrupt),
	    cmocka_unit_test(numbers_out_of_range_are_corrupt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
