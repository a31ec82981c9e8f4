#include "draw/canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TILE 512u /* of noise, a power of two */

struct canvas {
	uint32_t width, height;
	uint32_t chance;
	float (*px)[3];
	float *cover; /* one row of coverage, width + 2 */
	float tile[TILE * TILE];
};

static uint32_t
next(uint32_t *s)
{
	uint32_t x = *s += 0x9e3779b9u;

	x = (x ^ x >> 16) * 0x85ebca6bu;
	x = (x ^ x >> 13) * 0xc2b2ae35u;
	return x ^ x >> 16;
}

float
canvas_chance(struct canvas *c)
{
	return (float)(next(&c->chance) >> 8) / 16777216.0f;
}

float
canvas_between(struct canvas *c, float lo, float hi)
{
	return lo + (hi - lo) * canvas_chance(c);
}

/* Chance on a coarse grid, joined smoothly, in several sizes: a tile that
 * repeats without a seam. */
static void
add_octave(float *tile, uint32_t cells, float weight, uint32_t seed)
{
	float *grid = calloc((size_t)cells * cells, sizeof(float));

	if (grid == NULL)
		return;
	for (uint32_t i = 0; i < cells * cells; i++)
		grid[i] = (float)(next(&seed) >> 8) / 8388608.0f - 1;
	for (uint32_t y = 0; y < TILE; y++)
		for (uint32_t x = 0; x < TILE; x++) {
			float u = (float)(x * cells) / TILE;
			float v = (float)(y * cells) / TILE;
			uint32_t i = (uint32_t)u, j = (uint32_t)v;
			uint32_t i1 = (i + 1) % cells, j1 = (j + 1) % cells;
			float s = u - (float)i, t = v - (float)j, a, b;

			s = s * s * (3 - 2 * s);
			t = t * t * (3 - 2 * t);
			a = grid[j * cells + i] * (1 - s) +
			    grid[j * cells + i1] * s;
			b = grid[j1 * cells + i] * (1 - s) +
			    grid[j1 * cells + i1] * s;
			tile[y * TILE + x] += weight * (a * (1 - t) + b * t);
		}
	free(grid);
}

struct canvas *
canvas_new(uint32_t width, uint32_t height, uint32_t seed, struct rgb paper,
    struct err *e)
{
	OWNED(canvas) c = calloc(1, sizeof(*c));

	if (c != NULL) {
		c->px = calloc((size_t)width * height, sizeof(*c->px));
		c->cover = calloc((size_t)width + 2, sizeof(float));
	}
	if (c == NULL || c->px == NULL || c->cover == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory to draw");
		return NULL;
	}
	c->width = width;
	c->height = height;
	c->chance = seed ^ 0x51ed270bu;
	c->chance = next(&c->chance);
	for (uint32_t k = 4; k <= 256; k *= 2)
		add_octave(
		    c->tile, k, 0.45f * powf(4.0f / (float)k, 0.6f), seed + k);
	for (size_t i = 0; i < (size_t)width * height; i++)
		memcpy(c->px[i], &paper, sizeof(c->px[i]));
	return TAKE(c);
}

void
canvas_free(struct canvas *c)
{
	if (c == NULL)
		return;
	free(c->px);
	free(c->cover);
	free(c);
}

float
canvas_aspect(const struct canvas *c)
{
	return (float)c->width / (float)c->height;
}

/* x, y in cells of the tile; between them it is joined by straight lines. */
static float
tile_at(const struct canvas *c, float x, float y)
{
	float fx = floorf(x), fy = floorf(y), s = x - fx, t = y - fy;
	uint32_t i = (uint32_t)(int32_t)fx, j = (uint32_t)(int32_t)fy;
	const float *r0 = c->tile + (j & (TILE - 1)) * TILE;
	const float *r1 = c->tile + ((j + 1) & (TILE - 1)) * TILE;
	uint32_t i0 = i & (TILE - 1), i1 = (i + 1) & (TILE - 1);
	float a = r0[i0] + (r0[i1] - r0[i0]) * s;
	float b = r1[i0] + (r1[i1] - r1[i0]) * s;

	return a + (b - a) * t;
}

float
canvas_noise(const struct canvas *c, float x, float y)
{
	return tile_at(c, x * 128, y * 128);
}

static float
clamp01(float v)
{
	return v < 0 ? 0 : v > 1 ? 1 : v;
}

struct rgb
rgb_hex(uint32_t v)
{
	return (struct rgb){(float)(v >> 16 & 255) / 255,
	    (float)(v >> 8 & 255) / 255, (float)(v & 255) / 255};
}

struct rgb
rgb_mix(struct rgb a, struct rgb b, float t)
{
	return (struct rgb){a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t,
	    a.b + (b.b - a.b) * t};
}

