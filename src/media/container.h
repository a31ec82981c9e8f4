/*
 * container — what the wrapping of a picture says before any decoder runs.
 *
 * Walks JPEG markers, PNG chunks, RIFF chunks and HEIF boxes: enough for the
 * size in pixels (a bomb is refused in microseconds), for a file that was cut
 * short or changed on its way, and for the EXIF block.  Bounded by the number
 * of bytes; nothing is allocated but by container_png_essence.
 */
#ifndef MEDIA_CONTAINER_H
#define MEDIA_CONTAINER_H

#include <stdint.h>

#include "base/buf.h"
#include "media/sniff.h"

enum container_state {
	CONTAINER_WHOLE,
	CONTAINER_CUT,    /* a part promised by its own header is missing */
	CONTAINER_BROKEN, /* a checksum or the structure is wrong */
	/* A HEIF file with a film in it (avis, hevc): libheif reads no frame of
	 * it, so nobody could say what it shows. */
	CONTAINER_FILM,
};

struct container {
	enum container_state state;
	uint32_t width, height; /* as stored, not upright; 0: does not say */
	str exif;               /* a view of the bytes; empty: none found */
};

/*
 * A JPEG is only walked up to its first scan: whether the rest is there is the
 * decoder's business.  HEIF blocks of metadata lie anywhere, so exif stays
 * empty there and the decoder hands the block over.
 */
struct container container_read(enum media_format, str bytes);

/* The same PNG with nothing but the chunks that pixels need (IHDR, PLTE,
 * tRNS, iCCP, sRGB, gAMA, cHRM, IDAT, IEND): compressed texts that unfold to
 * gigabytes never reach the decoder.  False past the maximum of ret. */
bool container_png_essence(str png, struct buf *ret) MUST_USE;

/* Chunk after chunk of a PNG, *at is 8 before the first; false: no whole one
 * follows. */
bool container_png_next(
    str png, size_t *at, str *ret_type, str *ret_body) MUST_USE;

#endif
