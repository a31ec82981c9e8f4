/*
 * veil — which parts of each frame of a video are flattened, so that what is in
 * the boxes of its stills is not seen anywhere in it.
 *
 * From each box, by track.h, to the stills before and after; what was found is
 * believed only when the way back ends in the box where it began, and as long
 * as no two boxes, of those either that hide nothing, are in one place.  All
 * that is found is covered with a margin that grows with doubt and with the
 * distance from what a person drew.  Where nobody knows any more the cover
 * grows by VEIL_SPEED, until it is the whole picture (at once, where the scene
 * changes), as far as the next still: people have looked at that one.  Of the
 * same child in both, what is known from one side ends the doubt of the other.
 *
 * What is in no box is not covered (between.h looks for it).
 *
 * Memory: the frames between two stills, small, VEIL_FRAMES_MAX of them; where
 * there are more, all of those are whole.
 */
#ifndef VIDEO_VEIL_H
#define VIDEO_VEIL_H

#include "base/err.h"
#include "ipc/video.h"

#define VEIL_SIDE 256        /* of the small frames, the longer side */
#define VEIL_FRAMES_MAX 3000 /* between two stills */
#define VEIL_SPEED 2         /* longer sides of the picture, a second */

/* In 1/65536 of the frame, x1 and y1 behind it. */
struct veil_part {
	uint32_t frame;
	uint32_t x0, y0, x1, y1;
};

struct veil;

/* width, height: of the small frames.  The wish is the caller's, and stays. */
struct veil *veil_new(
    const struct video_wish *, int width, int height, struct err *);
void veil_free(struct veil *); /* NULL is fine */

/* The next wanted frame (renditions.h), rows `stride` apart. */
bool veil_add(struct veil *, const uint8_t *luma, int stride, int64_t at_ms,
    struct err *) MUST_USE;
/* One that cannot be looked at. */
bool veil_skip(struct veil *, int64_t at_ms, struct err *) MUST_USE;
bool veil_end(struct veil *, struct err *) MUST_USE;

/* After veil_end, of frames in their order from 0: nothing of this one may be
 * seen.  A frame that was never added is whole. */
bool veil_is_whole(const struct veil *, uint32_t frame);
/* *ret: its parts, borrowed. */
size_t veil_parts(
    const struct veil *, uint32_t frame, const struct veil_part **ret);

DEFINE_OWNED(veil)

#endif
