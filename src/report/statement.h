/*
 * statement — what a case decides about somebody, told with its reasons, and
 * undone in one step when it was wrong.
 *
 * The steps are a ladder, from a word to the end of the account.  Each has a
 * ground (a law, or a rule of the house), the facts, and mostly a last day.  It
 * is told at once, or kept back with a reason (an inquiry that it would spoil)
 * until somebody tells it.  Whom it concerns reads it by account, or by the
 * code on the letter when the account is stopped, and may appeal within
 * STATEMENT_APPEAL_DAYS; another person than who made it answers.
 *
 * The fields are those of a statement of reasons of the Digital Services Act
 * (Regulation (EU) 2022/2065, articles 17 and 20).
 *
 * Everything of the handlers asks the path first (casefile.h).
 */
#ifndef REPORT_STATEMENT_H
#define REPORT_STATEMENT_H

#include "report/casefile.h"

#define STATEMENT_WORDS_MAX 4000 /* code points */
#define STATEMENT_RULE_MAX 500
#define STATEMENT_DAYS_MAX 730
#define STATEMENT_APPEAL_DAYS 183 /* six months, article 20 */
#define STATEMENT_CODE_SIGNS 20

enum statement_step {
	STEP_WARNING,  /* nothing is taken */
	STEP_CONTENT,  /* what was reported stays away */
	STEP_PUBLISH,  /* sends, writes and changes nothing (staff) */
	STEP_CHILDREN, /* no group, no child, no director's right (staff) */
	STEP_SUSPEND,  /* cannot sign in */
	STEP_CLOSE,    /* the same; closed for good when no appeal can come */
	STATEMENT_STEPS
};

const char *statement_step_label(enum statement_step); /* catalogue key */
bool statement_step_of(str word, enum statement_step *ret) MUST_USE;

enum statement_answer { ANSWER_NONE, ANSWER_UPHELD, ANSWER_REVERSED };

struct statement {
	int64_t id, case_file, account, made_at, made_by;
	int64_t until_on;                    /* DB_NULL: no last day */
	int64_t told_at, seen_at, lifted_at; /* DB_NULL: not yet */
	int64_t appeal_at, answered_at;      /* DB_NULL: none */
	enum statement_step step;
	bool law; /* its ground; else a rule of the house */
	enum statement_answer answer;
	const struct category *category;
	str number, name; /* name: of whom it concerns */
	str rule, words, kept, appeal, answer_words;
};

struct statements {
	struct statement *v;
	size_t n;
};

struct statement_new {
	int64_t account; /* one of those whom the case is about */
	enum statement_step step;
	bool law;
	int64_t until_on; /* DB_NULL: no last day */
	str rule, words;
	str kept; /* why it is not told yet; empty: it is told now */
};

/* ---- by who handles the case; in the caller's transaction ---- */

/* *ret_code: for the letter, as people type it, shown once.  ERR_NOT_FOUND: the
 * case is not about that account; ERR_INPUT: a step that this account or day
 * cannot have; ERR_CONFLICT: the last director cannot be stopped; ERR_DENIED:
 * the account takes two (people/halt.h): what one decides about it from
 * STEP_PUBLISH on has a last day within HALT_DAYS, once in HALT_KNOWN_DAYS,
 * unless somebody else's in this case is in force. */
bool statement_make(const struct deed *, int64_t case_file,
    const struct statement_new *, str *ret_code, struct err *) MUST_USE;
/* One that was kept back: ERR_CONFLICT when it was told. */
bool statement_tell(
    const struct deed *, int64_t case_file, int64_t id, struct err *) MUST_USE;
/* What was taken is given back: ERR_CONFLICT when it was. */
bool statement_lift(
    const struct deed *, int64_t case_file, int64_t id, struct err *) MUST_USE;
/* By somebody else than who made it: ERR_DENIED.  Reversed: lifted too, and
 * what was hidden is shown. */
bool statement_answer(const struct deed *, int64_t case_file, int64_t id,
    enum statement_answer, str words, struct err *) MUST_USE;

/* Those of one case, in order; the path was asked by the caller. */
bool statement_of_case(struct house *, struct arena *,
    const struct organisation *, int64_t case_file, struct statements *ret,
    struct err *) MUST_USE;

/* ---- by whom it concerns ---- */

/* Told ones, the newest first. */
bool statement_of_account(struct house *, struct arena *,
    const struct organisation *, int64_t account, struct statements *ret,
    struct err *) MUST_USE;
/* ERR_NOT_FOUND: none such of this account, or not told. */
bool statement_read(const struct deed *, int64_t account, int64_t id,
    struct statement *ret, struct err *) MUST_USE;
/* By the code of the letter, typed as it may be. */
bool statement_by_code(const struct deed *, str typed, struct statement *ret,
    struct err *) MUST_USE;
bool statement_may_appeal(const struct statement *, int64_t now);
/* Once: ERR_CONFLICT afterwards, or too late. */
bool statement_appeal(const struct deed *, const struct statement *, str words,
    struct err *) MUST_USE;

/* ---- without anybody ---- */

/* Ends what has had its last day; closes for good what nobody can appeal
 * against any more. */
bool statement_sweep(
    struct house *, struct arena *, int64_t now, struct err *) MUST_USE;

#endif
