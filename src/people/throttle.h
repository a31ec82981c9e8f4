/*
 * throttle — the longer somebody guesses, the longer each guess takes, and
 * nobody is ever locked out for good.
 *
 * Failures are counted by keyed digest of what is guessed at and from where.
 * A person is met by three counters at sign-in: that login from that address
 * is slowed soon and much; an address, and a login from anywhere, are slowed
 * later, and a login from anywhere by a minute at most, so that a stranger
 * cannot keep its owner out.  A day without a failure forgets them.
 */
#ifndef PEOPLE_THROTTLE_H
#define PEOPLE_THROTTLE_H

#include "house/house.h"

enum throttle {
	THROTTLE_LOGIN_HERE, /* a login from one address */
	THROTTLE_LOGIN,      /* a login from anywhere */
	THROTTLE_ADDRESS,    /* any login from one address */
	THROTTLE_SECOND,     /* the second factor of one account */
	THROTTLE_UNLOCK,     /* the passphrase of a locked session */
	THROTTLE_LETTER,     /* codes of letters from one address */
	THROTTLE_REPORT,     /* reports of strangers from one address */
	THROTTLE_CHILD,      /* the same, on the page for children: a house
				shares one address */
	THROTTLE_RECEIPT,    /* codes of receipts from one address */
	THROTTLE_CUSTODY,    /* the passphrases of two custodians, on one seal */
	THROTTLES
};

/* Seconds to wait before the next try; 0: now.  Reads only. */
bool throttle_wait(struct house *, struct arena *, enum throttle, str key,
    int64_t now, int64_t *ret_wait_s, struct err *) MUST_USE;
/* One more failure.  The caller's transaction, or none. */
bool throttle_fail(struct house *, struct arena *, enum throttle, str key,
    int64_t now, struct err *) MUST_USE;
bool throttle_clear(struct house *, struct arena *, enum throttle, str key,
    struct err *) MUST_USE;

/* Seconds to wait after so many failures. */
int64_t throttle_delay(enum throttle, int64_t failures);

/* The part of an address that one subscriber holds: all of IPv4, the first
 * half of IPv6. */
str throttle_address(const uint8_t address[16]);

#endif
