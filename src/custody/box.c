#include "custody/box.h"

#include <sodium.h>
#include <stdio.h>

#include "base/num.h"
#include "crypto/sum.h"

#define PASSES 3

_Static_assert(BOX_SALT == crypto_pwhash_SALTBYTES, "Argon2id's salt");
_Static_assert(BOX_PUBLIC == crypto_box_PUBLICKEYBYTES, "X25519");
_Static_assert(KEY_BYTES == crypto_box_SECRETKEYBYTES, "X25519");
_Static_assert(BOX_SEALED == KEY_BYTES + crypto_box_SEALBYTES, "one box");
_Static_assert(BOX_NESTED == BOX_SEALED + crypto_box_SEALBYTES, "two boxes");

void
box_pair_done(struct box_pair *p)
{
	sodium_memzero(p, sizeof(*p));
}

bool
box_pair_of(
    str pass, const uint8_t salt[BOX_SALT], struct box_pair *ret, struct err *e)
{
	CLEANUP(key_done) struct key seed;

	if (crypto_pwhash(seed.b, sizeof(seed.b), pass.p, pass.n, salt, PASSES,
		crypto_pwhash_MEMLIMIT_INTERACTIVE,
		crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_set(e, ERR_LIMIT, "no memory for a passphrase");
	(void)crypto_box_seed_keypair(ret->public, ret->secret.b, seed.b);
	return true;
}

static bool
box_bytes(const uint8_t *p, size_t n, const uint8_t to[BOX_PUBLIC],
    uint8_t *ret, struct err *e)
{
	return crypto_box_seal(ret, p, n, to) == 0 ||
	       err_set(e, ERR_INPUT, "this is no public key");
}

bool
box_to_one(const struct key *k, const uint8_t to[BOX_PUBLIC],
    uint8_t ret[BOX_SEALED], struct err *e)
{
	return box_bytes(k->b, sizeof(k->b), to, ret, e);
}

bool
box_to_two(const struct key *k, const uint8_t inner[BOX_PUBLIC],
    const uint8_t outer[BOX_PUBLIC], uint8_t ret[BOX_NESTED], struct err *e)
{
	uint8_t in[BOX_SEALED];

	return box_bytes(k->b, sizeof(k->b), inner, in, e) &&
	       box_bytes(in, sizeof(in), outer, ret, e);
}

static bool
open_bytes(
    str box, size_t n, const struct box_pair *with, uint8_t *ret, struct err *e)
{
	if (box.n != n + crypto_box_SEALBYTES)
		return err_set(e, ERR_CORRUPT, "this is no box");
	return crypto_box_seal_open(ret, (const uint8_t *)box.p, box.n,
		   with->public, with->secret.b) == 0 ||
	       err_set(e, ERR_DENIED, "it does not open with that key");
}

bool
box_open_one(
    str box, const struct box_pair *with, struct key *ret, struct err *e)
{
	return open_bytes(box, sizeof(ret->b), with, ret->b, e);
}

bool
box_open_two(str box, const struct box_pair *inner,
    const struct box_pair *outer, struct key *ret, struct err *e)
{
	uint8_t in[BOX_SEALED];

	return open_bytes(box, sizeof(in), outer, in, e) &&
	       box_open_one((str){(const char *)in, sizeof(in)}, inner, ret, e);
}

void
box_fingerprint(const uint8_t public[BOX_PUBLIC], char ret[BOX_FINGERPRINT])
{
	OWNED(sum) sum = sum_new(SUM_SHA256);
	uint8_t d[SUM_MAX];

	sum_add(sum, public, BOX_PUBLIC);
	sum_end(sum, d);
	(void)snprintf(ret, BOX_FINGERPRINT,
	    "%02x%02x %02x%02x %02x%02x %02x%02x", d[0], d[1], d[2], d[3], d[4],
	    d[5], d[6], d[7]);
}

bool
box_public_of(str typed, uint8_t ret[BOX_PUBLIC], struct err *e)
{
	uint8_t probe[crypto_box_SEALBYTES + 1], public[BOX_PUBLIC];
	char hex[2 * BOX_PUBLIC];
	size_t n = 0;

	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];

		if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
			continue;
		if (n == sizeof(hex))
			return err_set(e, ERR_INPUT, "too long for a key");
		hex[n++] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
	}
	if (!num_hex((str){hex, n}, public, sizeof(public)) ||
	    crypto_box_seal(probe, public, 1, public) != 0)
		return err_set(e, ERR_INPUT, "this is no public key");
	memcpy(ret, public, sizeof(public));
	return true;
}
