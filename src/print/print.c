#include "print/print.h"

#include <pango/pangocairo.h>

#include "print/fonts.h"
#include "print/sheet.h"
#include "print/tidy.h"

#define MARGIN 56.7 /* points: 20 mm */
#define WIDTH (SHEET_WIDTH - 2 * MARGIN)
#define TOP MARGIN
#define BOTTOM (SHEET_HEIGHT - MARGIN)
#define COVER_TOP (SHEET_HEIGHT * 0.34)
#define PICTURE_HEIGHT 290.0 /* at most: two of them on a page */
#define GAP 12.0             /* between two pictures, side by side */
#define NARROW ((WIDTH - GAP) / 2)
#define ALT_MAX PRINT_PICTURES_MAX

/* How the text of a block looks, and what it is to who has it read out. */
static const struct look {
	const char *tag;
	double size, before, after; /* points */
	bool bold, keeps;           /* keeps: on one page with what follows */
} looks[PRINT_BLOCKS] = {
    [PRINT_TITLE] = {"H1", 40, 0, 10, true, true},
    [PRINT_SUBTITLE] = {"P", 16, 2, 6, false, false},
    [PRINT_HEADING] = {"H2", 18, 10, 8, true, true},
    [PRINT_TEXT] = {"P", 11, 0, 8, false, false},
    [PRINT_NOTE] = {"P", 9, 0, 6, false, false},
    [PRINT_PICTURE] = {"P", 9, 4, 14, false, false},
    [PRINT_NAME] = {"H1", 18, 24, 4, true, true},
    [PRINT_LABEL] = {"P", 9, 5, 1, true, true},
};

struct printing {
	struct reader in;
	struct print_head head;
	struct sheet *sheet;
	cairo_t *cairo;
	PangoContext *letters;
	double y; /* where the next block begins */
	int page;
	bool empty; /* nothing stands on the page yet */
	bool cover; /* the first page is one: no number at its foot */
	str *alt;
	uint32_t n_alt;
	/* What was read ahead: a heading that waits for what follows it, and
	 * the picture that may stand beside another. */
	struct print_block next;
	bool has_next;
};

/* ---- text ---- */

