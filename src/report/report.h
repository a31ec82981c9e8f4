/*
 * report — somebody says that something is wrong.
 *
 * A report opens a case, or joins the one that is open about the same thing.
 * Who is named or implied is written down with it, and so is who stands below
 * or beside them: from then on the path (route.h) leads around them.  Who has
 * no account, or does not wish to be known, gets a code to come back with; only
 * its digest is kept.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "report/category.h"
#include "report/story.h"

#define REPORT_WORDS_MAX 4000 /* code points */
#define REPORT_CONTACT_MAX 200
#define REPORT_RECEIPT_SIGNS 20 /* 100 bits */

/* Whom it is about, said by their function. */
enum report_function {
	REPORT_OF_DIRECTOR = 1,
	REPORT_OF_LEAD = 2,
	REPORT_OF_TEAM = 4 /* one of them, and it is not said which */
};

enum report_subject {
	REPORT_NOTHING, /* words alone */
	REPORT_MEDIUM,
	REPORT_POST,
	REPORT_ACCOUNT
};

struct report_new {
	const struct category *category;
	str who;          /* of the table report: "guardian", "public" … */
	int64_t reporter; /* 0: has no account, or is not to be known */
	/* Never shown and not kept as the reporter; the path leads around it.
	 */
	int64_t unsaid;
	enum lang lang;
	int hours_max; /* within which it is answered; 0: as its category says
			*/
	str words, contact;
	enum report_subject subject_kind;
	int64_t subject;
	unsigned functions;             /* of report_function */
	const int64_t *named, *implied; /* accounts */
	size_t n_named, n_implied;
	const int64_t *group, *child; /* that it is about */
	size_t n_group, n_child;
};

struct report_made {
	int64_t case_file;
	bool joined;
	bool nobody; /* inside, who may read it */
	str number;  /* of the case, as people quote it */
	str receipt; /* as typed, without dashes; {0}: there is a reporter */
};

/* In the caller's transaction. */
bool report_make(const struct deed *, const struct report_new *,
    struct report_made *ret, struct err *) MUST_USE;

/* ---- what its reporter reads ---- */

struct report_seen {
	int64_t id, case_file, made_at;
	const struct category *category;
	str words;
	struct story story; /* only what is told; without any name */
	/* How often it was read since, and when last: how often only, since who
	 * is in its path is not for everybody to know. */
	int64_t reads, read_at; /* DB_NULL: never */
	bool decided, again_wanted, again_done;
	str outcome;
};

/* By the code, typed as it may be; or by the account.  Unknown: ERR_NOT_FOUND.
 */
bool report_by_receipt(struct house *, struct arena *,
    const struct organisation *, str typed, struct report_seen *ret,
    struct err *) MUST_USE;
bool report_by_reporter(struct house *, struct arena *,
    const struct organisation *, int64_t account, int64_t report,
    struct report_seen *ret, struct err *) MUST_USE;

/* A reporter adds something; or wants a second look, once, after a decision:
 * ERR_CONFLICT when there is none or it was asked for. */
bool report_answer(const struct deed *, const struct report_seen *, str words,
    struct err *) MUST_USE;
bool report_ask_again(const struct deed *, const struct report_seen *,
    str words, struct err *) MUST_USE;

#endif
