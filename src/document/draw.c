/* draw — a page as pixels, and as a JPEG. */
#include <math.h>
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "document/inside.h"

#define QUALITY 88
#define ZOOM_MAX 4.0f /* a small page: 288 dots an inch */
#define SIDE_LEAST 64 /* a picture is not smaller than that */

/* A page without a size, or with one that nobody could print, is as the sheet
 * that most are. */
static void
measure(struct folio_page *p, fz_rect r)
{
	float w = r.x1 - r.x0, h = r.y1 - r.y0;
	float zoom, most;

	if (!isfinite(w) || !isfinite(h) || w < 1 || h < 1) {
		w = 595;
		h = 842;
	}
	most = w > h ? w : h;
	zoom = (float)DOCUMENT_SIDE / most;
	if (zoom > ZOOM_MAX)
		zoom = ZOOM_MAX;
	p->width = w;
	p->height = h;
	p->w = (uint32_t)lroundf(w * zoom);
	p->h = (uint32_t)lroundf(h * zoom);
	if (p->w < SIDE_LEAST)
		p->w = SIDE_LEAST;
	if (p->h < SIDE_LEAST)
		p->h = SIDE_LEAST;
}

void
draw_page(struct folio *p, void *arg)
{
	struct drawing *d = arg;
	fz_context *ctx = p->ctx;
	fz_matrix to;

	d->page = pdf_load_page(ctx, p->doc, d->number);
	d->bound = pdf_bound_page(ctx, d->page);
	measure(d->ret, d->bound);
	to = fz_concat(fz_translate(-d->bound.x0, -d->bound.y0),
	    fz_scale((float)d->ret->w / d->ret->width,
		(float)d->ret->h / d->ret->height));
	d->pixmap = fz_new_pixmap(
	    ctx, fz_device_rgb(ctx), (int)d->ret->w, (int)d->ret->h, NULL, 0);
	fz_clear_pixmap_with_value(ctx, d->pixmap, 0xff);
	d->device = fz_new_draw_device(ctx, to, d->pixmap);
	pdf_run_page(ctx, d->page, d->device, fz_identity, d->cookie);
	fz_close_device(ctx, d->device);
	fz_drop_device(ctx, d->device);
	d->device = NULL;
}

/* ---- JPEG ---- */

struct writer {
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr mgr;
	jmp_buf failed;
	unsigned char *bytes;
	unsigned long n;
};

static void
on_error(j_common_ptr c)
{
	struct writer *w = c->client_data;

	longjmp(w->failed, 1);
}

static void
on_message(j_common_ptr c, int level)
{
	(void)c;
	(void)level;
}

static bool
compress(struct writer *w, const struct folio_page *p, unsigned char *samples,
    size_t stride)
{
	if (setjmp(w->failed) != 0)
		return false;
	jpeg_create_compress(&w->c);
	jpeg_mem_dest(&w->c, &w->bytes, &w->n);
	w->c.image_width = p->w;
	w->c.image_height = p->h;
	w->c.input_components = 3;
	w->c.in_color_space = JCS_RGB;
	jpeg_set_defaults(&w->c);
	jpeg_set_quality(&w->c, QUALITY, TRUE);
	jpeg_start_compress(&w->c, TRUE);
	while (w->c.next_scanline < p->h) {
		JSAMPROW row = samples + w->c.next_scanline * stride;

		(void)jpeg_write_scanlines(&w->c, &row, 1);
	}
	jpeg_finish_compress(&w->c);
	return true;
}

bool
write_jpeg(fz_context *ctx, struct drawing *d)
{
	struct writer w = {.bytes = NULL};
	struct folio_page *p = d->ret;
	bool done;

	w.c.err = jpeg_std_error(&w.mgr);
	w.c.client_data = &w;
	w.mgr.error_exit = on_error;
	w.mgr.emit_message = on_message;
	done = compress(&w, p, fz_pixmap_samples(ctx, d->pixmap),
	    (size_t)fz_pixmap_stride(ctx, d->pixmap));
	jpeg_destroy_compress(&w.c);
	buf_clear(&p->jpeg);
	if (done)
		buf_put(&p->jpeg, w.bytes, w.n);
	free(w.bytes);
	return done && !p->jpeg.full;
}
