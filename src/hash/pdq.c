#include "hash/pdq.h"

#include <string.h>

#include "base/num.h"
#include "hash/pdq_ops.h"

#define FILE_SIDE 512        /* of PDQ_FILE512 */
#define GRADIENT_OF_100 9000 /* 90 for each point of quality */
#define FLAT_RANGE 8         /* of 255: noise */
#define FAINT_RANGE 64

const char *const pdq_pipeline_names[PDQ_PIPELINES] = {
    "core", "file512", "hma"};
const char *const pdq_turn_names[PDQ_TURNS] = {"original", "rot90", "rot180",
    "rot270", "flipx", "flipy", "flipplus1", "flipminus1"};

const char *const pdq_reason_names[PDQ_REASONS] = {
    "fit", "tiny", "flat", "faint", "plain"};
const char *const pdq_reason_texts[PDQ_REASONS] = {
    [PDQ_FIT] = "the picture can be compared",
    [PDQ_TINY] = "the picture is smaller than 5 pixels",
    [PDQ_FLAT] = "the picture is of one colour",
    [PDQ_FAINT] = "the picture has hardly any contrast",
    [PDQ_PLAIN] = "the picture has hardly any detail"};

bool
pdq_pipeline_of(str name, enum pdq_pipeline *ret)
{
	for (int i = 0; i < PDQ_PIPELINES; i++)
		if (str_eq(name, str_c(pdq_pipeline_names[i]))) {
			*ret = (enum pdq_pipeline)i;
			return true;
		}
	return false;
}

size_t
pdq_ops_all(const struct pdq_ops *ret[PDQ_OPS_KINDS])
{
	size_t n = 0;

	ret[n++] = &pdq_ops_plain;
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		ret[n++] = &pdq_ops_avx2;
#endif
	return n;
}

static const struct pdq_ops *
best(void)
{
	const struct pdq_ops *all[PDQ_OPS_KINDS];

	return all[pdq_ops_all(all) - 1];
}

float
pdq_luma_wide(const uint8_t *p, uint32_t channels)
{
	if (channels == 1)
		return p[0];
	return (float)(0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]);
}

static size_t
round_up(size_t n, size_t step)
{
	return (n + step - 1) / step * step;
}

/* The parts of the workspace, in floats; each is a multiple of 16. */
struct sizes {
	size_t row, column, turned, ring_rows, narrow;
};

static uint32_t
window_of(uint32_t n)
{
	return (n + 127) / 128;
}

static struct sizes
sizes_of(uint32_t width, uint32_t height)
{
	size_t x = window_of(width), y = window_of(height);

	return (struct sizes){.row = round_up(width, PDQ_GROUP),
	    .column = round_up(height, PDQ_GROUP),
	    .turned =
		(round_up(width, PDQ_GROUP) + 2 * x + PDQ_GROUP) * PDQ_GROUP,
	    .ring_rows = round_up(y + 2 * PDQ_GROUP - 1, PDQ_GROUP),
	    .narrow = y * PDQ_SIDE};
}

static size_t
core_bytes(uint32_t width, uint32_t height)
{
	struct sizes s = sizes_of(width, height);

	return sizeof(float) *
	       (s.turned + s.narrow + 2 * s.column + s.row * (s.ring_rows + 4));
}

size_t
pdq_work_bytes(uint32_t width, uint32_t height)
{
	size_t n = core_bytes(width, height);
	size_t file = core_bytes(FILE_SIDE, FILE_SIDE) +
		      (size_t)3 * FILE_SIDE * FILE_SIDE;

	return n > file ? n : file;
}

static float *
carve(float **work, size_t n)
{
	float *p = *work;

	*work += n;
	return p;
}

static void
plan_axis(struct pdq_axis *a, uint32_t n, size_t padded, float **work)
{
	a->n = n;
	a->window = window_of(n);
	a->ahead = (a->window + 2) / 2 - 1;
	a->count = carve(work, padded);
	a->inverse = carve(work, padded);
	for (uint32_t i = 0; i < padded; i++) {
		uint32_t end = i + a->ahead + 1 < n ? i + a->ahead + 1 : n;
		uint32_t behind = a->window - a->ahead - 1;
		uint32_t begin = i > behind ? i - behind : 0;
		uint32_t count = i < n ? end - begin : 1;

		a->count[i] = (float)count;
		a->inverse[i] = 1 / (float)count;
	}
	for (uint32_t i = 0; i < PDQ_SIDE; i++)
		a->pick[i] = (uint32_t)((i + 0.5) * n / PDQ_SIDE);
}

