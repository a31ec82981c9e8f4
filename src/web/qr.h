/* qr — a picture of a text for a telephone's camera: the dark squares as one
 * path, side by side squares of 1. */
#ifndef WEB_QR_H
#define WEB_QR_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct qr {
	int64_t side; /* squares, without the quiet zone */
	str path;     /* d="…" */
};

bool qr_make(struct arena *, str text, struct qr *ret, struct err *) MUST_USE;

#endif
