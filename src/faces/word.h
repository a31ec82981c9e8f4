/*
 * word — « every face of this photo is boxed », said by a person, picture by
 * picture; by two where a child of that day may not be shown.  When one person
 * has been through a draft that needs two, it is open to those who work with
 * its audience (sharing/permit.h), until it is published.
 *
 * As region.h: inside the caller's transaction, with leave from permit.
 */
#ifndef FACES_WORD_H
#define FACES_WORD_H

#include "faces/consent.h"
#include "faces/region.h"

enum word_answer {
	WORD_DONE,
	WORD_OPEN,   /* a box is not resolved: nothing was said */
	WORD_SECOND, /* said; somebody else has to look too */
};

bool word_say(const struct deed *, int64_t post, int64_t medium,
    enum word_answer *ret, struct err *) MUST_USE;
/* In one go: what the program found is no face, and there is none.  Boxes
 * that a person drew or resolved stay. */
bool word_nobody(const struct deed *, int64_t post, int64_t medium,
    enum word_answer *ret, struct err *) MUST_USE;

/* The word about every still of a video in which no box is open, in one go.
 * *ret: how many. */
bool word_say_video(const struct deed *, int64_t post, int64_t video,
    int64_t *ret, struct err *) MUST_USE;

/* A second person's « nothing was missed », of every photo that somebody else
 * has given the word about and in which no box is open.  *ret: how many. */
bool word_say_second(
    const struct deed *, int64_t post, int64_t *ret, struct err *) MUST_USE;

/* Does a child of the album's day not consent to being shown to those whom it
 * is for?  The one place that says when two people must look. */
bool region_second_look_needed(
    const struct deed *, int64_t post, bool *ret, struct err *) MUST_USE;

/* One photo of an album, and what is to do. */
struct word_photo {
	int64_t id;
	bool cleared, looked;
	int64_t boxes, open;
	int64_t words;
	bool own; /* this person has said the word */
	int64_t asked;
	int64_t video, at_ms; /* of a still; 0: a photo */
	bool document;        /* it is page at_ms, from 0, of that */
};

struct word_list {
	struct word_photo *v; /* in the album's order */
	size_t n;
	bool second; /* two must look */
	size_t n_cleared;
	size_t n_mine;   /* on which this person has something to do */
	size_t n_second; /* that this person can be the second to look at */
	int64_t n_open;  /* boxes */
};

bool word_of_post(const struct deed *, int64_t post, struct word_list *ret,
    struct err *) MUST_USE;
/* The first photo after this one (0: from the start, and round) on which this
 * person has something to do; 0: none. */
int64_t word_next(const struct word_list *, int64_t after);

/* Why an album may not be published yet. */
struct word_gate {
	int64_t unsaid;     /* photos without a word */
	int64_t open;       /* photos with a box that nobody resolved */
	int64_t unseconded; /* photos that one person has looked at, not two */
	int64_t unlooked;   /* videos that are not looked through yet */
	int64_t unfound;    /* videos with somebody whom no still shows */
};

bool word_gate(const struct deed *, int64_t post, struct word_gate *ret,
    struct err *) MUST_USE;
static inline bool
word_gate_open(const struct word_gate *g)
{
	return g->unsaid == 0 && g->open == 0 && g->unseconded == 0 &&
	       g->unlooked == 0 && g->unfound == 0;
}

/* For a second person, and for nothing else. */
static inline bool
word_gate_waits(const struct word_gate *g)
{
	return g->unsaid == 0 && g->open == 0 && g->unlooked == 0 &&
	       g->unfound == 0 && g->unseconded > 0;
}

/* Of a draft that waits for a second person and nothing else: those who work
 * with its audience may see and change it from now on.  word_say does it. */
bool word_ask_second(const struct deed *, int64_t post, struct err *) MUST_USE;

/* Of a post whose gate is open: photos that wait for a second word which is not
 * needed any more are cleared. */
bool word_settle(const struct deed *, int64_t post, struct err *) MUST_USE;

/* A child as a page of faces names it. */
struct face_child {
	int64_t id;
	str name; /* « Léa Martin » */
	str key;  /* by which they are in order (people/fold.h) */
	enum face_leave leave;
};

struct face_children {
	struct face_child *v; /* by name */
	size_t n;
};

/* Who can be in a box: the children of the album's day.  medium: CONSENT_PHOTO,
 * or CONSENT_VIDEO for a still. */
bool face_roster(const struct deed *, int64_t post, bool director,
    unsigned medium, struct face_children *ret, struct err *) MUST_USE;
/* Who is in one, with what the audience may see: of all photos of the album, or
 * of the stills of its videos. */
bool face_named(const struct deed *, int64_t post, unsigned medium,
    struct face_children *ret, struct err *) MUST_USE;
/* The children of one group on a day, for a list on paper; ERR_NOT_FOUND: not
 * a group of this person's, or nobody in it. */
bool face_group(const struct deed *, int64_t group, int64_t day, bool director,
    str *ret_name, struct face_children *ret, struct err *) MUST_USE;
/* Whom this person named last in the album; 0 nobody. */
bool face_last(
    const struct deed *, int64_t post, int64_t *ret, struct err *) MUST_USE;

#endif
