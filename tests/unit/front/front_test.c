/* The front's pure parts: targets, ranges, addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "front/address.h"
#include "front/range.h"
#include "front/target.h"

#define ARENA_MAX ((size_t)1 << 20)

static void
assert_str(str have, str want)
{
	assert_int_equal(have.n, want.n);
	assert_memory_equal(have.p, want.p, want.n);
}

static enum target_fault
split(struct arena *a, str raw, str *path, struct http_pair **q, size_t *n)
{
	*path = (str){0};
	*q = NULL;
	*n = 0;
	return target_split(a, raw, path, q, n);
}

static void
a_target_is_decoded_once_and_not_normalised(void **state)
{
	static const struct {
		str raw, path;
	} row[] = {
	    {S("/"), S("/")},
	    {S("/a%20b"), S("/a b")},
	    {S("/a+b"), S("/a+b")},
	    {S("/../../etc/passwd"), S("/../../etc/passwd")},
	    {S("/%2e%2e%2f"), S("/../")},
	    {S("/%252e"), S("/%2e")},
	    {S("//x//"), S("//x//")},
	    {S("/\xc3\xa9"), S("/\xc3\xa9")},
	    {S("/%C3%A9?x"), S("/\xc3\xa9")},
	};
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct http_pair *q;
	size_t n;
	str path;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(
		    split(a, row[i].raw, &path, &q, &n), TARGET_FINE);
		assert_str(path, row[i].path);
	}
}

static void
a_malformed_target_is_refused(void **state)
{
	static const str row[] = {S(""), S("x"), S("http://a/b"), S("*"),
	    S("/%"), S("/%1"), S("/%zz"), S("/%00"), S("/a\0b"), S("/?a=%00"),
	    S("/?%=1"), S("/?a=%4")};
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct http_pair *q;
	size_t n;
	str path;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(
		    split(a, row[i], &path, &q, &n), TARGET_MALFORMED);
}

static void
a_target_too_long_or_with_too_many_names_is_refused(void **state)
{
	OWNED(arena) a = arena_new(ARENA_MAX);
	char text[4096];
	struct http_pair *q;
	size_t n;
	str path;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	assert_int_equal(
	    split(a, (str){text, HTTP_PATH_MAX}, &path, &q, &n), TARGET_FINE);
	assert_int_equal(
	    split(a, (str){text, HTTP_PATH_MAX + 1}, &path, &q, &n),
	    TARGET_TOO_LONG);
	memset(text + 1, '&', sizeof(text) - 1);
	text[1] = '?';
	assert_int_equal(split(a, (str){text, 64}, &path, &q, &n), TARGET_FINE);
	assert_int_equal(n, 0);
	assert_int_equal(
	    split(a, (str){text, 100}, &path, &q, &n), TARGET_TOO_LONG);
}

static void
pairs_come_in_their_order_with_blanks_and_empty_values(void **state)
{
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct http_pair *v;
	size_t n;

	(void)state;
	assert_int_equal(
	    target_pairs(a, S("a=1+2&&b=&c&=d&a=%2B%26%3D"), 10, &v, &n),
	    TARGET_FINE);
	assert_int_equal(n, 5);
	assert_str(v[0].name, S("a"));
	assert_str(v[0].value, S("1 2"));
	assert_str(v[1].name, S("b"));
	assert_str(v[1].value, S(""));
	assert_str(v[2].name, S("c"));
	assert_str(v[2].value, S(""));
	assert_str(v[3].name, S(""));
	assert_str(v[3].value, S("d"));
	assert_str(v[4].value, S("+&="));
}

static void
a_range_is_cut_to_what_there_is(void **state)
{
	static const struct {
		str header;
		uint64_t total;
		enum range want;
		uint64_t first, n;
	} row[] = {
	    {S("bytes=0-0"), 10, RANGE_PART, 0, 1},
	    {S("bytes=0-9"), 10, RANGE_PART, 0, 10},
	    {S("bytes=0-10"), 10, RANGE_PART, 0, 10},
	    {S("bytes=3-"), 10, RANGE_PART, 3, 7},
	    {S("bytes=9-"), 10, RANGE_PART, 9, 1},
	    {S("bytes=-3"), 10, RANGE_PART, 7, 3},
	    {S("bytes=-30"), 10, RANGE_PART, 0, 10},
	    {S("bytes=5-999999999999999"), 10, RANGE_PART, 5, 5},
	    {S("bytes=10-"), 10, RANGE_NOWHERE, 0, 0},
	    {S("bytes=10-20"), 10, RANGE_NOWHERE, 0, 0},
	    {S("bytes=-0"), 10, RANGE_NOWHERE, 0, 0},
	    {S("bytes=0-"), 0, RANGE_NOWHERE, 0, 0},
	    {S("bytes=-1"), 0, RANGE_NOWHERE, 0, 0},
	    {S("bytes=5-4"), 10, RANGE_WHOLE, 0, 0},
	    {S("bytes=0-1,3-4"), 10, RANGE_WHOLE, 0, 0},
	    {S("bytes=-"), 10, RANGE_WHOLE, 0, 0},
	    {S("bytes="), 10, RANGE_WHOLE, 0, 0},
	    {S("bytes=a-b"), 10, RANGE_WHOLE, 0, 0},
	    {S("bytes=--1"), 10, RANGE_WHOLE, 0, 0},
	    {S("bytes=1--2"), 10, RANGE_WHOLE, 0, 0},
	    {S("bytes=99999999999999999999-"), 10, RANGE_WHOLE, 0, 0},
	    {S("lines=0-1"), 10, RANGE_WHOLE, 0, 0},
	    {S(""), 10, RANGE_WHOLE, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct range_part p = {0};

		assert_int_equal(
		    range_of(row[i].header, row[i].total, &p), row[i].want);
		if (row[i].want == RANGE_PART) {
			assert_int_equal(p.first, row[i].first);
			assert_int_equal(p.n, row[i].n);
		}
	}
}

static void
addresses_are_read_in_every_spelling(void **state)
{
	static const struct {
		str text;
		bool good;
		uint8_t last;
		uint16_t port;
	} row[] = {
	    {S("192.0.2.7"), true, 7, 0},
	    {S("192.0.2.7:443"), true, 7, 443},
	    {S("2001:db8::9"), true, 9, 0},
	    {S("[2001:db8::9]"), true, 9, 0},
	    {S("[2001:db8::9]:80"), true, 9, 80},
	    {S("::1"), true, 1, 0},
	    {S(""), false, 0, 0},
	    {S("unknown"), false, 0, 0},
	    {S("192.0.2"), false, 0, 0},
	    {S("192.0.2.7:"), false, 0, 0},
	    {S("192.0.2.7:99999"), false, 0, 0},
	    {S("192.0.2.7\0"), false, 0, 0},
	    {S("[::1"), false, 0, 0},
	    {S(":"), false, 0, 0},
	    {S("[]"), false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct address a = {.port = 1};

		assert_int_equal(address_parse(row[i].text, &a), row[i].good);
		if (row[i].good) {
			assert_int_equal(a.b[15], row[i].last);
			assert_int_equal(a.port, row[i].port);
		}
	}
}

static void
only_the_last_hop_of_a_proxy_counts(void **state)
{
	struct address a = {.port = 7};

	(void)state;
	assert_true(address_forwarded(S("10.9.9.9, 192.0.2.5"), &a));
	assert_int_equal(a.b[15], 5);
	assert_true(address_forwarded(S(" 192.0.2.6 "), &a));
	assert_int_equal(a.b[15], 6);
	assert_false(address_forwarded(S("192.0.2.7, junk"), &a));
	assert_int_equal(a.b[15], 6);
	assert_false(address_forwarded(S("192.0.2.7,"), &a));
	assert_false(address_forwarded(S(""), &a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_target_is_decoded_once_and_not_normalised),
	    cmocka_unit_test(a_malformed_target_is_refused),
	    cmocka_unit_test(
		a_target_too_long_or_with_too_many_names_is_refused),
	    cmocka_unit_test(
		pairs_come_in_their_order_with_blanks_and_empty_values),
	    cmocka_unit_test(a_range_is_cut_to_what_there_is),
	    cmocka_unit_test(addresses_are_read_in_every_spelling),
	    cmocka_unit_test(only_the_last_hop_of_a_proxy_counts),
	};

	return cmocka_run_group_tests_name("front", tests, NULL, NULL);
}
