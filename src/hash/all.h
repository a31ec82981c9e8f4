/*
 * all — every hash of one picture while its pixels are read once: PDQ turned
 * all eight ways and the small hashes that are asked for, each the same bits as
 * pdq_block and phash_all give alone.
 */
#ifndef HASH_ALL_H
#define HASH_ALL_H

#include "hash/pdq.h"
#include "hash/phash.h"

/* Those that lists hold: pHash of both programs, aHash, and dHash of both
 * directions and sizes. */
#define HASH_ALL_USUAL                                               \
	(1u << PHASH | 1u << PHASH_ORG | 1u << AHASH | 1u << DHASH | \
	    1u << DHASH16 | 1u << DHASH_VERTICAL | 1u << DHASH_VERTICAL16)
#define HASH_ALL_ALIGN 64

struct hash_all {
	/* turn[PDQ_ORIGINAL] and the quality are those of the one hash, which
	 * of a 64 x 64 picture is made without smoothing; other turns are made
	 * from `block`, with it. */
	struct pdq_block block;
	struct pdq_hash turn[PDQ_TURNS];
	int quality;
	enum pdq_reason reason; /* by PDQ_QUALITY_MIN */
	struct phash small[PHASH_KINDS];
};

/* Bytes of workspace, aligned to HASH_ALL_ALIGN. */
size_t hash_all_work_bytes(uint32_t width, uint32_t height);

/* kinds: bits 1 << enum phash_kind; small[] of others stays.  ERR_INPUT,
 * ERR_LIMIT: pixels_check, or a workspace that is too small. */
bool hash_all(const struct pixels *, enum pdq_pipeline, unsigned kinds,
    void *work, size_t work_bytes, struct hash_all *ret, struct err *) MUST_USE;

#endif
