/*
 * board — which faces are masked, for the pages that ask by the hundred.
 *
 * The answer for one child, purpose, medium and group is computed once
 * (effective.h) and stands on a board of this process, for one day of the
 * organisation.  Triggers of the schema write down whose facts changed
 * (consent_change), in the transaction that changed them; a look begins by
 * reading what is new and takes those children off the board.  So what holds
 * is what the database says at the next request, whatever else was committed,
 * and no photo is looked through.  Inside a transaction that writes, nothing is
 * taken from the board nor put on it.
 *
 * Whom the board does not know is read together with those whose numbers are
 * near: an album of a group that nobody asked about since the process began
 * costs a handful of statements.
 */
#ifndef CONSENT_BOARD_H
#define CONSENT_BOARD_H

#include "consent/facts.h"

/* Whose eyes.  A child of one's own is never masked before it comes of age; a
 * child that one may not be in contact with always is. */
struct consent_viewer {
	const int64_t *own; /* children over whom the viewer has authority or
			     * rights today */
	size_t n_own;
	const int64_t *barred;
	size_t n_barred;
};

/*
 * To whom something is shown.  A child that is enrolled nowhere today is
 * masked: nobody asks its family any more.  Groups: every child on it needs a
 * yes in each of them; a child that is in none of them is masked unless the yes
 * is to all families.  family: the children whose families it was sent to by
 * name; they need a yes for their own family, others on it one for all
 * families.  Neither groups nor families, and CONSENT_EVERYBODY: all families.
 */
struct consent_audience {
	enum consent_reach reach;
	const int64_t *group;
	size_t n_group;
	const int64_t *family;
	size_t n_family;
	int64_t purpose; /* of CONSENT_OUTSIDE; otherwise 0 */
	unsigned medium; /* one bit; 0: CONSENT_PHOTO.  CONSENT_VOICE inside: a
			  * yes to the voice, and one to videos for these */
};

struct consent_board;
struct consent_window;

struct consent_look {
	struct house *house;
	struct arena *arena; /* what is worked out is forgotten with it */
	const struct organisation *org;
	const struct consent_viewer *viewer; /* NULL: nobody's eyes */
	int64_t now, today;
	struct consent_board *board;      /* NULL: nothing is kept */
	struct consent_purposes purposes; /* read when they are needed */
	struct consent_window *window;    /* what was read so far */
};

/* Once per request. */
bool consent_look_begin(struct house *, struct arena *,
    const struct organisation *, const struct consent_viewer *, int64_t now,
    int64_t today, struct consent_look *ret, struct err *) MUST_USE;

/* Why not, whoever looks: the first reason found; CONSENT_YES: it may be shown.
 * A child that does not exist here is CONSENT_ERASED. */
bool consent_why_for_audience(struct consent_look *,
    const struct consent_audience *, const int64_t *child, size_t n,
    enum consent_why *ret, struct err *) MUST_USE;

/* ret_masked[i] says whether child[i] is masked; a child that does not exist
 * here is.  On an error all are, whatever the caller does. */
bool consent_for_audience(struct consent_look *,
    const struct consent_audience *, const int64_t *child, size_t n,
    bool *ret_masked, struct err *) MUST_USE;

#endif
