/*
 * invitation — a letter to an adult of a family, or a link for staff: for one
 * person, used once, with an end.
 *
 * The code is on the paper and nowhere else, we keep its digest; printing a
 * letter again therefore makes a new code and the older one is worth nothing.
 * A family's account then waits for approval; who invites staff has approved.
 */
#ifndef PEOPLE_INVITATION_H
#define PEOPLE_INVITATION_H

#include "people/account.h"

#define INVITATION_GROUP 4 /* signs between two dashes, five groups in all */

enum invitation_state {
	INVITATION_UNKNOWN,
	INVITATION_OPEN,
	INVITATION_USED,
	INVITATION_REVOKED,
	INVITATION_EXPIRED,
};

struct invitation {
	enum invitation_state state;
	int64_t id, organisation;
	int64_t guardian;   /* 0: staff */
	str role;           /* staff */
	str name;           /* whole */
	int64_t created_by; /* 0: the command line */
	enum lang lang;     /* as the roster knows it */
	str email, phone;   /* the same */
};

/* typed: as copied from the letter.  Not found is a state, not an error. */
bool invitation_find(struct house *, struct arena *, str typed, int64_t now,
    struct invitation *ret, struct err *) MUST_USE;

struct invitation_new {
	int64_t id, expires_at;
	str code;    /* grouped */
	str address; /* conf.url and /join/code, for the QR code */
};

/* ERR_CONFLICT: has an account, or no child to see anything of. */
bool invitation_for_guardian(const struct deed *, int64_t guardian,
    struct invitation_new *ret, struct err *) MUST_USE;
bool invitation_for_staff(const struct deed *, str name, str role,
    struct invitation_new *ret, struct err *) MUST_USE;
bool invitation_revoke(const struct deed *, int64_t id, struct err *) MUST_USE;

struct joiner {
	str login, pass_hash, email, phone;
	enum lang lang;
};

/* Makes the account and spends the invitation; ERR_CONFLICT when somebody was
 * faster.  *ret_taken: the login is, and nothing was done. */
bool invitation_join(const struct deed *, const struct invitation *,
    const struct joiner *, int64_t *ret_account, bool *ret_taken,
    struct err *) MUST_USE;

/* What an account is called until the roster's name is said: the first word. */
str invitation_first_name(str name);

#endif
