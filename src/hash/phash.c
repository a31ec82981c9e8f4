#include "hash/phash.h"

#include <stdlib.h>
#include <string.h>

#include "hash/phash_plan.h"

#define BITS_MAX 256

const char *const phash_names[PHASH_KINDS] = {"phash", "phash16",
    "phash_simple", "phash_org", "ahash", "ahash16", "dhash", "dhash16",
    "dhash_vertical", "dhash_vertical16"};

/* A reduced picture, and which bits it gives. */
typedef void make_bits(
    const struct phash_ops *, const uint8_t *grey, unsigned side, bool *ret);

static make_bits cosine_bits, simple_bits, mean_bits, across_bits, down_bits;

const struct phash_shape phash_shapes[PHASH_KINDS] = {
    [PHASH] = {32, 32, 8},
    [PHASH16] = {64, 64, 16},
    [PHASH_SIMPLE] = {32, 32, 8},
    [AHASH] = {8, 8, 8},
    [AHASH16] = {16, 16, 16},
    [DHASH] = {9, 8, 8},
    [DHASH16] = {17, 16, 16},
    [DHASH_VERTICAL] = {8, 9, 8},
    [DHASH_VERTICAL16] = {16, 17, 16},
};

static make_bits *const makers[PHASH_KINDS] = {
    [PHASH] = cosine_bits,
    [PHASH16] = cosine_bits,
    [PHASH_SIMPLE] = simple_bits,
    [AHASH] = mean_bits,
    [AHASH16] = mean_bits,
    [DHASH] = across_bits,
    [DHASH16] = across_bits,
    [DHASH_VERTICAL] = down_bits,
    [DHASH_VERTICAL16] = down_bits,
};

bool
phash_kind_of(str name, enum phash_kind *ret)
{
	for (int i = 0; i < PHASH_KINDS; i++)
		if (str_eq(name, str_c(phash_names[i]))) {
			*ret = (enum phash_kind)i;
			return true;
		}
	return false;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(const double *v, unsigned n)
{
	double sorted[BITS_MAX];

	memcpy(sorted, v, n * sizeof(*v));
	qsort(sorted, n, sizeof(*v), by_value);
	return (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

static void
cosine_bits(
    const struct phash_ops *ops, const uint8_t *grey, unsigned side, bool *ret)
{
	double low[BITS_MAX], middle;

	ops->cosines(grey, 4 * side, side, false, low);
	middle = median(low, side * side);
	for (unsigned i = 0; i < side * side; i++)
		ret[i] = low[i] > middle;
}

/* Eight sums side by side, in numpy's order. */
static double
mean(const double *v, unsigned n)
{
	double part[8] = {0};

	for (unsigned i = 0; i < n; i++)
		part[i % 8] += v[i];
	return (((part[0] + part[1]) + (part[2] + part[3])) +
		   ((part[4] + part[5]) + (part[6] + part[7]))) /
	       n;
}

static void
simple_bits(
    const struct phash_ops *ops, const uint8_t *grey, unsigned side, bool *ret)
{
	double low[BITS_MAX], middle;

	ops->cosines(grey, 4 * side, side, true, low);
	middle = mean(low, side * side);
	for (unsigned i = 0; i < side * side; i++)
		ret[i] = low[i] > middle;
}

static void
mean_bits(
    const struct phash_ops *ops, const uint8_t *grey, unsigned side, bool *ret)
{
	unsigned sum = 0;

	(void)ops;
	for (unsigned i = 0; i < side * side; i++)
		sum += grey[i];
	for (unsigned i = 0; i < side * side; i++)
		ret[i] = grey[i] * side * side > sum;
}

static void
across_bits(
    const struct phash_ops *ops, const uint8_t *grey, unsigned side, bool *ret)
{
	(void)ops;
	for (unsigned y = 0; y < side; y++, grey++)
		for (unsigned x = 0; x < side; x++, grey++)
			*ret++ = grey[1] > grey[0];
}

static void
down_bits(
    const struct phash_ops *ops, const uint8_t *grey, unsigned side, bool *ret)
{
	(void)ops;
	for (unsigned i = 0; i < side * side; i++)
		ret[i] = grey[i + side] > grey[i];
}

void
phash_bits(const struct phash_ops *ops, enum phash_kind kind,
    const uint8_t *reduced, struct phash *ret)
{
	unsigned side = phash_shapes[kind].side;
	bool bit[BITS_MAX];

	makers[kind](ops, reduced, side, bit);
	*ret = (struct phash){.bits = side * side};
	for (unsigned i = 0; i < side * side; i++)
		if (bit[i])
			ret->bytes[i / 8] |= (uint8_t)(128 >> i % 8);
}

#ifdef __x86_64__
static bool
has_avx512(void)
{
	return __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512vl") &&
	       __builtin_cpu_supports("avx512vbmi") &&
	       __builtin_cpu_supports("avx512vnni");
}
#endif

size_t
phash_ops_all(const struct phash_ops *ret[PHASH_OPS_KINDS])
{
	size_t n = 0;

	ret[n++] = &phash_ops_plain;
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		ret[n++] = &phash_ops_avx2;
	if (n > 1 && has_avx512())
		ret[n++] = &phash_ops_avx512;
#endif
	return n;
}

const struct phash_ops *
phash_ops_best(void)
{
	const struct phash_ops *all[PHASH_OPS_KINDS];

	return all[phash_ops_all(all) - 1];
}

void
phash_all_with(const struct phash_ops *ops, const struct pixels *px,
    unsigned kinds, void *work, struct phash ret[PHASH_KINDS])
{
	struct phash_plan p;

	phash_plan_init(&p, ops, px, kinds, work);
	phash_plan_rows(&p);
	phash_plan_end(&p, ret);
}

bool
phash_all(const struct pixels *px, unsigned kinds, void *work,
    size_t work_bytes, struct phash ret[PHASH_KINDS], struct err *e)
{
	if (!pixels_check(px, e))
		return false;
	if (work_bytes < phash_work_bytes(px->width, px->height))
		return err_set(e, ERR_LIMIT, "%zu bytes of workspace, not %zu",
		    work_bytes, phash_work_bytes(px->width, px->height));
	if ((uintptr_t)work % PHASH_WORK_ALIGN != 0)
		return err_set(e, ERR_INPUT, "the workspace is not aligned");
	phash_all_with(phash_ops_best(), px, kinds, work, ret);
	return true;
}

void
phash_text(const struct phash *h, char ret[PHASH_HEX_MAX + 1])
{
	unsigned n = h->bits / 4;

	for (unsigned i = 0; i < n; i++)
		ret[i] =
		    "0123456789abcdef"[h->bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) &
				       15];
	ret[n] = '\0';
}

int
phash_distance(const struct phash *a, const struct phash *b)
{
	int n = 0;

	for (unsigned i = 0; i < a->bits / 8; i++)
		n += __builtin_popcount(a->bytes[i] ^ b->bytes[i]);
	return n;
}
