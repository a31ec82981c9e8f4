#include "hash/phash.h"

#include <stdlib.h>
#include <string.h>

#include "hash/cosine.h"
#include "hash/lanczos.h"
#include "hash/phash_org.h"

#define SIDE_MAX 64 /* of a reduced picture */
#define BITS_MAX 256

const char *const phash_names[PHASH_KINDS] = {"phash", "phash16",
    "phash_simple", "phash_org", "ahash", "ahash16", "dhash", "dhash16",
    "dhash_vertical", "dhash_vertical16"};

/* A reduced picture, and which bits it gives. */
typedef void make_bits(const uint8_t *grey, unsigned side, bool *ret);

static make_bits cosine_bits, simple_bits, mean_bits, across_bits, down_bits;

static const struct {
	unsigned width, height;
	unsigned side; /* bits each way */
	make_bits *make;
} kinds_table[PHASH_KINDS] = {
    [PHASH] = {32, 32, 8, cosine_bits},
    [PHASH16] = {64, 64, 16, cosine_bits},
    [PHASH_SIMPLE] = {32, 32, 8, simple_bits},
    [AHASH] = {8, 8, 8, mean_bits},
    [AHASH16] = {16, 16, 16, mean_bits},
    [DHASH] = {9, 8, 8, across_bits},
    [DHASH16] = {17, 16, 16, across_bits},
    [DHASH_VERTICAL] = {8, 9, 8, down_bits},
    [DHASH_VERTICAL16] = {16, 17, 16, down_bits},
};

/* Widths that rows are reduced to, each once for all its kinds; heights are the
 * same numbers. */
static const unsigned widths[] = {8, 9, 16, 17, 32, 64};
#define WIDTHS (sizeof(widths) / sizeof(widths[0]))
#define WIDTHS_SUM 146

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
cosine_bits(const uint8_t *grey, unsigned side, bool *ret)
{
	double half[16][SIDE_MAX], v[COSINE_MAX], low[BITS_MAX] = {0}, middle;
	unsigned n = 4 * side;
	struct cosine c;

	cosine_init(&c, n);
	for (unsigned x = 0; x < n; x++) {
		for (unsigned y = 0; y < n; y++)
			v[y] = grey[y * n + x];
		cosine_transform(&c, v);
		for (unsigned i = 0; i < side; i++)
			half[i][x] = v[i];
	}
	for (unsigned i = 0; i < side; i++) {
		cosine_transform(&c, half[i]);
		memcpy(low + i * side, half[i], side * sizeof(*low));
	}
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
simple_bits(const uint8_t *grey, unsigned side, bool *ret)
{
	double v[COSINE_MAX], low[BITS_MAX] = {0}, middle;
	unsigned n = 4 * side;
	struct cosine c;

	cosine_init(&c, n);
	for (unsigned i = 0; i < side; i++) {
		for (unsigned x = 0; x < n; x++)
			v[x] = grey[i * n + x];
		cosine_transform(&c, v);
		memcpy(low + i * side, v + 1, side * sizeof(*low));
	}
	middle = mean(low, side * side);
	for (unsigned i = 0; i < side * side; i++)
		ret[i] = low[i] > middle;
}

static void
mean_bits(const uint8_t *grey, unsigned side, bool *ret)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < side * side; i++)
		sum += grey[i];
	for (unsigned i = 0; i < side * side; i++)
		ret[i] = grey[i] * side * side > sum;
}

static void
across_bits(const uint8_t *grey, unsigned side, bool *ret)
{
	for (unsigned y = 0; y < side; y++, grey++)
		for (unsigned x = 0; x < side; x++, grey++)
			*ret++ = grey[1] > grey[0];
}

static void
down_bits(const uint8_t *grey, unsigned side, bool *ret)
{
	for (unsigned i = 0; i < side * side; i++)
		ret[i] = grey[i + side] > grey[i];
}

static size_t
round_up(size_t n)
{
	return (n + PHASH_WORK_ALIGN - 1) / PHASH_WORK_ALIGN * PHASH_WORK_ALIGN;
}

