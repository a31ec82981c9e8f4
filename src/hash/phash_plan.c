#include "hash/phash_plan.h"

#include <stdlib.h>
#include <string.h>

#include "hash/phash_fold.h"
#include "hash/phash_org.h"

#define SIDE_MAX 64 /* of a reduced picture */

/* Widths that rows are reduced to, each once for all its kinds; heights are the
 * same numbers. */
static const unsigned widths[PHASH_WIDTHS] = {8, 9, 16, 17, 32, 64};
#define WIDTHS PHASH_WIDTHS
#define WIDTHS_SUM 146

static size_t
round_up(size_t n, size_t step)
{
	return (n + step - 1) / step * step;
}

/* The parts of the workspace. */
struct sizes {
	size_t grey;   /* samples of a row, in 16 bits */
	size_t across; /* weights of all widths, in 16 bits */
	size_t fold;   /* pairs of coefficients of all widths */
	size_t room;   /* samples of the longest window */
};

static size_t
across_stride(uint32_t in, uint32_t out)
{
	return round_up(lanczos_samples_max(in, out) + PHASH_STEP, PHASH_STEP);
}

static size_t
down_stride(uint32_t in, uint32_t out)
{
	return round_up(lanczos_samples_max(in, out) + 8, 8);
}

static struct sizes
sizes_of(uint32_t width, uint32_t height)
{
	struct sizes s = {.grey = round_up(width, FOLD_STEP),
	    .room = lanczos_samples_max(width > height ? width : height, 8) +
		    PHASH_ROOM};

	for (size_t i = 0; i < WIDTHS; i++) {
		s.across += across_stride(width, widths[i]) * widths[i];
		s.fold += fold_stride(width, widths[i]) * widths[i];
	}
	return s;
}

static size_t
down_weights(uint32_t height)
{
	size_t most = 0;

	for (size_t i = 0; i < WIDTHS; i++) {
		size_t n = down_stride(height, widths[i]) * widths[i];

		most = n > most ? n : most;
	}
	return most;
}

/* Weights in the making: of all rows down, or of two outputs across. */
static size_t
weights_room(uint32_t width, uint32_t height)
{
	size_t down = down_weights(height);
	size_t two = 2 * across_stride(width, widths[0]);

	return (down > two ? down : two) + PHASH_STEP;
}

size_t
phash_work_bytes(uint32_t width, uint32_t height)
{
	struct sizes s = sizes_of(width, height);
	size_t weights = weights_room(width, height);

	return PHASH_GROUPS * s.grey * PHASH_ROWS * sizeof(int16_t) +
	       round_up(2 * s.across * sizeof(int16_t), 64) +
	       round_up(s.fold * sizeof(int32_t), 64) +
	       round_up(fold_room(width) * sizeof(int16_t), 64) +
	       round_up(s.room * sizeof(double), 64) +
	       round_up(weights * sizeof(int32_t), 64) +
	       round_up((size_t)height * WIDTHS_SUM + 8, 64);
}

static void *
carve(uint8_t **work, size_t bytes)
{
	uint8_t *p = *work;

	*work += round_up(bytes, 64);
	return p;
}

/* The weights of output i.  Returns whether no rounding was near. */
static bool
weigh(const struct phash_plan *p, const struct lanczos *l, uint32_t i,
    int32_t *ret)
{
	if (p->ops->weigh(l, i, p->room, ret))
		return true;
	lanczos_weigh(l, i, ret);
	return false;
}

/* The window is even: seen from the other end, where roundings are not near,
 * output out - 1 - i has the same weights. */
static bool
is_mirrored(const struct lanczos *l, uint32_t i)
{
	uint32_t other = l->out - 1 - i;

	return l->n[other] == l->n[i] &&
	       l->first[other] == l->in - l->first[i] - l->n[i];
}

static void
reverse(const int32_t *w, uint32_t n, int32_t *ret)
{
	for (uint32_t k = 0; k < n; k++)
		ret[k] = w[n - 1 - k];
}

/* Weights of 22 bits as upper ones that fit 16 bits and what is left. */
static void
split(const struct phash_plan *p, struct phash_across *a, uint32_t i,
    const int32_t *w)
{
	uint32_t skip = a->l.first[i] % PHASH_STEP, n = a->l.n[i];
	size_t at = i * a->stride + skip;
	int32_t most = 0, less, more;
	unsigned shift = 0;

	for (uint32_t k = 0; k < n; k++)
		most = abs(w[k]) > most ? abs(w[k]) : most;
	while (most >> shift >= INT16_MAX)
		shift++;
	p->ops->split(w, n, shift, a->upper + at, a->lower + at, &less, &more);
	a->begin[i] = a->l.first[i] - skip;
	a->n[i] = (uint32_t)round_up(skip + n, PHASH_STEP);
	a->scale[i] = 1 << shift;
	a->least[i] = less * 255 + (1 << (LANCZOS_BITS - 1));
	a->most[i] = more * 255 + (1 << (LANCZOS_BITS - 1));
}

