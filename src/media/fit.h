/*
 * fit — turns a decoder's rows into upright planes of a wanted size.
 *
 * It knows the three things a decoder leaves open: chroma that is sampled in
 * its own way, which way is up, and how large the result may be.
 */
#ifndef MEDIA_FIT_H
#define MEDIA_FIT_H

#include "media/plane.h"

struct fit_source {
	double width, height; /* in luma samples; scaled JPEGs end in halves */
	unsigned n;           /* components: 1 or 3 */
	struct {
		uint32_t width, height; /* samples that will be pushed */
		double per_x, per_y;    /* samples per luma sample */
	} part[3];
};

struct fit;

/* orientation: as EXIF numbers it.  width, height: of the upright result.
 * chroma: of the result, 1 or 2. */
struct fit *fit_new(const struct fit_source *, uint8_t orientation,
    uint32_t width, uint32_t height, unsigned chroma, struct err *);
void fit_free(struct fit *);
void fit_push(struct fit *, unsigned part, const uint8_t *row);
/* When all rows were pushed; the caller has the planes then. */
bool fit_finish(struct fit *, struct planes *ret, struct err *) MUST_USE;

/* Smaller planes from planes, chroma 2. */
bool fit_shrink(const struct planes *, uint32_t width, uint32_t height,
    struct planes *ret, struct err *) MUST_USE;

/* The largest size with these proportions whose longer side is at most side;
 * never larger than the picture, never 0. */
void fit_size(uint32_t width, uint32_t height, uint32_t side,
    uint32_t *ret_width, uint32_t *ret_height);

DEFINE_OWNED(fit)

#endif
