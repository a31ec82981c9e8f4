/*
 * veiled — the renditions of a video once more, with what was boxed in its
 * stills flattened through the shot (veil.h), out of the original.
 *
 * Two decodes: the first one follows, in small; the second one flattens in the
 * largest rendition before it is encoded, and the others are made of that: the
 * encoder never sees what is covered, so nothing of it is in any bit.  What is
 * flattened is of one grey.
 *
 * Where nothing is boxed nothing is followed: with `silent` it is the video
 * without its sound.
 *
 * A video that was taken in before does not become damaged: a verdict other
 * than MEDIA_OK says that the file is not what it was.
 */
#ifndef VIDEO_VEILED_H
#define VIDEO_VEILED_H

#include "video/video.h"

/* fds as of VIDEO_TAKE, which stay the caller's; progress as of video_take.
 * False is our own failure; a disk that is full is ret->unwritten. */
bool video_veil(const struct video_veil *, const int fd[VIDEO_TAKE_FDS],
    bool (*progress)(void *ctx, const struct video_progress *, struct err *),
    void *ctx, struct video_veiled *ret, struct err *) MUST_USE;

#endif
