/*
 * jobs — the role without a front: takes in what was uploaded, and tidies.
 *
 * Sleeps until a worker kicks it, a media worker answers, or a time comes.
 * The queue is the job table, so a kick that is lost, or a jobs process that
 * is killed, loses nothing: what was not committed is taken again.
 */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include "house/house.h"
#include "proc/start.h"

/* Until the monitor says DRAIN or is gone; then true. */
bool jobs_run(struct house *, struct role_start *, struct err *) MUST_USE;

#endif