size_t
phash_work_bytes(uint32_t width, uint32_t height)
{
	size_t across = 0, down = 0;

	for (size_t i = 0; i < WIDTHS; i++) {
		size_t n = lanczos_weights(height, widths[i]);

		across += lanczos_weights(width, widths[i]);
		down = n > down ? n : down;
	}
	return round_up(width) + round_up((size_t)height * WIDTHS_SUM) +
	       round_up((across + down) * sizeof(int32_t));
}

struct reduced {
	struct lanczos across[WIDTHS];
	bool wanted[WIDTHS];
	uint8_t *rows[WIDTHS]; /* height rows of this width */
	uint8_t *grey;         /* one row */
	int32_t *down;         /* weights */
};

static void
plan(struct reduced *r, const struct pixels *px, unsigned kinds, void *work)
{
	uint8_t *p = work;
	int32_t *weight;

	*r = (struct reduced){.grey = p};
	p += round_up(px->width);
	for (size_t i = 0; i < WIDTHS; i++) {
		r->rows[i] = p;
		p += (size_t)px->height * widths[i];
	}
	p = (uint8_t *)work + round_up(px->width) +
	    round_up((size_t)px->height * WIDTHS_SUM);
	weight = (int32_t *)(void *)p;
	for (size_t i = 0; i < WIDTHS; i++)
		for (int k = 0; k < PHASH_KINDS; k++)
			if ((kinds >> k & 1) != 0 &&
			    kinds_table[k].width == widths[i])
				r->wanted[i] = true;
	for (size_t i = 0; i < WIDTHS; i++) {
		if (!r->wanted[i])
			continue;
		lanczos_init(&r->across[i], px->width, widths[i], weight);
		weight += lanczos_weights(px->width, widths[i]);
	}
	r->down = weight;
}

static const uint8_t *
grey_row(const struct pixels *px, uint32_t y, uint8_t *ret)
{
	const uint8_t *p = px->p + (size_t)y * px->stride;

	if (px->channels == 1)
		return p;
	for (uint32_t x = 0; x < px->width; x++, p += 3)
		ret[x] = (uint8_t)((19595u * p[0] + 38470u * p[1] +
				       7471u * p[2] + 32768) >>
				   16);
	return ret;
}

static void
reduce(const struct reduced *r, const struct pixels *px)
{
	for (uint32_t y = 0; y < px->height; y++) {
		const uint8_t *row = grey_row(px, y, r->grey);

		for (size_t i = 0; i < WIDTHS; i++)
			if (r->wanted[i])
				lanczos_row(&r->across[i], row,
				    r->rows[i] + (size_t)y * widths[i]);
	}
}

static size_t
width_index(unsigned width)
{
	size_t i = 0;

	while (widths[i] != width)
		i++;
	return i;
}

static void
make_one(const struct reduced *r, const struct pixels *px, int kind,
    struct phash *ret)
{
	unsigned width = kinds_table[kind].width, side = kinds_table[kind].side;
	uint8_t small[SIDE_MAX * SIDE_MAX];
	bool bit[BITS_MAX];
	struct lanczos down;

	lanczos_init(&down, px->height, kinds_table[kind].height, r->down);
	lanczos_columns(
	    &down, r->rows[width_index(width)], width, width, small);
	kinds_table[kind].make(small, side, bit);
	*ret = (struct phash){.bits = side * side};
	for (unsigned i = 0; i < side * side; i++)
		if (bit[i])
			ret->bytes[i / 8] |= (uint8_t)(128 >> i % 8);
}

bool
phash_all(const struct pixels *px, unsigned kinds, void *work,
    size_t work_bytes, struct phash ret[PHASH_KINDS], struct err *e)
{
	struct reduced r;

	if (!pixels_check(px, e))
		return false;
	if (work_bytes < phash_work_bytes(px->width, px->height))
		return err_set(e, ERR_LIMIT, "%zu bytes of workspace, not %zu",
		    work_bytes, phash_work_bytes(px->width, px->height));
	if ((uintptr_t)work % PHASH_WORK_ALIGN != 0)
		return err_set(e, ERR_INPUT, "the workspace is not aligned");
	plan(&r, px, kinds, work);
	reduce(&r, px);
	for (int k = 0; k < PHASH_KINDS; k++) {
		if ((kinds >> k & 1) == 0)
			continue;
		if (k == PHASH_ORG)
			phash_org(px, &ret[k]);
		else
			make_one(&r, px, k, &ret[k]);
	}
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
