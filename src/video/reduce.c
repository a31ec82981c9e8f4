#include "video/reduce.h"

#include <stdlib.h>
#include <string.h>

#include "video/reduce_rows.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libswscale/swscale.h>
#pragma GCC diagnostic pop

#define SIDE REDUCE_SIDE
#define SIZE_MAX_PX 8192 /* of a side; larger ones are left to swscale */
#define SIZE_MIN_PX 128
#define CHROMA_WIDTH (SIDE / 2)

/* All with 16 bits behind the point: what luma 0 gives and each step of luma
 * more, and steps of luma that chroma adds. */
struct colours {
	int64_t black, luma, red, green_cb, green_cr, blue;
};

/* Luma, then the two chroma planes, which share their axes. */
struct reduce {
	struct colours colours;
	struct reduce_axis across[2], down[2];
	const struct reduce_ops *ops;
	reduce_plane *plane; /* or NULL: row by row */
	uint8_t *room;       /* of plane */
	size_t stride;       /* of a row in 16 bits */
	int16_t *row;        /* REDUCE_ROWS of them */
	int16_t *half;       /* rows of SIDE, of one plane */
	int16_t sum[3][SIDE * SIDE];
};

void
reduce_free(struct reduce *r)
{
	if (r == NULL)
		return;
	for (int i = 0; i < 2; i++) {
		free(r->across[i].weight);
		free(r->across[i].quad);
		free(r->down[i].weight);
	}
	free(r->row);
	free(r->room);
	free(r->half);
	free(r);
}

/* ---- reading swscale's weights off ---- */

#define BATCH 64 /* places tried at once, one a line */
#define DARK 128
#define LIGHT 255

/* One axis of the picture: `line` lines of `in` samples, along rows or down
 * columns. */
struct probe {
	bool down;
	uint32_t in, out;
	struct SwsContext *sws;
	uint8_t *picture;
	uint16_t result[BATCH * REDUCE_OUT_MAX];
};

static uint32_t
picture_width(const struct probe *p)
{
	return p->down ? BATCH : p->in;
}

static bool
probe_scale(struct probe *p)
{
	const uint8_t *from[4] = {p->picture};
	uint8_t *to[4] = {(uint8_t *)p->result};
	int in[4] = {(int)picture_width(p)};
	int out[4] = {2 * (int)(p->down ? BATCH : p->out)};
	int rows = (int)(p->down ? p->out : BATCH);

	return sws_scale(p->sws, from, in, 0, p->down ? (int)p->in : BATCH, to,
		   out) == rows;
}

static uint16_t
probe_result(const struct probe *p, uint32_t line, uint32_t i)
{
	return p->result[p->down ? i * BATCH + line : line * p->out + i];
}

static bool
probe_open(struct probe *p)
{
	int in = (int)p->in, out = (int)p->out;

	p->picture = malloc((size_t)p->in * BATCH + 64);
	if (p->picture == NULL)
		return false;
	memset(p->picture, DARK, (size_t)p->in * BATCH);
	p->sws = sws_getContext(p->down ? BATCH : in, p->down ? in : BATCH,
	    AV_PIX_FMT_GRAY8, p->down ? BATCH : out, p->down ? out : BATCH,
	    AV_PIX_FMT_GRAY16LE, SWS_BICUBIC, NULL, NULL, NULL);
	return p->sws != NULL && probe_scale(p);
}

/* A weight of `one`: the result is 256 times the sample. */
static int
weight_of(int more, int one)
{
	double w = (double)more * one / ((LIGHT - DARK) * 256.0);

	return (int)(w < 0 ? w - 0.5 : w + 0.5);
}

/* All weights, out x in. */
static bool
probe_all(struct probe *p, int one, int16_t *ret)
{
	size_t along = p->down ? BATCH : 1, across = p->down ? 1 : p->in;
	uint16_t flat[REDUCE_OUT_MAX];

	for (uint32_t i = 0; i < p->out; i++)
		flat[i] = probe_result(p, 0, i);
	for (uint32_t x = 0; x < p->in; x += BATCH) {
		uint32_t n = p->in - x < BATCH ? p->in - x : BATCH;

		for (uint32_t k = 0; k < n; k++)
			p->picture[k * across + (x + k) * along] = LIGHT;
		if (!probe_scale(p))
			return false;
		for (uint32_t k = 0; k < n; k++) {
			p->picture[k * across + (x + k) * along] = DARK;
			for (uint32_t i = 0; i < p->out; i++)
				ret[(size_t)i * p->in + x + k] =
				    (int16_t)weight_of(
					probe_result(p, k, i) - flat[i], one);
		}
	}
	return true;
}

