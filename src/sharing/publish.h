/*
 * publish — making an album, arranging it, saying for whom and from when.
 *
 * Every function stands inside the caller's transaction and takes a grant that
 * permit gave for PERMIT_EDIT; without one it is ERR_NOT_FOUND.  An album may
 * be published while photos are still being prepared: they join it when they
 * are ready and somebody has said that every face is boxed (faces/word.h). With
 * none ready it may not, nor with one that nobody said that of.
 */
#ifndef SHARING_PUBLISH_H
#define SHARING_PUBLISH_H

#include "people/deed.h"
#include "sharing/permit.h"

#define PUBLISH_TITLE_MAX 80 /* code points */
#define PUBLISH_BODY_MAX 2000
#define PUBLISH_CAPTION_MAX 300
#define PUBLISH_FAR_DAYS 365 /* a date no further away than this */

struct post_text {
	str title, body;
	int64_t day;
};

bool post_create(const struct deed *, const struct post_text *, int64_t *ret_id,
    struct err *) MUST_USE;
bool post_edit(const struct deed *, const struct grant *,
    const struct post_text *, struct err *) MUST_USE;

/* ---- for whom ---- */

/* Whom this staff member may publish to today: the groups they work with (the
 * director: all of this season), and the children there. */
struct choice {
	int64_t id;
	str name;         /* of the group; « Léa M. » of the child */
	int64_t group;    /* of a child: the group it is listed under */
	int64_t families; /* of a group: children enrolled today */
	bool chosen;
};

struct choice_list {
	struct choice *v;
	size_t n;
};

struct choices {
	struct choice_list group, child;
};

/* post 0: nothing is chosen yet.  The first loads no child. */
bool publish_groups(const struct deed *, const struct viewer *, int64_t post,
    struct choices *ret, struct err *) MUST_USE;
bool publish_choices(const struct deed *, const struct viewer *, int64_t post,
    struct choices *ret, struct err *) MUST_USE;

/* Replaces the audience by what is chosen; audiences that this person may not
 * choose stay as they are. */
bool post_set_audience(const struct deed *, const struct grant *,
    const struct choices *, struct err *) MUST_USE;

/* ---- from when ---- */

/* The next evening hour: today's, or tomorrow's once it has passed. */
int64_t publish_evening(const struct organisation *, int64_t now);

enum publish_answer {
	PUBLISH_DONE,
	PUBLISH_NO_PHOTO, /* none is ready */
	PUBLISH_NO_AUDIENCE,
	PUBLISH_PAST,  /* the hour has passed, or is too far away */
	PUBLISH_HELD,  /* a photo of it, or of its sender, was stopped */
	PUBLISH_FACES, /* a box or a word is missing, see faces/word.h */
};

/* at: from deed.now on.  Any answer but DONE changed nothing. */
bool post_publish(const struct deed *, const struct grant *, int64_t at,
    enum publish_answer *ret, struct err *) MUST_USE;
bool post_withdraw(const struct deed *, const struct grant *, bool not_again,
    struct err *) MUST_USE;

/* ---- the photos ---- */

enum move { MOVE_UP, MOVE_DOWN, MOVE_FIRST, MOVE_LAST, MOVE_TO, MOVES };

bool move_of(str word, enum move *ret) MUST_USE; /* "up", "down" … */
/* to: MOVE_TO only, from 1; past the end is the end. */
bool medium_move(const struct deed *, const struct grant *, int64_t medium,
    enum move, int64_t to, struct err *) MUST_USE;
/* Photos whose files go once the caller's transaction is committed. */
struct photos_gone {
	const int64_t *medium;
	size_t n;
};
bool photos_gone(
    const struct deed *, const struct photos_gone *, struct err *) MUST_USE;

/* Destroys its keys.
 * not_again: its hashes go into the register (stop/register.h) first.  What is
 * locked or held stays: ERR_CONFLICT. */
bool medium_delete(const struct deed *, const struct grant *, int64_t medium,
    bool not_again, struct photos_gone *ret, struct err *) MUST_USE;
/* A draft that nobody was shown, with its photos; likewise.  ERR_CONFLICT when
 * something of it is locked or held. */
bool post_discard(const struct deed *, const struct grant *,
    struct photos_gone *ret, struct err *) MUST_USE;
bool medium_caption(const struct deed *, const struct grant *, int64_t medium,
    str caption, struct err *) MUST_USE;

#endif
