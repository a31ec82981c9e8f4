/* pictures — test input that is made, never fetched: drawn by code and put
 * into every wrapping that libvips can write. */
#ifndef TEST_PICTURES_H
#define TEST_PICTURES_H

#include "base/buf.h"
#include "media/sniff.h"

struct picture {
	uint32_t width, height;
	int bands;    /* 1 grey, 2 with alpha, 3 RGB, 4 with alpha */
	bool sixteen; /* bits per sample */
	const char
	    *save; /* a suffix of libvips with options: ".png[palette]" */
	const char *profile; /* "p3", "srgb", "cmyk": converted and embedded */
	uint32_t noise;      /* 0 … 255 added to make it hard to compress */
};

/* Smooth and different in each corner: red at the top left, green at the top
 * right, blue at the bottom left, white at the bottom right. */
bool picture_make(const struct picture *, struct buf *ret);

/* An EXIF block, with "Exif\0\0" before it. */
void picture_exif(
    struct buf *ret, unsigned orientation, const char *date, bool big_endian);
/* The same file with the block in its place, for JPEG, PNG and WebP. */
bool picture_with_exif(enum media_format, str file, str exif, struct buf *ret);

/* Pixels of a JPEG, R G B. */
struct photo {
	uint32_t width, height;
	uint8_t *rgb;
};

bool pixels_of(str jpeg, struct photo *ret);
void pixels_done(struct photo *);
/* Mean difference of the samples, 0 … 255; 255 when the sizes differ. */
double pixels_apart(const struct photo *, const struct photo *);

/* Nothing but SOI, APP0 "JFIF", DQT, SOF0, DHT, DRI, SOS, EOI, and not a byte
 * behind. */
bool jpeg_is_bare(str);

#endif
