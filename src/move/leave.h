/*
 * leave — a child moves to another house: what is asked and agreed here.
 *
 * A holder of authority asks, with the card of the other house and what is to
 * go along; a director agrees or refuses; then the parcel is made (make.h) and
 * the one who asked takes it, for LEAVE_DAYS.  The other house is never called:
 * a family carries the file.  Every step is in the audit, about the child.
 *
 * What is in it is decided when it is made, and again when it is taken: should
 * a consent, a mask or a right have changed meanwhile, it is made anew.
 */
#ifndef MOVE_LEAVE_H
#define MOVE_LEAVE_H

#include "move/folder.h"
#include "move/parcels.h"
#include "move/record.h"

#define LEAVE_DAYS 14
#define MOVE_WORDS_MAX 500 /* code points, of a refusal */

enum leave_state {
	LEAVE_ASKED,
	LEAVE_AGREED, /* being made */
	LEAVE_READY,
	LEAVE_REFUSED,
	LEAVE_ENDED,
	LEAVE_STATES
};

struct leave_want {
	struct record_want record;
	struct folder_want folder;
	bool erase_after;
};

struct leaving {
	int64_t id, child, asker;
	enum leave_state state;
	struct card to;
	str words; /* of that card */
	struct leave_want want;
	int64_t asked_at, decided_at, made_at, expires_at, taken_at;
	int64_t bytes; /* of the parcel; DB_NULL */
	/* In it; left_out: what is withheld for a moment, or is not covered as
	 * a whole.  No erasure is asked for then. */
	int64_t pictures, videos, documents, left_out;
	str why;   /* it was refused; "" */
	bool full; /* the disk; it is tried again */
	/* Too much for one file.  Agreed: there will be none.  Ready: it holds
	 * the newest pictures alone, and no erasure is asked for. */
	bool limit;
	str name, key_wrapped, mark;
	const uint8_t *token;
};

struct leavings {
	struct leaving *v;
	size_t n;
};

/* May this viewer ask: who holds authority over a child enrolled today and may
 * keep its pictures. */
bool leave_may(const struct viewer *, int64_t child);

/* Within the caller's transaction.  ERR_CONFLICT: one is under way.  ERR_INPUT:
 * to this very house. */
bool leave_ask(const struct deed *, const struct viewer *, int64_t child,
    const struct card *to, const struct leave_want *, int64_t *ret_id,
    struct err *) MUST_USE;
/* By a director. */
bool leave_decide(const struct deed *, int64_t id, bool agree, str why,
    struct err *) MUST_USE;
/* Of what was asked for these seasons alone; before leave_decide. */
bool leave_narrow(const struct deed *, int64_t id, const int64_t *season,
    size_t n, struct err *) MUST_USE;
/* By who asked, or a director. */
bool leave_end(
    const struct deed *, const struct leaving *, struct err *) MUST_USE;
/* To be made anew. */
bool leave_again(
    const struct deed *, const struct leaving *, struct err *) MUST_USE;
bool leave_taken(
    const struct deed *, const struct leaving *, struct err *) MUST_USE;

bool leave_load(const struct deed *, int64_t id, struct leaving *ret,
    struct err *) MUST_USE;
bool leave_of_child(const struct deed *, int64_t child, bool *ret_found,
    struct leaving *ret, struct err *) MUST_USE;
bool leave_open(
    const struct deed *, struct leavings *ret, struct err *) MUST_USE;

/* A digest of all that decides what this viewer's parcel holds now. */
bool leave_mark(const struct deed *, const struct folder *, str record,
    str *ret, struct err *) MUST_USE;
/* With all that it holds the family has what it asked for. */
bool leave_is_whole(const struct leaving *);

#endif
