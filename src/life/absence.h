/*
 * absence — a child does not come, or comes late: said by the family, or noted
 * by the team from a telephone call.
 *
 * One word per child and day, the last one said: until that day is over
 * anybody who may tell it may say another.  Whoever may tell may read what was
 * said, and by whom; a name is given as long as that person may tell it too
 * (an order of no contact, a right that ended: « the family »).  The reason is
 * sealed under the child's own key.  Words go some time after
 * the season of the child's that they fell in (ends/rule.h), and with the
 * child.
 */
#ifndef LIFE_ABSENCE_H
#define LIFE_ABSENCE_H

#include "people/deed.h"
#include "sharing/permit.h"

#define ABSENCE_AHEAD_DAYS 92  /* no day further away than this */
#define ABSENCE_REASON_MAX 200 /* code points */

enum absence_kind {
	ABSENCE_NONE, /* comes after all */
	ABSENCE_ABSENT,
	ABSENCE_LATE,
	ABSENCE_KINDS
};

str absence_word(enum absence_kind); /* as stored, and in forms */
bool absence_of_word(str, enum absence_kind *ret) MUST_USE;

struct absence_told {
	int64_t child;
	int64_t group; /* the team: the one whose page it is noted on; else 0 */
	enum absence_kind kind;
	int64_t from_on, until_on; /* both included */
	str reason;                /* "": none */
	int64_t caller;            /* the team: the guardian who rang; else 0 */
};

enum absence_answer {
	ABSENCE_DONE,
	ABSENCE_PAST,   /* begins before today, ends before it begins */
	ABSENCE_FAR,    /* ends too late */
	ABSENCE_NO_DAY, /* the child is enrolled on none of these days */
	ABSENCE_CALLER, /* not an adult who may tell it */
};

/* In the caller's transaction.  The days on which the child is in a group (the
 * team: in that group) get the word.  No leave: ERR_NOT_FOUND; any answer but
 * DONE changed nothing. */
bool absence_tell(const struct deed *, const struct viewer *,
    const struct absence_told *, enum absence_answer *ret,
    struct err *) MUST_USE;

/* ---- for a family ---- */

struct absence_line {
	int64_t day, told_at;
	enum absence_kind kind;
	str reason;
	bool by_team;
	str teller; /* of the family: who said or rang; "": not to be named */
};

struct absence_lines {
	struct absence_line *v; /* from today on, by day */
	size_t n;
};

bool absence_of_family(const struct deed *, const struct viewer *,
    int64_t child, struct absence_lines *ret, struct err *) MUST_USE;

/* ---- for the team ---- */

struct absence_row {
	int64_t child, told_at;
	enum absence_kind kind;
	str reason, teller;
	str caller; /* "": it was no call */
};

struct absence_rows {
	struct absence_row *v; /* by child */
	size_t n;
};

bool absence_of_day(const struct deed *, const struct viewer *, int64_t group,
    int64_t day, struct absence_rows *ret, struct err *) MUST_USE;

struct absence_caller {
	int64_t guardian;
	str name;
};

struct absence_callers {
	struct absence_caller *v;
	size_t n;
};

/* Who may tell it about a child, and so may ring. */
bool absence_callers(const struct deed *, int64_t child,
    struct absence_callers *ret, struct err *) MUST_USE;

struct absence_count {
	int64_t group, absent, late;
};

struct absence_counts {
	struct absence_count *v; /* groups where somebody is missing today */
	size_t n;
};

/* Of every group of the organisation: who shows it asks permit_day. */
bool absence_today(
    const struct deed *, struct absence_counts *ret, struct err *) MUST_USE;

/* ---- jobs ---- */

/* At most that many words of days before that one; *ret_n: how many went. */
bool absence_sweep(struct house *, int64_t organisation, int64_t before_on,
    int64_t most, int64_t *ret_n, struct err *) MUST_USE;

#endif