static void
plan(struct pdq_plan *p, const struct pixels *px, bool wide, float *work)
{
	struct sizes s = sizes_of(px->width, px->height);

	*p = (struct pdq_plan){.px = *px,
	    .wide_luma = wide,
	    .row = s.row,
	    .ring_rows = (uint32_t)s.ring_rows};
	plan_axis(&p->x, px->width, s.row, &work);
	plan_axis(&p->y, px->height, s.column, &work);
	p->turned = carve(&work, s.turned);
	memset(p->turned, 0, s.turned * sizeof(float));
	p->sum = carve(&work, s.row);
	p->zero = carve(&work, s.row);
	memset(p->sum, 0, 2 * s.row * sizeof(float));
	p->narrow = carve(&work, s.narrow);
	memset(p->narrow, 0, s.narrow * sizeof(float));
	p->ring = carve(&work, s.row * s.ring_rows);
}

static void
wide_lumas(const struct pixels *px, float *ret)
{
	for (uint32_t y = 0; y < px->height; y++)
		for (uint32_t x = 0; x < px->width; x++)
			*ret++ = pdq_luma_wide(
			    px->p + y * px->stride + (size_t)x * px->channels,
			    px->channels);
}

static void
shrink_with(const struct pdq_ops *ops, const struct pixels *px, bool wide,
    bool for_turns, void *work, float *ret)
{
	struct pdq_plan p;

	if (!for_turns && px->width == PDQ_SIDE && px->height == PDQ_SIDE) {
		if (wide)
			wide_lumas(px, ret);
		else
			ops->lumas(px, ret);
		return;
	}
	plan(&p, px, wide, work);
	ops->shrink(&p, ret);
}

static float
range_of(const float block[PDQ_SIDE * PDQ_SIDE])
{
	float low = block[0], high = block[0];

	for (size_t i = 1; i < (size_t)PDQ_SIDE * PDQ_SIDE; i++) {
		low = block[i] < low ? block[i] : low;
		high = block[i] > high ? block[i] : high;
	}
	return high - low;
}

enum pdq_reason
pdq_reason(const struct pdq_block *b, int quality_min)
{
	if (b->tiny)
		return PDQ_TINY;
	if (b->quality >= quality_min)
		return PDQ_FIT;
	if (b->quality >= PDQ_QUALITY_MIN)
		return PDQ_PLAIN;
	return b->range < FLAT_RANGE    ? PDQ_FLAT
	       : b->range < FAINT_RANGE ? PDQ_FAINT
					: PDQ_PLAIN;
}

/* What is made of the block, which has one vector more than it needs: the loops
 * look at a neighbour that is not there. */
static void
finish(const struct pdq_ops *ops, float block[PDQ_SIDE * PDQ_SIDE + 16],
    struct pdq_block *ret)
{
	int gradient;

	memset(block + PDQ_SIDE * PDQ_SIDE, 0, 16 * sizeof(float));
	ops->transform(block, ret->transform);
	gradient = ops->gradient(block, GRADIENT_OF_100) / 90;
	ret->quality = gradient > 100 ? 100 : gradient;
	if (ret->quality < PDQ_QUALITY_MIN)
		ret->range = range_of(block);
}

void
pdq_block_with(const struct pdq_ops *ops, const struct pixels *px,
    enum pdq_pipeline pipeline, bool for_turns, void *work,
    struct pdq_block *ret)
{
	float block[PDQ_SIDE * PDQ_SIDE + 16] __attribute__((aligned(64)));
	struct pixels small = *px;

	if (pipeline == PDQ_FILE512 &&
	    (px->width > FILE_SIDE || px->height > FILE_SIDE)) {
		uint8_t *to = work;

		pixels_nearest(px, FILE_SIDE, FILE_SIDE, to);
		small = (struct pixels){to, FILE_SIDE, FILE_SIDE, px->channels,
		    (size_t)FILE_SIDE * px->channels};
		work = to + (size_t)3 * FILE_SIDE * FILE_SIDE;
	}
	memset(ret, 0, sizeof(*ret));
	ret->tiny =
	    small.width < PDQ_PIXELS_MIN || small.height < PDQ_PIXELS_MIN;
	if (ret->tiny)
		return;
	shrink_with(ops, &small, pipeline == PDQ_HMA, for_turns, work, block);
	finish(ops, block, ret);
}

void
pdq_block_also(const struct pixels *px, const struct pdq_also *also, void *work,
    struct pdq_block *ret)
{
	float block[PDQ_SIDE * PDQ_SIDE + 16] __attribute__((aligned(64)));
	struct pdq_plan p;

	memset(ret, 0, sizeof(*ret));
	plan(&p, px, false, work);
	p.also = also;
	best()->shrink(&p, block);
	finish(best(), block, ret);
}

