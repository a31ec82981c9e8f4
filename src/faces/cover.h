/*
 * cover — the boxes that the renditions of a photo can be covered in.
 *
 * A box is wanted (cover_want), the jobs draw it into the renditions
 * (COVER_JOB, from what is stored, no original is needed), and from then on
 * hiding it from a viewer is choosing other bytes.  Between the two the photo
 * is withheld from those who may not see what is in the box.  A box that is
 * moved or made larger is another box.
 */
#ifndef FACES_COVER_H
#define FACES_COVER_H

#include "house/house.h"
#include "people/deed.h"
#include "segment/plan.h"

#define COVER_JOB "cover" /* job.kind; subject: the medium */
#define REDRAW_JOB                                          \
	"redraw" /* the same, when nobody waits for it: the \
		    shape changed, or a box is not used any more */

/* In 1/65536 of the upright picture; inside it. */
struct cover_area {
	int64_t x, y, w, h;
};

/* Inside the caller's transaction; what is wanted already is fine.  ERR_LIMIT:
 * the photo has SEGMENT_REGIONS_MAX boxes. */
bool cover_want(struct house *, struct arena *, int64_t medium,
    const struct cover_area *, int64_t now, struct err *) MUST_USE;

/* What the boxes of an organisation are covered with. */
bool cover_shape(struct house *, struct arena *, int64_t organisation,
    enum region_figure *ret, struct err *) MUST_USE;
/* For every photo, also those that are covered already: they keep their covers
 * until they are drawn anew.  Inside the caller's transaction. */
bool cover_shape_set(struct house *, int64_t organisation, enum region_figure,
    struct err *) MUST_USE;
const char *cover_shape_word(enum region_figure);
bool cover_shape_of(str word, enum region_figure *ret) MUST_USE;

/* Every box of a photo that is cleared (faces/word.h) is wanted: whoever may be
 * hidden tomorrow is hidden at once then.  Those that no box uses any more will
 * be erased.  Inside the caller's transaction. */
bool cover_regions(struct house *, struct arena *, int64_t medium, int64_t now,
    struct err *) MUST_USE;

/* Sets the slots of these boxes in hidden.  *ret_waits: one of them is not
 * drawn yet, and hidden is not all that is to be hidden. */
bool cover_slots(struct house *, struct arena *, int64_t medium,
    const struct cover_area *, size_t n, uint8_t hidden[PLAN_HIDDEN_BYTES],
    bool *ret_waits, struct err *) MUST_USE;

/* Photos that are withheld because they could not be drawn, of those who may
 * change their albums; the team helps or deletes. */
struct cover_lost {
	int64_t medium, post, day;
	str title; /* of the album */
};

struct cover_lost_list {
	struct cover_lost *v;
	size_t n;
};

bool cover_lost_photos(const struct deed *, bool director,
    struct cover_lost_list *ret, struct err *) MUST_USE;
/* Tried once more.  ERR_NOT_FOUND: it is not lost, or not of this post. */
bool cover_again(
    const struct deed *, int64_t post, int64_t medium, struct err *) MUST_USE;

#endif
