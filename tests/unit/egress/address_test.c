/* Which addresses are of the public internet. */
#include "egress/address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void
each(const char *const *text, size_t n, bool public)
{
	struct address a;

	for (size_t i = 0; i < n; i++) {
		assert_true(address_read(text[i], &a));
		if (address_is_public(&a) != public)
			fail_msg("%s", text[i]);
	}
}

#define EACH(public, ...)                                                      \
	each((const char *const[]){__VA_ARGS__},                               \
	    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *), \
	    public)

static void
the_public_internet_may_be_called(void **state)
{
	(void)state;
	EACH(true, "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255",
	    "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255",
	    "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
	    "198.17.255.255", "198.20.0.0", "223.255.255.255");
	EACH(true, "2606:4700::1111", "2001:4860:4860::8888", "2a00::1",
	    "2001:200::1", "64:ff9b::101:101");
}

static void
what_stands_nearby_may_not(void **state)
{
	(void)state;
	EACH(false, "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255",
	    "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
	    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8",
	    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
	    "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
	    "239.255.255.255", "240.0.0.1", "255.255.255.255");
	EACH(false, "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
	    "::ffff:1.1.1.1", "fe80::1", "fc00::1", "fdff::1", "fec0::1",
	    "ff02::1", "2001:db8::1", "2001::1", "2001:1ff::1",
	    "2002:7f00:1::1", "2002:101:101::1", "3fff::1", "4000::1",
	    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::101:101", "100::1",
	    "1fff::1");
}

static void
an_address_comes_out_of_a_socket_address(void **state)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	struct sockaddr un = {.sa_family = AF_UNIX};
	char text[ADDRESS_TEXT_MAX];
	struct address a;

	(void)state;
	assert_int_equal(inet_pton(AF_INET, "10.1.2.3", &in.sin_addr), 1);
	assert_true(address_of((struct sockaddr *)&in, sizeof(in), &a));
	address_text(&a, text);
	assert_string_equal(text, "10.1.2.3");
	assert_int_equal(inet_pton(AF_INET6, "2a00::1", &in6.sin6_addr), 1);
	assert_true(address_of((struct sockaddr *)&in6, sizeof(in6), &a));
	address_text(&a, text);
	assert_string_equal(text, "2a00::1");
	assert_false(address_of((struct sockaddr *)&in6, sizeof(in), &a));
	assert_false(address_of(&un, sizeof(un), &a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_public_internet_may_be_called),
	    cmocka_unit_test(what_stands_nearby_may_not),
	    cmocka_unit_test(an_address_comes_out_of_a_socket_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
