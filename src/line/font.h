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

#define FONT_EM 44        /* samples */
#define FONT_SIDE_MAX 120 /* of a glyph, and how far from its origin */

struct font_glyph {
	uint32_t code, at;     /* code point; where in font_ink */
	uint8_t width, height; /* samples */
	int8_t left, top;      /* from the origin, to the right and upwards */
	uint8_t advance;
};

extern const struct font_glyph font_glyph[]; /* by rising code */
extern const size_t font_glyphs;
extern const uint8_t font_ink[]; /* two samples a byte, the left one low */

/* NULL: there is none. */
const struct font_glyph *font_find(uint32_t code);
/* 0, nothing, to 15, ink. */
unsigned font_sample(const struct font_glyph *, unsigned x, unsigned y);

#endif
