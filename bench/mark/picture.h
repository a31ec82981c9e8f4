/* picture — a rendition for the trial of marks: plain, all in A, all in B. */
#ifndef BENCH_MARK_PICTURE_H
#define BENCH_MARK_PICTURE_H

#include "base/buf.h"
#include "mark/embed.h"
#include "mark/read.h"

struct luma {
	uint8_t *p;
	uint32_t w, h;
};

struct picture {
	struct luma plain, a, b;
	uint32_t mcus;              /* of a segment */
	size_t segments, moved;     /* coefficients that differ */
	size_t empty;               /* segments in which nothing differs */
	size_t bytes, bytes_marked; /* plain; all in A, with restarts */
	double embed_ms;
};

struct luma luma_new(uint32_t w, uint32_t h);
void luma_done(struct luma *);
struct luma luma_of_jpeg(str);
struct buf luma_to_jpeg(const struct luma *, int quality);

/* From a JPEG file; side and quality of the rendition. */
bool picture_load(const char *path, uint32_t side, int quality, uint32_t mcus,
    const struct mark_place *, struct picture *ret);
/* From the rendition itself: colour, chroma halved both ways. */
void picture_of(const struct buf *jpeg, uint32_t mcus,
    const struct mark_place *, struct picture *ret);
void picture_done(struct picture *);

/* The segment of each pixel's MCU. */
size_t picture_segment(const struct picture *, uint32_t x, uint32_t y);

#endif
