/*
 * sheet — cairo's PDF, taken apart while it is written: all bytes but those of
 * the pictures, and where the pictures stand.
 */
#ifndef PRINT_SHEET_H
#define PRINT_SHEET_H

#include <cairo.h>

#include "base/err.h"
#include "ipc/print.h"

#define SHEET_WIDTH 595.276 /* points: A4 */
#define SHEET_HEIGHT 841.890

struct sheet;

struct sheet *sheet_new(str title, struct err *);
void sheet_free(struct sheet *);

/* To draw on; the page that is begun is ended by cairo_show_page. */
cairo_t *sheet_cairo(struct sheet *);

/* A JPEG that stands at x, y with this width, as a figure of its
 * own.  Each picture once, in the order of the document. */
bool sheet_picture(struct sheet *, const struct print_block *, double x,
    double y, double width, struct err *) MUST_USE;

struct sheet_bytes {
	str text; /* of the sheet */
	const struct print_hole *hole;
	uint32_t n_holes;
	uint64_t holes_bytes;
};

/* No drawing after it. */
bool sheet_finish(
    struct sheet *, struct sheet_bytes *ret, struct err *) MUST_USE;

DEFINE_OWNED(sheet)

#endif
