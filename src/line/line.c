#include "line/line.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "line/words.h"

#define GROUND 247
#define INK 52
#define LARGE 1200 /* pixels across, at least, for large letters */

/* Samples; whole MCUs high. */
static const struct look {
	uint32_t height;
	int32_t baseline; /* from the top */
	int32_t margin;   /* on the left */
} looks[FONT_SIZES] = {{48, 35, 20}, {32, 23, 12}};

static enum font_size
size_of(uint32_t width)
{
	return width >= LARGE ? FONT_LARGE : FONT_SMALL;
}

uint32_t
line_height(uint32_t width)
{
	return looks[size_of(width)].height;
}

/* Samples of one row, the first of them `skip` samples into the glyph. */
static void
draw_row(const uint8_t *ink, uint32_t skip, uint32_t n, uint8_t *to)
{
	static const uint8_t luma[16] = {
#define STEP(i) GROUND - (GROUND - INK) * (i) / 15
	    STEP(0), STEP(1), STEP(2), STEP(3), STEP(4), STEP(5), STEP(6),
	    STEP(7), STEP(8), STEP(9), STEP(10), STEP(11), STEP(12), STEP(13),
	    STEP(14), STEP(15)
#undef STEP
	};

	for (uint32_t i = 0; i < n; i++) {
		unsigned two = ink[(skip + i) / 2];
		uint8_t v = luma[(skip + i) % 2 == 0 ? two & 15 : two >> 4];

		to[i] = v < to[i] ? v : to[i]; /* letters may touch */
	}
}

/* What of it falls into the strip, which s->until samples of a row are kept of.
 */
static void
draw_glyph(const struct words_glyph *w, enum font_size size,
    const struct foot *s, uint8_t *to)
{
	const struct font_picture *g = &w->glyph->in[size];
	const struct look *l = &looks[size];
	int32_t x = l->margin + w->x + g->left, y = l->baseline - w->y - g->top;
	int32_t skip = x < 0 ? -x : 0, until = (int32_t)s->until;
	int32_t n = x + g->width > until ? until - x : g->width;

	for (int32_t i = 0; i < g->height && n > skip; i++)
		if (y + i >= 0 && y + i < (int32_t)s->height)
			draw_row(font_ink + g->at +
				     (size_t)i * ((g->width + 1u) / 2),
			    (uint32_t)skip, (uint32_t)(n - skip),
			    to + (size_t)(y + i) * s->until + x + skip);
}

/* Letters may stand out of their width a little: there is a margin behind. */
static void
lay(str text, uint32_t width, struct words *w, struct foot *s)
{
	enum font_size size = size_of(width);
	uint32_t margins = 2 * (uint32_t)looks[size].margin;
	uint32_t columns;

	words_lay(text, size, width > margins ? width - margins : 0, w);
	columns = w->n == 0 ? 0 : (w->width + margins + 15) / 16 * 16;
	s->until = columns < s->width ? columns : s->width;
}

static uint8_t *
draw(str text, uint32_t width, struct foot *s)
{
	struct words *w = malloc(sizeof(*w));
	uint8_t *to;

	if (w == NULL)
		abort();
	lay(text, width, w, s);
	to = malloc((size_t)s->until * s->height + 1);
	if (to == NULL)
		abort();
	memset(to, GROUND, (size_t)s->until * s->height);
	for (size_t i = 0; i < w->n; i++)
		draw_glyph(&w->v[i], w->size, s, to);
	free(w);
	return to;
}

bool
line_put(struct plan *p, const struct file *f, const struct plan_pages *pages,
    str words, struct err *e)
{
	struct foot s = {.width = foot_width(f),
	    .height = line_height(f->width),
	    .blank = GROUND};
	uint8_t *luma;
	bool done;

	if (words.n > LINE_BYTES_MAX || !utf8_valid(words))
		return err_set(e, ERR_INPUT, "no words of a line");
	luma = draw(words, f->width, &s);
	s.luma = luma;
	done = plan_put_foot(p, pages, &s, e);
	free(luma);
	return done;
}
