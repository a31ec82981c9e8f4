/*
 * office — the worker that has LibreOffice turn documents into PDF: the one
 * role that is started before the monitor locks itself in, because within a
 * Landlock nobody can make the jails that it makes.
 *
 * Two of them live outside of it: number 0 works, number 1 waits.  Whichever
 * dies is borne anew by the other (slot_spawn).  When both die at once, nobody
 * can bear one, and office documents wait for the next start of the server.
 */
#ifndef MONITOR_OFFICE_H
#define MONITOR_OFFICE_H

#include "monitor/setup.h"
#include "monitor/slot.h"

/* Waits until it has made a jail.  Where LibreOffice is not wanted, not there
 * or cannot be locked in, the slot has no process, setup says why to the other
 * roles, and that is no failure. */
bool office_start(struct slot *, struct setup *, struct err *) MUST_USE;

/* Who can start `of`, NULL: nobody any more. */
struct slot *office_bearer(struct slot *, size_t n, const struct slot *of);
/* When it is started next.  It never ends the server: short lives only make the
 * wait longer, up to a minute, and are said. */
void office_plan(struct slot *, bool was_ready, int64_t now_ms);

#endif
