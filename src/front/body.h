/*
 * body — forms and files as they arrive.
 *
 * A multipart body passes through libmicrohttpd's parser, which calls back
 * and cannot wait; what it finds is written down (parts.h) slice by slice, and
 * taken up here, where the connection sleeps until a worker gives leave for
 * the next file.  So never more than a slice is in memory.
 */
#ifndef FRONT_BODY_H
#define FRONT_BODY_H

#include "front/exchange.h"
#include "front/page.h"

/* From the heads: what comes, and is it too much?  PAGE_NONE: it may come. */
enum page body_begin(struct exchange *) MUST_USE;
/* Takes what it can; returns how much. */
size_t body_feed(struct exchange *, const char *, size_t);
void body_end(struct exchange *);
/* Takes up what was written down; asleep, or done with it, afterwards. */
void body_advance(struct exchange *);

#endif
