/*
 * lines — a rendition of so many lines: H.264 High, 4:2:0, limited BT.709, at
 * most 30 frames a second, a key frame every two seconds, by x264's own default
 * of quality within a rate that a phone on the road can follow.  One thread.
 */
#ifndef VIDEO_LINES_H
#define VIDEO_LINES_H

#include "video/mp4.h"

#define LINES_BASE 90000 /* of its times, a second */

struct lines;

/* A picture of width x height, even numbers; lines choose the rate.  The MP4
 * is borrowed, and begun with this encoder and that of the sound. */
struct lines *lines_new(struct mp4 *, uint32_t lines, int width, int height,
    const AVCodecContext *sound, struct err *);
void lines_free(struct lines *); /* NULL is fine */

/* Of the size of the rendition (fitter.h), at a time over the last one. */
bool lines_add(
    struct lines *, AVFrame *, int64_t at, bool key, struct err *) MUST_USE;
/* What the encoder still holds; the MP4 is not ended. */
bool lines_end(struct lines *, struct err *) MUST_USE;

DEFINE_OWNED(lines)

#endif
