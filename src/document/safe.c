#include "document/safe.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

#define OBJECTS_MAX 65536
#define FONTS_MAX 64
#define CODES 255 /* letters of a font: 1 to 255 */
#define BMP 65536
#define CONTENT_MAX ((size_t)2 << 20) /* of a page */
#define SIDE_MAX 14400.0f             /* points that PDF allows */
#define PARTS_MAX 32768               /* paragraphs of a document */
#define BFCHARS 100                   /* lines of one table of letters */

/* Objects that have their number from the beginning. */
enum { CATALOG = 1, PAGES, TREE, DOCUMENT, PARENTS, RESOURCES, GLYPH, FIRST };

/* A paragraph of the tree. */
struct part {
	uint32_t object, page; /* page: its object */
	uint32_t number;       /* on its page */
	bool heading;
};

struct safe {
	struct blob_writer *to;
	uint64_t at;
	uint64_t offset[OBJECTS_MAX];
	uint32_t objects; /* the next number */
	uint32_t page[DOCUMENT_PAGES_MAX], n_pages;
	uint32_t first_part[DOCUMENT_PAGES_MAX + 1];
	struct part part[PARTS_MAX];
	uint32_t parts;
	uint16_t code[BMP]; /* 1 + place among all letters */
	uint16_t letter[FONTS_MAX * CODES];
	uint32_t letters;
	struct buf content, line;
	char lang[16];
};

struct safe *
safe_new(struct blob_writer *to, str lang, struct err *e)
{
	struct safe *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory for a document");
		return NULL;
	}
	s->to = to;
	s->objects = FIRST;
	s->content = BUF_MAX(CONTENT_MAX);
	s->line = BUF_MAX(CONTENT_MAX);
	if (lang.n < sizeof(s->lang))
		memcpy(s->lang, lang.p, lang.n);
	return s;
}

void
safe_free(struct safe *s)
{
	if (s == NULL)
		return;
	buf_done(&s->content);
	buf_done(&s->line);
	free(s);
}

/* ---- bytes ---- */

static bool
put(struct safe *s, str bytes, struct err *e)
{
	s->at += bytes.n;
	if (s->at > DOCUMENT_MADE_MAX)
		return err_set(e, ERR_LIMIT, "a document of too many bytes");
	return blob_write(s->to, bytes.p, bytes.n, e);
}

/* What was printed into the line. */
static bool
flush(struct safe *s, struct err *e)
{
	bool full = s->line.full;
	bool done = !full && put(s, buf_view(&s->line), e);

	buf_clear(&s->line);
	return full ? err_set(e, ERR_LIMIT, "a document of too many parts")
		    : done;
}

static uint32_t
new_object(struct safe *s)
{
	return s->objects < OBJECTS_MAX ? s->objects++ : 0;
}

static void
begin(struct safe *s, uint32_t object)
{
	s->offset[object] = s->at + s->line.n;
	buf_printf(&s->line, "%u 0 obj\n", object);
}

static bool
stream(struct safe *s, uint32_t object, const char *more, str bytes,
    uint64_t *ret_at, struct err *e)
{
	begin(s, object);
	buf_printf(&s->line, "<<%s/Length %zu>>\nstream\n", more, bytes.n);
	if (!flush(s, e))
		return false;
	if (ret_at != NULL)
		*ret_at = s->at;
	buf_printf(&s->line, "\nendstream\nendobj\n");
	return put(s, bytes, e) && flush(s, e);
}

/* ---- letters ---- */

/* 0: there is no room for one more. */
static uint16_t
place_of(struct safe *s, uint32_t letter)
{
	if (letter >= BMP)
		letter = 0xfffd;
	if (s->code[letter] == 0 && s->letters < FONTS_MAX * CODES) {
		s->letter[s->letters++] = (uint16_t)letter;
		s->code[letter] = (uint16_t)s->letters;
	}
	return s->code[letter];
}

/* A number of PDF has no exponent. */
static void
number(struct buf *b, float v)
{
	buf_printf(b, " %.2f", (double)v);
}

