/* publish — what the pages of publishing are given, and their handlers. */
#ifndef WEB_PUBLISH_H
#define WEB_PUBLISH_H

#include "faces/unseen.h"
#include "sharing/album.h"
#include "sharing/publish.h"
#include "stop/near.h"
#include "web/family.h"
#include "web/field.h"
#include "web/stopped.h"
#include "web/voice.h"
#include "web/web.h"

struct new_page {
	const struct form *form;
	const struct choices *choices;
};

struct photos_page {
	const struct album *album;
	const struct stopped_note *stopped;
	int64_t most_bytes, most_video_bytes;
	bool full;
};

struct arrange_page {
	const struct album *album;
	const struct stopped_note *stopped;
	const struct near_list *near; /* photos that look alike */
};

enum when { WHEN_KEEP, WHEN_NOW, WHEN_EVENING, WHEN_DATE, WHENS };

struct send_page {
	const struct album *album;
	const struct choices *choices;
	int64_t evening;
	enum when when;
	int64_t day, minute; /* WHEN_DATE */
	const char *fault;   /* catalogue key, NULL: none */
	struct word_gate faces;
	str lookers; /* whose second look it waits for, by name */
	struct face_children hidden; /* on these photos, not for these eyes */
	struct face_unseen_list unseen; /* videos */
	struct face_voices voices;      /* those with sound */
	int64_t last_on;                /* of the photos, by ends/rule.h */
};

struct done_page {
	const struct album *album;
	const struct choices *choices;
};

static inline bool
choices_any_child(const struct choices *c)
{
	for (size_t i = 0; i < c->child.n; i++)
		if (c->child.v[i].chosen)
			return true;
	return false;
}

/* A child of two groups is listed twice: is this the first time? */
static inline bool
choices_first(const struct choices *c, const struct choice *k)
{
	for (const struct choice *o = c->child.v; o < k; o++)
		if (o->id == k->id)
			return false;
	return true;
}

/* Where a photo or a video stands in the album, from 1. */
static inline int64_t
publish_place(const struct album *al, int64_t medium)
{
	for (size_t i = 0; i < al->n; i++)
		if (al->v[i].id == medium)
			return (int64_t)i + 1;
	return 0;
}

static inline str
send_hour(struct view *v, int64_t minute)
{
	return arena_fmt(
	    v->arena, "%02d:%02d", (int)(minute / 60), (int)(minute % 60));
}

/* For whom and from when, as a form asks it and as it is answered; of the album
 * its state and hour count, and what is no album gives an empty draft. */
void send_start(struct request *, const struct album *, const struct choices *,
    struct send_page *ret);
bool send_read_when(struct request *, struct send_page *);
int64_t send_time(const struct request *, const struct send_page *);

/* Whom a page named as masked or as keeping a video back, for the form to say
 * so. */
str send_seen(struct view *, const struct send_page *);

extern const char publish_waits[]; /* what may not be destroyed now */

/* Why a file is no photo, as a catalogue key. */
const char *publish_reason(str word);

handler arrange_show, arrange_photo, arrange_remove;
handler send_show, send_do, done_show, withdraw_do, discard_do;

/* The album for who may change it. */
bool publish_album(struct request *, const struct grant **ret_grant,
    struct album *ret, struct err *) MUST_USE;
/* Marks what the form ticked, by fields named group and child. */
void publish_read_choices(const struct request *, struct choices *);
/* Title, day and words of an album; false: not as its form asks for them. */
bool publish_read_text(struct request *, struct post_text *ret) MUST_USE;

#endif
