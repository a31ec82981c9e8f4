/*
 * sound — what is heard, to AAC of 48 kHz, mono or stereo, once for all
 * renditions.
 *
 * The sound keeps its time with the picture: a gap in it of more than a tenth
 * of a second becomes silence, what overlaps is left out.
 */
#ifndef VIDEO_SOUND_H
#define VIDEO_SOUND_H

#include "video/reader.h"

#define SOUND_RATE 48000

struct sound;

/* give: every packet made, for the caller to copy; its times are samples. */
typedef bool sound_give(void *ctx, const AVPacket *, struct err *);

/* from: the decoder.  most_us: nothing is heard behind that. */
struct sound *sound_new(const AVCodecContext *from, int64_t most_us,
    sound_give *, void *ctx, struct err *);
void sound_free(struct sound *); /* NULL is fine */
const AVCodecContext *sound_encoder(const struct sound *);

/* at_us: AV_NOPTS_VALUE: behind the last.  What cannot be converted is left
 * out. */
bool sound_add(
    struct sound *, const AVFrame *, int64_t at_us, struct err *) MUST_USE;
bool sound_end(struct sound *, struct err *) MUST_USE;

DEFINE_OWNED(sound)

#endif
