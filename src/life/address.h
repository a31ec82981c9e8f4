/*
 * address — the secret address of an account's calendar, which programs fetch
 * without signing in.
 *
 * Stored are a random nonce and a digest of the secret; the secret is made of
 * the nonce by a key of the house, so that its owner can be shown it again and
 * the database alone does not tell it.  It ends when it is renewed or ended;
 * what it gives is decided anew at each fetch.
 */
#ifndef LIFE_ADDRESS_H
#define LIFE_ADDRESS_H

#include "people/deed.h"

#define ADDRESS_SIGNS 40 /* hex, of 160 bits */

/* What its calendar holds beside events. */
struct address_kinds {
	bool programme, menus, last_days;
};

struct address {
	str secret; /* "": there is none */
	int64_t made_at;
	struct address_kinds kinds;
};

struct address_owner {
	int64_t account; /* 0: nobody's */
	int64_t organisation;
	struct address_kinds kinds;
};

/* There is none: with the kinds that one begins with. */
bool address_of(const struct deed *, int64_t account, struct address *ret,
    struct err *) MUST_USE;
/* Of the deed's actor, in the caller's transaction; the one before is over. */
bool address_make(
    const struct deed *, const struct address_kinds *, struct err *) MUST_USE;
bool address_set(
    const struct deed *, const struct address_kinds *, struct err *) MUST_USE;
bool address_end(const struct deed *, struct err *) MUST_USE;

bool address_find(struct house *, struct arena *, str secret,
    struct address_owner *ret, struct err *) MUST_USE;

#endif
