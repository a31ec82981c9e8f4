/*
 * waits — what waits for one member of the team, at her hour: counted by the
 * functions that her pages are made of, so that permit.h decides, and of
 * reports by who is in the path of each (report/route.h).
 *
 * Of a report the message says that something waits, and to nobody else: not
 * how many, not what.
 */
#ifndef TELL_WAITS_H
#define TELL_WAITS_H

#include "people/deed.h"
#include "tell/news.h"

/* A notice of one's own is named from so many days before its last one. */
#define WAITS_NOTICE_DAYS 2

/* Fills the kinds from NEWS_MASKS on; since: when she was last told. */
bool waits_for(const struct deed *, const struct viewer *, int64_t since,
    struct news *io, struct err *) MUST_USE;

#endif
