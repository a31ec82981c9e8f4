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

DEFINE_OWNED(matcher)

#endif