/* Shadows lean to blue and lights to yellow, as under an open sky. */
struct rgb
rgb_shift(struct rgb c, float by)
{
	static const struct rgb dark = {0.10f, 0.14f, 0.22f};
	static const struct rgb light = {1.0f, 0.97f, 0.86f};

	return by < 0 ? rgb_mix(c, dark, -by) : rgb_mix(c, light, by);
}

struct paint
paint_flat(struct rgb c)
{
	return (struct paint){
	    .from = c, .middle = c, .to = c, .b = {0, 1}, .grain = 0.35f};
}

struct paint
paint_down(struct rgb top, struct rgb bottom, float y0, float y1)
{
	return (struct paint){.from = top,
	    .middle = rgb_mix(top, bottom, 0.5f),
	    .to = bottom,
	    .a = {0, y0},
	    .b = {0, y1},
	    .grain = 0.35f};
}

struct paint
paint_round(struct rgb c, float x0, float x1)
{
	return (struct paint){.from = rgb_shift(c, 0.22f),
	    .middle = c,
	    .to = rgb_shift(c, -0.38f),
	    .a = {x0, 0},
	    .b = {x1, 0},
	    .grain = 0.35f};
}

static struct rgb
paint_at(const struct paint *p, float x, float y)
{
	float dx = p->b.x - p->a.x, dy = p->b.y - p->a.y;
	float d = dx * dx + dy * dy;
	float t =
	    d <= 0 ? 0 : clamp01(((x - p->a.x) * dx + (y - p->a.y) * dy) / d);

	return t < 0.5f ? rgb_mix(p->from, p->middle, t * 2)
			: rgb_mix(p->middle, p->to, t * 2 - 1);
}

static void
put(struct canvas *c, const struct paint *p, uint32_t px, uint32_t py,
    float cover)
{
	float s = 1.0f / (float)c->height;
	float x = ((float)px + 0.5f) * s, y = ((float)py + 0.5f) * s;
	float *to = c->px[(size_t)py * c->width + px];
	float alpha = cover * (p->alpha == 0 ? 1 : p->alpha);
	struct rgb v = paint_at(p, x, y);
	float uneven = 0;

	if (p->grain > 0)
		uneven += p->grain * 0.09f * tile_at(c, x * 210, y * 210);
	if (p->streak > 0)
		uneven += p->streak * 0.10f * tile_at(c, x * 26, y * 520);
	if (p->wax > 0) {
		float n = tile_at(c, x * 2600, y * 2600) +
			  0.6f * tile_at(c, y * 5300, x * 5300);

		alpha *= clamp01(1.25f - p->wax + n * 0.9f);
	}
	v = uneven < 0 ? rgb_shift(v, uneven) : rgb_shift(v, uneven * 0.8f);
	to[0] += (v.r - to[0]) * alpha;
	to[1] += (v.g - to[1]) * alpha;
	to[2] += (v.b - to[2]) * alpha;
}

/*
 * The signed area that one edge covers in each pixel of one row, and, as a
 * running sum, everything to the right of it.  x is in pixels; y0 and y1 lie
 * within the row.
 */
static void
edge_in_row(float *cover, float width, float x0, float y0, float x1, float y1)
{
	float dy = y1 - y0, step;
	uint32_t i, last;

	if (x0 > x1) {
		float t = x0;

		x0 = x1;
		x1 = t;
	}
	x0 = fminf(fmaxf(x0, 0), width);
	x1 = fminf(fmaxf(x1, 0), width);
	i = (uint32_t)x0;
	last = (uint32_t)x1;
	if (i == last) {
		float inside = 1 - ((x0 + x1) * 0.5f - (float)i);

		cover[i] += dy * inside;
		cover[i + 1] += dy * (1 - inside);
		return;
	}
	step = dy / (x1 - x0);
	for (float x = x0; i <= last; i++) {
		float to = fminf((float)i + 1, x1), w = to - x;
		float inside = 1 - ((x + to) * 0.5f - (float)i);

		cover[i] += step * w * inside;
		cover[i + 1] += step * w * (1 - inside);
		x = to;
	}
}

static void
edge(float *cover, float width, float row, struct point a, struct point b)
{
	float lo = fmaxf(fminf(a.y, b.y), row);
	float hi = fminf(fmaxf(a.y, b.y), row + 1);
	float slope;

	if (lo >= hi)
		return;
	slope = (b.x - a.x) / (b.y - a.y);
	if (a.y < b.y)
		edge_in_row(cover, width, a.x + (lo - a.y) * slope, lo,
		    a.x + (hi - a.y) * slope, hi);
	else
		edge_in_row(cover, width, a.x + (hi - a.y) * slope, hi,
		    a.x + (lo - a.y) * slope, lo);
}