static void
show_line(struct safe *s, const struct folio_page *p,
    const struct words_line *l, float scale)
{
	str text = str_sub(buf_view(&p->words.text), l->at, l->at + l->n);
	float size = l->h > 1 ? l->h : 1;
	float wide = l->w / (0.5f * size * (float)l->length) * 100;
	struct buf *b = &s->content;
	uint32_t font = UINT32_MAX;

	buf_printf(b, "BT 3 Tr");
	number(b, wide > 1 ? wide : 1);
	buf_printf(b, " Tz 1 0 0 1");
	number(b, l->x * scale);
	number(b, (p->height - l->y - 0.8f * l->h) * scale);
	buf_printf(b, " Tm");
	while (text.n > 0) {
		uint16_t place = place_of(s, utf8_next(&text));

		if (place == 0)
			continue;
		if (font != (uint32_t)(place - 1) / CODES) {
			buf_printf(b, font == UINT32_MAX ? " " : "> Tj ");
			font = (uint32_t)(place - 1) / CODES;
			buf_printf(b, "/F%u", font);
			number(b, size * scale);
			buf_printf(b, " Tf <");
		}
		buf_printf(b, "%02x", (unsigned)((place - 1) % CODES) + 1);
	}
	buf_printf(b, font == UINT32_MAX ? " ET\n" : "> Tj ET\n");
}

/* ---- a page ---- */

static bool
add_part(struct safe *s, uint32_t page, uint32_t of_page, bool heading,
    struct err *e)
{
	uint32_t object = new_object(s);

	if (object == 0 || s->parts == PARTS_MAX)
		return err_set(e, ERR_LIMIT, "a document of too many parts");
	s->part[s->parts++] = (struct part){object, page, of_page, heading};
	return true;
}

static bool
show_words(struct safe *s, uint32_t page, const struct folio_page *p,
    float scale, struct err *e)
{
	const struct words *w = &p->words;

	for (size_t i = 0; i < w->n; i++) {
		bool first =
		    i == 0 || w->line[i].paragraph != w->line[i - 1].paragraph;
		bool last = i + 1 == w->n ||
			    w->line[i].paragraph != w->line[i + 1].paragraph;
		uint32_t at = w->line[i].paragraph;

		if (first) {
			buf_printf(&s->content, "/%s <</MCID %u>> BDC\n",
			    w->heading[at] ? "H1" : "P", at);
			if (!add_part(s, page, at, w->heading[at], e))
				return false;
		}
		show_line(s, p, &w->line[i], scale);
		if (last)
			buf_printf(&s->content, "EMC\n");
	}
	return true;
}

static bool
write_page(struct safe *s, uint32_t page, uint32_t content, uint32_t picture,
    float w, float h, struct err *e)
{
	begin(s, page);
	buf_printf(&s->line, "<</Type/Page/Parent %u 0 R/MediaBox[0 0", PAGES);
	number(&s->line, w);
	number(&s->line, h);
	buf_printf(&s->line,
	    "]/Contents %u 0 R/StructParents %u/Tabs/S/Resources<</Font %u 0 R"
	    "/XObject<</I %u 0 R>>>>>>\nendobj\n",
	    content, s->n_pages, RESOURCES, picture);
	return flush(s, e);
}

static bool
write_picture(struct safe *s, uint32_t object, const struct folio_page *p,
    struct document_page *ret, struct err *e)
{
	char more[160];
	uint64_t at;

	(void)snprintf(more, sizeof(more),
	    "/Type/XObject/Subtype/Image/Width %u/Height %u/ColorSpace"
	    "/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode",
	    p->w, p->h);
	if (p->jpeg.n > DOCUMENT_PAGE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "a page of too many bytes");
	if (!stream(s, object, more, buf_view(&p->jpeg), &at, e))
		return false;
	*ret = (struct document_page){(uint32_t)at, (uint32_t)p->jpeg.n};
	return true;
}

