/*
 * huffman — code tables that suit one picture and still hold every symbol that
 * baseline JPEG has, so that whatever is drawn into it later can be coded too.
 */
#ifndef SEGMENT_HUFFMAN_H
#define SEGMENT_HUFFMAN_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define HUFFMAN_BITS_MAX 16
#define HUFFMAN_DC 12  /* symbols: categories 0 to 11 */
#define HUFFMAN_AC 162 /* runs 0 to 15 x categories 1 to 10, EOB and ZRL */

struct huffman {
	uint8_t count[HUFFMAN_BITS_MAX + 1]; /* codes of each length */
	uint8_t symbol[HUFFMAN_AC];          /* by rising length */
	unsigned n;
	struct {
		uint16_t bits;
		uint8_t n; /* 0: no such symbol */
	} code[256];
};

/* The symbols of one kind of table, HUFFMAN_DC or HUFFMAN_AC of them. */
bool huffman_is_symbol(unsigned kind, unsigned symbol);

/* Lengths that are best for these counts (at most HUFFMAN_BITS_MAX bits, none
 * of ones only: ITU-T T.81, K.2); each symbol of the kind counts once more. */
void huffman_make(unsigned kind, const uint32_t seen[256], struct huffman *ret);

/* From the body of a DHT behind its class byte.  ERR_CORRUPT when a symbol of
 * the kind is missing.  *io_s moves behind the table. */
bool huffman_read(
    unsigned kind, str *io_s, struct huffman *ret, struct err *) MUST_USE;

#endif
