/*
 * veil — a video in which some are masked all through the shot (video/veil.h
 * follows them): the team asks for it, jobs draw it, and a person looks at it
 * before anybody gets it.
 *
 * It is asked for children by name, and always for the boxes that are hidden
 * whoever they are of.  Noted are the boxes as they are: one that is moved,
 * added or named later is not masked, and hides the video from whom it concerns
 * (sharing/permit.h) until it is asked for anew, drawn and looked at.  Asking
 * anew hides it at once.
 *
 * Inside the caller's transaction, with leave from permit to change the post.
 * A video that is not of this post or not ready is ERR_NOT_FOUND.
 */
#ifndef FACES_VEIL_H
#define FACES_VEIL_H

#include "faces/word.h"

enum veil_state {
	VEIL_NONE, /* never asked for */
	VEIL_ASKED,
	VEIL_DRAWN, /* a person has to look at it */
	VEIL_SHOWN,
	VEIL_LOST, /* it cannot be drawn */
	VEIL_STATES
};

struct veil_child {
	const struct face_child *child;
	bool masked; /* it was asked for */
};

struct veil_still {
	int64_t id, at_ms;
	bool grey; /* nothing is seen from here to the next */
	bool poster;
};

struct veil_children {
	struct veil_child *v; /* by name */
	size_t n;
};

struct veil_stills {
	struct veil_still *v; /* in the order of time */
	size_t n;
};

struct face_veil {
	/* It was looked through between its stills (jobs/between.h); left:
	 * somebody is seen whom none of them shows. */
	bool looked, left;
	enum veil_state state;
	int64_t round;
	bool silent;
	int64_t progress; /* per cent; DB_NULL: not begun */
	int64_t whole;    /* per cent in which nothing is seen; DB_NULL */
	int64_t masked;   /* boxes that are hidden whoever they are of */
	struct veil_children children; /* in its boxes */
	struct veil_stills stills;
};

/* What is asked for.  What is not of the video is ignored. */
struct veil_choice {
	const int64_t *child, *grey; /* grey: stills */
	size_t n_child, n_grey;
	bool silent;
};

bool face_veil(const struct deed *, int64_t post, int64_t video,
    struct face_veil *ret, struct err *) MUST_USE;
bool face_veil_ask(const struct deed *, int64_t post, int64_t video,
    const struct veil_choice *, struct err *) MUST_USE;
/* A person has seen that nothing is left of those who are masked. ERR_CONFLICT:
 * it is another round by now. */
bool face_veil_show(const struct deed *, int64_t post, int64_t video,
    int64_t round, struct err *) MUST_USE;
bool face_veil_hide(
    const struct deed *, int64_t post, int64_t video, struct err *) MUST_USE;

/* The picture that stands for the video; one that is not of it: the first. */
bool face_poster(const struct deed *, int64_t post, int64_t video,
    int64_t still, struct err *) MUST_USE;

#endif
