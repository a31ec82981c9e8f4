/* album — one post with its photos, for who was given leave to see it. */
#ifndef SHARING_ALBUM_H
#define SHARING_ALBUM_H

#include "sharing/hidden.h"

struct album_photo {
	int64_t id;
	str caption; /* "" */
	int64_t width, height, taken_at;
	/* For those who arrange; families get ready ones only. */
	enum medium_state state;
	str reason;                 /* refused: a word of media_verdict_word */
	str name;                   /* as the file was called */
	struct hidden_photo hidden; /* from this viewer, for pages of looking */
	bool video, document;
	int64_t duration_ms; /* of a video; DB_NULL: not known */
	int64_t percent; /* of a video or document that is prepared; DB_NULL */
	/* Of a document that is ready. */
	int64_t pages;
	bool tagged, worded;
};

/* A file whose sender has been silent for so long is not coming, for now. */
#define ALBUM_COMING_S 600

struct album {
	int64_t id, author, day, publish_at;
	enum post_state state;
	str title, body, author_name;
	str audience; /* groups and first names, with commas; "" */
	struct album_photo *v;
	size_t n;
	size_t n_ready, n_coming, n_refused; /* n_coming: received or queued */
	size_t n_stopped, n_held;
	size_t n_waiting;           /* withheld for a moment */
	size_t n_video, n_document; /* of n_ready */
};

enum album_part {
	ALBUM_WHOLE, /* every photo that is not deleted, for who arranges */
	ALBUM_READY, /* for staff */
	ALBUM_SHOWN, /* for families: ready, and its faces resolved */
};

bool album_load(struct house *, struct arena *, const struct organisation *,
    const struct grant *, enum album_part, struct album *ret,
    struct err *) MUST_USE;

/* A video that a family gets none of leaves the album; marks the others. */
void album_hide(struct album *, const struct hidden_photos *, enum album_part);

/* Where a photo stands in its album, for this viewer; ERR_NOT_FOUND when it is
 * not ready. */
struct album_place {
	int64_t at, of;     /* 3 of 24 */
	int64_t prev, next; /* 0: none */
};

bool album_place(struct house *, struct arena *, const struct grant *,
    const struct viewer *, int64_t medium, int64_t now, int64_t today,
    struct album_place *ret, struct err *) MUST_USE;
/* ALBUM_READY, ALBUM_SHOWN. */
enum album_part album_part_of(const struct viewer *);

/* The album without its photos, and one photo. */
bool album_photo_load(struct house *, struct arena *,
    const struct organisation *, const struct grant *, int64_t medium,
    struct album *ret_album, struct album_photo *ret, struct err *) MUST_USE;

#endif
