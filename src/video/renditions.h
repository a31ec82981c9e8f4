/*
 * renditions — frames and sound of one video to its MP4s of 240, 480 and 720
 * lines (of the shorter side; those that the video has, a smaller one gets the
 * first at its own size): at most thirty frames a second, a key frame every two
 * seconds, each in a blob of its own.
 *
 * Which frames are wanted depends on their times alone, so that a second decode
 * of the same file gives the same ones, by the same numbers.
 */
#ifndef VIDEO_RENDITIONS_H
#define VIDEO_RENDITIONS_H

#include "video/fitter.h"
#include "video/mp4.h"

#define RENDITION_FRAME_US 33333 /* thirty a second */
#define RENDITION_BEYOND_US \
	1000000 /* a file of ten minutes may say a little more */

/* Which frames are wanted. */
struct pace {
	int64_t end_us;           /* of what was seen */
	int64_t due_us, given_us; /* given_us -1: none yet */
};

void pace_begin(struct pace *);
/* Microseconds at which the frame is seen; without a word of it, behind the
 * last. */
int64_t pace_time(struct pace *, const struct video_reader *, const AVFrame *);
/* At most thirty a second, each later than the one before. */
bool pace_wants(struct pace *, int64_t at_us);

struct renditions_to {
	const struct key *key; /* VIDEO_SIDES of them, borrowed */
	const int *fd;         /* as many empty blobs, and then as many files
				* for what is between; the caller's */
};

struct renditions;

/* width, height: as it is shown.  silent: without its sound. */
struct renditions *renditions_new(const struct renditions_to *,
    const struct video_reader *, enum upright_turn, int width, int height,
    bool silent, struct err *);
void renditions_free(struct renditions *); /* NULL is fine */

/* The frame as the largest of them has it, upright, to be drawn into before it
 * is encoded; NULL: it cannot be, and is left out.  *ret is its until the next
 * call. */
bool renditions_fit(struct renditions *, const AVFrame *decoded, AVFrame **ret,
    struct err *) MUST_USE;
/* What renditions_fit gave, and what the others make of it.  *ret_small: as the
 * smallest has it, until the next call. */
bool renditions_add(struct renditions *, AVFrame *fit, int64_t at_us,
    AVFrame **ret_small, struct err *) MUST_USE;
/* A frame of the sound. */
bool renditions_sound(
    struct renditions *, const AVFrame *, int64_t at_us, struct err *) MUST_USE;
/* Once: all of it is written.  Sizes in ret. */
bool renditions_end(struct renditions *,
    struct video_rendition ret[VIDEO_SIDES], struct err *) MUST_USE;

DEFINE_OWNED(renditions)

#endif
