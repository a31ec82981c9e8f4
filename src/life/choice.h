/*
 * choice — what families answer to a poll or a bring-list.
 *
 * Asked are those whom a notice would ask (asked.h).  A poll: one answer an
 * adult, or one a family: then the last word of those who decide for any of the
 * same children is the family's.  A bring-list: how many of each line an adult
 * brings; of a line never more than is wanted, which the schema keeps too.  An
 * answer is given anew or taken back until the last day, and goes with the
 * child for whom it was asked.
 */
#ifndef LIFE_CHOICE_H
#define LIFE_CHOICE_H

#include "life/item.h"

struct choice_of_line {
	const struct item_line *line;
	int64_t count; /* poll: answers; bring-list: places taken */
	int64_t mine;  /* of this adult's */
	bool family;   /* a poll: chosen by another adult of the family */
};

struct choice_sum {
	struct choice_of_line *v; /* by position */
	size_t n;
	int64_t guardian; /* 0: is not asked */
	int64_t child;    /* one for whom it is asked */
	bool asked;
	bool open;     /* until its last day, while it is published */
	bool answered; /* by this adult, or by the family */
};

/* What a viewer may be shown of it: counts of others are 0 where it is a family
 * that may not see them. */
bool choice_sum(const struct deed *, const struct viewer *,
    const struct grant *, const struct item *, struct choice_sum *ret,
    struct err *) MUST_USE;

enum choice_answer {
	CHOICE_DONE,
	CHOICE_NONE, /* of a poll: no choice; several where one is asked */
	CHOICE_FULL, /* fewer are left: nothing was changed */
	CHOICE_OVER, /* its last day has passed */
};

/* n: how many of each line, in the order of choice_sum.v; of a poll 0 or 1; a
 * bring-list where all are 0 takes everything back.  Not asked: ERR_NOT_FOUND.
 * In the caller's transaction. */
bool choice_say(const struct deed *, const struct viewer *,
    const struct grant *, const struct item *, const int64_t *n,
    enum choice_answer *ret, struct err *) MUST_USE;

struct choice_wait {
	int64_t item, until_on;
	enum item_kind kind;
	str title;
};

struct choice_waits {
	struct choice_wait *v;
	size_t n;
	int64_t later; /* when one may come by the clock alone; 0: none */
};

/* Polls that wait for this person's answer, by last day. */
bool choice_waits(const struct deed *, const struct viewer *, int64_t child,
    enum lang, struct choice_waits *ret, struct err *) MUST_USE;

/* ---- the team ---- */

struct choice_who {
	const struct item_line *line;
	str name;
	int64_t n;
};

struct choice_whos {
	struct choice_who *v; /* by line */
	size_t n;
};

bool choice_whos(const struct deed *, const struct item *,
    struct choice_whos *ret, struct err *) MUST_USE;

#endif
