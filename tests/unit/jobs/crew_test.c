/* How long a media worker may take: in time that the machine gave it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "../sharing/village.h"
#include "base/clock.h"
#include "ipc/control.h"
#include "jobs/crew_inside.h"
#include "sharing/upload.h"

#define MAY_MS 1000
#define HOURS_MS ((int64_t)3 * 3600 * 1000)

static struct village v;
static struct role_start start;
static struct crew crew;
static struct chan monitor;
static int far_end;
static pid_t sleeper;

/* Stands for a media process that gets no processor. */
static pid_t
start_sleeper(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			(void)pause();
	return pid;
}

static int
begin(void **state)
{
	int64_t post, photo;
	int fd[2], control[2];

	(void)state;
	sleeper = start_sleeper();
	village_open(&v);
	post = village_draft(&v, SQUIRRELS, 0);
	if (village_send(&v, post, S("the picture"), &photo) != UPLOAD_QUEUED)
		return -1;
	assert_true(chan_pair(fd, &v.e) && chan_pair(control, &v.e));
	far_end = fd[0];
	monitor = (struct chan){control[0], control_to_monitor_from_jobs};
	start = (struct role_start){
	    .role = ROLE_JOBS, .control = {control[1], control_to_role}};
	crew_init(&crew, &v.house, &start, v.arena, NULL, NULL);
	crew_join(&crew, &(struct role_news){.kind = NEWS_PEER,
			     .role = ROLE_MEDIA,
			     .number = 5,
			     .pid = sleeper,
			     .fd = fd[1]});
	crew.hand[0].medium = photo;
	crew_may_take(&crew.hand[0], MAY_MS);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	(void)close(far_end);
	(void)close(monitor.fd);
	(void)close(start.control.fd);
	(void)kill(sleeper, SIGKILL);
	(void)waitpid(sleeper, NULL, 0);
	village_close(&v);
	return 0;
}

static bool
is_there(void)
{
	return crew.hand[0].chan.fd >= 0;
}

/* The monitor was asked to end it, and its photo counts a death. */
static void
assert_dropped(void)
{
	char in[64];
	struct chan_msg m;

	assert_false(is_there());
	assert_true(chan_recv(&monitor, in, sizeof(in), 0, &m, &v.e));
	assert_int_equal(m.kind, CONTROL_DROP_MEDIA);
	chan_msg_done(&m);
}

static void
who_is_given_no_time_is_waited_for(void **state)
{
	int64_t now = clock_ms();

	(void)state;
	crew_tick(&crew, now + 60 * MAY_MS);
	assert_true(is_there());
	crew_tick(&crew, now + 600 * MAY_MS);
	assert_true(is_there());
	crew_tick(&crew, now + HOURS_MS); /* not for ever */
	assert_dropped();
}

static void
who_has_used_its_time_is_late(void **state)
{
	(void)state;
	crew.hand[0].used_ms -= MAY_MS; /* as if it had computed so long */
	crew_tick(&crew, clock_ms() + MAY_MS);
	assert_dropped();
}

static void
whose_time_nobody_knows_is_late_by_the_clock(void **state)
{
	(void)state;
	crew.hand[0].pid = 0;
	crew_may_take(&crew.hand[0], MAY_MS);
	crew_tick(&crew, clock_ms());
	assert_true(is_there());
	crew_tick(&crew, clock_ms() + MAY_MS);
	assert_dropped();
}

static void
processor_time_of_others_is_counted(void **state)
{
	int64_t before = clock_used_ms(getpid());
	volatile unsigned n = 0;

	(void)state;
	assert_true(before >= 0);
	while (clock_used_ms(getpid()) < before + 20)
		n++;
	assert_int_equal(clock_used_ms(0), -1);
	assert_int_equal(clock_used_ms(-1), -1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(who_is_given_no_time_is_waited_for),
	    T(who_has_used_its_time_is_late),
	    T(whose_time_nobody_knows_is_late_by_the_clock),
	    cmocka_unit_test(processor_time_of_others_is_counted),
	};

	return cmocka_run_group_tests_name("jobs/crew", tests, NULL, NULL);
}