bool
safe_page(struct safe *s, const struct folio_page *p, struct document_page *ret,
    struct err *e)
{
	float most = p->width > p->height ? p->width : p->height;
	float scale = most > SIDE_MAX ? SIDE_MAX / most : 1;
	uint32_t page = new_object(s), content = new_object(s),
		 picture = new_object(s);

	if (picture == 0 || s->n_pages == DOCUMENT_PAGES_MAX)
		return err_set(e, ERR_LIMIT, "a document of too many pages");
	if (s->n_pages == 0)
		buf_printf(&s->line, "%%PDF-1.7\n%%\xe2\xe3\xcf\xd3\n");
	s->first_part[s->n_pages] = s->parts;
	buf_clear(&s->content);
	buf_printf(&s->content, "/Artifact BMC q");
	number(&s->content, p->width * scale);
	buf_printf(&s->content, " 0 0");
	number(&s->content, p->height * scale);
	buf_printf(&s->content, " 0 0 cm /I Do Q EMC\n");
	if (!show_words(s, page, p, scale, e))
		return false;
	if (s->content.full)
		return err_set(e, ERR_LIMIT, "a page of too many letters");
	if (!write_page(s, page, content, picture, p->width * scale,
		p->height * scale, e) ||
	    !stream(s, content, "", buf_view(&s->content), NULL, e) ||
	    !write_picture(s, picture, p, ret, e))
		return false;
	s->page[s->n_pages++] = page;
	s->first_part[s->n_pages] = s->parts;
	return true;
}

/* ---- the end ---- */

static bool
write_letters(struct safe *s, uint32_t font, uint32_t table, struct err *e)
{
	uint32_t first = font * CODES;
	uint32_t n = s->letters - first < CODES ? s->letters - first : CODES;

	buf_clear(&s->content);
	buf_printf(&s->content,
	    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
	    "/CMapName /F%u def\n/CMapType 2 def\n"
	    "1 begincodespacerange\n<00> <ff>\nendcodespacerange\n",
	    font);
	for (uint32_t i = 0; i < n; i++) {
		if (i % BFCHARS == 0)
			buf_printf(&s->content, "%u beginbfchar\n",
			    n - i < BFCHARS ? n - i : BFCHARS);
		buf_printf(&s->content, "<%02x> <%04x>\n", i + 1,
		    s->letter[first + i]);
		if (i % BFCHARS == BFCHARS - 1 || i + 1 == n)
			buf_printf(&s->content, "endbfchar\n");
	}
	buf_printf(&s->content, "endcmap\nend\nend\n");
	return stream(s, table, "", buf_view(&s->content), NULL, e);
}

static bool
write_font(struct safe *s, uint32_t font, uint32_t object, struct err *e)
{
	uint32_t table = new_object(s), left = s->letters - font * CODES;
	uint32_t n = left < CODES ? left : CODES;

	if (table == 0)
		return err_set(e, ERR_LIMIT, "a document of too many parts");
	begin(s, object);
	buf_printf(&s->line,
	    "<</Type/Font/Subtype/Type3/FontBBox[0 -200 500 800]/FontMatrix"
	    "[.001 0 0 .001 0 0]/CharProcs<</g %u 0 R>>/Resources<<>>"
	    "/FirstChar 1/LastChar %u/ToUnicode %u 0 R/Encoding<<"
	    "/Type/Encoding/Differences[1",
	    GLYPH, n, table);
	for (uint32_t i = 0; i < n; i++)
		buf_printf(&s->line, "/g");
	buf_printf(&s->line, "]>>/Widths[");
	for (uint32_t i = 0; i < n; i++)
		buf_printf(&s->line, "500 ");
	buf_printf(&s->line, "]>>\nendobj\n");
	return flush(s, e) && write_letters(s, font, table, e);
}

