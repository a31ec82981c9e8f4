/* hidden — which boxes of a photo one viewer may not see into. */
#ifndef SHARING_HIDDEN_H
#define SHARING_HIDDEN_H

#include "faces/cover.h"
#include "sharing/permit.h"

/*
 * Of a photo that is published: boxes that are masked, that nobody has resolved
 * or somebody asked to hide, and children without a consent that holds for
 * those whom the post is for (consent/board.h).  A child of the viewer's own is
 * not hidden because another family asked for it.  What is of a video is asked
 * by the consents to videos, a page by those to photos.  A draft, and a photo
 * whose faces are not all boxed, is shown whole to those who prepare it.  *ret:
 * in the arena.
 */
bool hidden_areas(struct house *, struct arena *, const struct viewer *,
    const struct post_facts *, int64_t medium, int64_t now, int64_t today,
    const struct cover_area **ret, size_t *ret_n, struct err *) MUST_USE;

/* Of a video, in all of its stills, or of a document, on all of its pages: in
 * how many boxes, and in how many of them the video was not masked through the
 * shot (faces/veil.h).  Anything but 0 there: the viewer gets none of the
 * video, and no PDF of the document. */
struct hidden_video {
	int64_t boxes, bare;
	/* Somebody is heard who may not be, for this viewer: without sound.
	 * mute: there are such lines, masked ones where a box is hidden. */
	bool silent, mute;
};

static inline bool
hidden_video_withheld(const struct hidden_video *v)
{
	return v->bare > 0 || (v->silent && !v->mute);
}

bool hidden_in_video(struct house *, struct arena *, const struct viewer *,
    const struct post_facts *, int64_t video, int64_t now, int64_t today,
    struct hidden_video *ret, struct err *) MUST_USE;

/* The same in numbers, of every photo and video of a post of which anything is
 * hidden. */
struct hidden_photo {
	int64_t medium, masked; /* how many boxes */
	bool waits;    /* one of them is not drawn yet: the photo is withheld */
	bool withheld; /* a video: for good, while this holds */
	bool silent;   /* a video: without its sound; not of hidden_of_post */
};

struct hidden_photos {
	struct hidden_photo *v;
	size_t n;
	int64_t videos; /* of the post that are cleared, hidden or not */
};

bool hidden_of_post(struct house *, struct arena *, const struct viewer *,
    const struct post_facts *, int64_t post, int64_t now, int64_t today,
    struct hidden_photos *ret, struct err *) MUST_USE;
/* How many videos the viewer gets none of. */
int64_t hidden_videos(const struct hidden_photos *);
/* {0} when nothing is hidden of it. */
struct hidden_photo hidden_in(const struct hidden_photos *, int64_t medium);

#endif
