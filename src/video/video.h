/*
 * video — the hash of a video file, by FFmpeg's demuxers and decoders, one
 * thread, from a descriptor that is only read.
 *
 * The same bits as the programs that made the lists (tmk-hash-video with FFmpeg
 * 5.1, vpdq-hash-video): the first video stream; TMK takes 15 frames a second
 * by hash/frames.h, upright, reduced to 64 x 64 by swscale's bicubic filter;
 * vPDQ takes every n-th decoded frame as it is stored, at full size, its
 * colours by swscale's area filter; PDQ the same frames.  All in RGB24.  The
 * filters of swscale are a little different on other processors, and so are
 * other versions': the same hash to the bit is only promised where FFmpeg gives
 * the same pixels.
 *
 * What cannot be decoded is left out and counted, as those programs do.
 */
#ifndef VIDEO_VIDEO_H
#define VIDEO_VIDEO_H

#include "ipc/video.h"

#define VIDEO_PIXELS_MAX 50000000

struct video_result {
	enum media_verdict verdict; /* as media: why there is no hash */
	uint32_t decoded, hashed, broken;
	struct buf hash; /* as of enum video_alg */
};

/* Quietens FFmpeg; before the sandbox. */
void video_init(void);

/* progress: called after some frames with how many were decoded; false ends
 * the work, with err.  False is our own failure. */
bool video_hash(int fd, const struct video_job *,
    bool (*progress)(void *ctx, uint32_t decoded, struct err *), void *ctx,
    struct video_result *ret, struct err *) MUST_USE;
void video_result_done(struct video_result *);

#endif
