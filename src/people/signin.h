/*
 * signin — a login and a passphrase, and what may happen next.
 *
 * An unknown login takes the same way and the same time as a known one and
 * gives the same answer; only who knows the passphrase hears that an account
 * waits or is suspended.  Staff always go on to the second factor, and set it
 * up at their first sign-in.
 */
#ifndef PEOPLE_SIGNIN_H
#define PEOPLE_SIGNIN_H

#include "people/session.h"

enum signin {
	SIGNIN_WRONG,
	SIGNIN_WAIT,      /* too many failures: wait_s */
	SIGNIN_PENDING,   /* right, but nobody has approved the account yet */
	SIGNIN_SUSPENDED, /* right, but the account is stopped */
	SIGNIN_DONE,
};

struct signin_result {
	enum signin answer;
	int64_t wait_s;
	int64_t account, organisation;
	bool staff;
	int factor; /* of the session to make: 1 when a second is to come */
	enum lang lang;
};

/* Begins and commits its own transaction: a failure counts, and the slow
 * check of the passphrase holds nobody up. */
bool signin_pass(struct house *, struct arena *, str login, str pass,
    const uint8_t address[16], int64_t now, struct signin_result *ret,
    struct err *) MUST_USE;

/* The session of a right answer; in the caller's transaction. */
bool signin_start(const struct deed *, const struct signin_result *,
    const struct session_origin *, struct session_new *ret,
    struct err *) MUST_USE;

/* The passphrase of somebody who is signed in: to unlock, to change it.
 * SIGNIN_DONE, _WRONG or _WAIT; its own transaction too. */
bool signin_again(const struct deed *, int64_t account, str pass,
    struct signin_result *ret, struct err *) MUST_USE;

#endif
