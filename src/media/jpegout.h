/*
 * jpegout — planes to a baseline JPEG with nothing but pixels in it: SOI,
 * APP0 (JFIF), DQT, SOF0, DHT, SOS, EOI.  No process that serves writes one:
 * it is what segmented renditions (rendition.h) are measured against.
 */
#ifndef MEDIA_JPEGOUT_H
#define MEDIA_JPEGOUT_H

#include "base/buf.h"
#include "media/plane.h"

/* planes: grey, or chroma 2.  ret is appended to. */
bool jpegout(
    const struct planes *, int quality, struct buf *ret, struct err *) MUST_USE;

#endif
