/*
 * huffman — code tables that suit one picture and still hold every symbol that
 * a block quantised like it can have, so that whatever is drawn into it later
 * can be coded too.
 */
#ifndef SEGMENT_HUFFMAN_H
#define SEGMENT_HUFFMAN_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define HUFFMAN_BITS_MAX 16
#define HUFFMAN_AC 162 /* runs 0 to 15 x categories 1 to 10, EOB and ZRL */

/* The symbols that a table must hold. */
struct huffman_need {
	bool of[256];
};

/* Categories 0 to 11. */
void huffman_need_dc(struct huffman_need *ret);
/* limit: the greatest size of the n-th coefficient of the scan, at most 1023;
 * the first is DC's and not looked at. */
void huffman_need_ac(const uint16_t limit[64], struct huffman_need *ret);

struct huffman {
	uint8_t count[HUFFMAN_BITS_MAX + 1]; /* codes of each length */
	uint8_t symbol[HUFFMAN_AC];          /* by rising length */
	unsigned n;
	struct {
		uint16_t bits;
		uint8_t n; /* 0: no such symbol */
	} code[256];
};

/* Lengths that are best for these counts (at most HUFFMAN_BITS_MAX bits, none
 * of ones only: ITU-T T.81, K.2); what is needed and was not seen has long
 * ones.  What was seen is needed. */
void huffman_make(
    const struct huffman_need *, const uint32_t seen[256], struct huffman *ret);

/* From the body of a DHT behind its class byte.  ERR_CORRUPT when a symbol that
 * is needed is missing.  *io_s moves behind the table. */
bool huffman_read(const struct huffman_need *, str *io_s, struct huffman *ret,
    struct err *) MUST_USE;

#endif