/* The shortest window that holds every weight of every output. */
static bool
pack(struct reduce_axis *a, const int16_t *all)
{
	uint32_t most = 1;

	for (uint32_t i = 0; i < a->out; i++) {
		const int16_t *w = all + (size_t)i * a->in;
		uint32_t end = a->in;

		while (a->first[i] < a->in - 1 && w[a->first[i]] == 0)
			a->first[i]++;
		while (end > a->first[i] + 1 && w[end - 1] == 0)
			end--;
		if (end - a->first[i] > most)
			most = end - a->first[i];
	}
	a->taps = (most + REDUCE_STEP - 1) / REDUCE_STEP * REDUCE_STEP;
	a->weight = calloc((size_t)a->taps * a->out, sizeof(*a->weight));
	if (a->weight == NULL)
		return false;
	for (uint32_t i = 0; i < a->out; i++)
		for (uint32_t k = 0; k < a->taps && a->first[i] + k < a->in;
		     k++)
			a->weight[(size_t)i * a->taps + k] =
			    all[(size_t)i * a->in + a->first[i] + k];
	return true;
}

static bool
axis_init(struct reduce_axis *a, uint32_t in, uint32_t out, bool down, int one)
{
	struct probe *p = calloc(1, sizeof(*p));
	int16_t *all = calloc((size_t)in * out, sizeof(*all));
	bool done;

	*a = (struct reduce_axis){.in = in, .out = out};
	if (p != NULL)
		*p = (struct probe){.down = down, .in = in, .out = out};
	done = p != NULL && all != NULL && probe_open(p) &&
	       probe_all(p, one, all) && pack(a, all);
	if (p != NULL) {
		sws_freeContext(p->sws);
		free(p->picture);
	}
	free(p);
	free(all);
	return done;
}

/* ---- a frame ---- */

static void
reduce_across(struct reduce *r, const struct reduce_axis *a,
    const uint8_t *plane, int stride, uint32_t height)
{
	if (r->plane != NULL) {
		r->plane(a, plane, stride, height, r->room, r->half);
		return;
	}
	for (uint32_t y = 0; y < height; y += REDUCE_ROWS) {
		for (uint32_t k = 0; k < REDUCE_ROWS && y + k < height; k++)
			r->ops->widen(plane + (ptrdiff_t)(y + k) * stride,
			    a->in, r->row + k * r->stride);
		r->ops->rows(a, r->row, r->stride, r->half + (size_t)y * SIDE);
	}
}

