/* digest — values that are equal or not, in the order of their bytes; and
 * PhotoDNA, whose values are looked at one after another. */
#include "match/table.h"

#define PREFIX 48 /* bytes; the sum of squares only grows from there */

static const uint8_t *
row_of(const struct table *t, uint64_t row)
{
	return t->rows + row * t->l.row_bytes;
}

/* The first row that is not below the value. */
static uint64_t
find(const struct table *t, const uint8_t *value)
{
	uint64_t low = 0, high = t->head.n;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (memcmp(row_of(t, mid), value, t->l.value_bytes) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool
digest_stream(
    const struct search *s, const uint8_t *values, size_t n, struct err *e)
{
	const struct table *t = s->table;
	uint32_t bytes = t->l.value_bytes;

	for (size_t i = 0; i < n; i++, values += bytes)
		for (uint64_t row = find(t, values);
		     row < t->head.n &&
		     memcmp(row_of(t, row), values, bytes) == 0;
		     row++)
			if (!search_hit(s, (uint32_t)i, (uint32_t)row, 0, e))
				return false;
	return true;
}

static uint32_t
squares(const uint8_t *a, const uint8_t *b, uint32_t n)
{
	int32_t sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		int32_t d = a[i] - b[i];

		sum += d * d;
	}
	return (uint32_t)sum;
}

bool
squares_stream(
    const struct search *s, const uint8_t *values, size_t n, struct err *e)
{
	const struct table *t = s->table;
	uint32_t bytes = t->l.value_bytes;

	for (size_t i = 0; i < n; i++, values += bytes)
		for (uint64_t row = 0; row < t->head.n; row++) {
			const uint8_t *p = row_of(t, row);
			uint32_t d = squares(p, values, PREFIX);

			if (d > s->radius)
				continue;
			d += squares(
			    p + PREFIX, values + PREFIX, bytes - PREFIX);
			if (d <= s->radius &&
			    !search_hit(s, (uint32_t)i, (uint32_t)row, d, e))
				return false;
		}
	return true;
}
