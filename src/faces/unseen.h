/*
 * unseen — the videos of an album that its audience, or part of it, will not be
 * shown, and because of whom: what the team reads before it publishes.
 *
 * What is masked through the shot (veil.h) keeps nobody from a video.  Else a
 * mask on a still hides it from everybody; a child who may not be shown to
 * these families leaves it to its own.
 */
#ifndef FACES_UNSEEN_H
#define FACES_UNSEEN_H

#include "faces/word.h"

struct face_unseen {
	int64_t video;
	bool nobody; /* a face in it is masked, or was asked to be */
	size_t n;    /* else: children who may not be shown, */
	str names;   /* with commas */
};

struct face_unseen_list {
	struct face_unseen *v; /* in the album's order */
	size_t n;
	struct face_children hidden; /* in any of them, each once */
};

bool face_unseen(const struct deed *, int64_t post,
    struct face_unseen_list *ret, struct err *) MUST_USE;

#endif
