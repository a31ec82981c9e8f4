/*
 * hold — what may not end although its time has come: a case, a court, a
 * requisition.  The only exception of the rules, and itself on record.
 *
 * A hold names a child, an account, a post or a medium, a reason, who placed
 * it and until when.  Nothing of its subject ends, by rule or by hand
 * (erasure/erasure.h refuses), until its day is over or two people have
 * released it: one asks, another agrees.  Of a child it covers the record, what
 * was told about it, and the pictures that show it or were for its family; of
 * an account its name, its devices and what it sent; while any is in force, the
 * organisation's register ends nowhere.
 *
 * Within the caller's transaction; each step is in the audit.  Who may is asked
 * by the caller.
 */
#ifndef ENDS_HOLD_H
#define ENDS_HOLD_H

#include "people/deed.h"

enum hold_kind {
	HOLD_CHILD,
	HOLD_ACCOUNT,
	HOLD_POST,
	HOLD_MEDIUM,
	HOLD_CASE, /* see ends/case_hold.h, by which alone it is known */
	HOLD_KINDS
};

#define HOLD_DAYS_MAX 1830
#define HOLD_REASON_MIN 3 /* code points */
#define HOLD_REASON_MAX 1000

struct hold {
	int64_t id;
	enum hold_kind kind;
	int64_t subject;
	str reason;
	int64_t placed_by, placed_at, until_at;
	int64_t asked_by, asked_at; /* DB_NULL: nobody asked to release it */
	int64_t released_by;        /* DB_NULL: nobody, or by its date */
	int64_t released_at;        /* DB_NULL: in force */
};

struct holds {
	struct hold *v;
	size_t n;
};

const char *hold_word(enum hold_kind); /* as stored */
bool hold_of_word(str, enum hold_kind *ret) MUST_USE;

/* No such subject in the organisation, or nothing of it left: ERR_NOT_FOUND.
 * until_on: its last day, from today on; out of bounds, or without a reason:
 * ERR_INPUT. */
bool hold_place(const struct deed *, enum hold_kind, int64_t subject,
    str reason, int64_t until_on, int64_t *ret_id, struct err *) MUST_USE;

/* Of these three a hold of a case is none: ERR_NOT_FOUND, not in the list, and
 * no line in the audit, which directors read. */

/* The first person; asked already or over: ERR_CONFLICT. */
bool hold_ask(const struct deed *, int64_t id, struct err *) MUST_USE;
/* The second one; the same as the first: ERR_DENIED. */
bool hold_release(const struct deed *, int64_t id, struct err *) MUST_USE;

/* Those whose day is over are released; *ret_n of them. */
bool hold_sweep(const struct deed *, int64_t *ret_n, struct err *) MUST_USE;

/* Of that kind and subject; else as the two above. */
bool hold_ask_of(const struct deed *, enum hold_kind, int64_t subject,
    int64_t id, struct err *) MUST_USE;
bool hold_release_of(const struct deed *, enum hold_kind, int64_t subject,
    int64_t id, struct err *) MUST_USE;

/* Of one case, the newest first. */
bool hold_list_of_case(const struct deed *, int64_t case_file,
    struct holds *ret, struct err *) MUST_USE;

/* In force first. */
bool hold_list(const struct deed *, struct holds *ret, struct err *) MUST_USE;

#endif
