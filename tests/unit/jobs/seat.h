/* seat — a match process for tests: the real one's answers, without a jail. */
#ifndef TESTS_SEAT_H
#define TESTS_SEAT_H

#include <sys/types.h>

#include "ipc/chan.h"

/* Tells jobs by its control channel that there is one, and is it. */
pid_t seat_start(struct chan *control);
void seat_kill(pid_t); /* 0 is fine */
/* Jobs' end alone, for a test that answers itself. */
struct chan seat_of_mine(struct chan *control);

#endif
