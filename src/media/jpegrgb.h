/*
 * jpegrgb — the planes of a JPEG as they leave its transform to interleaved
 * R, G, B at full size: the bytes that libjpeg itself gives with its defaults
 * (smooth chroma, ITU-T T.871 colours), which are what everybody's hashes of
 * JPEGs are made of, while the planes go on to the renditions.
 *
 * One strip at a time, as jpeg_read_raw_data hands them out.
 */
#ifndef MEDIA_JPEGRGB_H
#define MEDIA_JPEGRGB_H

#include <stdint.h>

#include "base/err.h"

struct jpegrgb_part {
	uint32_t width, height; /* samples that mean something */
	uint32_t h, v;          /* sampling factors, 1 to 4 */
};

struct jpegrgb;

/* n: 1, grey, or 3. */
struct jpegrgb *jpegrgb_new(uint32_t width, uint32_t height, unsigned n,
    const struct jpegrgb_part part[], struct err *);
void jpegrgb_free(struct jpegrgb *);

/* rows[i]: 8 * part[i].v rows of part i. */
void jpegrgb_strip(struct jpegrgb *, const uint8_t *const *const rows[]);

/* After the last strip: rows of width * n bytes without gaps; the caller has
 * them, to be freed. */
uint8_t *jpegrgb_take(struct jpegrgb *);

DEFINE_OWNED(jpegrgb)

#endif
