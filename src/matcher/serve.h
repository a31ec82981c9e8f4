/*
 * serve — one message of jobs, one answer: what to compare with (an index
 * file, and what changed since), and what is compared.
 */
#ifndef MATCHER_SERVE_H
#define MATCHER_SERVE_H

#include "ipc/match.h"

struct matcher;

struct matcher *matcher_new(struct err *);
void matcher_free(struct matcher *);

/* Answers by the channel.  False: jobs is gone, or spoke out of place, and
 * the process must exit. */
bool matcher_serve(
    struct matcher *, struct chan *, struct chan_msg *, struct err *) MUST_USE;

/* An index that came is not checked to its end, or one that went not given
 * back: matcher_work goes on with it for a moment, and answers when a new one
 * counts.  Call it after each message and
 * while there is none.  False as above. */
bool matcher_is_busy(const struct matcher *);
bool matcher_work(struct matcher *, struct chan *, struct err *) MUST_USE;

DEFINE_OWNED(matcher)

#endif
