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

/* *ret_secret "": there is none. */
bool address_of(const struct deed *, int64_t account, str *ret_secret,
    int64_t *ret_made_at, struct err *) MUST_USE;
/* Of the deed's actor, in the caller's transaction; the one before is over. */
bool address_make(const struct deed *, struct err *) MUST_USE;
bool address_end(const struct deed *, struct err *) MUST_USE;

/* Whose it is; *ret_account 0: nobody's. */
bool address_find(struct house *, struct arena *, str secret,
    int64_t *ret_account, int64_t *ret_organisation, struct err *) MUST_USE;

#endif
