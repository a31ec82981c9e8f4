/*
 * near — photos of one album that look alike: the same one sent twice, saved
 * again, or taken at the same moment.  For who arranges; nothing is stopped.
 */
#ifndef STOP_NEAR_H
#define STOP_NEAR_H

#include "house/house.h"

/* A photo that looks much like an earlier one of the album. */
struct near {
	int64_t medium;
	int64_t like; /* the first of those that look alike */
};

struct near_list {
	struct near *v;
	size_t n;
};

/* Of the photos that are ready, in their order; 300 of them cost about a
 * millisecond. */
bool near_of_post(struct house *, struct arena *, int64_t post,
    struct near_list *ret, struct err *) MUST_USE;
int64_t near_like(const struct near_list *, int64_t medium); /* 0: none */

#endif
