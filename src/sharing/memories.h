/*
 * memories — the pictures of a child that one viewer may take home.
 *
 * A picture is a memory of a child when a box on it names the child, in an
 * album that is published; whether this viewer may have it, and what is hidden
 * of it, says permit_medium, for each by itself and each time.  What is only
 * withheld for a moment is counted and not listed.
 */
#ifndef SHARING_MEMORIES_H
#define SHARING_MEMORIES_H

#include "sharing/permit.h"

#define MEMORIES_SIDE 2048
#define MEMORIES_MAX 20000

struct memory {
	int64_t medium;
	int64_t taken_at; /* DB_NULL: the camera did not say */
	int64_t day;      /* it was taken, else the album's */
	int64_t width, height;
	str caption, title; /* of the album; "" */
	str mark;           /* grant_mark */
	int64_t masked;     /* boxes of it that are hidden from the viewer */
	uint64_t bytes;     /* of the viewer's copy */
	uint32_t copy_width, copy_height; /* likewise */
	bool grey;                        /* its JPEG has one part */
};

/* Days of it, both included. */
struct memories_span {
	int64_t from_on, until_on;
};
extern const struct memories_span memories_ever;

struct memories {
	struct memory *v; /* by day, then hour, then number */
	size_t n, waiting;
	size_t videos; /* with the child, that the viewer may keep one by one */
};

/* May this viewer take the child's pictures home at all? */
bool memories_may(const struct viewer *, int64_t child);

/* Those of a span.  Opens the head of each, to know how long the copy is.
 * ERR_NOT_FOUND: not this viewer; ERR_LIMIT: more than MEMORIES_MAX. */
bool memories_list(struct house *, struct arena *, const struct organisation *,
    const struct viewer *, int64_t child, const struct memories_span *,
    int64_t now, int64_t today, struct memories *ret, struct err *) MUST_USE;
/* The hours of a span, from the first to behind the last: UTC. */
void memories_hours(const struct organisation *, const struct memories_span *,
    int64_t *ret_from, int64_t *ret_until);

/* One of them, now: leave for its bytes, and what is written into it.
 * ERR_NOT_FOUND, ERR_BUSY as permit_medium. */
bool memories_grant(struct house *, struct arena *, const struct organisation *,
    const struct viewer *, int64_t child, int64_t medium, int64_t now,
    int64_t today, const struct grant **ret, struct memory *ret_memory,
    struct err *) MUST_USE;

/* The viewer's copy itself, as the front composes it, in pieces; grant: of
 * memories_grant. */
typedef bool memories_put(void *ctx, const void *, size_t, struct err *);
bool memories_copy(struct house *, struct arena *, const struct organisation *,
    const struct grant *, memories_put *, void *ctx, struct err *) MUST_USE;

#endif
