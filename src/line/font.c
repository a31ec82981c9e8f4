#include "line/font.h"

const struct font_glyph *
font_find(uint32_t code)
{
	size_t from = 0, to = font_glyphs;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (font_glyph[middle].code < code)
			from = middle + 1;
		else
			to = middle;
	}
	return from < font_glyphs && font_glyph[from].code == code
		   ? &font_glyph[from]
		   : NULL;
}
