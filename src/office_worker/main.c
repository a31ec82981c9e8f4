/*
 * preau-office — has LibreOffice turn documents into PDF, one at a time, each
 * in a jail that is made for it and goes with it (office/jail.h).  It reads no
 * byte of them itself.
 *
 * It is started before the monitor locks itself in, because nobody can make
 * such a jail afterwards; so it is started once, and what it may do more than
 * others is to make them.  Where none can be made, it says so and ends: there
 * is no LibreOffice then.
 */
#include <grp.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "office/turn.h"
#include "proc/start.h"

#define NOBODY 65534

static struct {
	struct role_start start;
	struct chan peer; /* fd -1: none */
	struct turn turn;
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

/* *ret_leave: the monitor is gone. */
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
	return true;
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
run(struct err *e)
{
	bool weak = false, leave = false;

	office.peer = (struct chan){-1, office_to_worker};
	office.turn.said = -1;
	if (!crypto_init(e) || !role_start(ROLE_OFFICE, &office.start, e) ||
	    !be_nobody(e) ||
	    !sandbox_enter(ROLE_OFFICE, &office.start.conf, &weak, e) ||
	    !turn_probe(&office.start.conf, e) ||
	    !role_ready(&office.start, false, e))
		return false;
	while (!leave)
		if (!once(&leave, e))
			return false;
	leave_peer();
	return true;
}

int
main(void)
{
	struct err e = {0};

	if (!run(&e)) {
		log_err(LOG_LEVEL_ERROR, &e, "office");
		return 1;
	}
	(void)fflush(NULL);
	_exit(0);
}
