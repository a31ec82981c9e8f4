/*
 * route — whom a report reaches.
 *
 * One law: nobody who is named in a report or implied by it, nor anyone below
 * or beside them, is in its path.  The path is also who is told, who reads its
 * log and whose numbers it is counted in: there is no other list.
 *
 * Pure: people and the matter go in, the path comes out, and it is worked out
 * again each time that it is asked for, so it follows every change of duty.
 * Who was barred when the report was made stays barred (route_matter.barred).
 *
 * Below somebody is who answers to them: the team to a lead and to a director,
 * a lead to the directors.  Somebody independent was named by those who govern
 * the organisation and answers to nobody in it.  Beside somebody is who has the
 * same rank, who works with a group of theirs or of the matter, or who is an
 * adult of a child of theirs or of the matter.
 */
#ifndef REPORT_ROUTE_H
#define REPORT_ROUTE_H

#include "base/arena.h"
#include "base/err.h"

/* In the order of duty: who has a higher one has it over the lower ones. */
enum route_rank {
	ROUTE_FAMILY, /* guardians, relatives, children: over nobody */
	ROUTE_TEAM,
	ROUTE_LEAD, /* for safeguarding */
	ROUTE_DIRECTOR,
	ROUTE_OUTSIDE, /* the contact outside of the organisation */
};

enum route_tie_kind { ROUTE_GROUP, ROUTE_CHILD };

/* Somebody works with a group, or is an adult of a child. */
struct route_tie {
	enum route_tie_kind kind;
	int64_t account, id;
};

struct route_person {
	int64_t account;
	enum route_rank rank;
	bool independent; /* an outside contact always is */
	bool handles;     /* is active, and her check holds today */
};

struct route_house {
	const struct route_person *person; /* by account, each once */
	size_t n_person;
	const struct route_tie *tie;
	size_t n_tie;
};

struct route_matter {
	int64_t reporter;     /* 0: is no account, or did not say */
	const int64_t *about; /* accounts, named and implied */
	size_t n_about;
	const int64_t *barred;
	size_t n_barred;
	const struct route_tie *place; /* groups and children that it is about;
					  account is not read */
	size_t n_place;
};

enum route_why { /* somebody is not in the path */
	ROUTE_MAY,
	ROUTE_NO_HANDLER,
	ROUTE_REPORTER,
	ROUTE_ABOUT,
	ROUTE_BARRED, /* since the report was made */
	ROUTE_BELOW,
	ROUTE_BESIDE,
};

/* Why this person may not have part in the matter; a stranger is
 * ROUTE_NO_HANDLER. */
enum route_why route_why(
    const struct route_house *, const struct route_matter *, int64_t account);

/* The same, whether or not this person could be asked today. */
enum route_why route_tied(
    const struct route_house *, const struct route_matter *, int64_t account);

/* How many people a report should reach: one reads it, another looks again. */
#define ROUTE_ENOUGH 2

/*
 * Accounts in the order in which they are asked: the leads, then those of the
 * team who were named for it; where these are fewer than ROUTE_ENOUGH the
 * directors too, then the outside contacts.  Empty: nobody inside may read it,
 * and who reports is told so, with the ways that lead outside.
 */
struct route {
	int64_t *account;
	size_t n;
};

bool route_of(struct arena *, const struct route_house *,
    const struct route_matter *, struct route *ret, struct err *) MUST_USE;
bool route_has(const struct route *, int64_t account);

/* Whether this account is asked: told, and counted what waits.  In the path,
 * and not among those who would rather not, unless these are all of it. */
bool route_asks(
    const struct route *, const int64_t *aside, size_t n, int64_t account);

#endif
