/*
 * office — the worker that has LibreOffice turn documents into PDF: the one
 * role that is started before the monitor locks itself in, because within a
 * Landlock nobody can make the jails that it makes.
 */
#ifndef MONITOR_OFFICE_H
#define MONITOR_OFFICE_H

#include "monitor/setup.h"
#include "monitor/slot.h"

/* Waits until it has made a jail.  Where LibreOffice is not wanted, not there
 * or cannot be locked in, the slot has no process, setup says why to the other
 * roles, and that is no failure. */
bool office_start(struct slot *, struct setup *, struct err *) MUST_USE;

#endif
