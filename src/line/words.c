#include "line/words.h"

#include "base/utf8.h"
#include "line/joining.h"

#define DOTS 0x2026
#define SQUARE 0x25a1

/* Samples between a letter and a mark over it. */
static const int32_t gap[FONT_SIZES] = {2, 1};

/* A letter with its marks. */
struct cluster {
	size_t first, n;
	uint8_t level; /* odd: from right to left */
};

struct laying {
	enum font_size size;
	uint32_t code[WORDS_MAX + 1];
	const struct font_glyph *glyph[WORDS_MAX + 1];
	size_t n;
	struct cluster cluster[WORDS_MAX + 1];
	size_t clusters;
};

struct span {
	uint32_t first, last;
};

static bool
in(const struct span *v, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++)
		if (code >= v[i].first && code <= v[i].last)
			return true;
	return false;
}
#define IN(v, code) in(v, sizeof(v) / sizeof((v)[0]), code)

bool
words_is_mark(uint32_t code)
{
	static const struct span marks[] = {{0x0300, 0x036f}, {0x0483, 0x0489},
	    {0x0591, 0x05bd}, {0x05bf, 0x05bf}, {0x05c1, 0x05c2},
	    {0x05c4, 0x05c5}, {0x05c7, 0x05c7}, {0x0610, 0x061a},
	    {0x064b, 0x065f}, {0x0670, 0x0670}, {0x06d6, 0x06dc},
	    {0x06df, 0x06e4}, {0x06e7, 0x06e8}, {0x06ea, 0x06ed},
	    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff},
	    {0xfe20, 0xfe2f}};

	return code >= 0x0300 && IN(marks, code);
}

static bool
is_invisible(uint32_t code)
{
	static const struct span nothing[] = {{0x0000, 0x001f},
	    {0x007f, 0x009f}, {0x00ad, 0x00ad}, {0x061c, 0x061c},
	    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
	    {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0x1f3fb, 0x1f3ff},
	    {0xe0000, 0xe0fff}};

	return IN(nothing, code);
}

static bool
is_right_to_left(uint32_t code)
{
	static const struct span right[] = {{0x0590, 0x065f}, {0x066d, 0x06ef},
	    {0x06fa, 0x08ff}, {0xfb1d, 0xfdff}, {0xfe70, 0xfefc},
	    {0x10800, 0x10fff}, {0x1e800, 0x1efff}};

	return IN(right, code);
}

static bool
is_digit(uint32_t code)
{
	static const struct span digits[] = {
	    {0x0030, 0x0039}, {0x0660, 0x0669}, {0x06f0, 0x06f9}};

	return IN(digits, code);
}

/* Neither way: it goes with what is around it. */
static bool
is_neutral(uint32_t code)
{
	static const struct span neutral[] = {{0x0020, 0x002f},
	    {0x003a, 0x0040}, {0x005b, 0x0060}, {0x007b, 0x007e},
	    {0x00a0, 0x00a9}, {0x00ab, 0x00b4}, {0x00b6, 0x00b9},
	    {0x00bb, 0x00bf}, {0x2010, 0x2044}, {0x2600, 0x27bf}};

	return IN(neutral, code);
}

/* False: there is more text than room for code points. */
static bool
take_codes(struct laying *l, str text)
{
	while (text.n > 0) {
		uint32_t code = utf8_next(&text);

		if (is_invisible(code))
			continue;
		if (l->n == WORDS_MAX)
			return false;
		l->code[l->n++] = code;
	}
	return true;
}

static void
find_glyphs(struct laying *l)
{
	size_t to = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct font_glyph *g = font_find(l->code[i]);

		if (g == NULL && words_is_mark(l->code[i]))
			continue;
		l->code[to] = l->code[i];
		l->glyph[to++] = g != NULL ? g : font_find(SQUARE);
	}
	l->n = to;
}

static void
gather(struct laying *l)
{
	l->clusters = 0;
	for (size_t i = 0; i < l->n; i++)
		if (l->clusters > 0 && words_is_mark(l->code[i]))
			l->cluster[l->clusters - 1].n++;
		else
			l->cluster[l->clusters++] = (struct cluster){i, 1, 0};
}

static const struct font_picture *
picture(const struct laying *l, size_t i)
{
	return &l->glyph[i]->in[l->size];
}

static uint32_t
width_of(const struct laying *l)
{
	uint32_t width = 0;

	for (size_t i = 0; i < l->clusters; i++)
		width += picture(l, l->cluster[i].first)->advance;
	return width;
}

