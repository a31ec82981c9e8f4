/*
 * sniff — what a file is by its own bytes; its name is never asked.
 *
 * Only what families' and staff's devices really make is let through.  GIF,
 * TIFF, SVG and the rest are MEDIA_FORMAT_NONE: a decoder less is an
 * attack less.
 */
#ifndef MEDIA_SNIFF_H
#define MEDIA_SNIFF_H

#include "base/str.h"

enum media_format {
	MEDIA_FORMAT_NONE,
	MEDIA_FORMAT_JPEG,
	MEDIA_FORMAT_PNG,
	MEDIA_FORMAT_WEBP,
	MEDIA_FORMAT_HEIC, /* HEVC in HEIF */
	MEDIA_FORMAT_AVIF, /* AV1 in HEIF */
	MEDIA_FORMATS
};

enum media_format media_sniff(str bytes);
const char *media_format_word(enum media_format); /* "jpeg", …, "none" */

/* Not a picture but a film, by its first bytes; only worth asking of what is no
 * format of the above. */
bool media_sniff_film(str);
bool media_sniff_pdf(str); /* the same of a document */
/* May be one of a word processor, a spreadsheet or a presentation, or a
 * forerunner of theirs: it is looked at more closely. */
bool media_sniff_office(str);

#endif
