/*
 * checking — whether what comes is being compared: photos that have waited too
 * long for it, and lists that do not count yet.
 *
 * Read from what the database holds, not from who should do the work: it is
 * as true when the match process, jobs, the network or a file of a list is
 * gone.  Nothing that waits is shown to anybody meanwhile.
 */
#ifndef STOP_CHECKING_H
#define STOP_CHECKING_H

#include "house/house.h"

#define CHECKING_PHOTO_S 180 /* a queue as long as that is worth a word */
#define CHECKING_LIST_S 300  /* a long list is made ready in less */

struct checking {
	int64_t photos, photos_since; /* 0: none has waited too long */
	int64_t lists, lists_since;
	bool shield; /* Arachnid Shield is asked too */
};

bool checking_of(struct house *, struct arena *, int64_t organisation,
    int64_t now, struct checking *ret, struct err *) MUST_USE;

#endif
