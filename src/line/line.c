#include "line/line.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "line/words.h"

#define GROUND 247
#define INK 52
/* In samples of the font; a small picture has half of each. */
#define HEIGHT 64
#define BASELINE 46 /* from the top */
#define MARGIN 24
#define LARGE 1200 /* pixels across, at least, of a large one */

_Static_assert(HEIGHT % 32 == 0, "half of it is whole MCUs");

static bool
is_large(uint32_t width)
{
	return width >= LARGE;
}

uint32_t
line_height(uint32_t width)
{
	return is_large(width) ? HEIGHT : HEIGHT / 2;
}

/* 0 to 15 a sample, HEIGHT rows of width. */
static void
draw_glyph(const struct words_glyph *w, uint8_t *ink, uint32_t width)
{
	const struct font_glyph *g = w->glyph;

	for (unsigned y = 0; y < g->height; y++) {
		int32_t row = BASELINE - w->y - g->top + (int32_t)y;

		if (row < 0 || row >= HEIGHT)
			continue;
		for (unsigned x = 0; x < g->width; x++) {
			int32_t at = MARGIN + w->x + g->left + (int32_t)x;
			uint8_t *to, v = (uint8_t)font_sample(g, x, y);

			if (at < 0 || at >= (int32_t)width)
				continue;
			to = &ink[(size_t)row * width + (size_t)at];
			*to = v > *to ? v : *to;
		}
	}
}

/* so: sum of `of` samples. */
static uint8_t
luma(unsigned so, unsigned of)
{
	return (uint8_t)(GROUND - (GROUND - INK) * so / (15 * of));
}

static void
reduce(const uint8_t *ink, uint32_t ink_width, bool large, uint32_t columns,
    struct foot *s, uint8_t *to)
{
	for (uint32_t y = 0; y < s->height; y++)
		for (uint32_t x = 0; x < columns; x++) {
			const uint8_t *p =
			    ink + (large ? (size_t)y * ink_width + x
					 : (size_t)y * 2 * ink_width + 2 * x);

			to[(size_t)y * s->width + x] =
			    large ? luma(*p, 1)
				  : luma((unsigned)p[0] + p[1] + p[ink_width] +
					     p[ink_width + 1],
					4);
		}
}

/* In samples of the picture. */
static void
draw(str text, uint32_t width, struct foot *s, uint8_t *to)
{
	bool large = is_large(width);
	uint32_t across = large ? width : 2 * width;
	uint32_t room = across > 2 * MARGIN ? across - 2 * MARGIN : 0;
	struct words *w = malloc(sizeof(*w));
	uint32_t ink_width, columns;
	uint8_t *ink;

	if (w == NULL)
		abort();
	words_lay(text, room, w);
	/* Letters may stand out of their width a little. */
	ink_width = (w->width + 2 * MARGIN + 1) / 2 * 2;
	ink_width = ink_width < across ? ink_width : across;
	ink = calloc(HEIGHT, ink_width);
	if (ink == NULL)
		abort();
	for (size_t i = 0; i < w->n; i++)
		draw_glyph(&w->v[i], ink, ink_width);
	columns = large ? ink_width : ink_width / 2;
	reduce(ink, ink_width, large, columns, s, to);
	s->from = 0;
	s->until = columns;
	free(ink);
	free(w);
}

bool
line_put(struct plan *p, const struct file *f, const struct plan_pages *pages,
    str words, struct err *e)
{
	struct foot s = {.width = foot_width(f),
	    .height = line_height(f->width),
	    .blank = GROUND};
	uint8_t *to;
	bool done;

	if (words.n > LINE_BYTES_MAX || !utf8_valid(words))
		return err_set(e, ERR_INPUT, "no words of a line");
	to = malloc((size_t)s.width * s.height);
	if (to == NULL)
		abort();
	memset(to, GROUND, (size_t)s.width * s.height);
	s.luma = to;
	if (words.n > 0)
		draw(words, f->width, &s, to);
	done = plan_put_foot(p, pages, &s, e);
	free(to);
	return done;
}
