/*
 * trace — from the pixels of a suspect copy and of a rendition that we own to
 * what each segment says.  Pure: runs in a process that holds no key and knows
 * no account.  Time and memory are bounded
 * (MARK_TRACE_MEMORY); whoever judges the reading is accuse.h.
 */
#ifndef MARK_TRACE_H
#define MARK_TRACE_H

#include "mark/align.h"
#include "mark/read.h"

#define MARK_TRACE_MEMORY ((size_t)400 << 20)
#define MARK_COPY_SIDE 2048 /* a larger copy is reduced first */
#define MARK_COPY_MIN 32    /* longest side, pixels; less says nothing */
#define MARK_COPY_PIXELS_MAX ((uint64_t)120 * 1000 * 1000)

struct mark_trace {
	bool found; /* the copy shows this rendition; else nothing is read */
	struct mark_fit fit;
	struct mark_reading reading; /* in the arena of the call */
};

/*
 * all_poses: mirrors and quarter turns are tried too where nothing else is
 * found.  ERR_INPUT for pixels that are none, ERR_LIMIT for more than
 * MARK_COPY_PIXELS_MAX.  A copy that shows something else is no error.
 */
bool mark_trace(struct arena *, const struct pixels *copy,
    const struct mark_rendition *, bool all_poses, struct mark_trace *ret,
    struct err *) MUST_USE;

#endif
