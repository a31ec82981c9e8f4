/*
 * apng — the frames of an animated PNG (acTL, fcTL, fdAT of the PNG
 * specification, third edition), which libvips does not know: each is laid over
 * those before it as a browser shows it, and hashed.  What is shown of such a
 * file here is its plain picture alone.
 */
#ifndef MEDIA_APNG_H
#define MEDIA_APNG_H

#include "media/decode.h"

#define APNG_FRAMES_MAX 1000

/* Of a file whose chunks are sound; nothing when it is not animated.  What is
 * wrong with it is in ret->verdict. */
bool apng_read(str png, struct decoded *ret, struct err *) MUST_USE;

#endif
