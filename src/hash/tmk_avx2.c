/* tmk_lanes for x86-64 with AVX2; this file alone is compiled so. */
#include <math.h>

#include "hash/tmk_ops.h"

#define LANES 32

#include "hash/tmk_lanes.h"

const struct tmk_ops tmk_ops_avx2 = {add, dot, best};
