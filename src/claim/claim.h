/*
 * claim — what somebody asks for by right: to see, to take along, to have
 * corrected, to object, to have erased.
 *
 * Each has a number, the day it came and the day by which the law of the
 * organisation wants an answer (ends/rule.h); a director answers with a word,
 * or takes more time once, with a reason, where the law lets.  Somebody without
 * an account asks by letter, and a director enters it.  Answers are kept
 * (ENDS_CLAIMS), the words under the child's own key where it is about one:
 * they go with it, that it was asked and answered in time stays.
 *
 * What a child may do: a minor of ends_law.alone_from years may ask without an
 * adult (Québec 14, elsewhere by maturity); the team enters it as on paper.
 *
 * Within the caller's transaction where it writes; each step is in the audit.
 */
#ifndef CLAIM_CLAIM_H
#define CLAIM_CLAIM_H

#include "ends/rule.h"
#include "people/deed.h"

enum claim_kind {
	CLAIM_SEE,
	CLAIM_EXPORT,
	CLAIM_CORRECT,
	CLAIM_OPPOSE,
	CLAIM_ERASE,
	CLAIM_KINDS
};

enum claim_state {
	CLAIM_OPEN,
	CLAIM_GRANTED,
	CLAIM_REFUSED,
	CLAIM_WITHDRAWN,
	CLAIM_STATES
};

#define CLAIM_WORDS_MIN 3 /* code points */
#define CLAIM_WORDS_MAX 2000
#define CLAIM_NAME_MAX 200
#define CLAIM_BACK_DAYS 90 /* how long ago a letter may have come */
#define CLAIM_NEAR_DAYS 7  /* a director is reminded */

struct claim {
	int64_t id, number;
	enum claim_kind kind;
	enum claim_state state;
	int64_t asker, child; /* DB_NULL: none */
	int rule;             /* what is objected to; -1: none */
	str name;             /* of who has no account, and how to answer */
	str words;
	int64_t received_on, due_on;
	int64_t extended_at, answered_at; /* DB_NULL: not */
	str extended_why, answer;
	int64_t entered_by, answered_by;
};

struct claims {
	struct claim *v;
	size_t n;
};

const char *claim_word(enum claim_kind); /* as stored, and in addresses */
bool claim_of_word(str, enum claim_kind *ret) MUST_USE;
const char *claim_label(enum claim_kind);        /* catalogue keys */
const char *claim_state_label(enum claim_state); /* and the tag's colour */
const char *claim_state_tag(enum claim_state);

struct claim_new {
	enum claim_kind kind;
	int64_t asker, child; /* DB_NULL: none */
	int rule;             /* -1: none */
	str name;             /* of who has no account; else empty */
	str words;
	int64_t received_on;
};

/* Who may is asked by the caller.  Too long ago or to come, no words, no child
 * of the organisation: ERR_INPUT. */
bool claim_enter(const struct deed *, const struct claim_new *, int64_t *ret_id,
    struct err *) MUST_USE;

/* Of who asked, newest first. */
bool claim_mine(const struct deed *, int64_t account, struct claims *ret,
    struct err *) MUST_USE;
/* That wait for an answer, the nearest date first; and those that do not any
 * more, newest first. */
bool claim_open(const struct deed *, struct claims *ret, struct err *) MUST_USE;
bool claim_done(const struct deed *, struct claims *ret, struct err *) MUST_USE;
bool claim_load(
    const struct deed *, int64_t id, struct claim *ret, struct err *) MUST_USE;

/* May it be answered later: not asked before, and the law lets? */
bool claim_may_extend(const struct deed *, const struct claim *);
/* Answered, or no more time: ERR_CONFLICT. */
bool claim_extend(
    const struct deed *, int64_t id, str why, struct err *) MUST_USE;
bool claim_answer(const struct deed *, int64_t id, bool granted, str answer,
    struct err *) MUST_USE;
/* By who asked; of somebody else: ERR_NOT_FOUND. */
bool claim_withdraw(const struct deed *, int64_t id, struct err *) MUST_USE;

struct claim_counts {
	int64_t open, near, late;
};

/* For a director's first page. */
bool claim_count(
    const struct deed *, struct claim_counts *ret, struct err *) MUST_USE;

#endif
