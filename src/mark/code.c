#include "mark/code.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define ONE 65536.0 /* of the probabilities */
#define CHUNK 1024  /* positions that are drawn at a time */

/* Nuida and others 2009 for three and four colluders: the zeros of the second
 * Legendre polynomial, (1 -+ 1/sqrt(3)) / 2, equally often. */
static const uint16_t one_below[MARK_BIASES] = {13849, 51687};
const double mark_code_bias[MARK_BIASES] = {13849 / ONE, 51687 / ONE};

struct draw {
	struct key secret;
	uint64_t block; /* of 64 bytes of the stream */
};

static void
draw_init(struct draw *d, const struct key *k, const char *use, int64_t who)
{
	char what[48];

	(void)snprintf(what, sizeof(what), "%s %" PRId64, use, who);
	key_derive(k, what, &d->secret);
	d->block = 0;
}

static void
draw_done(struct draw *d)
{
	key_done(&d->secret);
}

/* The next bytes; n is a multiple of 64. */
static void
draw_bytes(struct draw *d, uint8_t *ret, size_t n)
{
	static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

	memset(ret, 0, n);
	(void)crypto_stream_chacha20_xor_ic(
	    ret, ret, n, nonce, d->block, d->secret.b);
	d->block += n / 64;
}

void
mark_code_init(
    struct mark_code *c, const struct key *key, int64_t medium, uint32_t side)
{
	char what[64];

	(void)snprintf(
	    what, sizeof(what), "mark code %" PRId64 " %" PRIu32, medium, side);
	key_derive(key, what, &c->secret);
}

void
mark_code_done(struct mark_code *c)
{
	key_done(&c->secret);
}

void
mark_code_biases(const struct mark_code *c, size_t n, uint8_t *ret)
{
	CLEANUP(draw_done) struct draw d;

	assert(n <= MARK_LENGTH_MAX);
	draw_init(&d, &c->secret, "biases", 0);
	for (size_t at = 0; at < n; at += CHUNK) {
		uint8_t bits[CHUNK];
		size_t end = n - at < CHUNK ? n - at : CHUNK;

		draw_bytes(&d, bits, sizeof(bits));
		for (size_t i = 0; i < end; i++)
			ret[at + i] = bits[i] & 1;
	}
}

static void
bits_of(struct draw *d, size_t n, uint8_t *ret)
{
	uint8_t drawn[2 * CHUNK];

	draw_bytes(d, drawn, sizeof(drawn));
	for (size_t i = 0; i < n; i++) {
		unsigned v = drawn[2 * i] | (unsigned)drawn[2 * i + 1] << 8;

		ret[i] = v < one_below[ret[i]];
	}
	sodium_memzero(drawn, sizeof(drawn));
}

void
mark_code_bits(
    const struct mark_code *c, int64_t account, size_t n, uint8_t *ret)
{
	CLEANUP(draw_done) struct draw d;

	mark_code_biases(c, n, ret);
	draw_init(&d, &c->secret, "account", account);
	for (size_t at = 0; at < n; at += CHUNK)
		bits_of(&d, n - at < CHUNK ? n - at : CHUNK, ret + at);
}