bool
pdq_block(const struct pixels *px, enum pdq_pipeline pipeline, bool for_turns,
    void *work, size_t work_bytes, struct pdq_block *ret, struct err *e)
{
	if (!pixels_check(px, e))
		return false;
	if (work_bytes < pdq_work_bytes(px->width, px->height))
		return err_set(e, ERR_LIMIT, "%zu bytes of workspace, not %zu",
		    work_bytes, pdq_work_bytes(px->width, px->height));
	if ((uintptr_t)work % PDQ_WORK_ALIGN != 0)
		return err_set(e, ERR_INPUT, "the workspace is not aligned");
	pdq_block_with(best(), px, pipeline, for_turns, work, ret);
	return true;
}

/* A turned picture has the same transform but for signs, and rows for columns:
 * which places change sign, and whether it is transposed. */
static const struct {
	bool row, column; /* sign of even rows, of even columns changes */
	bool transposed;
} turns[PDQ_TURNS] = {
    [PDQ_ORIGINAL] = {false, false, false},
    [PDQ_ROT90] = {false, true, true},
    [PDQ_ROT180] = {true, true, false},
    [PDQ_ROT270] = {true, false, true},
    [PDQ_FLIPX] = {true, false, false},
    [PDQ_FLIPY] = {false, true, false},
    [PDQ_FLIPPLUS1] = {false, false, true},
    [PDQ_FLIPMINUS1] = {true, true, true},
};

static unsigned
transposed_place(unsigned k)
{
	return k % PDQ_FREQUENCIES * PDQ_FREQUENCIES + k / PDQ_FREQUENCIES;
}

static void
change_signs(const float *from, bool row, bool column, float *ret)
{
	for (unsigned k = 0; k < PDQ_BITS; k++) {
		bool even_row = (k / PDQ_FREQUENCIES) % 2 == 0;
		bool even_column = k % 2 == 0;

		ret[k] = (row && even_row) != (column && even_column) ? -from[k]
								      : from[k];
	}
}

void
pdq_turn(
    const float transform[PDQ_BITS], enum pdq_turn turn, float ret[PDQ_BITS])
{
	float v[PDQ_BITS];

	change_signs(transform, turns[turn].row, turns[turn].column, v);
	for (unsigned k = 0; k < PDQ_BITS; k++)
		ret[turns[turn].transposed ? transposed_place(k) : k] = v[k];
}

static struct pdq_hash
bits_above(const float *v, float median)
{
	struct pdq_hash h = {0};

	for (unsigned k = 0; k < PDQ_BITS; k++)
		h.w[k / 64] |= (uint64_t)(v[k] > median) << (k % 64);
	return h;
}

static struct pdq_hash
transpose(const struct pdq_hash *h)
{
	struct pdq_hash ret = {0};

	for (unsigned k = 0; k < PDQ_BITS; k++) {
		unsigned to = transposed_place(k);

		ret.w[to / 64] |= (h->w[k / 64] >> (k % 64) & 1) << (to % 64);
	}
	return ret;
}

struct pdq_hash
pdq_of_block(const struct pdq_block *b, enum pdq_turn turn)
{
	float v[PDQ_BITS];
	struct pdq_hash h = {0};

	if (b->tiny)
		return h;
	change_signs(b->transform, turns[turn].row, turns[turn].column, v);
	h = bits_above(v, best()->median(v));
	return turns[turn].transposed ? transpose(&h) : h;
}

void
pdq_all_of_block(const struct pdq_block *b, struct pdq_hash ret[PDQ_TURNS])
{
	static const enum pdq_turn pairs[][2] = {{PDQ_ORIGINAL, PDQ_FLIPPLUS1},
	    {PDQ_FLIPY, PDQ_ROT90}, {PDQ_FLIPX, PDQ_ROT270},
	    {PDQ_ROT180, PDQ_FLIPMINUS1}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		ret[pairs[i][0]] = pdq_of_block(b, pairs[i][0]);
		ret[pairs[i][1]] = transpose(&ret[pairs[i][0]]);
	}
}

void
pdq_text(const struct pdq_hash *h, char ret[PDQ_HEX + 1])
{
	for (int i = 0; i < PDQ_HEX; i++)
		ret[i] =
		    "0123456789abcdef"[h->w[3 - i / 16] >> (60 - i % 16 * 4) &
				       15];
	ret[PDQ_HEX] = '\0';
}

bool
pdq_parse(str s, struct pdq_hash *ret)
{
	uint8_t bytes[PDQ_BITS / 8];
	struct pdq_hash h = {0};

	if (s.n != PDQ_HEX || !num_hex(s, bytes, sizeof(bytes)))
		return false;
	for (unsigned i = 0; i < sizeof(bytes); i++)
		h.w[3 - i / 8] |= (uint64_t)bytes[i] << (56 - i % 8 * 8);
	*ret = h;
	return true;
}
