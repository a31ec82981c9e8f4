/*
 * second — the second factor: a code that changes every half minute (TOTP), or
 * one of ten recovery codes for the day the telephone is lost.
 *
 * A code is worth something once: the step it belongs to is remembered.  The
 * secret is offered first, sealed for that account, and kept only once a code
 * made with it was given back.
 */
#ifndef PEOPLE_SECOND_H
#define PEOPLE_SECOND_H

#include "crypto/totp.h"
#include "people/deed.h"

#define SECOND_RECOVERY_CODES 10

struct second_offer {
	uint8_t secret[TOTP_SECRET_BYTES];
	str sealed; /* hexadecimal, to come back with the code */
	str base32; /* to type instead of the picture */
	str uri;    /* what the picture says */
};

struct second_codes {
	str v[SECOND_RECOVERY_CODES]; /* grouped, shown once */
};

struct second_list {
	const str *v;
	size_t n;
};

static inline struct second_list
second_list(const struct second_codes *c)
{
	return (struct second_list){c->v, SECOND_RECOVERY_CODES};
}

/* login: what the telephone shows beside the code. */
bool second_offer_new(const struct deed *, int64_t account, str login,
    struct second_offer *ret, struct err *) MUST_USE;
/* The same offer again; ERR_INPUT when it is not ours, or another account's. */
bool second_offer_read(const struct deed *, int64_t account, str login,
    str sealed, struct second_offer *ret, struct err *) MUST_USE;
void second_offer_done(struct second_offer *); /* wipes */

/* Keeps the secret if the code is right; *ret_fine says so.  New recovery
 * codes replace the older ones. */
bool second_set(const struct deed *, int64_t account,
    const struct second_offer *, str code, bool *ret_fine,
    struct second_codes *ret, struct err *) MUST_USE;
/* Keeps a secret without asking for a code: for the demonstration. */
bool second_set_secret(const struct deed *, int64_t account,
    const uint8_t secret[TOTP_SECRET_BYTES], struct err *) MUST_USE;

bool second_codes_new(const struct deed *, int64_t account,
    struct second_codes *ret, struct err *) MUST_USE;
bool second_codes_left(
    const struct deed *, int64_t account, int64_t *ret, struct err *) MUST_USE;

enum second { SECOND_WRONG, SECOND_WAIT, SECOND_FINE };

struct second_result {
	enum second answer;
	int64_t wait_s;
};

/* typed: six digits, or a recovery code.  Inside a transaction that is
 * committed whatever the answer: a failure counts. */
bool second_check(const struct deed *, int64_t account, str typed,
    struct second_result *ret, struct err *) MUST_USE;

#endif