/* Letters leave at the end of what is read. */
static void
shorten(struct laying *l, uint32_t room, bool cut)
{
	const struct font_glyph *dots = font_find(DOTS);
	uint32_t more = dots->in[l->size].advance, width = width_of(l);

	if (!cut && width <= room)
		return;
	while (l->clusters > 0 && width + more > room)
		width -= picture(l, l->cluster[--l->clusters].first)->advance;
	if (more > room)
		return;
	l->n = l->clusters == 0 ? 0
				: l->cluster[l->clusters - 1].first +
				      l->cluster[l->clusters - 1].n;
	l->code[l->n] = DOTS;
	l->glyph[l->n] = dots;
	l->cluster[l->clusters++] = (struct cluster){l->n++, 1, 0};
}

/* ---- order ---- */

/* What is neutral between two of the same way goes that way. */
static void
give_levels(struct laying *l)
{
	size_t last = SIZE_MAX; /* from right to left, with neutrals since */

	for (size_t i = 0; i < l->clusters; i++) {
		uint32_t code = l->code[l->cluster[i].first];
		bool right = is_right_to_left(code);

		if (right && last != SIZE_MAX)
			for (size_t k = last + 1; k < i; k++)
				l->cluster[k].level =
				    l->cluster[k].level == 2 ? 2 : 1;
		if (right) {
			l->cluster[i].level = 1;
			last = i;
		} else if (is_digit(code)) {
			l->cluster[i].level = last != SIZE_MAX ? 2 : 0;
		} else if (!is_neutral(code)) {
			last = SIZE_MAX;
		}
	}
}

/* Numbers behind the last word from right to left belong to it; neutrals
 * between the two as well. */
static void
give_numbers(struct laying *l)
{
	for (size_t i = 1; i < l->clusters; i++) {
		size_t from = i;

		if (l->cluster[i].level != 2)
			continue;
		while (from > 0 && l->cluster[from - 1].level == 0)
			from--;
		for (; from < i; from++)
			l->cluster[from].level = 1;
	}
}

/* Dots stand where the rest would be. */
static void
give_dots(struct laying *l)
{
	struct cluster *c = &l->cluster[l->clusters];

	if (l->clusters > 1 && l->code[c[-1].first] == DOTS && c[-2].level > 0)
		c[-1].level = 1;
}

static void
turn(struct cluster *v, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct cluster c = v[i];

		v[i] = v[n - 1 - i];
		v[n - 1 - i] = c;
	}
}

static void
turn_level(struct laying *l, uint8_t level)
{
	for (size_t i = 0; i < l->clusters; i++) {
		size_t n = 0;

		while (i + n < l->clusters && l->cluster[i + n].level >= level)
			n++;
		turn(&l->cluster[i], n);
		i += n;
	}
}

/* ---- places ---- */

static void
put(struct words *w, const struct font_glyph *g, int32_t x, int32_t y)
{
	w->v[w->n++] = (struct words_glyph){g, x, y};
}

/* In the middle over its letter, and over the marks that are there. */
static void
put_marks(
    struct words *w, const struct laying *l, const struct cluster *c, int32_t x)
{
	const struct font_picture *base = picture(l, c->first);
	int32_t top = base->top;

	for (size_t i = 1; i < c->n; i++) {
		const struct font_picture *g = picture(l, c->first + i);
		int32_t low = g->top - g->height, up = 0;

		if (low > 0 && low < top + gap[l->size])
			up = top + gap[l->size] - low;
		put(w, l->glyph[c->first + i],
		    x + (base->advance - g->width) / 2 - g->left, up);
		if (low > 0)
			top = g->top + up;
	}
}

static void
place(const struct laying *l, struct words *w)
{
	int32_t x = 0;

	for (size_t i = 0; i < l->clusters; i++) {
		const struct cluster *c = &l->cluster[i];

		put(w, l->glyph[c->first], x, 0);
		put_marks(w, l, c, x);
		x += picture(l, c->first)->advance;
	}
	w->width = (uint32_t)x;
}

void
words_lay(str text, enum font_size size, uint32_t room, struct words *ret)
{
	struct laying l = {.size = size};
	bool whole = take_codes(&l, text);

	ret->n = 0;
	ret->size = size;
	l.n = joining_shape(l.code, l.n);
	find_glyphs(&l);
	gather(&l);
	shorten(&l, room, !whole);
	give_levels(&l);
	give_numbers(&l);
	give_dots(&l);
	turn_level(&l, 2);
	turn_level(&l, 1);
	place(&l, ret);
}
