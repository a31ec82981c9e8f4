/* Whom the server may call, and what an address of it looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "conf/hosts.h"

static void
refused(const char *list, const char *says)
{
	struct conf_hosts h;
	struct err e;

	if (conf_hosts_read(str_c(list), &h, &e))
		fail_msg("%s was taken", list);
	if (strstr(e.msg, says) == NULL)
		fail_msg("expected \"%s\" in: %s", says, e.msg);
}

static void
a_list_of_hosts_is_names_ports_and_addresses(void **state)
{
	struct conf_hosts h;
	struct err e;

	(void)state;
	assert_true(conf_hosts_read(
	    S("shield.example.org, a-b.test:8443=127.0.0.1,c.d:1=::1"), &h,
	    &e));
	assert_int_equal(h.n, 3);
	assert_string_equal(h.v[0].name, "shield.example.org");
	assert_int_equal(h.v[0].port, 443);
	assert_string_equal(h.v[0].address, "");
	assert_string_equal(h.v[1].name, "a-b.test");
	assert_int_equal(h.v[1].port, 8443);
	assert_string_equal(h.v[1].address, "127.0.0.1");
	assert_string_equal(h.v[2].address, "::1");
	assert_true(conf_hosts_read(S("  "), &h, &e));
	assert_int_equal(h.n, 0);
}

static void
what_is_no_name_is_refused(void **state)
{
	static const char *const bad[] = {"127.0.0.1", "a b.c", "A.org", "a..b",
	    ".a", "a.", "-a.b", "a-.b", "a_b.c", "*.org", "a.org:0",
	    "a.org:65536", "a.org:", "a.org:x", "https://a.org", "a.org/",
	    "user@a.org", "a.org,", ",a.org", "[::1]", "\xc3\xa9.fr"};
	char name[300] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(bad[i], "is not name:port");
	memset(name, 'a', 64);
	refused(name, "is not name:port");
	memset(name, 'a', sizeof(name) - 1);
	for (size_t i = 9; i < sizeof(name) - 1; i += 10)
		name[i] = '.';
	refused(name, "is not name:port");
}

static void
an_address_is_an_address(void **state)
{
	(void)state;
	refused("a.org=", "stands an address");
	refused("a.org=b.org", "stands an address");
	refused("a.org=127.0.0", "stands an address");
	refused("a.org=127.0.0.1:80", "stands an address");
	refused("a.org=::1%eth0", "stands an address");
	refused("a.org=0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
	    "stands an address");
}

static void
a_host_stands_once_and_there_are_at_most_eight(void **state)
{
	(void)state;
	refused("a.org,b.org,a.org:443", "a.org is given twice");
	refused("a,b,c,d,e,f,g,h,i", "at most 8");
}

static void
an_address_is_taken_apart_in_one_way(void **state)
{
	struct conf_host h;
	struct err e;
	str path;

	(void)state;
	assert_true(
	    conf_url_read(S("https://a.org:8443/v1/?q=%20"), &h, &path, &e));
	assert_string_equal(h.name, "a.org");
	assert_int_equal(h.port, 8443);
	assert_true(str_eq(path, S("/v1/?q=%20")));
	assert_true(conf_url_read(S("https://a.org"), &h, &path, &e));
	assert_int_equal(h.port, 443);
	assert_int_equal(path.n, 0);
}

static void
an_address_that_two_readers_read_in_two_ways_is_refused(void **state)
{
	static const char *const bad[] = {"http://a.org/", "https:/a.org/",
	    "https://", "https:///", "https://a.org@b.org/",
	    "https://u:p@a.org/", "https://a.org#b/", "https://a.org?b/",
	    "https://a.org\\b/", "https://a.org/#x", "https://a.org/ x",
	    "https://a.org/\r\nX: y", "https://127.0.0.1/", "https://[::1]/",
	    "https://A.org/", "https://a.org:/", "file:///etc/passwd",
	    "HTTPS://a.org/", "https://a.org/\x7f", "https://a.org/\xff"};
	struct conf_host h;
	struct err e;
	str path;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (conf_url_read(str_c(bad[i]), &h, &path, &e))
			fail_msg("%s was taken", bad[i]);
}

static void
only_name_and_port_together_are_found(void **state)
{
	struct conf_hosts h;
	struct conf_host x;
	struct err e;
	str path;

	(void)state;
	assert_true(conf_hosts_read(S("a.org:8443=127.0.0.1"), &h, &e));
	assert_true(conf_url_read(S("https://a.org:8443/x"), &x, &path, &e));
	assert_ptr_equal(conf_hosts_find(&h, &x), &h.v[0]);
	assert_true(conf_url_read(S("https://a.org/x"), &x, &path, &e));
	assert_null(conf_hosts_find(&h, &x));
	assert_true(conf_url_read(S("https://b.a.org:8443/"), &x, &path, &e));
	assert_null(conf_hosts_find(&h, &x));
}

static void
configured(const char *const *set, size_t n, const char *says)
{
	struct conf c;
	struct err e = {0};
	bool good = conf_load(NULL, set, n, &c, &e);

	if (good != (says == NULL) || (!good && !strstr(e.msg, says)))
		fail_msg("expected %s, got %s", says ? says : "yes", e.msg);
}

#define CONFIGURED(says, ...)                                                  \
	configured((const char *const[]){__VA_ARGS__},                         \
	    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *), \
	    says)

static void
shield_is_configured_whole_or_not_at_all(void **state)
{
	(void)state;
	CONFIGURED(NULL, "egress_hosts=shield.projectarachnid.com",
	    "shield_user=u", "shield_password=f");
	CONFIGURED(NULL, "egress_hosts=a.org");
	CONFIGURED("go together", "egress_hosts=shield.projectarachnid.com",
	    "shield_user=u");
	CONFIGURED("go together", "shield_password=f");
	CONFIGURED(
	    "is not among egress_hosts", "shield_user=u", "shield_password=f");
	CONFIGURED("is not among egress_hosts", "egress_hosts=a.org:8443",
	    "shield_url=https://a.org", "shield_user=u", "shield_password=f");
	CONFIGURED("no colon", "egress_hosts=shield.projectarachnid.com",
	    "shield_user=u:v", "shield_password=f");
	CONFIGURED("no https address", "egress_hosts=a.org",
	    "shield_url=http://a.org", "shield_user=u", "shield_password=f");
	CONFIGURED("no slash", "egress_hosts=a.org",
	    "shield_url=https://a.org/", "shield_user=u", "shield_password=f");
	CONFIGURED("egress_ca", "egress_hosts=a.org", "egress_ca=");
	CONFIGURED("is not name:port", "egress_hosts=10.0.0.1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_list_of_hosts_is_names_ports_and_addresses),
	    cmocka_unit_test(what_is_no_name_is_refused),
	    cmocka_unit_test(an_address_is_an_address),
	    cmocka_unit_test(a_host_stands_once_and_there_are_at_most_eight),
	    cmocka_unit_test(an_address_is_taken_apart_in_one_way),
	    cmocka_unit_test(
		an_address_that_two_readers_read_in_two_ways_is_refused),
	    cmocka_unit_test(only_name_and_port_together_are_found),
	    cmocka_unit_test(shield_is_configured_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
