/*
 * preau-egress — calls other servers, for jobs.  Started only when there is
 * somebody to call (egress_hosts, push_services).
 *
 * It understands TLS, HTTP and SMTP and nothing of what they carry; it opens no
 * file, has no key of ours, and hears from jobs which address to ask.  When
 * the name servers fall silent it leaves, so that the next one reads
 * /etc/resolv.conf as it is then.
 */
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "egress/deliver.h"
#include "egress/notify.h"
#include "proc/start.h"

#define FILE_MAX ((off_t)1024 * 1024)
#define LIFE_LEAST_MS 60000

struct egress {
	struct role_start start;
	struct chan jobs; /* fd -1: no peer yet */
	struct fetch *fetch;
	int64_t since_ms;
	bool leave;
};

/* A sealed memory file of the monitor; -1 is empty. */
static bool
read_whole(int fd, struct buf *b, struct err *e)
{
	struct stat st;

	if (fd == -1)
		return true;
	if (fstat(fd, &st) == -1)
		return err_sys(e, "memory file");
	if (st.st_size > FILE_MAX || !buf_reserve(b, (size_t)st.st_size))
		return err_set(e, ERR_LIMIT, "memory file");
	if (pread(fd, b->p, (size_t)st.st_size, 0) != st.st_size)
		return err_sys(e, "memory file");
	b->n = (size_t)st.st_size;
	return true;
}

static void
buf_wipe(struct buf *b)
{
	if (b->cap > 0)
		explicit_bzero(b->p, b->cap);
	buf_done(b);
}

static void
close_file(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

static bool
warm_up(struct egress *g, struct err *e)
{
	CLEANUP(buf_done) struct buf ca = BUF_MAX(FILE_MAX);
	CLEANUP(buf_wipe) struct buf password = BUF_MAX(FILE_MAX);
	CLEANUP(buf_wipe) struct buf mail = BUF_MAX(FILE_MAX);
	CLEANUP(buf_wipe) struct buf ncmec = BUF_MAX(FILE_MAX);
	const struct conf *c = &g->start.conf;

	if (!read_whole(g->start.ca, &ca, e) ||
	    !read_whole(g->start.secret, &password, e) ||
	    !read_whole(g->start.mail, &mail, e) ||
	    !read_whole(g->start.ncmec, &ncmec, e))
		return false;
	close_file(&g->start.ca);
	close_file(&g->start.secret);
	close_file(&g->start.mail);
	close_file(&g->start.ncmec);
	g->fetch =
	    fetch_new(c, buf_view(&ca), str_trim(buf_view(&password)), e);
	return g->fetch != NULL &&
	       (c->mail_server[0] == '\0' ||
		   fetch_may_mail(g->fetch, c, str_trim(buf_view(&mail)), e)) &&
	       (c->ncmec == CONF_NCMEC_OFF ||
		   fetch_may_report(
		       g->fetch, c, str_trim(buf_view(&ncmec)), e));
}

static bool
hear_monitor(struct egress *g, struct err *e)
{
	struct role_news news;

	if (!role_news(&g->start, 0, &news, e)) {
		g->leave = e->kind == ERR_NONE;
		return g->leave || e->kind == ERR_BUSY;
	}
	if (news.kind == NEWS_DRAIN) {
		g->leave = true;
		return true;
	}
	if (g->jobs.fd >= 0)
		(void)close(g->jobs.fd);
	g->jobs.fd = news.fd;
	return true;
}

/* The next process gets a fresh channel, to whichever jobs is there then. */
static void
lose_jobs(struct egress *g)
{
	(void)close(g->jobs.fd);
	g->jobs.fd = -1;
	g->leave = true;
}

static void
answer(struct egress *g, const struct egress_answer *a)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_ANSWER_BUF);
	struct err e;

	egress_answer_write(&b, a);
	if (!chan_send(&g->jobs, EGRESS_ANSWER, buf_view(&b), NULL, 0, &e))
		lose_jobs(g);
}

static bool
call(struct egress *g, const struct chan_msg *m, struct egress_answer *ret,
    struct err *e)
{
	struct egress_mail mail;
	struct egress_push push;
	struct egress_ask ask;

	if (m->kind == EGRESS_MAIL) {
		if (!egress_mail_read(m->body, &mail, e))
			return false;
		deliver_one(g->fetch, &mail, g->start.control.fd, ret);
		return true;
	}
	if (m->kind == EGRESS_PUSH) {
		if (!egress_push_read(m->body, &push, e))
			return false;
		notify_one(g->fetch, &push, g->start.control.fd, ret);
		return true;
	}
	if (!egress_ask_read(m->body, &ask, e))
		return false;
	fetch_one(g->fetch, &ask, g->start.control.fd, ret);
	return true;
}

/* Jobs that speaks out of place is not one of ours any more: leave. */
static bool
serve(struct egress *g, struct err *e)
{
	static char bytes[EGRESS_ASK_BUF + 1];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	struct egress_answer a;

	if (!chan_recv(&g->jobs, bytes, sizeof(bytes), 0, &m, e)) {
		if (e->kind == ERR_NONE)
			lose_jobs(g);
		return e->kind == ERR_NONE || e->kind == ERR_BUSY;
	}
	if (!call(g, &m, &a, e))
		return false;
	log_debug("asked outcome=%s status=%u",
	    egress_outcome_word((enum egress_outcome)a.outcome), a.status);
	answer(g, &a);
	if (a.outcome == EGRESS_NO_ADDRESS &&
	    clock_ms() - g->since_ms > LIFE_LEAST_MS)
		g->leave = true;
	(void)malloc_trim(0);
	return true;
}

static bool
turn(struct egress *g, struct err *e)
{
	struct pollfd p[2] = {
	    {.fd = g->start.control.fd, .events = POLLIN},
	    {.fd = g->jobs.fd, .events = POLLIN}, /* -1 is left out */
	};

	if (poll(p, 2, -1) == -1)
		return errno == EINTR || err_sys(e, "poll");
	if (p[0].revents != 0)
		return hear_monitor(g, e);
	return p[1].revents == 0 || serve(g, e);
}

static bool
run(struct egress *g, struct err *e)
{
	bool weak = false;

	if (!role_start(ROLE_EGRESS, &g->start, e) || !warm_up(g, e) ||
	    !sandbox_enter(ROLE_EGRESS, &g->start.conf, &weak, e) ||
	    !role_ready(&g->start, weak, e))
		return false;
	(void)malloc_trim(0);
	g->since_ms = clock_ms();
	while (!g->leave)
		if (!turn(g, e))
			return false;
	return true;
}

int
main(void)
{
	static struct egress g = {.jobs = {-1, egress_to_egress}};
	struct err e = {0};

	if (!run(&g, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "egress");
		return 1;
	}
	/* The libraries' own end would only do forbidden things. */
	(void)fflush(NULL);
	_exit(0);
}
