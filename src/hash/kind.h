/*
 * kind — every kind of hash that lists hold and the house compares: its stable
 * number and word, its size, how two are compared, and how they are written.
 *
 * Numbers stand in files and rows: never change one, never use one again.
 * A value is bytes in the order in which its hexadecimal digits are written.
 */
#ifndef HASH_KIND_H
#define HASH_KIND_H

#include "base/buf.h"
#include "hash/pdq.h"
#include "hash/phash.h"

enum hash_kind {
	HASH_NONE = 0,
	HASH_PDQ = 1,
	HASH_PHASH = 2,
	HASH_PHASH16 = 3,
	HASH_PHASH_SIMPLE = 4,
	HASH_PHASH_ORG = 5,
	HASH_AHASH = 6,
	HASH_AHASH16 = 7,
	HASH_DHASH = 8,
	HASH_DHASH16 = 9,
	HASH_DHASH_VERTICAL = 10,
	HASH_DHASH_VERTICAL16 = 11,
	HASH_MD5 = 16,
	HASH_SHA1 = 17,
	HASH_SHA256 = 18,
	HASH_PHOTODNA = 24,
	/* Of a video. */
	HASH_TMK = 32,
	HASH_VPDQ = 33,
	HASH_PHOTODNA_VIDEO = 34, /* kept as it came, compared byte for byte */
	HASH_KINDS = 40           /* above every number */
};

enum hash_metric {
	HASH_EQUAL,   /* the same bytes or not: distance 0 or 1 */
	HASH_BITS,    /* how many bits differ */
	HASH_SQUARES, /* sum of the squared differences of bytes */
	HASH_SCORES,  /* thousandths that level 2 (tmk.h) is short of 1 */
	HASH_FRAMES   /* vpdq.h */
};

/* The longest value of a fixed size; tmk and vpdq are files of their own. */
#define HASH_VALUE_MAX 144

struct hash_kind_facts {
	const char *name; /* the word of options, columns and --json */
	uint32_t bytes;   /* of a value; 0 when that varies */
	enum hash_metric metric;
	uint32_t distance;     /* at most: a match, unless the list says else */
	uint32_t distance_max; /* a list may say no more */
	bool of_video;
	bool computed; /* here; others are parsed and compared only */
};

/* NULL for a number that is no kind. */
const struct hash_kind_facts *hash_kind_facts(enum hash_kind);
/* By its word, in any case, « - » as good as « _ » or nothing: SHA-256. */
bool hash_kind_of(str name, enum hash_kind *ret) MUST_USE;

static inline enum hash_kind
hash_kind_of_phash(enum phash_kind k)
{
	return (enum hash_kind)(HASH_PHASH + (int)k);
}

/* Whether values of this kind have a fixed size of at most HASH_VALUE_MAX. */
bool hash_kind_is_fixed(enum hash_kind);

/* A value as lists write it, blanks around it: hexadecimal digits of either
 * case; base64 except for digests; PhotoDNA also as 144 numbers between commas.
 * False for anything else, and for kinds that are not fixed. */
bool hash_value_parse(
    enum hash_kind, str, uint8_t ret[HASH_VALUE_MAX]) MUST_USE;
/* n bytes in base64, of either alphabet, with or without « = » behind them; the
 * bits that are left over are zero.  False: anything else. */
bool hash_base64_read(str, uint8_t *ret, size_t n) MUST_USE;
/* Lower-case hexadecimal digits; PhotoDNA in base64. */
void hash_value_text(enum hash_kind, const uint8_t *value, struct buf *);

/* Of two values of a fixed kind. */
uint32_t hash_value_distance(
    enum hash_kind, const uint8_t *a, const uint8_t *b);

/* PDQ's words as its 32 bytes, and back. */
void pdq_bytes(const struct pdq_hash *, uint8_t ret[PDQ_BITS / 8]);
struct pdq_hash pdq_of_bytes(const uint8_t bytes[PDQ_BITS / 8]);

#endif
