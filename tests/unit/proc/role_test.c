#include "proc/role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/control.h"

#define HAS(role, set) ((roles[role].sys & (set)) != 0)

static bool
has_place(enum role_id role, enum role_place place)
{
	for (const struct path_rule *p = roles[role].path;
	     p->place != PLACE_END; p++)
		if (p->place == place)
			return true;
	return false;
}

static void
every_role_has_a_name_a_program_and_rights(void **state)
{
	(void)state;
	for (int r = 0; r < ROLES; r++) {
		assert_non_null(roles[r].name);
		assert_int_equal(strncmp(roles[r].program, "preau", 5), 0);
		assert_int_not_equal(roles[r].sys, 0);
		assert_int_equal(
		    roles[r].path[ROLE_PATHS_MAX].place, PLACE_END);
	}
	assert_true(ROLES - 1 <= CONTROL_ROLES);
}

static void
peers_agree_about_each_other(void **state)
{
	(void)state;
	for (int a = ROLE_FRONT; a < ROLES; a++)
		for (int b = ROLE_FRONT; b < ROLES; b++)
			assert_int_equal((roles[a].peers & PEER(b)) != 0,
			    (roles[b].peers & PEER(a)) != 0);
}

static void
who_parses_strangers_bytes_opens_nothing(void **state)
{
	(void)state;
	assert_false(HAS(ROLE_FRONT, SYS_FILE | SYS_SPAWN | SYS_THREAD));
	assert_false(HAS(ROLE_MEDIA, SYS_FILE | SYS_SPAWN | SYS_STORE));
	assert_int_equal(roles[ROLE_FRONT].path[0].place, PLACE_END);
	assert_int_equal(roles[ROLE_MEDIA].path[0].place, PLACE_END);
	assert_int_equal(roles[ROLE_MEDIA].peers, PEER(ROLE_JOBS));
	assert_int_equal(roles[ROLE_FRONT].peers, PEER(ROLE_WORKER));
	assert_int_equal(roles[ROLE_MATCH].sys, SYS_CORE);
	assert_int_equal(roles[ROLE_MATCH].path[0].place, PLACE_END);
	assert_int_equal(roles[ROLE_MATCH].peers, PEER(ROLE_JOBS));
	assert_int_equal(roles[ROLE_EGRESS].sys, SYS_CORE | SYS_DIAL);
	assert_int_equal(roles[ROLE_EGRESS].path[0].place, PLACE_END);
	assert_int_equal(roles[ROLE_EGRESS].peers, PEER(ROLE_JOBS));
	assert_int_equal(roles[ROLE_LIST].sys, SYS_CORE);
	assert_int_equal(roles[ROLE_LIST].path[0].place, PLACE_END);
	assert_int_equal(roles[ROLE_LIST].peers, PEER(ROLE_JOBS));
	assert_int_equal(
	    roles[ROLE_VIDEO].sys, SYS_CORE | SYS_STORE | SYS_MEMFD);
	assert_int_equal(roles[ROLE_VIDEO].path[0].place, PLACE_END);
	assert_int_equal(roles[ROLE_VIDEO].peers, PEER(ROLE_JOBS));
	assert_int_equal(roles[ROLE_DOCUMENT].sys, SYS_CORE | SYS_STORE);
	assert_int_equal(roles[ROLE_DOCUMENT].path[0].place, PLACE_END);
	assert_int_equal(roles[ROLE_DOCUMENT].peers, PEER(ROLE_JOBS));
	assert_int_equal(roles[ROLE_PRINT].path[0].place, PLACE_FONTS);
	assert_int_equal(roles[ROLE_PRINT].path[0].access, PATH_READ);
	assert_int_equal(roles[ROLE_PRINT].path[1].place, PLACE_END);
	assert_int_equal(roles[ROLE_PRINT].peers, PEER(ROLE_WORKER));
}

static void
only_the_front_accepts_and_only_the_monitor_starts_programs(void **state)
{
	(void)state;
	for (int r = 0; r < ROLES; r++) {
		assert_int_equal(HAS(r, SYS_SERVE), r == ROLE_FRONT);
		assert_int_equal(HAS(r, SYS_SPAWN), r == ROLE_MONITOR);
		assert_int_equal(
		    HAS(r, SYS_THREAD), r == ROLE_MEDIA || r == ROLE_PRINT);
		assert_int_equal(HAS(r, SYS_DIAL), r == ROLE_EGRESS);
		assert_int_equal(has_place((enum role_id)r, PLACE_PROGRAMS),
		    r == ROLE_MONITOR);
	}
}

static void
who_makes_jails_reads_nothing_and_who_lives_there_has_less(void **state)
{
	(void)state;
	assert_int_equal(roles[ROLE_OFFICE].sys, SYS_NEST);
	assert_int_equal(roles[ROLE_OFFICE].peers, PEER(ROLE_JOBS));
	for (int r = 0; r < ROLES; r++)
		assert_int_equal(
		    HAS(r, SYS_NEST | SYS_WAIT | SYS_SUITE), r == ROLE_OFFICE);
	assert_int_equal(inners[INNER_GUARD].sys,
	    SYS_CORE | SYS_FILE | SYS_STORE | SYS_WAIT);
	assert_int_equal(inners[INNER_GUARD].sys & SYS_SUITE, 0);
	assert_int_equal(
	    inners[INNER_SUITE].sys & (SYS_WAIT | SYS_NEST | SYS_MEMFD), 0);
	for (int i = 0; i < INNERS; i++)
		assert_true(inners[i].mem_mb > 0 && inners[i].nofile > 0 &&
			    inners[i].fsize_mb > 0);
}

static void
the_monitor_keeps_what_its_roles_need(void **state)
{
	(void)state;
	for (int r = ROLE_FRONT; r < ROLES; r++)
		for (const struct path_rule *p = roles[r].path;
		     p->place != PLACE_END; p++)
			assert_true(has_place(ROLE_MONITOR, p->place));
}

static void
places_come_from_the_configuration(void **state)
{
	static char path[ROLE_PLACE_MAX][ROLE_PATH_MAX];
	static struct conf c = {.data = "/d", .erasures = "/e"};
	bool optional = true;

	(void)state;
	assert_int_equal(role_place(PLACE_DATA, &c, path, &optional), 1);
	assert_string_equal(path[0], "/d");
	assert_false(optional);
	assert_int_equal(role_place(PLACE_ERASURES, &c, path, &optional), 1);
	assert_string_equal(path[0], "/e");
	assert_int_equal(role_place(PLACE_PROGRAMS, &c, path, &optional), 1);
	assert_int_equal(path[0][0], '/');
	for (int p = PLACE_END + 1; p <= PLACE_RESOLVER; p++)
		assert_in_range(
		    role_place((enum role_place)p, &c, path, &optional), 1,
		    ROLE_PLACE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_role_has_a_name_a_program_and_rights),
	    cmocka_unit_test(peers_agree_about_each_other),
	    cmocka_unit_test(who_parses_strangers_bytes_opens_nothing),
	    cmocka_unit_test(
		only_the_front_accepts_and_only_the_monitor_starts_programs),
	    cmocka_unit_test(
		who_makes_jails_reads_nothing_and_who_lives_there_has_less),
	    cmocka_unit_test(the_monitor_keeps_what_its_roles_need),
	    cmocka_unit_test(places_come_from_the_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
