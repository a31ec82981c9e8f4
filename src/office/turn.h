/*
 * turn — one document, from outside of its jail: a process in namespaces of its
 * own is started for it, waited for, and killed with all it has started.
 */
#ifndef OFFICE_TURN_H
#define OFFICE_TURN_H

#include <sys/types.h>

#include "conf/conf.h"
#include "ipc/office.h"

/* Times of the processor that LibreOffice has, which may pass before all of it
 * is ended: it waits for nobody, but others have the processor too. */
#define TURN_CLOCK_TIMES 10

struct turn {
	pid_t pid; /* 0: none */
	int said;  /* readable when there is an answer, or none will come */
	uint32_t id;
	int64_t until_ms;
};

/* True: this machine can lock it in.  Takes as long as a turn of nothing. */
bool turn_probe(const struct conf *, struct err *) MUST_USE;

/* fd stays the caller's. */
bool turn_begin(struct turn *, const struct conf *, const struct office_take *,
    const int fd[OFFICE_TAKE_FDS], struct err *) MUST_USE;
/* What came of it; whoever says nothing, or nonsense, failed.  late: its time
 * is over. */
void turn_end(struct turn *, bool late, struct office_taken *ret);
void turn_stop(struct turn *); /* one that nobody waits for; none is fine */

#endif
