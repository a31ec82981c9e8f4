#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/router.h"

static bool
runs(struct request *r, struct response *out, struct err *e)
{
	(void)r;
	(void)out;
	return err_set(e, ERR_INPUT, "not asked");
}

static bool
is_sound(enum need need, unsigned flags)
{
	struct route t = {HTTP_POST, "/a", runs, need, flags, NULL};
	struct err e;

	return route_sound(&t, &e);
}

static void
every_route_of_the_house_says_all_that_it_must(void **state)
{
	struct err e;

	(void)state;
	if (!routes_check(&e))
		fail_msg("%s", e.msg);
}

static void
a_route_that_forgot_what_it_needs_does_not_start(void **state)
{
	(void)state;
	assert_true(is_sound(NEED_STAFF, 0));
	assert_false(is_sound(NEED_FORGOTTEN, 0));
}

static void
a_form_that_nobody_spends_does_not_start(void **state)
{
	(void)state;
	assert_false(is_sound(NEED_STAFF, ROUTE_NO_TRANSACTION));
	assert_false(is_sound(NEED_STAFF, ROUTE_NO_TRANSACTION | ROUTE_QUIET));
	assert_true(
	    is_sound(NEED_STAFF, ROUTE_NO_TRANSACTION | ROUTE_REPEATABLE));
	assert_true(is_sound(NEED_STAFF, ROUTE_REPEATABLE | ROUTE_QUIET));
	assert_true(is_sound(NEED_STAFF, ROUTE_SPENDS | ROUTE_LOCKED_TOO));
}

static void
a_form_is_spent_in_one_way(void **state)
{
	(void)state;
	assert_false(is_sound(NEED_STAFF, ROUTE_SPENDS | ROUTE_REPEATABLE));
	assert_false(is_sound(NEED_STAFF, ROUTE_SPENDS | ROUTE_NO_TRANSACTION));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_route_of_the_house_says_all_that_it_must),
	    cmocka_unit_test(a_route_that_forgot_what_it_needs_does_not_start),
	    cmocka_unit_test(a_form_that_nobody_spends_does_not_start),
	    cmocka_unit_test(a_form_is_spent_in_one_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
