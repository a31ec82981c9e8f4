/*
 * suite — LibreOffice, started with a profile that nobody has used: no macro,
 * no Java, nothing fetched, nothing remembered.
 *
 * A launcher is forked before the file is there, locks itself in, and waits for
 * the word to begin: whoever gives it can start nothing.  LibreOffice ends its
 * first start with a profile by asking for another; so there are two.
 */
#ifndef OFFICE_SUITE_H
#define OFFICE_SUITE_H

#include <sys/types.h>

#include "base/err.h"
#include "ipc/office.h"
#include "office/jail.h"

#define SUITE_STARTS 2
/* One more than a document may have, so that it is said that it has too many.
 */
#define SUITE_PAGES "1-201"
#define SUITE_IN JAIL_WORK "/in."
#define SUITE_OUT JAIL_WORK "/out/in.pdf"

struct suite {
	pid_t pid[SUITE_STARTS];
	int go[SUITE_STARTS]; /* -1: used */
};

/* In the jail, before its guard is locked in.  cpu_s: of each start. */
bool suite_stand_by(struct suite *ret, const char *program, int64_t cpu_s,
    struct err *) MUST_USE;
/* The folders and the profile. */
bool suite_prepare(struct err *) MUST_USE;
/* Until it ends: OFFICE_OK, _FAILED, _TOO_HEAVY. */
enum office_verdict suite_run(struct suite *, enum office_kind);

#endif