static PangoLayout *
text_new(struct printing *p, str text, const struct look *l, double width)
{
	PangoLayout *t = pango_layout_new(p->letters);
	PangoFontDescription *f = pango_font_description_new();

	pango_font_description_set_family_static(f, "DejaVu Sans");
	pango_font_description_set_absolute_size(f, l->size * PANGO_SCALE);
	if (l->bold)
		pango_font_description_set_weight(f, PANGO_WEIGHT_BOLD);
	pango_layout_set_font_description(t, f);
	pango_font_description_free(f);
	pango_layout_set_width(t, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(t, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_text(t, text.n == 0 ? "" : text.p, (int)text.n);
	return t;
}

static double
text_height(PangoLayout *t)
{
	int h;

	pango_layout_get_size(t, NULL, &h);
	return (double)h / PANGO_SCALE;
}

static void
text_draw(
    struct printing *p, PangoLayout *t, const char *tag, double x, double y)
{
	if (tag != NULL)
		cairo_tag_begin(p->cairo, tag, NULL);
	cairo_move_to(p->cairo, x, y);
	pango_cairo_show_layout(p->cairo, t);
	if (tag != NULL)
		cairo_tag_end(p->cairo, tag);
}

/* ---- pages ---- */

/* The number stands outside of what is read out. */
static void
put_footer(struct printing *p)
{
	static const struct look small = {NULL, 8, 0, 0, false, false};
	char words[PRINT_TEXT_MAX];
	PangoLayout *t;
	int n;

	if (p->page == 1 && p->cover)
		return;
	n = snprintf(words, sizeof(words), STR_FMT "%s%d",
	    STR_ARG(p->head.footer), p->head.footer.n > 0 ? " · " : "",
	    p->page);
	t = text_new(p, (str){words, (size_t)n}, &small, WIDTH);
	pango_layout_set_alignment(t, PANGO_ALIGN_CENTER);
	text_draw(p, t, NULL, MARGIN, BOTTOM + 14);
	g_object_unref(t);
}

static void
begin_page(struct printing *p)
{
	p->page++;
	p->y = TOP;
	p->empty = true;
}

static void
end_page(struct printing *p)
{
	put_footer(p);
	cairo_show_page(p->cairo);
}

static void
turn_page(struct printing *p)
{
	end_page(p);
	begin_page(p);
}

static void
make_room(struct printing *p, double height)
{
	if (!p->empty && p->y + height > BOTTOM)
		turn_page(p);
}

/* ---- blocks ---- */

static bool
read_next(struct printing *p, struct err *e)
{
	return print_block_read(&p->in, &p->has_next, &p->next, e);
}

/* How large it is on paper. */
static double
picture_width(const struct print_block *b, double most)
{
	double high = PICTURE_HEIGHT * b->width / b->height;

	return high < most ? high : most;
}

/* How much must be on the page with a heading: a line, or a row of pictures. */
static double
height_of_next(const struct printing *p)
{
	return p->has_next && p->next.kind == PRINT_PICTURE
		   ? PICTURE_HEIGHT + 40
		   : 40;
}

static void
put_line(struct printing *p, PangoLayoutIter *i, const PangoRectangle *r)
{
	double x = (double)r->x / PANGO_SCALE;
	double down = (double)(pango_layout_iter_get_baseline(i) - r->y);

	cairo_move_to(p->cairo, MARGIN + x, p->y + down / PANGO_SCALE);
	pango_cairo_show_layout_line(
	    p->cairo, pango_layout_iter_get_line_readonly(i));
	p->y += (double)r->height / PANGO_SCALE;
	p->empty = false;
}

/* A long one goes on on the next page, line by line. */
static void
put_lines(struct printing *p, PangoLayout *t, const char *tag)
{
	PangoLayoutIter *i = pango_layout_get_iter(t);
	bool open = false;

	do {
		PangoRectangle r;

		pango_layout_iter_get_line_extents(i, NULL, &r);
		if (!p->empty &&
		    p->y + (double)r.height / PANGO_SCALE > BOTTOM) {
			if (open)
				cairo_tag_end(p->cairo, tag);
			open = false;
			turn_page(p);
		}
		if (!open)
			cairo_tag_begin(p->cairo, tag, NULL);
		open = true;
		put_line(p, i, &r);
	} while (pango_layout_iter_next_line(i));
	cairo_tag_end(p->cairo, tag);
	pango_layout_iter_free(i);
}

/* Above a label and what it names; nothing that is read out. */
static void
put_rule(struct printing *p)
{
	cairo_save(p->cairo);
	cairo_set_source_rgb(p->cairo, 0.75, 0.75, 0.75);
	cairo_set_line_width(p->cairo, 0.5);
	cairo_move_to(p->cairo, MARGIN, p->y - 3);
	cairo_line_to(p->cairo, MARGIN + WIDTH, p->y - 3);
	cairo_stroke(p->cairo);
	cairo_restore(p->cairo);
}

static bool
put_text(struct printing *p, struct err *e)
{
	const struct look *l = &looks[p->next.kind];
	PangoLayout *t = text_new(p, p->next.text, l, WIDTH);
	double before = p->empty ? 0 : l->before;
	bool title = p->next.kind == PRINT_TITLE;
	bool label = p->next.kind == PRINT_LABEL;

	if (!read_next(p, e)) {
		g_object_unref(t);
		return false;
	}
	if (title && p->page == 1 && p->empty) {
		p->y = COVER_TOP;
		p->cover = true;
	}
	make_room(p,
	    before +
		(l->keeps && !title ? text_height(t) + height_of_next(p) : 0));
	p->y += p->empty ? 0 : before;
	if (label && p->has_next && p->next.kind == PRINT_TEXT)
		put_rule(p);
	put_lines(p, t, l->tag);
	p->y += l->after;
	g_object_unref(t);
	return true;
}

/* A picture and its caption; *ret: how high both are. */
static bool
put_one(struct printing *p, const struct print_block *b, double x, double most,
    double *ret, struct err *e)
{
	const struct look *l = &looks[PRINT_PICTURE];
	double width = picture_width(b, most);
	double height = width * b->height / b->width;
	PangoLayout *t;

	if (p->n_alt == ALT_MAX)
		return err_set(e, ERR_LIMIT, "too many pictures");
	p->alt[p->n_alt++] = b->alt;
	if (!sheet_picture(p->sheet, b, x, p->y, width, e))
		return false;
	t = text_new(p, b->text, l, width < NARROW / 2 ? NARROW / 2 : width);
	pango_layout_set_height(t, -3); /* lines */
	pango_layout_set_ellipsize(t, PANGO_ELLIPSIZE_END);
	if (b->text.n > 0)
		text_draw(p, t, l->tag, x, p->y + height + l->before);
	*ret = height + l->before + text_height(t) + l->after;
	g_object_unref(t);
	return true;
}

static bool
is_upright(const struct print_block *b)
{
	return b->kind == PRINT_PICTURE && b->height > b->width;
}

/* One picture, or two upright ones side by side. */
static bool
put_pictures(struct printing *p, struct err *e)
{
	struct print_block first = p->next;
	double width = picture_width(&first, WIDTH), a = 0, b = 0;
	bool pair;

	if (!read_next(p, e))
		return false;
	pair = is_upright(&first) && p->has_next && is_upright(&p->next);
	width = pair ? picture_width(&first, NARROW) : width;
	make_room(p, width * first.height / first.width + 40);
	if (!put_one(p, &first, MARGIN, pair ? NARROW : WIDTH, &a, e))
		return false;
	if (pair &&
	    (!put_one(p, &p->next, MARGIN + NARROW + GAP, NARROW, &b, e) ||
		!read_next(p, e)))
		return false;
	p->y += a > b ? a : b;
	p->empty = false;
	return true;
}

static bool
put_block(struct printing *p, struct err *e)
{
	if (p->next.kind == PRINT_PICTURE)
		return put_pictures(p, e);
	if (p->next.kind != PRINT_PAGE)
		return put_text(p, e);
	if (!p->empty)
		turn_page(p);
	return read_next(p, e);
}

/* ---- the whole ---- */

static bool
put_all(struct printing *p, struct err *e)
{
	if (!read_next(p, e))
		return false;
	begin_page(p);
	cairo_tag_begin(p->cairo, "Document", NULL);
	while (p->has_next)
		if (!put_block(p, e))
			return false;
	cairo_tag_end(p->cairo, "Document"); /* while there is a page */
	end_page(p);
	return true;
}

static bool
print_on(struct printing *p, struct buf *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf whole = BUF_MAX(PRINT_PDF_MAX);
	struct sheet_bytes bytes;

	if (!put_all(p, e) || !sheet_finish(p->sheet, &bytes, e))
		return false;
	buf_str(&whole, bytes.text);
	if (!tidy(&bytes, p->head.lang, p->alt, p->n_alt, &whole, e))
		return false;
	print_pdf_write(ret, bytes.hole, bytes.n_holes, buf_view(&whole));
	return !(ret->full || whole.full) ||
	       err_set(e, ERR_LIMIT, "too long a document");
}

/* Letters stand where paper wants them, not where a screen has its dots. */
static PangoContext *
letters_new(cairo_t *cairo)
{
	PangoContext *c = pango_cairo_create_context(cairo);
	cairo_font_options_t *o = cairo_font_options_create();

	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(c, o);
	pango_context_set_round_glyph_positions(c, FALSE);
	cairo_font_options_destroy(o);
	return c;
}

bool
print_make(str document, struct buf *ret, struct err *e)
{
	struct printing p = {.in = read_begin(document.p, document.n)};
	bool done;

	if (!fonts_init(e) || !print_head_read(&p.in, &p.head, e))
		return false;
	p.sheet = sheet_new(p.head.title, e);
	if (p.sheet == NULL)
		return false;
	p.cairo = sheet_cairo(p.sheet);
	p.letters = letters_new(p.cairo);
	p.alt = calloc(ALT_MAX, sizeof(*p.alt));
	if (p.alt == NULL)
		abort();
	done = print_on(&p, ret, e);
	free(p.alt);
	g_object_unref(p.letters);
	sheet_free(p.sheet);
	return done;
}
