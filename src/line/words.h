/*
 * words — a short text as glyphs on one line, from left to right as it is seen.
 *
 * Arabic letters are joined, words of Hebrew and Arabic stand from right to
 * left, numbers in them from left to right; the whole begins on the left.
 * Marks are set over or under their letter.  What is invisible (joiners, shades
 * of skin, marks of direction) is left out; what there is no glyph for is an
 * empty square.  A text that is too wide ends with three dots.  Scripts whose
 * letters change places (of India, for one) are not shaped.
 */
#ifndef LINE_WORDS_H
#define LINE_WORDS_H

#include <stdbool.h>

#include "base/str.h"
#include "line/font.h"

#define WORDS_MAX 256 /* code points; more are as if it were too wide */

struct words_glyph {
	const struct font_glyph *glyph;
	int32_t x, y; /* of its origin; y upwards from the line */
};

struct words {
	enum font_size size;
	struct words_glyph v[WORDS_MAX + 1];
	size_t n;
	uint32_t width; /* samples */
};

/* text: valid UTF-8.  room: samples. */
void words_lay(str text, enum font_size, uint32_t room, struct words *ret);

/* It stands over or under the letter before it. */
bool words_is_mark(uint32_t code);

#endif
