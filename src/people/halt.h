/*
 * halt — whom it takes to stop an account, or to close it.
 *
 * One person, who may; but that of somebody independent, or of the contact from
 * outside, two people stop: they read reports about those who direct
 * (report/route.h), who could else send away who reads one about them.  It
 * holds whether there is a report or not, so it tells nothing of one.
 *
 * The first person asks, and the account is signed out everywhere: a stolen
 * telephone opens nothing any more.  The second is who it is about, a director,
 * a lead or another handler; not whom the first let in, or named, within
 * HALT_KNOWN_DAYS.  What nobody agrees to lapses after HALT_DAYS.  The command
 * line needs nobody: it is another person's.  What a case decides about such a
 * person is held to the same in report/statement.h.
 */
#ifndef PEOPLE_HALT_H
#define PEOPLE_HALT_H

#include "people/deed.h"

#define HALT_DAYS 7
#define HALT_KNOWN_DAYS 30
#define HALT_DUTY_DAYS 365 /* a duty that was taken still takes two */

/* Whether it takes two, as said above. */
bool halt_needs_two(
    const struct deed *, int64_t account, bool *ret, struct err *) MUST_USE;

enum halt { HALT_SUSPEND, HALT_CLOSE };

/* What account_suspend or account_close does, or *ret_asked: somebody else has
 * to agree.  The same asked by two is agreed.  As these, ERR_CONFLICT when the
 * account is not in the state that it needs. */
bool halt_account(const struct deed *, int64_t account, enum halt,
    bool *ret_asked, struct err *) MUST_USE;

/* ERR_NOT_FOUND: nothing that the actor may agree to, or has asked. */
bool halt_agree(const struct deed *, int64_t account, struct err *) MUST_USE;
bool halt_withdraw(const struct deed *, int64_t account, struct err *) MUST_USE;

struct halt_line {
	int64_t account;
	enum halt what;
	str name, asker; /* whose account, and who asks */
	bool mine;       /* it is the viewer's own account */
	bool asked;      /* by the viewer */
	bool may;        /* the viewer can be the second */
};

struct halt_list {
	const struct halt_line *v;
	size_t n;
};

/* NULL: nothing was asked. */
const struct halt_line *halt_about(const struct halt_list *, int64_t account);

/* In the arena.  What the viewer has no part in (none of the three) is there
 * too: a director's page says that it was asked. */
bool halt_list(
    const struct deed *viewer, struct halt_list *ret, struct err *) MUST_USE;

#endif
