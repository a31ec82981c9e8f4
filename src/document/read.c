/* read — the text of a page, as MuPDF finds it. */
#include <math.h>

#include "document/inside.h"

#define SIZES 256          /* half points, for what is usual on a page */
#define HEADING 1.15f      /* times that */
#define HEADING_LENGTH 160 /* code points at most */

static bool
is_text(int c)
{
	return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c < 0x110000 &&
	       !(c >= 0xd800 && c < 0xe000) && c != 0xfffe && c != 0xffff &&
	       !(c >= 0x200e && c <= 0x200f) && !(c >= 0x202a && c <= 0x202e) &&
	       !(c >= 0x2066 && c <= 0x2069) && c != 0x61c && c != 0xfeff;
}

static void
put_char(struct buf *b, int c)
{
	char utf8[8];
	int n = fz_runetochar(utf8, c);

	buf_put(b, utf8, (size_t)n);
}

/* Blanks at the ends, and all but one in a row, are left out. */
static void
put_line(struct words *w, const fz_stext_line *from, const fz_rect *page)
{
	struct words_line *l = &w->line[w->n];
	bool blank = false;

	*l = (struct words_line){.at = (uint32_t)w->text.n,
	    .paragraph = w->paragraphs,
	    .x = from->bbox.x0 - page->x0,
	    .y = from->bbox.y0 - page->y0,
	    .w = from->bbox.x1 - from->bbox.x0,
	    .h = from->bbox.y1 - from->bbox.y0};
	for (const fz_stext_char *c = from->first_char; c != NULL;
	     c = c->next) {
		if (c->c == ' ' || c->c == 0xa0) {
			blank = l->length > 0;
			continue;
		}
		if (!is_text(c->c))
			continue;
		if (blank)
			put_char(&w->text, ' ');
		put_char(&w->text, c->c);
		l->length += blank ? 2 : 1;
		blank = false;
	}
	l->n = (uint32_t)w->text.n - l->at;
	if (l->length > 0 && isfinite(l->x) && isfinite(l->y) &&
	    isfinite(l->w) && isfinite(l->h))
		w->n++;
	else
		w->text.n = l->at;
}

static size_t
size_of(const fz_stext_char *c)
{
	float twice = c->size * 2;

	return !(twice > 0) ? 0 : twice >= SIZES ? SIZES - 1 : (size_t)twice;
}

/* Of most letters of a page, in half points. */
static size_t
usual_size(const fz_stext_page *page)
{
	uint32_t count[SIZES] = {0};
	size_t best = 0;

	for (const fz_stext_block *b = page->first_block; b != NULL;
	     b = b->next) {
		if (b->type != FZ_STEXT_BLOCK_TEXT)
			continue;
		for (const fz_stext_line *l = b->u.t.first_line; l != NULL;
		     l = l->next)
			for (const fz_stext_char *c = l->first_char; c != NULL;
			     c = c->next)
				count[size_of(c)]++;
	}
	for (size_t i = 0; i < SIZES; i++)
		if (count[i] > count[best])
			best = i;
	return best;
}

static bool
is_heading(const struct words *w, size_t first, const fz_stext_line *line,
    size_t usual)
{
	uint32_t length = 0;

	for (size_t i = first; i < w->n; i++)
		length += w->line[i].length;
	return line->first_char != NULL && length <= HEADING_LENGTH &&
	       (float)size_of(line->first_char) > HEADING * (float)usual;
}

static void
put_block(
    struct words *w, const fz_stext_block *b, const fz_rect *page, size_t usual)
{
	size_t first = w->n;

	for (const fz_stext_line *l = b->u.t.first_line;
	     l != NULL && w->n < WORDS_LINES_MAX && !w->text.full; l = l->next)
		put_line(w, l, page);
	if (w->n == first)
		return;
	w->heading[w->paragraphs] =
	    is_heading(w, first, b->u.t.first_line, usual);
	w->paragraphs++;
}

/* What is more than a page may hold is left out. */
void
read_words(struct folio *p, void *arg)
{
	fz_stext_options how = {.flags = FZ_STEXT_DEHYPHENATE};
	struct drawing *d = arg;
	struct words *w = &d->ret->words;
	size_t usual;

	buf_clear(&w->text);
	w->n = 0;
	w->paragraphs = 0;
	d->text = fz_new_stext_page(p->ctx, d->bound);
	d->device = fz_new_stext_device(p->ctx, d->text, &how);
	pdf_run_page(p->ctx, d->page, d->device, fz_identity, d->cookie);
	fz_close_device(p->ctx, d->device);
	usual = usual_size(d->text);
	for (const fz_stext_block *b = d->text->first_block; b != NULL;
	     b = b->next)
		if (b->type == FZ_STEXT_BLOCK_TEXT)
			put_block(w, b, &d->bound, usual);
	if (w->text.full) /* the last line may be cut within a letter */
		w->n -= w->n > 0;
}
