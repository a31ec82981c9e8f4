/* inside — what the files of this folder that know MuPDF share. */
#ifndef DOCUMENT_INSIDE_H
#define DOCUMENT_INSIDE_H

#include <mupdf/fitz.h>
#include <mupdf/pdf.h>

#include "document/folio.h"

struct folio {
	fz_context *ctx;
	fz_stream *stream;
	pdf_document *doc;
	struct blob_reader *blob;
	size_t used; /* bytes that MuPDF has */
	bool heavy, locked, tagged;
	bool is_lost; /* our own file cannot be read: why stands in lost */
	struct err lost;
	int pages;
	char lang[16];
	unsigned char piece[BLOB_CHUNK];
};

/* A page while it is drawn.  Whatever is not NULL is dropped by folio_draw. */
struct drawing {
	int number;
	fz_cookie *cookie;
	pdf_page *page;
	fz_device *device;
	fz_pixmap *pixmap;
	fz_stext_page *text;
	fz_rect bound;
	struct folio_page *ret;
};

/* Runs what may throw; false: it did. */
bool folio_guard(
    struct folio *, void (*run)(struct folio *, void *), void *arg);

void draw_page(struct folio *, void *drawing);
void read_words(struct folio *, void *drawing);
/* False: too large, or no memory. */
bool write_jpeg(fz_context *, struct drawing *);

#endif
