/* scan_lanes for x86-64 with the 16-bit counts of AVX-512 (BITALG); this file
 * alone is compiled so. */
#include <immintrin.h>
#include <stdbool.h>

#include "match/scan_ops.h"

static inline uint32_t
near(const uint16_t *p, uint32_t left, uint16_t q, unsigned limit)
{
	__m512i x = _mm512_loadu_si512(p);

	(void)left; /* all of it is one vector */
	x = _mm512_xor_si512(x, _mm512_set1_epi16((short)q));
	return (uint32_t)_mm512_cmple_epu16_mask(
	    _mm512_popcnt_epi16(x), _mm512_set1_epi16((short)limit));
}

#include "match/scan_lanes.h"

const struct scan_ops scan_ops_avx512 = {
    "avx512", runs, rows, check, check_pairs};