static bool
write_fonts(struct safe *s, struct err *e)
{
	uint32_t n = (s->letters + CODES - 1) / CODES, object[FONTS_MAX];

	begin(s, RESOURCES);
	buf_printf(&s->line, "<<");
	for (uint32_t i = 0; i < n; i++) {
		object[i] = new_object(s);
		if (object[i] == 0)
			return err_set(
			    e, ERR_LIMIT, "a document of too many parts");
		buf_printf(&s->line, "/F%u %u 0 R", i, object[i]);
	}
	buf_printf(&s->line, ">>\nendobj\n");
	if (!flush(s, e) ||
	    !stream(s, GLYPH, "", S("500 0 0 -200 500 800 d1"), NULL, e))
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (!write_font(s, i, object[i], e))
			return false;
	return true;
}

static bool
write_parts(struct safe *s, struct err *e)
{
	begin(s, DOCUMENT);
	buf_printf(&s->line, "<</Type/StructElem/S/Document/P %u 0 R/K[", TREE);
	for (uint32_t i = 0; i < s->parts; i++)
		buf_printf(&s->line, "%u 0 R ", s->part[i].object);
	buf_printf(&s->line, "]>>\nendobj\n");
	for (uint32_t i = 0; i < s->parts; i++) {
		const struct part *t = &s->part[i];

		begin(s, t->object);
		buf_printf(&s->line,
		    "<</Type/StructElem/S/%s/P %u 0 R/Pg %u 0 R/K %u>>\n"
		    "endobj\n",
		    t->heading ? "H1" : "P", DOCUMENT, t->page, t->number);
		if (!flush(s, e))
			return false;
	}
	return true;
}

/* Which paragraph a mark on a page is of. */
static bool
write_parents(struct safe *s, struct err *e)
{
	begin(s, PARENTS);
	buf_printf(&s->line, "<</Nums[");
	for (uint32_t i = 0; i < s->n_pages; i++) {
		buf_printf(&s->line, "%u[", i);
		for (uint32_t k = s->first_part[i]; k < s->first_part[i + 1];
		     k++)
			buf_printf(&s->line, "%u 0 R ", s->part[k].object);
		buf_printf(&s->line, "]");
	}
	buf_printf(&s->line, "]>>\nendobj\n");
	return flush(s, e);
}

static bool
write_roots(struct safe *s, struct err *e)
{
	begin(s, CATALOG);
	buf_printf(&s->line,
	    "<</Type/Catalog/Pages %u 0 R/StructTreeRoot %u 0 R"
	    "/MarkInfo<</Marked true>>",
	    PAGES, TREE);
	if (s->lang[0] != '\0')
		buf_printf(&s->line, "/Lang(%s)", s->lang);
	buf_printf(&s->line, ">>\nendobj\n");
	begin(s, PAGES);
	buf_printf(&s->line, "<</Type/Pages/Count %u/Kids[", s->n_pages);
	for (uint32_t i = 0; i < s->n_pages; i++)
		buf_printf(&s->line, "%u 0 R ", s->page[i]);
	buf_printf(&s->line, "]>>\nendobj\n");
	begin(s, TREE);
	buf_printf(&s->line,
	    "<</Type/StructTreeRoot/K %u 0 R/ParentTree %u 0 R"
	    "/ParentTreeNextKey %u>>\nendobj\n",
	    DOCUMENT, PARENTS, s->n_pages);
	return flush(s, e);
}

static bool
write_table(struct safe *s, struct err *e)
{
	uint64_t table = s->at;

	buf_printf(&s->line, "xref\n0 %u\n0000000000 65535 f \n", s->objects);
	for (uint32_t i = 1; i < s->objects; i++) {
		buf_printf(&s->line, "%010llu 00000 n \n",
		    (unsigned long long)s->offset[i]);
		if (s->line.n > CONTENT_MAX / 2 && !flush(s, e))
			return false;
	}
	buf_printf(&s->line,
	    "trailer\n<</Size %u/Root %u 0 R>>\nstartxref\n%llu\n%%%%EOF\n",
	    s->objects, CATALOG, (unsigned long long)table);
	return flush(s, e);
}

bool
safe_end(struct safe *s, struct err *e)
{
	return write_fonts(s, e) && write_parts(s, e) && write_parents(s, e) &&
	       write_roots(s, e) && write_table(s, e);
}
