/*
 * preau-document — draws strangers' PDF files anew and knows nothing else, in a
 * jail: the encrypted original comes as a descriptor with its key, what is made
 * goes into blobs that it is handed with keys of their own.  It opens nothing,
 * has no socket, and no thread.
 *
 * A page that takes too long is ended from a signal; where even that does not
 * help, the answer is sent from there and the process ends with it.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

#include "base/clock.h"
#include "base/log.h"
#include "document/folio.h"
#include "document/take.h"
#include "proc/lone.h"

#define PROGRESS_MS 500
#define TICK_US 250000 /* of processor time */

static struct {
	struct lone *lone;
	int64_t said_ms;
	/* What a signal sends, written before the work begins. */
	struct buf too_heavy;
} work;

static void
on_tick(int signal)
{
	struct err ignored;

	(void)signal;
	if (folio_tick())
		return;
	(void)!chan_try_send(&work.lone->peer, DOCUMENT_TAKEN,
	    buf_view(&work.too_heavy), NULL, 0, &ignored);
	_exit(0);
}

static bool
say_progress(void *ctx, const struct document_progress *p, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(16);
	struct lone *l = ctx;
	int64_t now = clock_ms();

	if (now < work.said_ms + PROGRESS_MS)
		return true;
	work.said_ms = now;
	document_progress_write(&b, p);
	l->gone =
	    !chan_send(&l->peer, DOCUMENT_PROGRESS, buf_view(&b), NULL, 0, e);
	return !l->gone;
}

static void
prepare(struct lone *l, uint32_t id)
{
	struct document_taken t = {.id = id, .verdict = DOCUMENT_TOO_HEAVY};

	work.lone = l;
	work.said_ms = clock_ms();
	buf_done(&work.too_heavy);
	work.too_heavy = BUF_MAX(DOCUMENT_MESSAGE_MAX);
	document_taken_write(&work.too_heavy, &t);
}

static bool
serve(struct lone *l, const struct chan_msg *m, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(DOCUMENT_MESSAGE_MAX);
	static struct document_taken said;
	struct document_take job;
	bool done;

	if (!document_take_read(m->body, &job, e))
		return false;
	prepare(l, job.id);
	done = document_take(&job, m->fd, say_progress, l, &said, e);
	explicit_bzero(&job, sizeof(job));
	if (!done)
		return err_wrap(e, "document");
	document_taken_write(&b, &said);
	l->gone =
	    !chan_send(&l->peer, DOCUMENT_TAKEN, buf_view(&b), NULL, 0, e);
	return !l->gone;
}

/* The jail has no timers: this one goes on in it. */
static bool
warm(struct err *e)
{
	struct sigaction on = {.sa_handler = on_tick, .sa_flags = SA_RESTART};
	const struct itimerval every = {{0, TICK_US}, {0, TICK_US}};

	if (sigaction(SIGPROF, &on, NULL) == -1 ||
	    setitimer(ITIMER_PROF, &every, NULL) == -1)
		return err_sys(e, "timer");
	return true;
}

int
main(void)
{
	static const struct lone_work documents = {
	    ROLE_DOCUMENT, document_to_worker, 256, warm, serve};
	struct err e = {0};

	if (!lone_run(&documents, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "document");
		return 1;
	}
	(void)fflush(NULL);
	_exit(0);
}
