/*
 * region — a box on a photo, and who a person says is in it.
 *
 * A box is found by a program or drawn by hand; the two behave alike.  It is a
 * rectangle and a name that somebody chose: no template, no likeness, nothing
 * that could be computed from a face is kept.
 *
 * Coordinates are in 1/65536 of the width and the height of the upright
 * picture, so that they fit every rendition.
 *
 * Everything here stands inside the caller's transaction.  Who may do it is
 * permit's to say before: the caller holds a grant for PERMIT_EDIT on the post.
 * A photo that is not of this post or not ready, a box that is not of this
 * photo, and a child that is not of the day are ERR_NOT_FOUND; a box outside
 * the picture or too small is ERR_INPUT; one too many is ERR_LIMIT.
 */
#ifndef FACES_REGION_H
#define FACES_REGION_H

#include "people/deed.h"

#define REGION_UNITS 65536
#define REGION_LEAST 256 /* of a side: eight pixels of 2048 */
#define REGIONS_MAX 200  /* of one photo */

struct box {
	int64_t x, y, w, h;
};

enum region_state {
	REGION_OPEN, /* nobody has said who it is; hidden where it is published
		      */
	REGION_CHILD,
	REGION_ADULT,
	REGION_MASK,
	REGION_NONE, /* no face: a mistake of the program */
	REGION_STATES
};

struct region {
	int64_t id;
	struct box box;
	bool found; /* by a program */
	enum region_state state;
	int64_t child; /* 0: none */
	str name;      /* the child's first name, "" */
	bool asked;    /* a mask was asked for, and nobody has decided */
	int64_t resolved_by, resolved_at; /* DB_NULL */
};

struct region_list {
	struct region *v; /* in reading order */
	size_t n;
};

/* Wholly inside the picture, and large enough to be meant. */
bool box_sound(const struct box *);
/* The nearest sound box: no larger than the picture, moved into it. */
struct box box_inside(struct box);

const char *region_state_word(enum region_state);
bool region_state_of(str word, enum region_state *ret) MUST_USE;

bool regions_of(struct house *, struct arena *, const struct organisation *,
    int64_t medium, struct region_list *ret, struct err *) MUST_USE;
/* NULL: not of this list. */
const struct region *region_in(const struct region_list *, int64_t id);

/* On a photo that is not published yet, what shows more than those knew who
 * gave their word takes it back: a box that is moved or removed, somebody
 * named.  What hides more does not: a mask, or a box that is new, which takes
 * back the word of whoever draws it alone.  On a published photo a new box
 * hides what is in it at once. */
bool region_draw(const struct deed *, int64_t post, int64_t medium,
    const struct box *, int64_t *ret_id, struct err *) MUST_USE;
bool region_place(const struct deed *, int64_t post, int64_t medium, int64_t id,
    const struct box *, struct err *) MUST_USE;
bool region_remove(const struct deed *, int64_t post, int64_t medium,
    int64_t id, struct err *) MUST_USE;

/* Not to REGION_OPEN.  child: for REGION_CHILD, enrolled on the post's day. */
bool region_resolve(const struct deed *, int64_t post, int64_t medium,
    int64_t id, enum region_state, int64_t child, struct err *) MUST_USE;
/* Every open box: of one photo, or (medium 0) of all ready ones of the post. */
bool region_mask_rest(
    const struct deed *, int64_t post, int64_t medium, struct err *) MUST_USE;

/* What a program found in a photo that is ready, and that it has looked.  Boxes
 * that lie on a box already there are left out, unsound ones too.  In the
 * caller's transaction. */
bool region_found(struct house *, struct arena *, int64_t medium,
    const struct box *, size_t n, int64_t now, struct err *) MUST_USE;

/* A box that is masked, open or asked to be, or of one of these children. */
bool region_is_hidden(const struct region *, const int64_t *hidden, size_t n);

/*
 * What is to be hidden of a photo from a viewer for whom these children must
 * not be seen: boxes that are masked, open or asked to be, and those of the
 * hidden children.  hidden: sorted or not.  ret: in the arena.
 */
bool region_masks(struct house *, struct arena *, int64_t medium,
    const int64_t *hidden, size_t n_hidden, struct region_list *ret,
    struct err *) MUST_USE;

#endif
