/*
 * asked — whom a notice asks, and who has answered.
 *
 * Asked are the holders of authority over the children that it is for: of a
 * group, those enrolled today; of a family, its child.  An answer is about one
 * child, one person and one version of the text; a tap gives it for all of
 * that person's children at once.  Paper is entered by the team, with a second
 * person who saw it.  Answers go with the child, and some time after the
 * season of the child's that they were given in (ends/rule.h).
 */
#ifndef LIFE_ASKED_H
#define LIFE_ASKED_H

#include "life/notice.h"

/* ---- a member of a family ---- */

/* Is it for that child, and is this member of its family asked? */
bool asked_for(const struct post_facts *, const struct viewer_child *);
bool asked_of(const struct post_facts *, const struct viewer_child *);
/* *ret 0: nobody of the roster has that account. */
bool asked_guardian(const struct deed *, const struct viewer *, int64_t *ret,
    struct err *) MUST_USE;

struct asked_child {
	const struct viewer_child *child;
	int64_t mine_at; /* when this person answered; 0: not yet */
	bool other;      /* somebody else has */
};

struct asked_mine {
	int64_t guardian;
	struct asked_child *v; /* of whom this person is asked; may be none */
	size_t n;
	bool waits;      /* for this person's answer */
	bool all;        /* this person has answered for each */
	int64_t mine_at; /* the last of those; 0: none */
};

bool asked_mine(const struct deed *, const struct viewer *,
    const struct grant *, const struct notice *, struct asked_mine *ret,
    struct err *) MUST_USE;

/* In the caller's transaction; second: signed in with the second step.  Nobody
 * is asked: ERR_NOT_FOUND.  *ret false: the text that was shown (its digest) is
 * not the newest, nothing was noted. */
bool asked_answer(const struct deed *, const struct viewer *,
    const struct grant *, const struct notice *, str digest, bool second,
    bool *ret, struct err *) MUST_USE;

struct asked_wait {
	int64_t notice, by_on;
	bool sign, reminded;
	str title;
};

struct asked_waits {
	struct asked_wait *v;
	size_t n;
	int64_t later; /* when one may come by the clock alone; 0: none */
};

/* What waits for this person, the next last day first; child: of that one
 * alone, 0 of all. */
bool asked_waits(const struct deed *, const struct viewer *, int64_t child,
    enum lang, struct asked_waits *ret, struct err *) MUST_USE;

/* ---- the team ---- */

struct asked_adult {
	int64_t guardian, acted_at; /* 0: not yet */
	str name;
	bool paper;
};

struct asked_row {
	int64_t child;
	str name, key; /* in the order of the key (people/fold.h) */
	struct asked_adult *v;
	size_t n;
	bool done;
};

struct asked_rows {
	struct asked_row *v; /* by name */
	size_t n, done;
};

/* group 0: the families that are named.  A group that the notice is not for, or
 * that is not this person's: ERR_NOT_FOUND. */
bool asked_rows(const struct deed *, const struct viewer *,
    const struct grant *, const struct notice *, int64_t group,
    struct asked_rows *ret, struct err *) MUST_USE;

struct asked_paper {
	int64_t group, child, guardian, witness;
	int64_t signed_on;
};

enum asked_fault {
	ASKED_DONE,
	ASKED_NOBODY,  /* not an adult who is asked for that child */
	ASKED_DAY,     /* before the notice, or to come */
	ASKED_WITNESS, /* nobody of the team, or the one who enters it */
};

/* grant: PERMIT_NOTICE_EDIT. */
bool asked_enter(const struct deed *, const struct viewer *,
    const struct grant *, const struct notice *, const struct asked_paper *,
    enum asked_fault *ret, struct err *) MUST_USE;

/* ---- jobs ---- */

/* At most that many answers from before that day; *ret_n: how many went. */
bool notice_sweep(struct house *, int64_t organisation, int64_t before_on,
    int64_t most, int64_t *ret_n, struct err *) MUST_USE;

#endif
