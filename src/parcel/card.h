/*
 * card — how one house is known to another: its name and two public keys, one
 * that only it opens what was sealed to (X25519), one by which it signs
 * (Ed25519).  Nothing of it is secret; that it is the right one, people compare
 * by its words.
 *
 * As text, one line: `PREAU1:<box>:<sign>:<check>:<name>`; keys in hexadecimal,
 * the check is the first four bytes of the SHA-256 of all else, against typing
 * errors.
 *
 * The words are 96 bits of BLAKE2b-256 over both keys, each 16 bits a word of
 * five letters that can be spoken in any language (« proquints », D. S.
 * Wilkerson, arXiv:0901.4016).
 */
#ifndef PARCEL_CARD_H
#define PARCEL_CARD_H

#include "base/arena.h"
#include "base/err.h"

#define CARD_KEY 32
#define CARD_NAME_MAX 120  /* code points */
#define CARD_TEXT_MAX 1024 /* bytes */
#define CARD_WORDS 6

struct card {
	uint8_t box[CARD_KEY], sign[CARD_KEY];
	str name; /* one line */
};

/* {0} past the arena's limit. */
str card_text(struct arena *, const struct card *);
str card_words(struct arena *, const struct card *);
/* Blanks and line ends around and in it do not count, but for the name's.
 * ERR_INPUT: no card, or mistyped. */
bool card_read(
    struct arena *, str text, struct card *ret, struct err *) MUST_USE;
/* By its keys alone: a house may change its name. */
bool card_same(const struct card *, const struct card *);

#endif
