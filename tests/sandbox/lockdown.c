/* The lock-down itself: complete for every thread, or it does not happen. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "jail.h"

static struct conf saved;

/* A thread from before the lock-down waits until it has happened. */
static _Atomic(enum ending (*)(void)) order;
static _Atomic int answer = -1;

static void *
sibling(void *arg)
{
	enum ending (*act)(void);

	while ((act = atomic_load(&order)) == NULL)
		(void)sched_yield();
	atomic_store(&answer, (int)act());
	return arg;
}

static void
start_sibling(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, sibling, NULL) != 0)
		abort();
}

static enum ending by_sibling(enum ending (*act)(void))
{
	atomic_store(&order, act);
	while (atomic_load(&answer) == -1)
		(void)sched_yield();
	return (enum ending)atomic_load(&answer);
}

static enum ending
do_open(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) == -1 ? REFUSED
							       : ESCAPED;
}

static enum ending
do_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) == -1 ? REFUSED : ESCAPED;
}

static enum ending
sibling_opens(void)
{
	return by_sibling(do_open);
}

static enum ending
sibling_dials(void)
{
	return by_sibling(do_socket);
}

static enum ending
nothing(void)
{
	return ESCAPED;
}

static void
a_thread_from_before_is_jailed_too(void **state)
{
	(void)state;
	before_jail = start_sibling;
	assert_int_equal(in_jail(ROLE_MEDIA, sibling_opens), REFUSED);
	assert_int_equal(in_jail(ROLE_MEDIA, sibling_dials), DIED);
	assert_int_equal(in_jail(ROLE_FRONT, sibling_opens), REFUSED);
}

static void
a_role_with_files_does_not_start_with_threads(void **state)
{
	(void)state;
	before_jail = start_sibling;
	assert_int_equal(in_jail(ROLE_WORKER, nothing), NOT_JAILED);
	assert_int_equal(in_jail(ROLE_JOBS, nothing), NOT_JAILED);
	assert_int_equal(in_jail(ROLE_MONITOR, nothing), NOT_JAILED);
}

static void
a_role_whose_path_is_missing_does_not_start(void **state)
{
	(void)state;
	scene.conf.erasures[0] = '\0';
	assert_int_equal(in_jail(ROLE_WORKER, nothing), NOT_JAILED);
	scene.conf = saved;
	(void)snprintf(
	    scene.conf.data, sizeof(scene.conf.data), "/nonexistent/data");
	assert_int_equal(in_jail(ROLE_JOBS, nothing), NOT_JAILED);
	assert_int_equal(in_jail(ROLE_MEDIA, nothing), ESCAPED);
}

/* A kernel built without Landlock, as far as this process can tell. */
static void
lose_landlock(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);

	if (f == NULL ||
	    seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS),
		SCMP_SYS(landlock_create_ruleset), 0) != 0 ||
	    seccomp_load(f) != 0)
		abort();
	seccomp_release(f);
}

static void
without_landlock_nobody_starts(void **state)
{
	(void)state;
	before_jail = lose_landlock;
	for (int r = 0; r < ROLES; r++)
		assert_int_equal(in_jail((enum role_id)r, nothing), NOT_JAILED);
}

static void
one_line_lowers_landlock_and_nothing_else(void **state)
{
	(void)state;
	before_jail = lose_landlock;
	scene.conf.sandbox = CONF_SANDBOX_NO_LANDLOCK;
	for (int r = 0; r < ROLES; r++) /* LibreOffice is not had for less */
		assert_int_equal(in_jail((enum role_id)r, nothing),
		    r == ROLE_OFFICE ? NOT_JAILED : ESCAPED);
	assert_int_equal(in_jail(ROLE_WORKER, do_socket), DIED);
	assert_int_equal(in_jail(ROLE_MEDIA, do_open), REFUSED);
	/* This is what is lost, and why the pages say so. */
	assert_int_equal(in_jail(ROLE_WORKER, do_open), ESCAPED);
}

static void
lowering_changes_nothing_where_landlock_is(void **state)
{
	(void)state;
	scene.conf.sandbox = CONF_SANDBOX_NO_LANDLOCK;
	assert_int_equal(in_jail(ROLE_WORKER, do_open), REFUSED);
}

static enum ending
see_weak(bool expected)
{
	struct err e;
	bool weak = !expected;

	return sandbox_enter(ROLE_MEDIA, &scene.conf, &weak, &e) &&
		       weak == expected
		   ? ESCAPED
		   : REFUSED;
}

static void
run_weak(bool expected)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (expected)
			lose_landlock();
		_exit(see_weak(expected) == ESCAPED ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
a_weak_sandbox_is_told(void **state)
{
	(void)state;
	scene.conf.sandbox = CONF_SANDBOX_NO_LANDLOCK;
	run_weak(true);
	run_weak(false);
}

static bool
status_says(const char *wanted)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	bool found = false;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		found = found || strcmp(line, wanted) == 0;
	if (f != NULL)
		(void)fclose(f);
	return found;
}

/* The monitor's jail leaves /proc readable, and drops the same things. */
static enum ending
look_for_power(void)
{
	struct rlimit core;

	if (getrlimit(RLIMIT_CORE, &core) == -1 || core.rlim_max != 0)
		return REFUSED;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
		       prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
		       (geteuid() != 0 ||
			   (status_says("CapPrm:\t0000000000000000\n") &&
			       status_says("CapEff:\t0000000000000000\n") &&
			       status_says("CapBnd:\t0000000000000000\n")))
		   ? ESCAPED
		   : REFUSED;
}

static void
no_power_is_left(void **state)
{
	(void)state;
	assert_int_equal(in_jail(ROLE_MONITOR, look_for_power), ESCAPED);
}

static int
before_each(void **state)
{
	(void)state;
	scene.conf = saved;
	before_jail = NULL;
	return 0;
}

static int
setup(void **state)
{
	(void)state;
	scene_make();
	saved = scene.conf;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scene_clear();
	return 0;
}

#define TEST(f) cmocka_unit_test_setup(f, before_each)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_thread_from_before_is_jailed_too),
	    TEST(a_role_with_files_does_not_start_with_threads),
	    TEST(a_role_whose_path_is_missing_does_not_start),
	    TEST(without_landlock_nobody_starts),
	    TEST(one_line_lowers_landlock_and_nothing_else),
	    TEST(lowering_changes_nothing_where_landlock_is),
	    TEST(a_weak_sandbox_is_told),
	    TEST(no_power_is_left),
	};

	if (!as_asked(argc, argv))
		return 77;
	return cmocka_run_group_tests(tests, setup, teardown);
}