/* Output i with the weights of j. */
static void
repeat(struct phash_across *a, uint32_t i, uint32_t j)
{
	uint32_t skip = a->l.first[i] % PHASH_STEP, n = a->l.n[i];
	size_t to = i * a->stride + skip;
	size_t from = j * a->stride + a->l.first[j] % PHASH_STEP;

	memcpy(a->upper + to, a->upper + from, n * sizeof(*a->upper));
	memcpy(a->lower + to, a->lower + from, n * sizeof(*a->lower));
	a->begin[i] = a->l.first[i] - skip;
	a->n[i] = (uint32_t)round_up(skip + n, PHASH_STEP);
	a->scale[i] = a->scale[j];
	a->least[i] = a->least[j];
	a->most[i] = a->most[j];
}

/* Output i, and its mirror image where that has the same weights. */
static void
plan_output(
    struct phash_plan *p, struct phash_across *a, uint32_t i, bool *sure)
{
	uint32_t other = a->l.out - 1 - i, before;
	int32_t *back = p->weight + a->stride;

	if (lanczos_before(&a->l, i, &before) && sure[before]) {
		repeat(a, i, before);
		sure[i] = true;
		return;
	}
	sure[i] = weigh(p, &a->l, i, p->weight);
	split(p, a, i, p->weight);
	if (!sure[i] || i >= other || !is_mirrored(&a->l, i))
		return;
	reverse(p->weight, a->l.n[i], back);
	split(p, a, other, back);
	sure[other] = true;
}

static void
plan_across(struct phash_plan *p, size_t width, int16_t **weight)
{
	struct phash_across *a = &p->across[width];
	bool sure[LANCZOS_OUT_MAX] = {false};
	size_t n;

	lanczos_init(&a->l, p->px.width, widths[width]);
	a->stride = across_stride(p->px.width, widths[width]);
	n = a->stride * widths[width];
	a->upper = *weight;
	a->lower = a->upper + n;
	*weight += 2 * n;
	memset(a->fold, 0, sizeof(a->fold));
	if (a->l.in == a->l.out)
		return;
	memset(a->upper, 0, 2 * n * sizeof(*a->upper));
	for (uint32_t i = 0; i < a->l.out; i++)
		if (!sure[i])
			plan_output(p, a, i, sure);
}

static void
plan_fold(struct phash_plan *p, size_t width, int32_t **pair)
{
	struct phash_across *a = &p->across[width];

	if (p->ops->fold_plan == NULL || a->l.in / a->l.out < FOLD_SCALE_MIN)
		return;
	a->fold_stride = fold_stride(a->l.in, a->l.out);
	a->pairs = *pair;
	*pair += a->fold_stride * a->l.out;
	a->moments = p->moments;
	p->ops->fold_plan(a, p->room);
	p->folded = true;
}

void
phash_plan_init(struct phash_plan *p, const struct phash_ops *ops,
    const struct pixels *px, unsigned kinds, void *work)
{
	struct sizes s = sizes_of(px->width, px->height);
	uint8_t *at = work;
	int16_t *weight;
	int32_t *pair;

	p->ops = ops;
	p->px = *px;
	p->kinds = kinds;
	for (size_t g = 0; g < PHASH_GROUPS; g++) {
		p->grey[g] = carve(&at, s.grey * PHASH_ROWS * sizeof(int16_t));
		memset(p->grey[g], 0, s.grey * PHASH_ROWS * sizeof(int16_t));
	}
	weight = carve(&at, 2 * s.across * sizeof(int16_t));
	pair = carve(&at, s.fold * sizeof(int32_t));
	p->moments = carve(&at, fold_room(px->width) * sizeof(int16_t));
	p->folded = false;
	p->room = carve(&at, s.room * sizeof(double));
	p->weight =
	    carve(&at, weights_room(px->width, px->height) * sizeof(int32_t));
	for (size_t i = 0; i < WIDTHS; i++) {
		p->wanted[i] = false;
		for (int k = 0; k < PHASH_KINDS; k++)
			if ((kinds >> k & 1) != 0 &&
			    phash_shapes[k].width == widths[i])
				p->wanted[i] = true;
		p->reduced[i] = at;
		at += (size_t)px->height * widths[i];
		if (!p->wanted[i])
			continue;
		plan_across(p, i, &weight);
		plan_fold(p, i, &pair);
	}
}

/* Columns x to x + n of row y. */
static void
grey_part(const struct phash_plan *p, uint32_t y, uint32_t x, uint32_t n,
    int16_t *ret)
{
	const uint8_t *row = p->px.p + (size_t)y * p->px.stride;

	if (p->px.channels == 3) {
		p->ops->grey(row + (size_t)3 * x, n, p->px.width - x,
		    ret + phash_place(x));
		return;
	}
	for (uint32_t end = x + n; x < end; x++)
		ret[phash_place(x)] = row[x];
}

static bool
has_nothing_to_reduce(const struct phash_plan *p)
{
	return (p->kinds & ~(1u << PHASH_ORG)) == 0;
}

