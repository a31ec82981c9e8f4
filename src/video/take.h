/*
 * take — everything that intake wants of a video, out of one decode: digests of
 * the file, the hashes by which it is asked about (PDQ of frames, TMK), three
 * renditions in their blobs, and stills.
 *
 * Bounds, each with its verdict (ipc/video.h has the numbers): length as the
 * file says and as it turns out; pixels of a frame before one is decoded;
 * frames and packets; a video that goes on for long beyond what it says, or of
 * which more than a tenth cannot be decoded, is damaged.
 *
 * Renditions have 240, 480 and 720 lines (of the shorter side), those that the
 * video has; a smaller one gets the first at its own size.
 */
#ifndef VIDEO_TAKE_H
#define VIDEO_TAKE_H

#include "video/video.h"

struct take_result {
	struct video_taken said;
	struct buf hashes, tmk, stills;
};

/* fds as of VIDEO_TAKE, which stay the caller's.  progress as of video_hash.
 * False is our own failure; a disk that is full is said.unwritten. */
bool video_take(const struct video_take *, const int fd[VIDEO_TAKE_FDS],
    bool (*progress)(void *ctx, const struct video_progress *, struct err *),
    void *ctx, struct take_result *ret, struct err *) MUST_USE;
void take_result_done(struct take_result *);

#endif
