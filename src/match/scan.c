#include <stdbool.h>

#include "match/scan_ops.h"

#ifdef __x86_64__
static bool
has_counts(void)
{
	return __builtin_cpu_supports("popcnt") &&
	       __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}
#endif

size_t
scan_ops_all(const struct scan_ops *ret[SCAN_OPS_KINDS])
{
	size_t n = 0;

	ret[n++] = &scan_ops_plain;
#ifdef __x86_64__
	__builtin_cpu_init();
	if (has_counts() && __builtin_cpu_supports("avx2"))
		ret[n++] = &scan_ops_avx2;
	if (has_counts() && __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512bitalg"))
		ret[n++] = &scan_ops_avx512;
#endif
	return n;
}

const struct scan_ops *
scan_ops_best(void)
{
	const struct scan_ops *all[SCAN_OPS_KINDS];

	return all[scan_ops_all(all) - 1];
}
