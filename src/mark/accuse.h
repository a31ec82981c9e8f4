/*
 * accuse — which accounts a reading names, and how likely it is that a named
 * one is innocent.
 *
 * Whoever has nothing to do with a copy has bits that are independent of it:
 * 1 with the known bias of each segment.  For any functions f0, f1 >= 0 of what
 * was read, the factor f_bit / (p f1 + (1 - p) f0) has the mean 1 over an
 * innocent's bit, so the product over all segments has the mean 1, and by
 * Markov's inequality exceeds x with a probability of at most 1 / x: whatever
 * was read, however wrong the functions, without any law of large numbers
 * (an « e-value »: V. Vovk and R. Wang, Annals of Statistics 49, 2021).  Over
 * n accounts and k readings an accusation at x is wrong with a probability of
 * at most n k / x; it is made when that is MARK_WRONG_MAX or less.
 *
 * The better the functions, the larger the product of the guilty: they are the
 * likelihoods of what was read under attacks by one to five accounts (T.
 * Laarhoven, « Capacities and capacity-achieving decoders for various
 * fingerprinting games », IH&MMSec 2014: the decoder against interleaving holds
 * against every attack) with soft values (P. Meerwald and T. Furon, « Toward
 * practical joint decoding of binary Tardos fingerprinting codes », IEEE TIFS
 * 7, 2012).  A mean of products has the mean 1 too: over the attacks, and over
 * the channels (what is left of the mark, how noisy the copy is) that explain
 * the reading best whatever the bits; that is the score.
 */
#ifndef MARK_ACCUSE_H
#define MARK_ACCUSE_H

#include "base/arena.h"
#include "base/err.h"
#include "mark/code.h"
#include "mark/read.h"

#define MARK_WRONG_MAX 1e-9 /* of all accusations of one question */

struct mark_judge;

/* Nothing about accounts is in it.  NULL: no room. */
struct mark_judge *mark_judge_new(struct arena *, const struct mark_code *,
    const struct mark_reading *, struct err *);

/* The natural logarithm of the score of these bits, one a segment. */
double mark_judge_score(const struct mark_judge *, const uint8_t *bits);

/* At most this likely is it that an innocent among accounts, in one of
 * readings that are judged for one question, has this score: 0 to 1. */
double mark_judge_wrong(double score, size_t accounts, size_t readings);

#endif
