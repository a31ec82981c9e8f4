#include "yard_scan.h"

#ifdef __x86_64__
#include <immintrin.h>

#define RADIUS 31

/* Two rows a vector: the four counts of each are added within it. */
__attribute__((target("avx512f,avx512vpopcntdq"))) static inline __m512i
counts(const uint64_t *rows, __m512i q)
{
	return _mm512_popcnt_epi64(
	    _mm512_xor_si512(_mm512_loadu_si512((const void *)rows), q));
}

/* Eight rows: the sums of four vectors' halves side by side. */
__attribute__((target("avx512f,avx512vpopcntdq"))) static inline unsigned
eight(const uint64_t *rows, __m512i q)
{
	__m512i a = counts(rows, q), b = counts(rows + 8, q);
	__m512i c = counts(rows + 16, q), d = counts(rows + 24, q);
	__m512i ab = _mm512_add_epi64(
	    _mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
	__m512i cd = _mm512_add_epi64(
	    _mm512_unpacklo_epi64(c, d), _mm512_unpackhi_epi64(c, d));
	__m512i sum = _mm512_add_epi64(_mm512_shuffle_i64x2(ab, cd, 0x88),
	    _mm512_shuffle_i64x2(ab, cd, 0xdd));

	return _mm512_cmple_epu64_mask(sum, _mm512_set1_epi64(RADIUS));
}

__attribute__((target("avx512f,avx512vpopcntdq"))) static size_t
scan(const uint64_t *rows, size_t n, const uint64_t *query)
{
	__m512i q = _mm512_broadcast_i64x4(
	    _mm256_loadu_si256((const __m256i_u *)(const void *)query));
	size_t found = 0, i = 0;

	for (; i + 8 <= n; i += 8)
		found += (size_t)__builtin_popcount(eight(rows + 4 * i, q));
	for (; i < n; i++) {
		int d = 0;

		for (size_t w = 0; w < 4; w++)
			d += __builtin_popcountll(rows[4 * i + w] ^ query[w]);
		found += d <= RADIUS;
	}
	return found;
}

yard_scan *
yard_scan_best(void)
{
	__builtin_cpu_init();
	return __builtin_cpu_supports("avx512vpopcntdq") ? scan : NULL;
}
#else
yard_scan *
yard_scan_best(void)
{
	return NULL;
}
#endif
