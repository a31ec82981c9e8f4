#include "hash/photodna.h"

#include "hash/photodna_ops.h"

static const struct photodna_ops *
best(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return &photodna_ops_avx2;
#endif
	return &photodna_ops_plain;
}

bool
photodna_compute(
    const struct pixels *px, uint8_t ret[PHOTODNA_BYTES], struct err *e)
{
	const struct photodna_provider *p = photodna_provider();

	if (!pixels_check(px, e))
		return false;
	if (p == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "computing PhotoDNA takes a licensed library, and none is "
		    "built in; hashes from lists are compared all the same");
	return p->compute(px, ret, e) || err_wrap(e, "%s", p->name);
}

uint32_t
photodna_distance(
    const uint8_t a[PHOTODNA_BYTES], const uint8_t b[PHOTODNA_BYTES])
{
	uint32_t sum = 0;

	for (int i = 0; i < PHOTODNA_BYTES; i++)
		sum += (uint32_t)((a[i] - b[i]) * (a[i] - b[i]));
	return sum;
}

size_t
photodna_scan(const uint8_t *values, size_t n,
    const uint8_t query[PHOTODNA_BYTES], uint32_t distance,
    struct photodna_hit *ret, size_t max)
{
	return best()->scan(values, n, query, distance, ret, max);
}
