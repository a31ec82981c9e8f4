/*
 * passing — faces that pass between the stills of a video: of what a detector
 * saw in its frames, which faces no still shows, and which further stills would
 * show them.
 *
 * What was seen in one look is tied to the next by place, and over looks in
 * which the detector missed it for PASSING_BLIND_MS by track.h, if it is much
 * the same; a change of scene ends all.  A face of which one look falls on a
 * still, and there into one of its boxes, is explained: it is asked about in
 * that still.  Where it is in none of that still's boxes, that still gets one.
 * For all others, moments are chosen, first those that show most of them, of
 * these the clearest.
 *
 * Once, and not sure enough for the detector's own threshold: that is nobody.
 * Ties that are not found make more stills, never fewer.
 */
#ifndef VIDEO_PASSING_H
#define VIDEO_PASSING_H

#include "base/err.h"
#include "ipc/video.h"
#include "video/track.h"

#define PASSING_BLIND_MS 1000
#define PASSING_SIGHTS_MAX 400000u

struct passing;

struct passing_face {
	struct media_face at;
	double sure; /* facefind.h */
};

/* The wish is the caller's, and stays.  Pictures are w by h, see track.h. */
struct passing *passing_new(
    const struct video_wish *there, int w, int h, struct err *);
void passing_free(struct passing *); /* NULL is fine */

/* The next frame that was looked at, in the order of time. */
bool passing_add(struct passing *, const uint8_t *picture, int64_t at_ms,
    const struct passing_face *, size_t n, struct err *) MUST_USE;
/* Into *ret: times of further stills, no bytes yet; boxes; left. */
void passing_end(struct passing *, struct video_found *ret);

DEFINE_OWNED(passing)

#endif
