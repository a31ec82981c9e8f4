/*
 * proc/helper — one jailed program for one command: started, told to be a
 * role, spoken to over a channel, and gone with the command.
 *
 * Commands decode strangers' files too, and no command does so itself.
 */
#ifndef PROC_HELPER_H
#define PROC_HELPER_H

#include <sys/types.h>

#include "ipc/chan.h"
#include "proc/role.h"

struct helper {
	pid_t pid; /* 0: none */
	struct chan control, peer;
	int said; /* read end of its standard error */
};

/* program: beside the monitor's roles, e.g. "preau-media"; it starts as role
 * and hears that the peer is another.  answers: what may come from there.
 * conf: NULL for the defaults.  Waits until it is jailed and ready; what it
 * said instead is in err. */
bool helper_start(struct helper *ret, enum role_id role, const char *program,
    enum role_id peer, const struct chan_permit *answers, const struct conf *,
    struct err *) MUST_USE;
/* Ends it, whatever it does; all zero is fine too. */
void helper_stop(struct helper *);

#endif
