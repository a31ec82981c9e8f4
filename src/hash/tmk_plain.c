/* tmk_lanes for any processor. */
#include <math.h>

#include "hash/tmk_ops.h"

#define LANES 8

#include "hash/tmk_lanes.h"

const struct tmk_ops tmk_ops_plain = {add, dot, best};
