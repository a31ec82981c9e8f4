/* photodna_lanes for x86-64 with AVX2; this file alone is compiled so. */
#include "hash/photodna_ops.h"

#include "hash/photodna_lanes.h"

const struct photodna_ops photodna_ops_avx2 = {scan};
