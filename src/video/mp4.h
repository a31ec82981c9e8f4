/*
 * mp4 — one rendition: packets of H.264 and AAC to an MP4 that starts at once,
 * its table before its samples, in an encrypted blob.
 *
 * The table is known last.  Until then the samples lie in a file of their own,
 * encrypted under a key that nobody else has, and are copied behind the table
 * at the end: no plain byte reaches a disk, and memory does not grow with the
 * video but for the table, some bytes a sample.
 *
 * Nothing of the original is written but picture and sound: no name, no place,
 * no time, no chapter, no word of the programs that made it.
 */
#ifndef VIDEO_MP4_H
#define VIDEO_MP4_H

#include "store/blob.h"
#include "video/reader.h"

#define MP4_TABLE_MAX ((size_t)16 << 20)

struct mp4;

/* to, between: empty files, read and written; they stay the caller's. */
struct mp4 *mp4_new(int to, const struct key *, int between, struct err *);
void mp4_free(struct mp4 *); /* NULL is fine */

/* Encoders that are open; sound NULL: none. */
bool mp4_begin(struct mp4 *, const AVCodecContext *picture,
    const AVCodecContext *sound, struct err *) MUST_USE;
/* A packet of an encoder, times in its time base; it is left empty. */
bool mp4_picture(struct mp4 *, AVPacket *, struct err *) MUST_USE;
bool mp4_sound(struct mp4 *, AVPacket *, struct err *) MUST_USE;
/* Once, after all of them: the blob is finished. */
bool mp4_end(struct mp4 *, int64_t *ret_bytes, struct err *) MUST_USE;

DEFINE_OWNED(mp4)

#endif
