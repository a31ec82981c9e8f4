/*
 * index — every hash of every list in one read-only file, and all entries that
 * lie within a list's distance of a hash: exact, never a guess.
 *
 * Values are bytes in the order of their hexadecimal digits (hash/kind.h).
 * Kinds that differ by bits are found through the ring form of the pigeonhole
 * principle (Qin and Xiao, « Pigeonring », 2018): with m chunks of 16 bits and
 * thresholds t that sum to radius - m + 1, some chunk and every run of chunks
 * that begins with it differ by no more than their thresholds plus the run's
 * length less one.  Digests are found by their order, PhotoDNA by a scan.
 *
 * A file is little-endian and of one version; it is checked whole when it is
 * opened, and what it says is checked again where it is used, so that a file
 * made by an enemy gives wrong answers at worst.  It must not be changed while
 * it is open: write another one aside and rename.
 */
#ifndef MATCH_INDEX_H
#define MATCH_INDEX_H

#include "base/err.h"
#include "base/str.h"
#include "hash/kind.h"

#define MATCH_INDEX_LISTS_MAX 4096
#define MATCH_INDEX_PROVENANCE_MAX 199
#define MATCH_INDEX_VALUES_MAX ((uint64_t)UINT32_MAX - 64) /* of one kind */

struct match_index_list {
	uint32_t number; /* the caller's; lists are told apart by it */
	bool enabled;
	/* At most: a match.  Of HASH_VPDQ it is the frames' distance. */
	uint32_t distance[HASH_KINDS];
	float level1, level2; /* of HASH_TMK: at least */
	char provenance[MATCH_INDEX_PROVENANCE_MAX + 1]; /* where it is from */
};

/* Enabled, with the distances that the kinds themselves say. */
void match_index_list_init(struct match_index_list *, uint32_t number);
/* ERR_INPUT: a distance over hash_kind_facts()->distance_max. */
bool match_index_list_check(
    const struct match_index_list *, struct err *) MUST_USE;

struct match_index_hit {
	uint32_t query; /* which of the values that were asked */
	uint32_t list, entry;
	uint32_t distance;
	uint64_t place; /* of the stored value, the same for every query */
};

/* Hits grow up to a maximum; then the query ends with ERR_LIMIT. */
struct match_index_hits {
	struct match_index_hit *v;
	size_t n, cap, max;
};

#define MATCH_INDEX_HITS(m) ((struct match_index_hits){.max = (m)})
void match_index_hits_done(struct match_index_hits *); /* fit for CLEANUP */
/* By query, then distance, list, entry and place. */
void match_index_hits_sort(struct match_index_hits *);

/* What may be hit.  Zeroes, or NULL: every enabled list, each within its own
 * distance. */
struct match_index_scope {
	const uint32_t *list; /* only these numbers, of which are enabled */
	size_t n_lists;       /* 0: all */
	bool one_distance;    /* `distance` instead of the lists' own */
	uint32_t distance;
};

struct match_index;

enum match_index_memory {
	MATCH_INDEX_MAPPED, /* pages of the file, shared and given back at need
			     */
	MATCH_INDEX_COPIED, /* memory of our own in large pages: faster */
};

/* The file is mapped or copied whole; fd may be closed at once.  ERR_CORRUPT
 * names the place of the first bytes that are not what was written. */
struct match_index *match_index_open(
    int fd, enum match_index_memory, struct err *) MUST_USE;
void match_index_free(struct match_index *); /* NULL is fine */
/* Gives back about so many bytes of one that is not asked any more: a large one
 * at once takes a tenth of a second and more.  False: free it, the rest is
 * nothing. */
bool match_index_shrink(struct match_index *, size_t bytes);

DEFINE_OWNED(match_index)

/* The same a slice at a time, for who has other things to do meanwhile. */
struct match_opening;

struct match_opening *match_opening_new(
    int fd, enum match_index_memory, struct err *) MUST_USE;
void match_opening_free(struct match_opening *); /* NULL is fine */
/* Checks about so many bytes more.  *ret: the index when all are checked, and
 * then this is not called again; NULL before. */
bool match_opening_step(struct match_opening *, uint64_t bytes,
    struct match_index **ret, struct err *) MUST_USE;

DEFINE_OWNED(match_opening)

uint64_t match_index_generation(const struct match_index *);
/* Values of a kind; HASH_NONE: of all. */
uint64_t match_index_values(const struct match_index *, enum hash_kind);
uint64_t match_index_bytes(const struct match_index *);
size_t match_index_lists(
    const struct match_index *, const struct match_index_list **ret);

/* n values of a fixed kind, or PDQ hashes of frames for HASH_VPDQ, one after
 * another.  Hits are added in no order; values that stand several times are hit
 * several times.  ERR_INPUT: a kind that is not compared so; ERR_LIMIT: too
 * many hits. */
bool match_index_query(const struct match_index *, enum hash_kind,
    const uint8_t *values, size_t n, const struct match_index_scope *,
    struct match_index_hits *, struct err *) MUST_USE;

/* The same hits, for very many values at once (from some
 * thousands on): walks through the index once instead of once per value, with
 * about 60 bytes of memory for each. */
bool match_index_join(const struct match_index *, enum hash_kind,
    const uint8_t *values, size_t n, const struct match_index_scope *,
    struct match_index_hits *, struct err *) MUST_USE;

#endif
