/* A name that somebody typed: it is laid out within its room, by glyphs that
 * there are, or is no text.  The first two bytes are the room. */
#include "base/utf8.h"
#include "line/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct words w;
	str text;
	uint32_t room;

	if (n < 2)
		return 0;
	room = (uint32_t)p[0] | (uint32_t)p[1] << 8;
	text = (str){(const char *)p + 2, n - 2};
	if (!utf8_valid(text))
		return 0;
	words_lay(text, n % 2 == 0 ? FONT_LARGE : FONT_SMALL, room, &w);
	if (w.width > room || w.n > WORDS_MAX + 1)
		__builtin_trap();
	for (size_t i = 0; i < w.n; i++)
		if (font_find(w.v[i].glyph->code) != w.v[i].glyph)
			__builtin_trap();
	return 0;
}
