/* photodna_lanes — the body of photodna_ops; the compiler makes the vectors. */
#define FIRST 48 /* bytes by which most are let go */

static inline __attribute__((always_inline)) uint32_t
squares(const uint8_t *a, const int16_t *b, int n)
{
	uint32_t sum = 0;

	for (int i = 0; i < n; i++) {
		int16_t d = (int16_t)(a[i] - b[i]);

		sum += (uint32_t)(d * d);
	}
	return sum;
}

static size_t
scan(const uint8_t *values, size_t n, const uint8_t *query, uint32_t distance,
    struct photodna_hit *ret, size_t max)
{
	int16_t wide[PHOTODNA_BYTES];
	size_t hits = 0;

	for (int i = 0; i < PHOTODNA_BYTES; i++)
		wide[i] = query[i];
	for (size_t i = 0; i < n; i++, values += PHOTODNA_BYTES) {
		uint32_t sum = squares(values, wide, FIRST);

		if (sum > distance)
			continue;
		sum += squares(
		    values + FIRST, wide + FIRST, PHOTODNA_BYTES - FIRST);
		if (sum > distance)
			continue;
		if (hits < max)
			ret[hits] = (struct photodna_hit){i, sum};
		hits++;
	}
	return hits;
}
