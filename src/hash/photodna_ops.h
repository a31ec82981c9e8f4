/* photodna_ops — the scan of photodna.h, in plain C and with AVX2. */
#ifndef HASH_PHOTODNA_OPS_H
#define HASH_PHOTODNA_OPS_H

#include "hash/photodna.h"

struct photodna_ops {
	size_t (*scan)(const uint8_t *values, size_t n, const uint8_t *query,
	    uint32_t distance, struct photodna_hit *ret, size_t max);
};

extern const struct photodna_ops photodna_ops_plain;
#ifdef __x86_64__
extern const struct photodna_ops photodna_ops_avx2;
#endif

#endif