static inline uint8_t
cut(int64_t v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* How many steps of luma a chroma, 0 to 255, adds. */
static inline int
add_of(int64_t factor, int chroma)
{
	return (int)((cut(chroma) * factor >> 16) - (factor >> 9));
}

static inline uint8_t
level(const struct colours *c, int steps)
{
	return cut((c->black + steps * c->luma + 0x8000) >> 16);
}

/* One row of SIDE; a chroma stands for two pixels. */
static void
colour_row(const struct colours *c, const int16_t *luma, const int16_t *cb,
    const int16_t *cr, uint8_t *ret)
{
	for (int x = 0; x < SIDE; x += 2, cb++, cr++) {
		int red = add_of(c->red, *cr), blue = add_of(c->blue, *cb);
		int green = add_of(c->green_cb, *cb) + add_of(c->green_cr, *cr);

		for (int k = 0; k < 2; k++, ret += 3) {
			ret[0] = level(c, luma[x + k] + red);
			ret[1] = level(c, luma[x + k] + green);
			ret[2] = level(c, luma[x + k] + blue);
		}
	}
}

void
reduce_run(struct reduce *r, const uint8_t *const plane[3], const int stride[3],
    uint8_t *ret)
{
	for (int c = 0; c < 3; c++) {
		const struct reduce_axis *across = &r->across[c > 0];
		const struct reduce_axis *down = &r->down[c > 0];

		reduce_across(r, across, plane[c], stride[c], down->in);
		r->ops->columns(down, r->half, across->out, r->sum[c]);
	}
	for (size_t y = 0; y < SIDE; y++)
		colour_row(&r->colours, r->sum[0] + y * SIDE,
		    r->sum[1] + y * CHROMA_WIDTH, r->sum[2] + y * CHROMA_WIDTH,
		    ret + y * REDUCE_RGB_STRIDE);
}

/* In steps of luma, 16 bits behind the point. */
static int64_t
in_steps(int64_t factor, bool full, int64_t luma)
{
	if (full)
		factor = factor * 224 / 255;
	return (factor * 65536 + 0x8000) / luma;
}

/* False: colours that were not left as they are. */
static bool
read_colours(struct SwsContext *whole, struct colours *ret)
{
	int *in, *out, full, out_full, brightness, contrast, saturation;
	int64_t luma;

	if (sws_getColorspaceDetails(whole, &in, &full, &out, &out_full,
		&brightness, &contrast, &saturation) < 0 ||
	    brightness != 0 || contrast != 1 << 16 || saturation != 1 << 16)
		return false;
	luma = full != 0 ? 1 << 16 : (255 << 16) / 219;
	*ret = (struct colours){.luma = luma,
	    .black = full != 0 ? 0 : (326 * luma) - (400 << 16),
	    .red = in_steps(in[0], full != 0, luma),
	    .blue = in_steps(in[1], full != 0, luma),
	    .green_cb = in_steps(-in[2], full != 0, luma),
	    .green_cr = in_steps(-in[3], full != 0, luma)};
	return true;
}

/* ---- is it the same? ---- */

#define TRIES 4

/* Samples of `run` each are alike. */
static void
draw_noise(uint8_t *p, size_t n, uint32_t range, size_t run)
{
	uint32_t seed = 1;

	for (size_t i = 0; i < n; i += run) {
		size_t left = n - i < run ? n - i : run;
		uint8_t level;

		seed = seed * 1664525 + 1013904223;
		level =
		    (uint8_t)(128 - range / 2 + ((seed >> 16) * range >> 16));
		for (size_t k = 0; k < left; k++)
			p[i + k] = level;
	}
}

/* Noise, each time of more contrast, at last with edges that overshoot. */
static bool
is_same(struct reduce *r, struct SwsContext *whole, uint8_t *picture)
{
	static const uint32_t range[TRIES] = {40, 140, 256, 256};
	static const size_t run[TRIES] = {1, 1, 1, 41};
	uint32_t width = r->across[0].in, height = r->down[0].in;
	size_t n = (size_t)width * height;
	const uint8_t *plane[4] = {picture, picture + n, picture + n + n / 4};
	const int stride[4] = {(int)width, (int)width / 2, (int)width / 2};
	const int out[4] = {(int)REDUCE_RGB_STRIDE};
	uint8_t ours[SIDE * REDUCE_RGB_STRIDE];
	uint8_t theirs[SIDE * REDUCE_RGB_STRIDE];
	uint8_t *to[4] = {theirs};

	for (int i = 0; i < TRIES; i++) {
		draw_noise(picture, n + n / 2, range[i], run[i]);
		reduce_run(r, plane, stride, ours);
		if (sws_scale(whole, plane, stride, 0, (int)height, to, out) !=
		    SIDE)
			return false;
		for (size_t y = 0; y < SIDE; y++)
			if (memcmp(ours + y * REDUCE_RGB_STRIDE,
				theirs + y * REDUCE_RGB_STRIDE,
				(size_t)3 * SIDE) != 0)
				return false;
	}
	return true;
}

/* Whole planes at once, where that can be. */
static void
take_planes(struct reduce *r)
{
	size_t n;

	if (!reduce_axis_quads(&r->across[0]) ||
	    !reduce_axis_quads(&r->across[1]))
		return;
	n = reduce_plane_room(&r->across[0]);
	r->room = aligned_alloc(64, n);
	if (r->room == NULL)
		return;
	memset(r->room, 0, n);
	r->plane = reduce_plane_best();
}

static bool
reduce_init(
    struct reduce *r, uint32_t width, uint32_t height, struct SwsContext *whole)
{
	const struct reduce_ops *ops[REDUCE_OPS_KINDS];
	size_t n = (size_t)width * height;
	uint8_t *picture;
	bool same;

	r->ops = ops[reduce_ops_all(ops) - 1];
	if (!axis_init(&r->across[0], width, SIDE, false, 1 << 14) ||
	    !axis_init(
		&r->across[1], width / 2, CHROMA_WIDTH, false, 1 << 14) ||
	    !axis_init(&r->down[0], height, SIDE, true, 1 << 12) ||
	    !axis_init(&r->down[1], height / 2, SIDE, true, 1 << 12))
		return false;
	take_planes(r);
	r->stride = width + r->across[0].taps + r->across[1].taps;
	r->row = calloc(REDUCE_ROWS * r->stride, sizeof(*r->row));
	r->half =
	    calloc((size_t)(height + r->down[0].taps + r->down[1].taps) * SIDE,
		sizeof(*r->half));
	picture = malloc(n + n / 2 + 64);
	same = r->row != NULL && r->half != NULL && picture != NULL &&
	       is_same(r, whole, picture);
	free(picture);
	return same;
}

struct reduce *
reduce_new(uint32_t width, uint32_t height, struct SwsContext *whole)
{
	struct reduce *r;

	if (width % 2 != 0 || height % 2 != 0 || width < SIZE_MIN_PX ||
	    height < SIZE_MIN_PX || width > SIZE_MAX_PX || height > SIZE_MAX_PX)
		return NULL;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return NULL;
	if (read_colours(whole, &r->colours) &&
	    reduce_init(r, width, height, whole))
		return r;
	reduce_free(r);
	return NULL;
}
