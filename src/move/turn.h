/*
 * turn — the one shape of what jobs does for moves: find what waits, begin it,
 * do one step of it each time it is asked, so that nobody waits for long, and
 * settle what failed.
 *
 * One thing of a kind is under way at a time.  What is between two turns lies
 * in memory and in files that no row names: a process that dies begins anew,
 * and the files are swept.
 */
#ifndef MOVE_TURN_H
#define MOVE_TURN_H

#include "people/deed.h"

#define TURN_AGAIN_MS 30000 /* after a fault */

struct turn_kind {
	const char *what; /* in front of a number, for operators */
	/* The first that waits behind that number; *ret_id 0: none. */
	bool (*find)(struct house *, struct arena *, int64_t after,
	    int64_t *ret_id, int64_t *ret_org, struct err *);
	void *(*begin)(int64_t id); /* ends the process without memory */
	bool (*step)(
	    const struct deed *, void *work, bool *ret_done, struct err *);
	/* What is half-made goes. */
	void (*drop)(struct house *, void *work);
	/* Behind drop, of a step that failed: says it where people read it.
	 * *ret: it is not to be tried again. */
	bool (*settle)(const struct deed *, const void *work,
	    const struct err *, bool *ret, struct err *);
	void (*free)(void *work); /* behind drop, or what is done */
};

struct turn {
	const struct turn_kind *kind;
	void *work; /* NULL: nothing is under way */
	int64_t id, org;
	int64_t not_before_ms; /* 0: nothing failed last */
	int64_t after; /* what failed last: others come before it; 0: none */
};

/* more: the next turn has something to do at once. */
bool turn_take(struct turn *, struct house *, struct arena *, int64_t now_ms,
    bool *ret_more, struct err *) MUST_USE;
/* When it is to be tried again. */
int64_t turn_due_ms(const struct turn *);

#endif
