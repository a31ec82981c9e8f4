/*
 * vapid — who sends, said to a push service: a token signed by the house's own
 * key, for that service alone and for half a day (RFC 8292, ES256 of RFC 7518).
 *
 * The key is derived from the organisation's, so it is there from its first
 * day, is in a backup as that one is, and ends with it.  It can be made anew,
 * any number of times; an older one is there as long as a browser knows it.
 */
#ifndef PUSH_VAPID_H
#define PUSH_VAPID_H

#include "base/arena.h"
#include "push/curve.h"

#define VAPID_LASTS_S 43200 /* RFC 8292 allows a day */
#define VAPID_MAX 1400      /* bytes of the value of Authorization */

/* number: how often it was made anew, from 0. */
struct curve_key *vapid_key(
    const struct key *organisation, int64_t number, struct err *) MUST_USE;

/* What a page gives to PushManager.subscribe: the point in base64url. */
str vapid_public(struct arena *, const struct curve_key *);

/* "vapid t=…, k=…".  audience: the origin of the service; subject: mailto: or
 * https, how whoever runs the service reaches who runs this. */
bool vapid_write(struct arena *, const struct curve_key *, str audience,
    str subject, int64_t now, str *ret, struct err *) MUST_USE;

#endif