/* x is a multiple of FOLD_STEP. */
static int16_t *
moments_at(const struct phash_plan *p, uint32_t x)
{
	return p->moments + (size_t)x / FOLD_STEP * FOLD_MOMENTS * FOLD_PAIRS;
}

/* Pixels from column x on of which bytes may be read: behind the end of a row
 * the next one begins. */
static uint32_t
readable(const struct phash_plan *p, uint32_t y, uint32_t rows, uint32_t x)
{
	bool last = y + rows == p->px.height;

	return (last ? 1 : 2) * p->px.width - x;
}

/* Returns how many columns from x on are done, with their moments. */
static uint32_t
tile_quickly(
    struct phash_plan *p, uint32_t y, uint32_t rows, uint32_t x, uint32_t n)
{
	size_t at = phash_place(x);
	int16_t *const grey[PHASH_GROUPS] = {p->grey[0] + at, p->grey[1] + at};

	if (p->ops->tile == NULL || rows != PHASH_TOGETHER ||
	    p->px.channels != 3 || !p->folded)
		return 0;
	return p->ops->tile(p->px.p + (size_t)y * p->px.stride + (size_t)3 * x,
	    p->px.stride, n, readable(p, y, rows, x), grey, moments_at(p, x));
}

void
phash_plan_tile(
    struct phash_plan *p, uint32_t y, uint32_t rows, uint32_t x, uint32_t n)
{
	uint32_t done;

	if (has_nothing_to_reduce(p))
		return;
	done = tile_quickly(p, y, rows, x, n);
	x += done;
	n -= done;
	if (n == 0)
		return;
	for (uint32_t r = 0; r < rows; r++)
		grey_part(p, y + r, x, n,
		    p->grey[r / PHASH_ROWS] + r % PHASH_ROWS * PHASH_STEP);
	for (size_t g = 0; p->folded && g < PHASH_GROUPS; g++)
		p->ops->fold(p->grey[g] + phash_place(x), n,
		    moments_at(p, x) + g * 2 * PHASH_ROWS);
}

void
phash_plan_across(struct phash_plan *p, uint32_t y, uint32_t rows)
{
	if (has_nothing_to_reduce(p))
		return;
	for (size_t i = 0; i < WIDTHS; i++)
		if (p->wanted[i])
			p->ops->across(&p->across[i],
			    (const int16_t *const *)p->grey, rows,
			    p->reduced[i] + (size_t)y * widths[i]);
}

void
phash_plan_rows(struct phash_plan *p)
{
	uint32_t height = p->px.height, width = p->px.width;

	for (uint32_t y = 0; y < height; y += PHASH_TOGETHER) {
		uint32_t left = height - y;
		uint32_t rows = left < PHASH_TOGETHER ? left : PHASH_TOGETHER;

		for (uint32_t x = 0; x < width; x += PHASH_TILE)
			phash_plan_tile(p, y, rows, x,
			    width - x < PHASH_TILE ? width - x : PHASH_TILE);
		phash_plan_across(p, y, rows);
	}
}

static void
weigh_down(const struct phash_plan *p, const struct lanczos *l, size_t stride)
{
	bool sure[LANCZOS_OUT_MAX] = {false};

	for (uint32_t i = 0; l->in != l->out && i < l->out; i++) {
		uint32_t other = l->out - 1 - i, before;
		int32_t *w = p->weight + i * stride;

		sure[i] = true;
		if (i > other && sure[other] && is_mirrored(l, i))
			reverse(p->weight + other * stride, l->n[i], w);
		else if (lanczos_before(l, i, &before) && sure[before])
			memcpy(w, p->weight + before * stride,
			    l->n[i] * sizeof(*w));
		else
			sure[i] = weigh(p, l, i, w);
	}
}

/* All kinds whose reduced pictures are so many rows high. */
static void
end_height(struct phash_plan *p, unsigned height, struct phash *ret)
{
	size_t stride = down_stride(p->px.height, height);
	uint8_t small[SIDE_MAX * SIDE_MAX];
	struct lanczos l = {0};
	unsigned width = 0;

	for (int k = 0; k < PHASH_KINDS; k++) {
		if ((p->kinds >> k & 1) == 0 ||
		    phash_shapes[k].height != height)
			continue;
		if (l.out == 0) {
			lanczos_init(&l, p->px.height, height);
			weigh_down(p, &l, stride);
		}
		if (width != phash_shapes[k].width) {
			size_t i = 0;

			width = phash_shapes[k].width;
			while (widths[i] != width)
				i++;
			p->ops->down(
			    &l, p->weight, stride, p->reduced[i], width, small);
		}
		phash_bits(p->ops, (enum phash_kind)k, small, &ret[k]);
	}
}

void
phash_plan_end(struct phash_plan *p, struct phash ret[PHASH_KINDS])
{
	for (size_t i = 0; i < WIDTHS; i++)
		end_height(p, widths[i], ret);
	if ((p->kinds >> PHASH_ORG & 1) != 0)
		phash_org(p->ops, &p->px, &ret[PHASH_ORG]);
}
