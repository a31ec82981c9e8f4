#include "hash/phash_org.h"

#include <math.h>
#include <stdlib.h>

#define SIDE PHASH_ORG_SIDE
#define KEEP 8 /* frequencies 1 to 8 each way */

/* The rows of the matrix that are needed: frequencies 1 to KEEP. */
static void
make_waves(float ret[KEEP][SIDE])
{
	float scale = (float)sqrt(2.0 / SIDE);

	for (int y = 0; y < KEEP; y++)
		for (int x = 0; x < SIDE; x++)
			ret[y][x] = (float)(scale * cos(M_PI / 2 / SIDE *
							(y + 1) * (2 * x + 1)));
}

static int
by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static void
write_bits(const float v[KEEP * KEEP], struct phash *ret)
{
	float sorted[KEEP * KEEP], median;

	__builtin_memcpy(sorted, v, sizeof(sorted));
	qsort(sorted, KEEP * KEEP, sizeof(float), by_value);
	median = (sorted[KEEP * KEEP / 2 - 1] + sorted[KEEP * KEEP / 2]) / 2;
	*ret = (struct phash){.bits = KEEP * KEEP};
	for (unsigned i = 0; i < KEEP * KEEP; i++)
		if (v[i] > median)
			ret->bytes[KEEP - 1 - i / 8] |= (uint8_t)(1 << i % 8);
}

void
phash_org(
    const struct phash_ops *ops, const struct pixels *px, struct phash *ret)
{
	float grey[SIDE][SIDE], wave[KEEP][SIDE], half[KEEP][SIDE];
	float v[KEEP * KEEP];

	make_waves(wave);
	ops->around(px, grey);
	/* Products are rounded to binary32, sums kept in binary64: so the
	 * matrices of the original are multiplied. */
	for (int i = 0; i < KEEP; i++)
		for (int j = 0; j < SIDE; j++) {
			double sum = 0;

			for (int k = 0; k < SIDE; k++)
				sum += (double)(wave[i][k] * grey[k][j]);
			half[i][j] = (float)sum;
		}
	for (int i = 0; i < KEEP; i++)
		for (int j = 0; j < KEEP; j++) {
			double sum = 0;

			for (int k = 0; k < SIDE; k++)
				sum += (double)(half[i][k] * wave[j][k]);
			v[KEEP * i + j] = (float)sum;
		}
	write_bits(v, ret);
}
