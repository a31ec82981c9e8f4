/*
 * code — which of its two variants each segment of a picture is served in, for
 * one account: a fingerprint that survives families putting copies together.
 *
 * Construction: G. Tardos, « Optimal probabilistic fingerprint codes », STOC
 * 2003.  Every position has a secret bias p; an account's bit there is 1 with
 * probability p, independent of everything else.  The biases are the discrete
 * ones of K. Nuida, S. Fujitsu, M. Hagiwara, T. Kitagawa, H. Watanabe,
 * K. Ogawa and H. Imai, « An improvement of discrete Tardos fingerprinting
 * codes », Designs, Codes and Cryptography 52 (2009), for four colluders: they
 * replace Tardos's continuous density and its cut-off, and more colluders only
 * make the same code weaker, not wrong.  accuse.h tells how it is read.
 *
 * Nothing is stored.  Biases and bits are drawn from the organisation's mark
 * key (keyed BLAKE2b, ChaCha20): with it both are found again for any account,
 * without it they are noise, and nothing in a file tells who an account is.
 */
#ifndef MARK_CODE_H
#define MARK_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/key.h"

#define MARK_LENGTH_MAX 65536 /* positions of one code */
#define MARK_BIASES 2

/* The code of one rendition: wiped with mark_code_done. */
struct mark_code {
	struct key secret;
};

/* key: the organisation's, derived for marks and for nothing else.  side: the
 * name of the rendition, its longest side as asked for (2048, 1024, 320). */
void mark_code_init(
    struct mark_code *, const struct key *key, int64_t medium, uint32_t side);
void mark_code_done(struct mark_code *);

/* ret[i]: 0 for variant A of segment i, 1 for B, for n <= MARK_LENGTH_MAX
 * segments.  A longer n begins with the same bits. */
void mark_code_bits(
    const struct mark_code *, int64_t account, size_t n, uint8_t *ret);

/* ret[i]: the bias of segment i, an index of mark_code_bias. */
void mark_code_biases(const struct mark_code *, size_t n, uint8_t *ret);

/* The probability of bit 1, exactly: a multiple of 1/65536. */
extern const double mark_code_bias[MARK_BIASES];

#endif
