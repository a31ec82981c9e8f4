/*
 * jail — a root, a network and processes of its own for one file.
 *
 * The process that jail_enter leaves is the first of its namespaces: when it
 * ends, all of them are killed.  In its root there are the parts of the system
 * that LibreOffice reads, not to be written; JAIL_WORK, a folder in memory of
 * JAIL_ROOM_MB; two devices.  There is no /proc, and no network at all. Nothing
 * of it outlives the process.
 *
 * It takes a user namespace: where the system does not give one to who is not
 * root, jail_enter fails, and so there is no LibreOffice.
 */
#ifndef OFFICE_JAIL_H
#define OFFICE_JAIL_H

#include <sys/types.h>

#include "base/err.h"
#include "proc/role.h"

#define JAIL_WORK "/desk"
/* The document and the PDF of it, and what is unpacked meanwhile. */
#define JAIL_ROOM_MB 256

/* As fork, into new namespaces. */
pid_t jail_fork(void);
/* In the child, once.  suite: soffice.bin. */
bool jail_enter(const char *suite, struct err *) MUST_USE;
/* No way back, for the two who live there. */
bool jail_as_guard(struct err *) MUST_USE;
bool jail_as_suite(const char *suite, struct err *) MUST_USE;

#endif
