/*
 * query — what a picture may have been before somebody framed or cropped it.
 *
 * PDQ withstands neither bars nor a crop of more than about 1.5 percent a side.
 * A list holds the hash of the original only, so it is the query that is
 * changed: without its bars, or with its edges mirrored outwards to where they
 * may have been.  Each way is a hypothesis of its own, hashed like any picture
 * with all eight turns, and named with what it matched.
 *
 * How much each finds, and how seldom it errs, is in docs/performance.md;
 * QUERY_DEFAULT are those that are asked unless a list says else.
 */
#ifndef HASH_QUERY_H
#define HASH_QUERY_H

#include "base/arena.h"
#include "hash/pixels.h"

/* Numbers stand in rows beside stored hashes: never change one. */
enum query_hypothesis {
	QUERY_AS_IS = 0,
	QUERY_UNBOXED = 1, /* without bars of one colour */
	QUERY_PADDED2 = 2, /* as before two percent were cut off each side */
	QUERY_PADDED4 = 3, /* four percent */
	QUERY_HYPOTHESES
};

#define QUERY_DEFAULT                                                    \
	(1u << QUERY_AS_IS | 1u << QUERY_UNBOXED | 1u << QUERY_PADDED2 | \
	    1u << QUERY_PADDED4)

extern const char *const query_names[QUERY_HYPOTHESES];
bool query_of(str name, enum query_hypothesis *ret) MUST_USE;

/* The pixels that the hypothesis supposes: a view of the picture, or made in
 * the arena, of no more bytes than it and a fifth.  *ret_some is false when
 * there is nothing to suppose: no bars, or a side under QUERY_SIDE_MIN.
 * Padded pictures are first reduced, by a whole factor, while the shorter side
 * stays at QUERY_SIDE_ENOUGH or over: eight hashes of what was cropped need no
 * more.  ERR_INPUT: pixels_check; ERR_LIMIT: the arena is full. */
#define QUERY_SIDE_MIN 64
#define QUERY_SIDE_ENOUGH 512
bool query_pixels(struct arena *, const struct pixels *, enum query_hypothesis,
    struct pixels *ret, bool *ret_some, struct err *) MUST_USE;

/* The picture as padded ones are made of it: reduced, or a view of it where
 * nothing is to be reduced.  query_pixels of this one pads alike: who asks for
 * more than one padding reads a large picture only once. */
bool query_reduced(struct arena *, const struct pixels *, struct pixels *ret,
    struct err *) MUST_USE;

#endif
