/*
 * roll — the register of those who handle reports: how each was chosen and by
 * whom, what was checked and until when, what was learnt, from when to when,
 * and whom to call when the work weighs on them.
 *
 * A right ends by itself with the earliest of its days: the case, the list and
 * the number ask at each click (sql/report.sql, route_people; sql/handler.sql,
 * handler_staff).  A day is the last one on which it holds, by the clock of the
 * organisation.  Every change is a new row and a line of the audit; the texts
 * go with the account's name.
 */
#ifndef REPORT_ROLL_H
#define REPORT_ROLL_H

#include "people/deed.h"

#define ROLL_TEXT_MAX 500 /* code points */
#define ROLL_DAYS_MAX 3653

enum roll_end { ROLL_OPEN, ROLL_BY_CHECK, ROLL_BY_TRAINING, ROLL_BY_END };

/* What is written; DB_NULL: no such day. */
struct roll_facts {
	bool paid;
	int64_t begins_on, ends_on, checked_until_on, trained_on,
	    trained_until_on;
	str selected, training, clearance, wellbeing;
};

struct roll_line {
	int64_t account;
	str name, role, standing; /* standing empty: by her role alone */
	bool written;             /* there is an entry; else no facts */
	int64_t written_at;
	str writer;
	struct roll_facts facts;
	int64_t checked_until_on; /* the earlier of both; DB_NULL: none */
	int64_t last_on;          /* of the right; DB_NULL: none */
	enum roll_end by;
};

struct roll {
	struct roll_line *v;
	size_t n;
};

/* Those who may have part in reports, or would on another day. */
bool roll_list(const struct deed *, struct roll *ret, struct err *) MUST_USE;
/* ERR_NOT_FOUND: this account has no part in reports. */
bool roll_get(const struct deed *, int64_t account, struct roll_line *ret,
    struct err *) MUST_USE;
/* In the caller's transaction.  ERR_INPUT: days that do not follow each other.
 */
bool roll_write(const struct deed *, int64_t account, const struct roll_facts *,
    struct err *) MUST_USE;

/* The earliest of the days; pure. */
enum roll_end roll_last(int64_t checked_until_on, int64_t trained_until_on,
    int64_t ends_on, int64_t *ret_on);

/* Does she do it as paid work?  A volunteer while nobody wrote otherwise. */
bool roll_paid(struct house *, struct arena *, int64_t account, bool *ret,
    struct err *) MUST_USE;

/* How many rights of that list have their day of warning, or their last one,
 * after `since` and until today: of one account, or of all for who directs. */
size_t roll_ending(const struct roll *, int64_t account, bool all,
    int64_t warn_days, int64_t since, int64_t today);

#endif
