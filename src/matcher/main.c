/*
 * preau-match — compares hashes with the index of the lists, and knows nothing
 * else: no file name, no medium, no key.
 *
 * Its only ways out are the channel to the monitor (descriptor 3) and the one
 * to jobs that the monitor hands over.  How long a comparison may take is for
 * jobs to say, who has the monitor kill this process.
 */
#include <poll.h>
#include <stdio.h>

#include "base/log.h"
#include "matcher/serve.h"
#include "proc/start.h"

struct seat {
	struct role_start start;
	struct chan jobs; /* fd -1: no peer yet */
	struct matcher *matcher;
	char in[MATCH_BODY_MAX + 1];
};

/* A new channel is a new jobs process, or one that gave up on the old: what
 * it did not send itself it does not count on. */
static bool
hear_monitor(struct seat *s, struct err *e)
{
	struct role_news news;

	if (!role_news(&s->start, 0, &news, e))
		return e->kind == ERR_BUSY;
	if (news.kind != NEWS_PEER)
		return true;
	if (s->jobs.fd >= 0)
		(void)close(s->jobs.fd);
	s->jobs.fd = news.fd;
	matcher_free(s->matcher);
	s->matcher = matcher_new(e);
	return s->matcher != NULL;
}

static bool
jobs_is_gone(struct seat *s, struct err *e)
{
	if (e->kind == ERR_NONE || e->sys == EPIPE || e->sys == ECONNRESET) {
		/* Another jobs process will come. */
		(void)close(s->jobs.fd);
		s->jobs.fd = -1;
		return true;
	}
	return e->kind == ERR_BUSY;
}

static bool
hear_jobs(struct seat *s, struct err *e)
{
	CLEANUP(chan_msg_done) struct chan_msg m = {0};

	if (chan_recv(&s->jobs, s->in, sizeof(s->in), 0, &m, e) &&
	    matcher_serve(s->matcher, &s->jobs, &m, e))
		return true;
	return jobs_is_gone(s, e);
}

static bool
work(struct seat *s, struct err *e)
{
	return s->jobs.fd < 0 || matcher_work(s->matcher, &s->jobs, e) ||
	       jobs_is_gone(s, e);
}

static bool
turn(struct seat *s, struct err *e)
{
	bool busy = s->jobs.fd >= 0 && matcher_is_busy(s->matcher);
	struct pollfd p[2] = {
	    {.fd = s->start.control.fd, .events = POLLIN},
	    {.fd = s->jobs.fd, .events = POLLIN}, /* -1 is left out */
	};

	if (poll(p, 2, busy ? 0 : -1) == -1)
		return errno == EINTR || err_sys(e, "poll");
	if (p[0].revents != 0)
		return hear_monitor(s, e);
	return (p[1].revents == 0 || hear_jobs(s, e)) && work(s, e);
}

static bool
run(struct seat *s, struct err *e)
{
	bool weak = false;

	if (!role_start(ROLE_MATCH, &s->start, e) ||
	    !sandbox_enter(ROLE_MATCH, &s->start.conf, &weak, e))
		return false;
	s->matcher = matcher_new(e);
	if (s->matcher == NULL || !role_ready(&s->start, weak, e))
		return false;
	for (;;)
		if (!turn(s, e))
			return e->kind == ERR_NONE;
}

int
main(void)
{
	static struct seat s = {.jobs = {-1, match_to_matcher}};
	struct err e = {0};

	if (run(&s, &e))
		return 0;
	log_err(LOG_LEVEL_ERROR, &e, "match");
	return 1;
}
