/*
 * received — to whom bytes of a photo, a video or a document were sent.
 *
 * For the record of a seal (custody/seal.h) and for nothing else: the house
 * shows it to nobody but the account itself.  Kept is the first time and the
 * last day, by medium and account; a still or a page counts as what it is of.
 * What lies in the evidence safe of a family is not noted.
 *
 * No request writes: grant_open_blob puts a line here, in memory, once a day
 * for each account and medium, and the worker writes the lines down in one
 * transaction, when it rests or RECEIVED_WAIT_MS after the oldest.  A worker
 * that is killed meanwhile loses them; what cannot be written is tried again.
 */
#ifndef SHARING_RECEIVED_H
#define SHARING_RECEIVED_H

#include "base/own.h"
#include "house/house.h"

#define RECEIVED_WAIT_MS 2000

struct received;

struct received *received_new(void); /* for house.received */
void received_free(struct received *);
DEFINE_OWNED(received)

/* NULL: this process sends nothing.  Full, it forgets: the next sending is
 * noted.  today: in the organisation's zone. */
void received_note(struct received *, int64_t account, int64_t medium,
    int64_t now, int64_t today);

/* Is it time to write? */
bool received_due(const struct received *, int64_t now_ms);
bool received_any(const struct received *);

/* In a transaction of its own; nothing to write: nothing. */
bool received_write(struct house *, struct err *) MUST_USE;
/* In the caller's, which may still fail: the lines are written once more. */
bool received_write_also(struct house *, struct err *) MUST_USE;

#endif
