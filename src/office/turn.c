#include "office/turn.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "office/guard.h"
#include "office/jail.h"

#define FIRST 3 /* of the descriptors of a guard: said, original, made */
#define ABOVE 16
#define COUNT 3

/* Three, by number, and standard error; no channel of ours. */
static bool
keep(int said, const int fd[OFFICE_TAKE_FDS], struct err *e)
{
	const int from[COUNT] = {said, fd[0], fd[1]};
	int up[COUNT];

	for (int i = 0; i < COUNT; i++) {
		up[i] = fcntl(from[i], F_DUPFD_CLOEXEC, ABOVE);
		if (up[i] == -1)
			return err_sys(e, "descriptors");
	}
	for (int i = 0; i < COUNT; i++)
		if (dup3(up[i], FIRST + i, O_CLOEXEC) == -1)
			return err_sys(e, "descriptors");
	return close_range(FIRST + COUNT, UINT_MAX, 0) == 0 ||
	       err_sys(e, "descriptors");
}

static bool
lock_in(const struct conf *c, struct suite *s, struct err *e)
{
	return jail_enter(c->office, e) &&
	       suite_stand_by(s, c->office, c->office_s, e) &&
	       (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ||
		   err_sys(e, "PR_SET_PDEATHSIG")) &&
	       jail_as_guard(e);
}

static bool
say(const struct office_taken *t, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(OFFICE_MESSAGE_MAX);

	office_taken_write(&b, t);
	return (!b.full && write(FIRST, b.p, b.n) == (ssize_t)b.n) ||
	       err_sys(e, "answer");
}

/* The first process of its namespaces: the others end with it. */
static void
live(const struct conf *c, const struct office_take *job, int said,
    const int fd[OFFICE_TAKE_FDS])
{
	static const int own[] = {FIRST + 1, FIRST + 2};
	struct office_taken taken;
	struct suite suite;
	struct err e;

	if (keep(said, fd, &e) && lock_in(c, &suite, &e) &&
	    guard_turn(job, own, &suite, &taken, &e) && say(&taken, &e))
		_exit(0);
	log_err(LOG_LEVEL_ERROR, &e, "office");
	_exit(1);
}

static bool
wait_for(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool
turn_probe(const struct conf *c, struct err *e)
{
	struct suite suite;
	pid_t pid = jail_fork();

	if (pid == -1)
		return err_sys(e, "namespaces");
	if (pid == 0) {
		if (lock_in(c, &suite, e))
			_exit(0);
		log_err(LOG_LEVEL_WARN, e, "office");
		_exit(1);
	}
	return wait_for(pid) ||
	       err_set(e, ERR_DENIED, "LibreOffice cannot be locked in");
}

bool
turn_begin(struct turn *t, const struct conf *c, const struct office_take *job,
    const int fd[OFFICE_TAKE_FDS], struct err *e)
{
	int said[2];

	if (pipe2(said, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	t->pid = jail_fork();
	if (t->pid == 0)
		live(c, job, said[1], fd);
	(void)close(said[1]);
	if (t->pid == -1) {
		t->pid = 0;
		(void)close(said[0]);
		return err_sys(e, "namespaces");
	}
	t->said = said[0];
	t->id = job->id;
	t->until_ms = clock_ms() + c->office_s * 1000 * TURN_CLOCK_TIMES;
	return true;
}

void
turn_stop(struct turn *t)
{
	if (t->pid == 0)
		return;
	(void)kill(t->pid, SIGKILL);
	(void)wait_for(t->pid);
	(void)close(t->said);
	*t = (struct turn){.said = -1};
}

void
turn_end(struct turn *t, bool late, struct office_taken *ret)
{
	char bytes[OFFICE_MESSAGE_MAX];
	struct office_taken said;
	struct err e;
	ssize_t n = late ? 0 : read(t->said, bytes, sizeof(bytes));

	*ret = (struct office_taken){
	    .id = t->id, .verdict = late ? OFFICE_TOO_HEAVY : OFFICE_FAILED};
	if (n > 0 && office_taken_read((str){bytes, (size_t)n}, &said, &e) &&
	    said.id == t->id)
		*ret = said;
	turn_stop(t);
}
