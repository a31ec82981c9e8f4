/*
 * preau-print — sets documents on paper and knows nothing else: a text comes
 * from a worker, a PDF goes back; no picture, no name of a file, no key.
 *
 * Its only ways out are the channel to the monitor (descriptor 3) and those to
 * the workers that the monitor hands over; the only files it can open are the
 * fonts.  One document after the other, each with a deadline after which it
 * dies by a signal.  What the libraries have gathered goes when it was idle for
 * IDLE_MS or has made JOBS_MAX documents: it ends, and the monitor starts a
 * fresh one.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include "base/log.h"
#include "ipc/sealed.h"
#include "print/print.h"
#include "proc/start.h"

#define WORKERS_MAX 64
#define DEADLINE_S 20
#define IDLE_MS 60000
#define JOBS_MAX 100

struct desk {
	struct role_start start;
	struct chan worker[WORKERS_MAX]; /* fd -1: not there */
	unsigned done;
};

static bool
hear_monitor(struct desk *d, struct err *e)
{
	struct role_news news;
	struct chan *c;

	if (!role_news(&d->start, 0, &news, e))
		return e->kind == ERR_BUSY;
	if (news.kind != NEWS_PEER)
		return true;
	if (news.number >= WORKERS_MAX)
		return err_set(e, ERR_CORRUPT, "worker %u", news.number);
	c = &d->worker[news.number];
	if (c->fd >= 0)
		(void)close(c->fd);
	*c = (struct chan){news.fd, print_to_printer};
	return true;
}

static bool
print_one(int fd, int *ret_fd, struct err *e)
{
	CLEANUP(buf_done) struct buf pdf = BUF_MAX(PRINT_PDF_MAX);
	CLEANUP(sealed_done) struct sealed_view v = {0};

	return sealed_open(fd, PRINT_DOCUMENT_MAX, &v, e) &&
	       print_make(sealed_bytes(&v), &pdf, e) &&
	       sealed_make(buf_view(&pdf), ret_fd, e);
}

static bool
answer(
    struct chan *c, uint32_t id, int fd, const struct err *why, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(16);
	const struct print_made m = {
	    id, fd == -1 ? (uint8_t)why->kind : (uint8_t)ERR_NONE};

	print_made_write(&b, &m);
	return chan_send(c, PRINT_MADE, buf_view(&b), &fd, fd == -1 ? 0 : 1, e);
}

static bool
set_deadline(int seconds, struct err *e)
{
	const struct itimerval t = {.it_value.tv_sec = seconds};

	return setitimer(ITIMER_REAL, &t, NULL) == 0 || err_sys(e, "setitimer");
}

static bool
serve(struct desk *d, struct chan *c, struct chan_msg *m, struct err *e)
{
	struct err why = {0};
	OWNED_FD fd = -1;
	uint32_t id;

	if (!print_ask_read(m->body, &id, e) || !set_deadline(DEADLINE_S, e))
		return false;
	if (!print_one(m->fd[0], &fd, &why))
		log_err(LOG_LEVEL_ERROR, &why, "a document");
	d->done++;
	return set_deadline(0, e) && answer(c, id, fd, &why, e);
}

/* False: what comes from there is not a worker's. */
static bool
hear_worker(struct desk *d, struct chan *c, struct err *e)
{
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	char bytes[64];

	if (chan_recv(c, bytes, sizeof(bytes), 0, &m, e) && serve(d, c, &m, e))
		return true;
	if (e->kind == ERR_CORRUPT)
		return false;
	if (e->kind != ERR_BUSY) { /* it is gone, another will come */
		(void)close(c->fd);
		c->fd = -1;
	}
	return true;
}

/* *ret_leave: it is time for a fresh one. */
static bool
turn(struct desk *d, bool *ret_leave, struct err *e)
{
	struct pollfd p[1 + WORKERS_MAX];
	int n;

	p[0] = (struct pollfd){d->start.control.fd, POLLIN, 0};
	for (size_t i = 0; i < WORKERS_MAX; i++)
		p[1 + i] = (struct pollfd){d->worker[i].fd, POLLIN, 0};
	n = poll(p, 1 + WORKERS_MAX, d->done > 0 ? IDLE_MS : -1);
	if (n == -1)
		return errno == EINTR || err_sys(e, "poll");
	*ret_leave = n == 0 || d->done >= JOBS_MAX;
	if (p[0].revents != 0)
		return hear_monitor(d, e);
	for (size_t i = 0; i < WORKERS_MAX && !*ret_leave; i++)
		if (p[1 + i].revents != 0 && !hear_worker(d, &d->worker[i], e))
			return false;
	return true;
}

static bool
run(struct desk *d, struct err *e)
{
	bool weak = false, leave = false;

	for (size_t i = 0; i < WORKERS_MAX; i++)
		d->worker[i].fd = -1;
	if (!role_start(ROLE_PRINT, &d->start, e) ||
	    !sandbox_enter(ROLE_PRINT, &d->start.conf, &weak, e) ||
	    !role_ready(&d->start, weak, e))
		return false;
	while (!leave)
		if (!turn(d, &leave, e))
			return e->kind == ERR_NONE;
	return true;
}

int
main(void)
{
	static struct desk d;
	struct err e = {0};

	if (!run(&d, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "print");
		return 1;
	}
	/* Nothing to tidy: the libraries' own end would only do forbidden
	 * things. */
	(void)fflush(NULL);
	_exit(0);
}
