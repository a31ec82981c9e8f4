/*
 * tracing — the steps of a trace that two people have allowed, as jobs gives
 * them to a media worker and takes them back (trace/reading.h says which).
 *
 * The suspect copy is decrypted into a sealed memory file and opened nowhere
 * but in the media process.
 */
#ifndef JOBS_TRACING_H
#define JOBS_TRACING_H

#include "ipc/hashes.h"
#include "ipc/media.h"
#include "trace/reading.h"

#define TRACING_FDS 2

/* ret_fd: the copy, and for TRACE_READ the rendition; else -1.  What needs no
 * media worker is done at once, and then ret->what is TRACE_TELL.
 * ERR_NOT_FOUND: nothing is to be done any more, and its job is gone. */
bool tracing_open(struct house *, struct arena *, int64_t trace, int64_t now,
    struct trace_step *ret, int ret_fd[TRACING_FDS], struct err *) MUST_USE;

/* What came back for TRACE_HASH; fd: of the hashes, when the verdict is OK. */
bool tracing_hashed(struct house *, struct arena *, int64_t trace,
    const struct media_done *, int fd, int64_t now, struct err *) MUST_USE;
/* For TRACE_READ; fd -1: it does not show that photo. */
bool tracing_read(struct house *, struct arena *, int64_t trace, int64_t medium,
    int64_t side, const struct media_traced *, int fd, int64_t now,
    struct err *) MUST_USE;

/* Who kills its readers is no picture; or shows nothing beside this one. */
bool tracing_pass_over(struct house *, struct arena *, int64_t trace,
    int64_t now, struct err *) MUST_USE;

#endif
