/* hasher — one kind of hash of a video, frame after decoded frame; several may
 * listen to one reader. */
#ifndef VIDEO_HASHER_H
#define VIDEO_HASHER_H

#include "video/reader.h"
#include "video/video.h"

struct video_hasher;

/* ret: where the hash goes; the caller's, and so is the reader. */
struct video_hasher *video_hasher_new(const struct video_job *,
    const struct video_reader *, struct video_result *ret, struct err *);
void video_hasher_free(struct video_hasher *); /* NULL is fine */

/* There is no room for more. */
bool video_hasher_full(const struct video_hasher *);
/* A frame that cannot be hashed is counted. */
bool video_hasher_add(
    struct video_hasher *, const AVFrame *, struct err *) MUST_USE;
bool video_hasher_end(struct video_hasher *, struct err *) MUST_USE;

DEFINE_OWNED(video_hasher)

#endif
