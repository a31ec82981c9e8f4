/*
 * exifdate — the two facts of an EXIF block that Préau keeps: when the
 * picture was taken, by the camera's own clock, and which way is up.
 *
 * A reader of its own (TIFF 6.0, EXIF 2.32) that follows nothing but IFD0 and
 * the EXIF IFD, so that the hundreds of other tags, maker notes and GPS never
 * meet any code.  Every offset is checked, nothing is allocated, the work is
 * bounded by EXIF_ENTRIES_MAX whatever the block says.
 */
#ifndef MEDIA_EXIFDATE_H
#define MEDIA_EXIFDATE_H

#include <stdint.h>

#include "base/str.h"

#define EXIF_ENTRIES_MAX 512

struct exif {
	uint8_t orientation; /* 1 … 8; 1 when absent or absurd */
	bool has_taken;
	uint16_t taken[6]; /* year 1990 … 2100, month, day, hour, min, s */
};

/* block: a TIFF header, with or without "Exif\0\0" before it.  Anything that
 * is not understood is as if it were absent. */
struct exif exif_read(str block);

#endif
