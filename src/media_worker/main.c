/*
 * preau-media — decodes strangers' pictures and knows nothing else.
 *
 * Its only ways out are the channel to the monitor (descriptor 3) and the one
 * to jobs that the monitor hands over.  A job brings a sealed memory file, the
 * answer takes sealed memory files: no name, no path, no key comes here.
 *
 * It leaves on its own when it was idle for media_idle_s, after JOBS_MAX
 * jobs or when memory that a library lost has grown too much: it says so, and
 * goes when jobs has let it (ipc/media.h).  How long a job
 * may take is for jobs to say, who has the monitor kill it: a decoder in an
 * endless loop would not look at a clock.
 */
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "media/intake.h"
#include "media_worker/job.h"
#include "proc/start.h"

#define JOBS_MAX 200
#define GROWTH_MAX                                                         \
	((size_t)256 * 1024 * 1024)          /* with the filters for faces \
					      */
#define KEEP_MAX ((size_t)128 * 1024 * 1024) /* for the next picture */

struct worker {
	struct role_start start;
	struct chan jobs; /* fd -1: no peer yet */
	unsigned done;
	size_t at_start; /* bytes in use after the warm-up */
	bool leaves;     /* jobs was told */
};

static size_t
bytes_in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static bool
worn_out(const struct worker *w)
{
	return w->done >= JOBS_MAX || bytes_in_use() > w->at_start + GROWTH_MAX;
}

/* False: there is nobody to tell. */
static bool
say_leaving(struct worker *w)
{
	struct err ignored;

	w->leaves = true;
	return w->jobs.fd >= 0 &&
	       chan_send(&w->jobs, MEDIA_LEAVES, (str){0}, NULL, 0, &ignored);
}

/* The monitor speaks: a new channel to jobs takes the place of the old. */
static bool
hear_monitor(struct worker *w, struct err *e)
{
	struct role_news news;

	if (!role_news(&w->start, 0, &news, e))
		return false;
	if (news.kind == NEWS_PEER) {
		if (w->jobs.fd >= 0)
			(void)close(w->jobs.fd);
		w->jobs.fd = news.fd;
		w->leaves = false;
	}
	return true;
}

/* False with ERR_NONE: jobs has let us go. */
static bool
serve_one(struct worker *w, struct err *e)
{
	char bytes[JOB_MESSAGE_MAX + 1];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};

	if (!chan_recv(&w->jobs, bytes, sizeof(bytes), 0, &m, e))
		return false;
	if (w->leaves)
		return true;
	if (!job_serve(&w->jobs, &m, e)) {
		/* Jobs went meanwhile, and nobody wants it any more. */
		if (e->sys == EPIPE || e->sys == ECONNRESET)
			*e = (struct err){0};
		return false;
	}
	w->done++;
	if (mallinfo2().arena > KEEP_MAX)
		(void)malloc_trim(0);
	return true;
}

/* One message, or *ret_idle: none for too long.  ERR_NONE: jobs has let us go.
 */
static bool
hear(struct worker *w, bool *ret_idle, struct err *e)
{
	struct pollfd p[2] = {
	    {.fd = w->start.control.fd, .events = POLLIN},
	    {.fd = w->jobs.fd, .events = POLLIN}, /* -1 is left out */
	};
	int idle_ms = (int)(w->start.conf.media_idle_s * 1000);
	int n = poll(p, 2, idle_ms);

	if (n == -1)
		return errno == EINTR || err_sys(e, "poll");
	*ret_idle = n == 0;
	if (p[0].revents != 0)
		return hear_monitor(w, e);
	return p[1].revents == 0 || serve_one(w, e);
}

/* One round; *ret_leave: nothing to do any more. */
static bool
turn(struct worker *w, bool *ret_leave, struct err *e)
{
	bool idle = false;

	if (!hear(w, &idle, e)) {
		*ret_leave = e->kind == ERR_NONE;
		return *ret_leave || e->kind == ERR_BUSY;
	}
	if (w->leaves)
		*ret_leave = idle; /* jobs has gone quiet */
	else if (idle || worn_out(w))
		*ret_leave = !say_leaving(w);
	return true;
}

static bool
run(struct worker *w, struct err *e)
{
	bool weak = false, leave = false;

	if (!role_start(ROLE_MEDIA, &w->start, e) || !intake_init(e) ||
	    !sandbox_enter(ROLE_MEDIA, &w->start.conf, &weak, e) ||
	    !role_ready(&w->start, weak, e))
		return false;
	w->at_start = bytes_in_use();
	while (!leave)
		if (!turn(w, &leave, e))
			return false;
	return true;
}

int
main(void)
{
	static struct worker w = {.jobs = {-1, job_permits}};
	struct err e = {0};

	if (!run(&w, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "media");
		return 1;
	}
	/* Nothing to tidy: the libraries' own end would only do forbidden
	 * things. */
	(void)fflush(NULL);
	_exit(0);
}
