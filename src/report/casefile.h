/*
 * casefile — what those who handle a case do with it.
 *
 * Everything first asks the path (route.h) as it is now: who is not in it finds
 * nothing, ERR_NOT_FOUND, as if there were no such case; not in a list, not in
 * a number.  What the case does not allow now is ERR_CONFLICT.  Each step is an
 * event of its story, in the caller's transaction.
 */
#ifndef REPORT_CASEFILE_H
#define REPORT_CASEFILE_H

#include "report/category.h"
#include "report/report.h"
#include "report/story.h"

#define CASE_WORDS_MAX 4000 /* code points */
#define CASE_PAGE 50

enum case_outcome {
	CASE_OPEN,
	CASE_REMOVED,   /* what was reported stays away */
	CASE_RESTORED,  /* it was right, and is shown again */
	CASE_MEASURES,  /* the organisation did something */
	CASE_PASSED_ON, /* to an authority */
	CASE_UNFOUNDED,
	CASE_OUTCOMES
};

const char *case_outcome_label(enum case_outcome); /* catalogue key */
bool case_outcome_of(str word, enum case_outcome *ret);

struct case_head {
	int64_t id, opened_at, due_at;
	int64_t taken_by, decided_by, again_by; /* 0: nobody */
	int64_t taken_at, decided_at, again_at, again_done_at;
	enum case_outcome outcome;
	enum report_subject subject_kind;
	int64_t subject;
	str number;
	const struct category *category;
};

struct case_report {
	int64_t id, made_at;
	const struct category *category;
	str who;  /* of the table report */
	str name; /* empty: has no account, or is not to be known */
	str words, contact;
	bool erased; /* by right, or with the account: no words */
};

struct case_person_line {
	int64_t account;
	str name;
	bool implied;
};

struct case_page {
	struct case_head head;
	struct case_report *report;
	size_t n_report;
	struct case_person_line *about;
	size_t n_about;
	struct story story;
	str *path; /* names, in the order in which they are asked */
	size_t n_path;
};

/* ---- lists ---- */

struct case_heads {
	struct case_head *v;
	size_t n;
	int64_t more; /* the next page begins before this one; 0: there is none
		       */
};

/* Those of this account, newest first, before that id (INT64_MAX: all). */
bool case_heads(struct house *, struct arena *, const struct organisation *,
    int64_t account, int64_t today, int64_t before, struct case_heads *ret,
    struct err *) MUST_USE;
/* How many wait for something that this account may do.  *ret_handles: it may
 * have part in reports at all. */
bool case_waiting(struct house *, struct arena *, int64_t organisation,
    int64_t account, int64_t today, bool *ret_handles, int64_t *ret,
    struct err *) MUST_USE;

/* Whom this case waits for: those in its path who are asked. */
struct case_asked {
	int64_t *account;
	size_t n;
};

bool case_asked(const struct deed *, int64_t id, struct case_asked *ret,
    struct err *) MUST_USE;
/* How many cases that this account had worked on were decided by others after
 * `since`; of those that still lead to it. */
bool case_outcomes(struct house *, struct arena *, int64_t organisation,
    int64_t account, int64_t today, int64_t since, int64_t *ret,
    struct err *) MUST_USE;

/* Whether anybody would read a report about those who direct. */
bool case_reached(struct house *, struct arena *, int64_t organisation,
    int64_t today, bool *ret, struct err *) MUST_USE;

/* ---- one ---- */

/* The case, if its path leads to who does the deed. */
bool case_enter(const struct deed *, int64_t id, struct case_head *ret,
    struct err *) MUST_USE;

/* Reading is written down: once a day for each person. */
bool case_read(const struct deed *, int64_t id, struct case_page *ret,
    struct err *) MUST_USE;

bool case_take(const struct deed *, int64_t id, struct err *) MUST_USE;
bool case_leave(const struct deed *, int64_t id, struct err *) MUST_USE;
/* Would rather not look after it: somebody else is asked, unless all of the
 * path would rather not.  No reason, and nothing of it stays after the
 * decision.
 */
bool case_pass(const struct deed *, int64_t id, struct err *) MUST_USE;
bool case_note(
    const struct deed *, int64_t id, str words, struct err *) MUST_USE;
/* An event that only those who handle it read. */
bool case_write(const struct deed *, int64_t id, enum story_deed, str detail,
    str words, struct err *) MUST_USE;

struct case_whom {
	struct case_person_line *v;
	size_t n;
};

/* Whom it is about. */
bool case_whom(const struct deed *, int64_t id, struct case_whom *ret,
    struct err *) MUST_USE;
/* One reporter reads it, or all. */
bool case_ask(const struct deed *, int64_t id, int64_t told, str words,
    struct err *) MUST_USE;
/* It is about this member of the staff too: the path changes at once. */
bool case_name(
    const struct deed *, int64_t id, int64_t account, struct err *) MUST_USE;
/* reasons: all reporters read them. */
bool case_decide(const struct deed *, int64_t id, enum case_outcome,
    str reasons, struct err *) MUST_USE;
/* The second look, by somebody else than who decided: ERR_DENIED. */
bool case_decide_again(const struct deed *, int64_t id, enum case_outcome,
    str reasons, struct err *) MUST_USE;

#endif
