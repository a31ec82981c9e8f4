/* scan_lanes for any processor: eight lanes, as the compiler finds them. */
#include <stdbool.h>
#include <string.h>

#include "match/scan_ops.h"

#define LANES 8

typedef uint16_t vec __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

static inline uint32_t
near_eight(const uint16_t *p, vec all, unsigned limit)
{
	vec x;
	halves any;
	uint32_t found = 0;

	memcpy(&x, p, sizeof(x));
	x ^= all;
	for (unsigned i = 0; i < limit; i++)
		x &= x - 1; /* the lowest bit that differs */
	x = (vec)(x == 0);
	any = (halves)x;
	if ((any[0] | any[1]) == 0)
		return 0;
	for (int i = 0; i < LANES; i++)
		found |= (uint32_t)(x[i] & 1) << i;
	return found;
}

static inline uint32_t
near(const uint16_t *p, uint32_t left, uint16_t q, unsigned limit)
{
	vec all = {q, q, q, q, q, q, q, q};
	uint32_t found = 0;

	for (uint32_t i = 0; i < 32 && i < left; i += LANES)
		found |= near_eight(p + i, all, limit) << i;
	return found;
}

#include "match/scan_lanes.h"

const struct scan_ops scan_ops_plain = {
    "plain", runs, rows, check, check_pairs};
