/*
 * scan_ops — the loops of a search, in plain C and with the vectors of AVX2
 * and AVX-512; all come from scan_lanes.h and find the same.
 */
#ifndef MATCH_SCAN_OPS_H
#define MATCH_SCAN_OPS_H

#include <stddef.h>
#include <stdint.h>

struct scan_run {
	uint32_t begin, end; /* postings */
};

struct scan_pair {
	uint32_t query, row;
};

#define SCAN_STEP 32 /* a run appends at most as many at once */

struct scan_ops {
	const char *name;
	/* Postings of the runs whose chunk differs from q by at most `limit`
	 * bits; reads up to MATCH_OVERREAD bytes past a run.  Stops when less
	 * than SCAN_STEP is left of room: *n_runs says how many runs are done,
	 * the next one begins where it goes on. */
	size_t (*runs)(const uint16_t *next, struct scan_run *run,
	    size_t *n_runs, uint16_t q, unsigned limit, uint32_t *ret,
	    size_t room);
	/* Rows of *from to n - 1, of 1 or 4 words, that differ by at most
	 * `limit` bits.  Stops at `room` and leaves *from where it goes on. */
	size_t (*rows)(const uint64_t *rows, unsigned words, size_t *from,
	    size_t n, const uint64_t *q, unsigned limit, uint32_t *ret,
	    size_t room);
	/* Which of these rows differ from q by at most `limit` bits; they are
	 * moved to the front, the number of them is returned. */
	size_t (*check)(const uint64_t *rows, unsigned words, uint32_t *row,
	    size_t n, const uint64_t *q, unsigned limit);
	/* The same of rows and queries that are far from each other in memory;
	 * asks for them ahead. */
	size_t (*check_pairs)(const uint64_t *rows, const uint64_t *queries,
	    unsigned words, struct scan_pair *pair, size_t n, unsigned limit);
};

#define SCAN_OPS_KINDS 3
/* All that this machine can run, the plain one first, the fastest last;
 * returns how many. */
size_t scan_ops_all(const struct scan_ops *ret[SCAN_OPS_KINDS]);
const struct scan_ops *scan_ops_best(void);

extern const struct scan_ops scan_ops_plain;
#ifdef __x86_64__
extern const struct scan_ops scan_ops_avx2;
extern const struct scan_ops scan_ops_avx512;
#endif

#endif
