/*
 * office_hand — documents of word processors, spreadsheets and presentations
 * on their way to being PDF: one at a time goes to the office worker; what
 * comes back, in memory and encrypted, goes the way of a PDF (sheaf_hand.h).
 *
 * Where there is no office worker (none is installed, or it cannot be locked
 * in), they are refused in a word of its own.  While it is away they wait, and
 * it is written down since when; it is started again (monitor/office.h).  A
 * file that it died with is tried again as fault.h says.  The worker ends what
 * takes too long itself.
 */
#ifndef JOBS_OFFICE_HAND_H
#define JOBS_OFFICE_HAND_H

#include "house/house.h"
#include "ipc/office.h"
#include "jobs/crew.h"

struct office_hand {
	struct house *house;
	struct role_start *start;
	struct arena *arena; /* of one turn */
	struct chan chan;    /* fd -1: nobody there */
	int64_t medium;      /* that is worked on, or done; 0: none */
	bool done;
	int made; /* the PDF: a blob of its own, under key */
	struct key key;
	struct office_taken taken;
};

void office_hand_init(
    struct office_hand *, struct house *, struct role_start *, struct arena *);
/* The worker, or the next one of a jobs that began anew. */
void office_hand_join(struct office_hand *, const struct role_news *);
/* True: it is no PDF, and is looked after here: it waits, is worked on, or was
 * refused. */
bool office_hand_takes(struct office_hand *, int64_t medium);
/* The one that is done, 0: none. */
int64_t office_hand_done(const struct office_hand *);
/* It was handed on, or is not wanted any more. */
void office_hand_forget(struct office_hand *);
void office_hand_hear(struct office_hand *);

#endif
