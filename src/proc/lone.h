/*
 * lone — the life of a role that serves one peer at a time and leaves with it:
 * it is handed its peer by the monitor, hears one message after the other, and
 * ends when whoever wanted something is gone and nobody came instead.
 */
#ifndef PROC_LONE_H
#define PROC_LONE_H

#include "proc/start.h"

struct lone {
	struct role_start start;
	struct chan peer; /* fd -1: none yet */
	bool gone;        /* the peer does not listen any more */
};

struct lone_work {
	enum role_id role;
	const struct chan_permit *permits; /* of what the peer may say */
	size_t message_max;
	bool (*warm)(struct err *); /* before the jail; NULL: nothing */
	/* False with gone set: nobody listens. */
	bool (*serve)(struct lone *, const struct chan_msg *, struct err *);
};

/* Until its end; false: it failed. */
bool lone_run(const struct lone_work *, struct err *) MUST_USE;

#endif
