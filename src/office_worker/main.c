/*
 * preau-office — has LibreOffice turn documents into PDF, one at a time, each
 * in a jail that is made for it and goes with it (office/jail.h).  It reads no
 * byte of them itself.
 *
 * The first is started before the monitor locks itself in, because nobody can
 * make such a jail afterwards, and what it may do more than others is to make
 * them.  Where none can be made, it says so and ends: there is no LibreOffice
 * then.  Any that comes later is borne by one that is there (NEWS_BEAR): there
 * are two, of which one works.
 */
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "base/log.h"
#include "office/turn.h"
#include "proc/start.h"

#define NOBODY 65534

static struct {
	struct role_start start;
	struct chan peer; /* fd -1: none */
	struct turn turn;
	bool born;  /* of one that is jailed as it must be … */
	bool fresh; /* … and nothing is begun yet */
} office;

static void
leave_peer(void)
{
	turn_stop(&office.turn);
	if (office.peer.fd >= 0)
		(void)close(office.peer.fd);
	office.peer = (struct chan){-1, office_to_worker};
}

static void
answer(const struct office_taken *t)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(OFFICE_MESSAGE_MAX);
	struct err e;

	office_taken_write(&b, t);
	if (!chan_send(&office.peer, OFFICE_TAKEN, buf_view(&b), NULL, 0, &e))
		leave_peer();
}

static bool
begin(const struct chan_msg *m, struct err *e)
{
	struct office_taken failed = {.verdict = OFFICE_FAILED};
	struct office_take job;
	bool done;

	if (office.turn.pid != 0)
		return err_set(e, ERR_CORRUPT, "two documents at once");
	if (!office_take_read(m->body, &job, e))
		return false;
	failed.id = job.id;
	done = turn_begin(&office.turn, &office.start.conf, &job, m->fd, e);
	explicit_bzero(&job, sizeof(job));
	if (!done) {
		log_err(LOG_LEVEL_ERROR, e, "office");
		answer(&failed);
	}
	return true;
}

static bool
hear_peer(struct err *e)
{
	char bytes[OFFICE_MESSAGE_MAX + 1];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	bool done;

	if (!chan_recv(&office.peer, bytes, sizeof(bytes), 0, &m, e)) {
		if (e->kind == ERR_NONE)
			leave_peer();
		return e->kind == ERR_NONE || e->kind == ERR_BUSY;
	}
	done = begin(&m, e);
	explicit_bzero(bytes, sizeof(bytes));
	return done;
}

/* What the other was about is not ours. */
static void
grow_up(const struct role_news *n)
{
	struct err e;

	if (!role_be_born(n, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "office");
		_exit(1);
	}
	office.born = office.fresh = true;
}

/* A child of the monitor, not of ours: it is looked after like any other. */
static bool
bear(const struct role_news *n, bool *ret_new, struct err *e)
{
	pid_t pid = (pid_t)syscall(
	    SYS_clone, (unsigned long)(CLONE_PARENT | SIGCHLD), 0, 0, 0, 0);

	*ret_new = pid == 0;
	if (pid == 0) {
		grow_up(n);
		return true;
	}
	if (pid == -1)
		log_warn("no process: %s", strerror(errno));
	(void)close(n->log);
	(void)close(n->control);
	return role_born(&office.start, pid == -1 ? 0 : pid, e);
}

/* *ret_leave: the monitor is gone, or this is somebody else now. */
static bool
hear_monitor(bool *ret_leave, struct err *e)
{
	struct role_news news;

	if (!role_news(&office.start, 0, &news, e)) {
		*ret_leave = e->kind == ERR_NONE;
		return *ret_leave || e->kind == ERR_BUSY;
	}
	if (news.kind == NEWS_PEER) {
		leave_peer();
		office.peer.fd = news.fd;
	}
	return news.kind != NEWS_BEAR || bear(&news, ret_leave, e);
}

static int
how_long(void)
{
	int64_t left = office.turn.until_ms - clock_ms();

	if (office.turn.pid == 0)
		return -1;
	return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static bool
once(bool *ret_leave, struct err *e)
{
	struct pollfd p[] = {{office.start.control.fd, POLLIN, 0},
	    {office.peer.fd, POLLIN, 0}, {office.turn.said, POLLIN, 0}};
	struct office_taken taken;
	bool late;

	*e = (struct err){0};
	if (poll(p, sizeof(p) / sizeof(*p), how_long()) == -1)
		return errno == EINTR || err_sys(e, "poll");
	if (p[0].revents != 0)
		return hear_monitor(ret_leave, e);
	late = office.turn.pid != 0 && clock_ms() >= office.turn.until_ms;
	if (p[2].revents != 0 || late) {
		turn_end(&office.turn, late && p[2].revents == 0, &taken);
		answer(&taken);
		return true;
	}
	return p[1].revents == 0 || hear_peer(e);
}

/* Root without capabilities may not make a root for others: whoever is root
 * becomes nobody, who needs no file of ours. */
static bool
be_nobody(struct err *e)
{
	return geteuid() != 0 ||
	       (setgroups(0, NULL) == 0 &&
		   setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
		   setresuid(NOBODY, NOBODY, NOBODY) == 0) ||
	       err_sys(e, "nobody");
}

static bool
lock_in(struct err *e)
{
	bool weak;

	return office.born ||
	       (be_nobody(e) &&
		   sandbox_enter(ROLE_OFFICE, &office.start.conf, &weak, e));
}

static bool
run(struct err *e)
{
	bool leave = false;

	office.fresh = false;
	office.peer = (struct chan){-1, office_to_worker};
	office.turn = (struct turn){.said = -1};
	if (!role_start(ROLE_OFFICE, &office.start, e) || !lock_in(e) ||
	    !turn_probe(&office.start.conf, e) ||
	    !role_ready(&office.start, false, e))
		return false;
	while (!leave)
		if (!once(&leave, e))
			return false;
	return true;
}

int
main(void)
{
	struct err e = {0};
	bool good = crypto_init(&e);

	do /* whoever is born begins where the first began */
		good = good && run(&e);
	while (good && office.fresh);
	if (!good) {
		log_err(LOG_LEVEL_ERROR, &e, "office");
		return 1;
	}
	(void)fflush(NULL);
	_exit(0);
}
