/*
 * feed — the posts that a viewer may see, newest day first.
 *
 * Candidates come from the index of audiences, one short list per group and
 * child of the viewer; every one of them is then decided by permit_decide.
 * The cost depends on the page, not on how many photos the house has.
 */
#ifndef SHARING_FEED_H
#define SHARING_FEED_H

#include "sharing/hidden.h"

#define FEED_PAGE 6
#define FEED_THUMBS 5

struct feed_thumb {
	struct hidden_photo hidden;
	bool video, document;
	int64_t duration_ms; /* of a video; DB_NULL: not known */
};

struct feed_thumbs {
	struct feed_thumb v[FEED_THUMBS];
	size_t n;
};

struct feed_card {
	int64_t id, day;
	enum post_state state;
	int64_t publish_at; /* DB_NULL: a draft */
	str title, body, author;
	str groups;                /* names, with commas; "" */
	size_t n_child;            /* families named */
	int64_t photos;            /* and videos, that this viewer gets */
	int64_t videos, documents; /* of them */
	struct feed_thumbs thumb;
	bool waits; /* one of these is withheld for a moment */
};

struct feed_day {
	int64_t day;
	const struct feed_card *v;
	size_t n;
};

struct feed {
	const struct feed_day *v;
	size_t n;
	bool more;
	int64_t next_day, next_post; /* where the next page begins */
};

struct feed_query {
	int64_t child; /* a family's: only this child of theirs; 0: all */
	int64_t before_day, before_post; /* FEED_NEWEST both: from the top */
	int64_t now, today;
};

#define FEED_NEWEST INT64_MAX

bool feed_load(struct house *, struct arena *, const struct organisation *,
    const struct viewer *, const struct feed_query *, struct feed *ret,
    struct err *) MUST_USE;

/* The author's own drafts, the last changed first. */
struct draft_list {
	struct feed_card *v;
	size_t n;
};

bool feed_drafts(struct house *, struct arena *, const struct organisation *,
    const struct viewer *, struct draft_list *ret, struct err *) MUST_USE;

#endif
