/*
 * redraw — the shape of masks has changed: photos that have one are given to
 * the queue a page at a time, and the place is kept.  No more than REDRAW_MOST
 * wait at once, so that a large house goes on with its day.
 */
#ifndef JOBS_REDRAW_H
#define JOBS_REDRAW_H

#include "house/house.h"

#define REDRAW_PAGE 500 /* photos that are looked at in one transaction */
#define REDRAW_MOST 200 /* a page begins when fewer wait to be drawn */

/* One page.  *ret_more: there is another one to do now. */
bool redraw_turn(
    struct house *, struct arena *, bool *ret_more, struct err *) MUST_USE;

#endif
