#include "print/sheet.h"

#include <cairo-pdf.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/buf.h"

#define ON_PAGE 16 /* pictures of one page */
/* Replaced by tidy.c; cairo would write the time of now. */
#define NO_TIME "2000-01-01T00:00:00Z"

/* What cairo believes to be a JPEG: a head, and nothing.  Nobody reads beyond
 * the head, so no more of it than a page of memory is ever there. */
struct picture {
	struct sheet *sheet;
	unsigned char *p; /* NULL: this place is free */
	size_t n;
	uint32_t number;
	bool written;
};

struct sheet {
	cairo_surface_t *surface;
	cairo_t *cairo;
	struct buf text;
	struct buf holes; /* struct print_hole */
	struct picture picture[ON_PAGE];
	uint32_t pictures; /* so far */
	uint64_t holes_bytes;
	bool broken; /* a picture was not written in one piece */
};

/* ---- what cairo writes ---- */

static struct picture *
picture_at(struct sheet *s, const unsigned char *p)
{
	for (size_t i = 0; i < ON_PAGE; i++)
		if (s->picture[i].p != NULL && p >= s->picture[i].p &&
		    p < s->picture[i].p + s->picture[i].n)
			return &s->picture[i];
	return NULL;
}

static void
leave_out(struct sheet *s, struct picture *k, size_t n)
{
	const struct print_hole h = {s->text.n, k->number};

	if (n != k->n || k->written) {
		s->broken = true;
		return;
	}
	k->written = true;
	s->holes_bytes += n;
	buf_put(&s->holes, &h, sizeof(h));
}

static cairo_status_t
take(void *ctx, const unsigned char *p, unsigned n)
{
	struct sheet *s = ctx;
	struct picture *k = picture_at(s, p);

	if (k != NULL)
		leave_out(s, k, n);
	else
		buf_put(&s->text, p, n);
	return s->text.full || s->holes.full || s->broken
		   ? CAIRO_STATUS_WRITE_ERROR
		   : CAIRO_STATUS_SUCCESS;
}

/* ---- from the first sheet to the last ---- */

static bool
is_good(const struct sheet *s, struct err *e)
{
	cairo_status_t a = cairo_surface_status(s->surface),
		       b = cairo_status(s->cairo);

	if (s->text.full || s->holes.full)
		return err_set(e, ERR_LIMIT, "the document is too long");
	if (a != CAIRO_STATUS_SUCCESS || b != CAIRO_STATUS_SUCCESS || s->broken)
		return err_set(e, ERR_IO, "cairo: %s",
		    cairo_status_to_string(a != 0 ? a : b));
	return true;
}

struct sheet *
sheet_new(str title, struct err *e)
{
	OWNED(sheet) s = calloc(1, sizeof(*s));
	char *name = strndup(title.p == NULL ? "" : title.p, title.n);

	if (s == NULL || name == NULL)
		abort();
	s->text = BUF_MAX(PRINT_PDF_MAX / 2);
	s->holes = BUF_MAX(PRINT_PICTURES_MAX * sizeof(struct print_hole));
	s->surface = cairo_pdf_surface_create_for_stream(
	    take, s, SHEET_WIDTH, SHEET_HEIGHT);
	cairo_pdf_surface_restrict_to_version(
	    s->surface, CAIRO_PDF_VERSION_1_5);
	cairo_pdf_surface_set_metadata(
	    s->surface, CAIRO_PDF_METADATA_TITLE, name);
	cairo_pdf_surface_set_metadata(
	    s->surface, CAIRO_PDF_METADATA_CREATE_DATE, NO_TIME);
	s->cairo = cairo_create(s->surface);
	free(name);
	return is_good(s, e) ? TAKE(s) : NULL;
}

void
sheet_free(struct sheet *s)
{
	if (s == NULL)
		return;
	s->broken = true; /* nothing is taken any more */
	cairo_destroy(s->cairo);
	cairo_surface_destroy(s->surface);
	buf_done(&s->text);
	buf_done(&s->holes);
	free(s);
}

cairo_t *
sheet_cairo(struct sheet *s)
{
	return s->cairo;
}

bool
sheet_finish(struct sheet *s, struct sheet_bytes *ret, struct err *e)
{
	cairo_surface_finish(s->surface);
	if (!is_good(s, e))
		return false;
	*ret = (struct sheet_bytes){buf_view(&s->text),
	    (const struct print_hole *)(const void *)s->holes.p,
	    (uint32_t)(s->holes.n / sizeof(struct print_hole)), s->holes_bytes};
	return ret->n_holes == s->pictures ||
	       err_set(e, ERR_IO, "a picture was not written");
}

/* ---- pictures ---- */

static void
picture_end(void *ctx)
{
	struct picture *k = ctx;

	k->sheet->broken |= !k->written;
	(void)munmap(k->p, k->n);
	k->p = NULL;
}

/* A frame of its parts, and where it ends. */
static void
put_frame(unsigned char *p, const struct print_block *b)
{
	unsigned char parts = b->grey ? 1 : 3;
	const unsigned char frame[PRINT_FRAME_BYTES] = {0xff, 0xd8, 0xff, 0xc0,
	    0, (unsigned char)(8 + 3 * parts), 8,
	    (unsigned char)(b->height >> 8), (unsigned char)b->height,
	    (unsigned char)(b->width >> 8), (unsigned char)b->width, parts, 1,
	    0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xd9};

	memcpy(p, frame, sizeof(frame));
}

static struct picture *
picture_begin(struct sheet *s, const struct print_block *b, struct err *e)
{
	struct picture *k = s->picture;
	void *p;

	while (k < s->picture + ON_PAGE && k->p != NULL)
		k++;
	if (k == s->picture + ON_PAGE || s->pictures == PRINT_PICTURES_MAX ||
	    b->bytes < PRINT_FRAME_BYTES) {
		(void)err_set(e, ERR_LIMIT, "too many pictures at once");
		return NULL;
	}
	p = mmap(NULL, b->bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED) {
		(void)err_sys(e, "mmap");
		return NULL;
	}
	put_frame(p, b);
	*k = (struct picture){s, p, b->bytes, s->pictures++, false};
	return k;
}

bool
sheet_picture(struct sheet *s, const struct print_block *b, double x, double y,
    double width, struct err *e)
{
	struct picture *k = picture_begin(s, b, e);
	double scale = width / b->width;
	cairo_surface_t *image;

	if (k == NULL)
		return false;
	/* One pixel, which is never asked for: cairo reads the size in the
	 * JPEG, and would copy as many pixels as there are. */
	image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
	if (cairo_surface_set_mime_data(image, CAIRO_MIME_TYPE_JPEG, k->p, k->n,
		picture_end, k) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(image);
		k->written = true;
		picture_end(k);
		return err_set(e, ERR_LIMIT, "a picture is too large");
	}
	cairo_tag_begin(s->cairo, "Figure", NULL);
	cairo_save(s->cairo);
	cairo_translate(s->cairo, x, y);
	cairo_scale(s->cairo, scale * b->width, scale * b->height);
	cairo_set_source_surface(s->cairo, image, 0, 0);
	/* Not cairo_paint: on an empty page it would forget the tag. */
	cairo_rectangle(s->cairo, 0, 0, 1, 1);
	cairo_fill(s->cairo);
	cairo_restore(s->cairo);
	cairo_tag_end(s->cairo, "Figure");
	cairo_surface_destroy(image);
	return is_good(s, e);
}
