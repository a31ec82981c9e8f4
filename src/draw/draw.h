/*
 * draw — pictures for the demonstration: what a leisure centre photographs.
 * Drawn by code, so that no photograph of a child is ever needed to show what
 * Préau does.
 */
#ifndef DRAW_DRAW_H
#define DRAW_DRAW_H

#include "base/buf.h"
#include "base/err.h"

enum draw_scene {
	DRAW_HILLS,   /* an outing: hills, trees, a path */
	DRAW_YARD,    /* the school yard, its tree and its shelter */
	DRAW_GARDEN,  /* the kitchen garden in flower */
	DRAW_POTTERY, /* pots on the workshop's table */
	DRAW_LEAVES,  /* autumn leaves */
	DRAW_KITES,   /* paper kites over a field */
	DRAW_POND,    /* paper boats */
	DRAW_CRAYON,  /* a child's drawing: house, sun, flowers */
	DRAW_PENCILS, /* coloured pencils and paint pots */
	DRAW_ROUND,   /* paper children before the shelter, hand in hand */
	DRAW_SCENES
};

#define DRAW_JPEG_MAX ((size_t)32 * 1024 * 1024)

struct draw_options {
	uint32_t seed;
	enum draw_scene scene;
	uint32_t width, height;
	/* As a camera would write it; year 0: no date at all. */
	uint16_t taken[6];
};

/* What the picture shows, for a caption, e.g. "Paper kites"; English key of
 * the catalogues. */
const char *draw_scene_name(enum draw_scene);

#define DRAW_HEADS 4

/* Where a head is, hair and all: of the width and the height, 0 … 1. */
struct draw_box {
	float x, y, w, h;
};

/* From the left; 0 for a scene without anybody in it. */
size_t draw_heads(const struct draw_options *, struct draw_box ret[DRAW_HEADS]);

/* Appends a JPEG (with EXIF date when there is one) to ret. */
bool draw_picture(
    const struct draw_options *, struct buf *ret_jpeg, struct err *) MUST_USE;

#endif
