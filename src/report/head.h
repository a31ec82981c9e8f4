/*
 * head — the newest link of each case's chain, kept beside the database; and of
 * each evidence safe's (safe/safe.h), in a file of their own.
 *
 * A chain whose end was cut off is one still; what says that there was more
 * must lie where whoever edits the database alone cannot follow.  One file in
 * the data folder has a slot of HEAD_SLOT bytes for each case, at its number in
 * the database times that: its number as people quote it, its last event and
 * that one's hash, under a MAC of the organisation.  Slot 0 says how far the
 * events were followed.
 *
 * Written after commits, at most once a second, by whoever appends; what was
 * committed since is only protected by the next time.  A slot whose event is
 * not there any more is never written again: it is the proof.  A case that ends
 * by rule says so in its slot before its rows go.
 */
#ifndef REPORT_HEAD_H
#define REPORT_HEAD_H

#include "house/house.h"

#define CASE_HEAD_FILE "cases.head"
#define SAFE_HEAD_FILE "safes.head"
#define CASE_HEAD_SLOT 128

enum head_of { HEAD_CASES, HEAD_SAFES, HEAD_KINDS };

/* Follows all events of both since the last time.  ERR_CORRUPT: a chain was
 * cut, or the file is not ours; the others were followed all the same. */
bool case_head_follow(struct house *, struct err *) MUST_USE;

/* The case goes by rule; before the commit that removes it. */
bool case_head_end(struct house *, const struct organisation *,
    int64_t case_file, struct err *) MUST_USE;

enum case_head_fault {
	CASE_HEAD_FINE,   /* or nothing is known of it yet */
	CASE_HEAD_CUT,    /* its last event is gone or another */
	CASE_HEAD_GONE,   /* all of it is */
	CASE_HEAD_ALTERED /* the slot is not ours */
};

/* Of one case or safe. */
bool case_head_check(struct house *, struct arena *, enum head_of,
    const struct organisation *, int64_t case_file, enum case_head_fault *ret,
    struct err *) MUST_USE;

/* Calls for each case of the organisation that the file knows, that has not
 * ended and of which no row is left; number: as people quote it. */
typedef void case_head_gone_fn(void *ctx, str number);
bool case_head_gone(struct house *, const struct organisation *,
    case_head_gone_fn *, void *ctx, struct err *) MUST_USE;

#endif