struct span {
	uint32_t x0, x1, y0, y1;
};

static bool
bounds(const struct canvas *c, const struct path *p, struct span *ret)
{
	float s = (float)c->height, w = (float)c->width;
	float x0 = w, x1 = 0, y0 = s, y1 = 0;

	for (size_t i = 0; i < p->n; i++) {
		x0 = fminf(x0, p->v[i].x * s);
		x1 = fmaxf(x1, p->v[i].x * s);
		y0 = fminf(y0, p->v[i].y * s);
		y1 = fmaxf(y1, p->v[i].y * s);
	}
	if (x1 <= 0 || y1 <= 0 || x0 >= w || y0 >= s)
		return false;
	ret->x0 = (uint32_t)fmaxf(x0, 0);
	ret->y0 = (uint32_t)fmaxf(y0, 0);
	ret->x1 = (uint32_t)fminf(x1 + 1, w);
	ret->y1 = (uint32_t)fminf(y1 + 1, s);
	return true;
}

static void
fill_row(struct canvas *c, const struct path *p, const struct paint *paint,
    uint32_t y, const struct span *in)
{
	float s = (float)c->height, sum = 0;
	size_t from = 0;

	memset(c->cover + in->x0, 0, (in->x1 - in->x0 + 2) * sizeof(float));
	for (size_t k = 0; k < p->parts; k++) {
		for (size_t i = from; i < p->end[k]; i++) {
			size_t j = i + 1 < p->end[k] ? i + 1 : from;

			edge(c->cover, (float)c->width, (float)y,
			    (struct point){p->v[i].x * s, p->v[i].y * s},
			    (struct point){p->v[j].x * s, p->v[j].y * s});
		}
		from = p->end[k];
	}
	for (uint32_t x = in->x0; x < in->x1; x++) {
		float cover;

		sum += c->cover[x];
		cover = fminf(fabsf(sum), 1);
		if (cover > 0.002f)
			put(c, paint, x, y, cover);
	}
}

void
canvas_fill(struct canvas *c, const struct path *p, const struct paint *paint)
{
	struct span in;

	if (!bounds(c, p, &in))
		return;
	for (uint32_t y = in.y0; y < in.y1; y++)
		fill_row(c, p, paint, y, &in);
}

void
canvas_spot(struct canvas *c, struct point m, float rx, float ry,
    struct rgb colour, float alpha)
{
	float s = (float)c->height;
	uint32_t x0 = (uint32_t)fmaxf((m.x - rx) * s, 0);
	uint32_t y0 = (uint32_t)fmaxf((m.y - ry) * s, 0);
	uint32_t x1 =
	    (uint32_t)fmaxf(fminf((m.x + rx) * s, (float)c->width), 0);
	uint32_t y1 = (uint32_t)fmaxf(fminf((m.y + ry) * s, s), 0);

	for (uint32_t y = y0; y < y1; y++)
		for (uint32_t x = x0; x < x1; x++) {
			float u = (((float)x + 0.5f) / s - m.x) / rx;
			float v = (((float)y + 0.5f) / s - m.y) / ry;
			float d = 1 - (u * u + v * v), a;
			float *to = c->px[(size_t)y * c->width + x];

			if (d <= 0)
				continue;
			a = alpha * d * d;
			to[0] += (colour.r - to[0]) * a;
			to[1] += (colour.g - to[1]) * a;
			to[2] += (colour.b - to[2]) * a;
		}
}

void
canvas_finish(struct canvas *c)
{
	float s = 1.0f / (float)c->height, mid = canvas_aspect(c) / 2;

	for (uint32_t py = 0; py < c->height; py++)
		for (uint32_t px = 0; px < c->width; px++) {
			float x = (float)px * s, y = (float)py * s;
			float u = (x - mid) / mid, v = (y - 0.5f) * 2;
			float edge_dark =
			    0.05f * (u * u * u * u + v * v * v * v);
			float n = 0.020f * tile_at(c, x * 900, y * 900) +
				  0.012f * tile_at(c, x * 60, y * 300);
			float *p = c->px[(size_t)py * c->width + px];

			for (size_t k = 0; k < 3; k++)
				p[k] = p[k] * (1 + n - edge_dark);
		}
}

void
canvas_row(const struct canvas *c, uint32_t y, uint8_t *rgb)
{
	for (uint32_t x = 0; x < c->width; x++) {
		const float *p = c->px[(size_t)y * c->width + x];

		for (size_t k = 0; k < 3; k++)
			*rgb++ = (uint8_t)(clamp01(p[k]) * 255 + 0.5f);
	}
}
