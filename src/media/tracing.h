/*
 * tracing — a suspect copy beside a rendition of ours: does it show that, and
 * what does it say of each segment (mark/trace.h).
 *
 * Pixels in, numbers out: no key, no code and no account is known here, and the
 * copy is a stranger's file.
 */
#ifndef MEDIA_TRACING_H
#define MEDIA_TRACING_H

#include "base/buf.h"
#include "hash/pdq.h"
#include "ipc/media.h"

#define TRACING_READING_MAX ((size_t)MEDIA_SEGMENTS_MAX * MEDIA_SEGMENT_BYTES)

/* ret_reading: cleared, born with a maximum; media_reading_read reads it.  A
 * copy that is no picture, or a rendition that is none, is not shown; false is
 * our own failure. */
bool tracing_run(str copy, str rendition, enum pdq_turn,
    struct media_traced *ret, struct buf *ret_reading, struct err *) MUST_USE;

/* One channel turned; ret holds width * height, and *ret_view shows it. */
void tracing_turned(const struct pixels *, enum pdq_turn, uint8_t *ret,
    struct pixels *ret_view);

#endif
