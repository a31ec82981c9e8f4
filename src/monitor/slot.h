/* slot — the place of one role's process, which may be started many times. */
#ifndef MONITOR_SLOT_H
#define MONITOR_SLOT_H

#include <sys/types.h>

#include "ipc/control.h"
#include "monitor/lines.h"
#include "monitor/setup.h"
#include "proc/role.h"

struct slot {
	enum role_id role;
	uint32_t number;
	pid_t pid; /* 0: nobody there */
	struct chan control;
	int log; /* read end of its standard error */
	struct lines lines;
	bool wanted; /* to be running; media, video: only when jobs asked */
	bool ready;
	int64_t started_ms, start_at_ms;
	int short_lives; /* in a row */
};

void slot_init(struct slot *, enum role_id, uint32_t number, bool wanted);

/* Starts the program and sends START.  bearer: who starts it in our place,
 * because within our jail it could not do its work; or NULL. */
bool slot_spawn(struct slot *, struct slot *bearer, const struct setup *,
    struct err *) MUST_USE;
/* The process is gone: what it still said, then its descriptors. */
void slot_clear(struct slot *);
void slot_kill(const struct slot *);
void slot_read_log(struct slot *);

#endif
