/*
 * track — where what was in a box of one picture is in the next one: by
 * normalised correlation of a small patch over the places that it can have
 * reached, so that light and shade do not matter; by position and size.  Own
 * method, of textbook parts; it never learns what a face looks like, and
 * remembers nothing but the last patch.
 *
 * It says when it does not know.  It may also be wrong without knowing: whoever
 * asks follows the way back (veil.c) before it believes it.
 */
#ifndef VIDEO_TRACK_H
#define VIDEO_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#define TRACK_PATCH 20 /* points of a side */

/* Luma, rows w apart. */
struct track_picture {
	const uint8_t *p;
	int w, h;
};

/* In points of the picture; may stand out of it. */
struct track_box {
	double x, y, w, h;
};

struct track {
	struct track_box at;
	double likeness; /* of the last step, 1 the same */
	bool lost;       /* for good */
	float patch[TRACK_PATCH * TRACK_PATCH]; /* mean 0, length 1 */
};

void track_begin(
    struct track *, const struct track_picture *, struct track_box);
/* The picture before or after the last one.  cut: hardly anything of it is as
 * it was, so that only what is nearly the same is believed. */
void track_step(struct track *, const struct track_picture *, bool cut);

/* Of the two areas, how much is both; 0 to 1. */
double track_overlap(const struct track_box *, const struct track_box *);
/* The same, of the smaller one. */
double track_shared(const struct track_box *, const struct track_box *);
/* Does the picture differ from the one before as another scene would? */
bool track_is_cut(const struct track_picture *, const struct track_picture *);

#endif
