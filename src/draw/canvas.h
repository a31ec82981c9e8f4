/*
 * canvas — a sheet of paper, and gouache to put on it.
 *
 * Lengths are in heights of the sheet: y runs from 0 at the top to 1, x from 0
 * to the aspect.  A drawing is the same at every size, and the same for the
 * same seed on every machine that rounds as IEEE 754 says.
 */
#ifndef DRAW_CANVAS_H
#define DRAW_CANVAS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct rgb {
	float r, g, b; /* 0 … 1, sRGB */
};

struct point {
	float x, y;
};

#define PATH_POINTS 4096
#define PATH_PARTS 64

/* Closed outlines; what is inside any of them is filled. */
struct path {
	struct point v[PATH_POINTS];
	size_t n;
	size_t end[PATH_PARTS]; /* of each closed part */
	size_t parts;
};

/* Colour that runs from one point to another through a middle tone. */
struct paint {
	struct rgb from, middle, to;
	struct point a, b;
	float alpha;  /* 0: means 1 */
	float grain;  /* how uneven the colour lies, 0 … 1 */
	float streak; /* how far the brush pulled it along x, 0 … 1 */
	float wax;    /* crayon: how much paper shows through, 0 … 1 */
};

struct canvas;

struct canvas *canvas_new(uint32_t width, uint32_t height, uint32_t seed,
    struct rgb paper, struct err *);
void canvas_free(struct canvas *);

DEFINE_OWNED(canvas)

float canvas_aspect(const struct canvas *);
void canvas_fill(struct canvas *, const struct path *, const struct paint *);
/* A soft round spot of colour, strongest in the middle: light, shadow. */
void canvas_spot(
    struct canvas *, struct point, float rx, float ry, struct rgb, float alpha);
/* Paper grain and a little less light at the edges; last. */
void canvas_finish(struct canvas *);
/* One row as bytes R, G, B. */
void canvas_row(const struct canvas *, uint32_t y, uint8_t *ret_rgb);

/* Chance, the same for the same seed. */
float canvas_chance(struct canvas *); /* 0 … 1 */
float canvas_between(struct canvas *, float, float);
/* Smooth noise around 0, within -1 … 1. */
float canvas_noise(const struct canvas *, float x, float y);

struct rgb rgb_hex(uint32_t);
struct rgb rgb_mix(struct rgb, struct rgb, float);
struct rgb rgb_shift(struct rgb, float by); /* lighter or darker */
struct paint paint_flat(struct rgb);
struct paint paint_down(struct rgb top, struct rgb bottom, float y0, float y1);
/* Round things: light from the left. */
struct paint paint_round(struct rgb, float x0, float x1);

void path_clear(struct path *);
void path_to(struct path *, float x, float y);
void path_close(struct path *);
void path_box(struct path *, float x, float y, float w, float h);
void path_ellipse(struct path *, struct point, float rx, float ry, float turn);
/* An ellipse cut out by hand: rough 0 … 1. */
void path_blob(struct path *, const struct canvas *, struct point, float rx,
    float ry, float turn, float rough);
/* A stroke through the points, from one width to another. */
void path_stroke(
    struct path *, const struct point *, size_t n, float w0, float w1);
void path_leaf(
    struct path *, struct point, float length, float width, float turn);

#endif
