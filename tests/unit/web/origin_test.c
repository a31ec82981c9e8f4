#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/origin.h"

static bool
is(const char *origin, const char *url)
{
	return origin_is(str_c(origin), str_c(url));
}

static void
the_address_that_people_type_is_ours(void **state)
{
	(void)state;
	assert_true(is("https://a.example", "https://a.example"));
	assert_true(is("https://a.example", "https://A.Example"));
	assert_true(is("https://a.example", "https://a.example:443"));
	assert_true(is("http://a.example", "HTTP://a.example:80"));
	assert_true(is("http://a.example:8420", "http://a.example:8420"));
	assert_true(is("http://[::1]:8420", "http://[::1]:8420"));
}

static void
nothing_else_is(void **state)
{
	(void)state;
	assert_false(is("null", "https://a.example"));
	assert_false(is("", "https://a.example"));
	assert_false(is("", ""));
	assert_false(is("http://a.example", "https://a.example"));
	assert_false(is("https://a.example:80", "https://a.example"));
	assert_false(is("http://a.example:443", "http://a.example"));
	assert_false(is("https://a.example:8443", "https://a.example"));
	assert_false(is("https://a.example.evil.example", "https://a.example"));
	assert_false(is("https://evil.a.example", "https://a.example"));
	assert_false(is("https://a.exampl", "https://a.example"));
	assert_false(is("https://a.example:4430", "https://a.example"));
	assert_false(is("http://127.0.0.1:84200", "http://127.0.0.1:8420"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_address_that_people_type_is_ours),
	    cmocka_unit_test(nothing_else_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
