/*
 * font — the letters that a line is written with, as grey samples.
 *
 * They were drawn from the fonts of the distribution when this was built
 * (tools/glyphs.c): no process that runs opens a font, and no library that
 * parses one is near a family's name.
 */
#ifndef LINE_FONT_H
#define LINE_FONT_H

#include <stddef.h>
#include <stdint.h>

/* The same letters twice, in samples of their em. */
enum font_size { FONT_LARGE, FONT_SMALL, FONT_SIZES };
#define FONT_EM_LARGE 36
#define FONT_EM_SMALL 22
#define FONT_SIDE_MAX 120 /* of a glyph, and how far from its origin */

struct font_picture {
	uint32_t at;           /* in font_ink */
	uint8_t width, height; /* samples */
	int8_t left, top;      /* from the origin, to the right and upwards */
	uint8_t advance;
};

struct font_glyph {
	uint32_t code; /* point */
	struct font_picture in[FONT_SIZES];
};

extern const struct font_glyph font_glyph[]; /* by rising code */
extern const size_t font_glyphs;
/* Two samples a byte, the left one low: 0, nothing, to 15, ink.  A row begins
 * with a byte of its own. */
extern const uint8_t font_ink[];

/* NULL: there is none. */
const struct font_glyph *font_find(uint32_t code);

#endif
