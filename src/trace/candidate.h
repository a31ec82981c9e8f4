/*
 * candidate — which photos of the organisation a copy may show.
 *
 * PDQ says which look alike (the copy as it is and by the hypotheses of
 * hash/query.h, in all its turns, beside each photo with and without its
 * bars).  It only ranks: PDQ withstands no large crop, so the nearest are
 * tried however far they are, and whether a copy shows a photo is for the
 * alignment to say.  Who knows the album says so: its photos come first.
 */
#ifndef TRACE_CANDIDATE_H
#define TRACE_CANDIDATE_H

#include "house/house.h"
#include "ipc/hashes.h"

#define TRACE_TRIED_MAX 12       /* photos, when the album is not known */
#define TRACE_TRIED_ALBUM_MAX 60 /* of the album, when it is */

struct trace_copy {
	int64_t id, organisation;
	int64_t post;          /* 0: not known */
	int64_t width, height; /* 0: not known yet */
	int64_t quality;       /* of PDQ; candidate_store finds it */
};

/* In a transaction of its own; a trace that waits no more: ERR_NOT_FOUND. */
bool candidate_store(struct house *, struct arena *, const struct trace_copy *,
    const struct hashes *, struct err *) MUST_USE;

#endif
