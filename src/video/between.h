/*
 * between — a video is looked through for faces that none of its stills shows:
 * a helper for those who resolve its boxes, as media/faces.h is, and as little
 * a gate.
 *
 * A frame is looked at at least every BETWEEN_EVERY_MS, and those of its
 * stills, as long as a wanted frame (renditions.h) comes so often; where the
 * picture is what it was, what was seen there is taken as seen again.  A face
 * is found from 40 points of the looked-at frame on: of a video of a minute
 * 1/20, of a longer one 1/16 of the longer side.  passing.h says which faces
 * are missing; a second decode takes the stills that would show them.
 */
#ifndef VIDEO_BETWEEN_H
#define VIDEO_BETWEEN_H

#include "video/video.h"

#define BETWEEN_EVERY_MS 150
#define BETWEEN_SIDE 800      /* of what is looked at, the longer side … */
#define BETWEEN_SIDE_LONG 640 /* … of what lasts longer than … */
#define BETWEEN_LONG_MS 60000 /* … this */

struct between_result {
	struct video_found said;
	struct buf stills;
};

/* fd: as of VIDEO_BETWEEN, the caller's.  progress as of video_take. */
bool video_between(const struct video_between *, int fd,
    bool (*progress)(void *ctx, const struct video_progress *, struct err *),
    void *ctx, struct between_result *ret, struct err *) MUST_USE;
void between_result_done(struct between_result *);

#endif
