/* scan_lanes for x86-64 with AVX2 and popcnt; this file alone is compiled so.
 */
#include <immintrin.h>
#include <stdbool.h>

#include "match/scan_ops.h"

#define LANES 16

static inline __m256i
near_sixteen(const uint16_t *p, __m256i all, unsigned limit)
{
	__m256i x = _mm256_loadu_si256((const __m256i_u *)p);

	x = _mm256_xor_si256(x, all);
	for (unsigned i = 0; i < limit; i++) /* the lowest bit that differs */
		x = _mm256_and_si256(
		    x, _mm256_add_epi16(x, _mm256_set1_epi16(-1)));
	return _mm256_cmpeq_epi16(x, _mm256_setzero_si256());
}

/* Both halves always: whether there is a second one cannot be foreseen, so the
 * first is looked at twice instead. */
static inline uint32_t
near(const uint16_t *p, uint32_t left, uint16_t q, unsigned limit)
{
	__m256i all = _mm256_set1_epi16((short)q);
	const uint16_t *second = left > LANES ? p + LANES : p;
	__m256i both = _mm256_packs_epi16(
	    near_sixteen(p, all, limit), near_sixteen(second, all, limit));

	both = _mm256_permute4x64_epi64(both, 0xd8);
	return (uint32_t)_mm256_movemask_epi8(both);
}

#include "match/scan_lanes.h"

const struct scan_ops scan_ops_avx2 = {"avx2", runs, rows, check, check_pairs};
