/* What is said of NCMEC fits together, and nothing is sent unless it is said.
 */
#include "conf/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SETS 6

static const char *const good[SETS] = {"ncmec=production",
    "ncmec_url=https://report.cybertip.org/ispws", "ncmec_user=ecole",
    "ncmec_password=/etc/preau/ncmec.password",
    "ncmec_email=protection@asso.example", "egress_hosts=report.cybertip.org"};

/* With one set in place of another; at SETS: as they are. */
static bool
loads(size_t at, const char *with, struct err *e)
{
	const char *sets[SETS];
	struct conf c;

	for (size_t i = 0; i < SETS; i++)
		sets[i] = i == at ? with : good[i];
	return conf_load(NULL, sets, SETS, &c, e);
}

static void
nothing_is_sent_unless_it_is_said(void **state)
{
	struct conf c;
	struct err e;

	(void)state;
	assert_true(conf_load(NULL, NULL, 0, &c, &e));
	assert_int_equal(c.ncmec, CONF_NCMEC_OFF);
	assert_string_equal(c.ncmec_url, "");
}

static void
all_of_it_is_said_or_none(void **state)
{
	struct err e;

	(void)state;
	if (!loads(SETS, NULL, &e))
		fail_msg("%s", e.msg);
	assert_false(loads(1, "ncmec_url=", &e));
	assert_false(loads(1, "ncmec_url=http://report.cybertip.org", &e));
	assert_false(loads(1, "ncmec_url=https://report.cybertip.org/", &e));
	assert_false(loads(2, "ncmec_user=", &e));
	assert_false(loads(2, "ncmec_user=a:b", &e));
	assert_false(loads(3, "ncmec_password=", &e));
	assert_false(loads(4, "ncmec_email=nobody", &e));
	assert_false(loads(5, "egress_hosts=other.example", &e));
}

static void
the_two_environments_are_not_mixed(void **state)
{
	struct err e;

	(void)state;
	assert_false(loads(0, "ncmec=test", &e));
	assert_non_null(strstr(e.msg, "other environment"));
	assert_false(
	    loads(1, "ncmec_url=https://exttest.cybertip.org/ispws", &e));
	assert_non_null(strstr(e.msg, "other environment"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_sent_unless_it_is_said),
	    cmocka_unit_test(all_of_it_is_said_or_none),
	    cmocka_unit_test(the_two_environments_are_not_mixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
