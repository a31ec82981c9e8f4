/*
 * preau-scan — reads files that somebody sent to clamd, and hears what it says:
 * one connection, made before the jail, and no way to another.  It has one file
 * and its key at a time.
 *
 * It ends with a session that is of no use: the next one is made by the next
 * process.
 */
#include <stdio.h>

#include "base/log.h"
#include "proc/lone.h"
#include "scan/clamd.h"

static int session = -1;

static bool
connect_first(const struct conf *c, struct err *e)
{
	(void)e;
	session = clamd_open(c->clamav_socket);
	return true; /* whoever asks is told that there is nobody */
}

static bool
answer(struct lone *l, const struct scan_said *said, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(SCAN_MESSAGE_MAX);

	scan_said_write(&b, said);
	if (!chan_send(&l->peer, SCAN_SAID, buf_view(&b), NULL, 0, e)) {
		l->gone = true;
		return false;
	}
	return true;
}

/* After an answer that ends the session, so does the process. */
static bool
serve(struct lone *l, const struct chan_msg *m, struct err *e)
{
	OWNED(blob_reader) r = NULL;
	struct scan_said said = {.verdict = SCAN_NOBODY};
	struct scan_ask ask;
	bool done;

	if (!scan_ask_read(m->body, &ask, e))
		return false;
	said.id = ask.id;
	r = blob_reader_new(m->fd[0], &ask.key, e);
	explicit_bzero(&ask, sizeof(ask));
	done = r != NULL && clamd_ask(session, r, &said, e);
	if (!done || !answer(l, &said, e))
		return false;
	if (said.verdict == SCAN_CLEAN || said.verdict == SCAN_INFECTED)
		return true;
	_exit(0);
}

int
main(void)
{
	static const struct lone_work scans = {
	    ROLE_SCAN, scan_to_worker, SCAN_MESSAGE_MAX, connect_first, serve};
	struct err e = {0};

	if (!lone_run(&scans, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "scan");
		return 1;
	}
	(void)fflush(NULL);
	_exit(0);
}
