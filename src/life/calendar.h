/*
 * calendar — what a family's program fetches: the events of the groups of its
 * children now, as permit.h gives them, from a month ago to a year ahead, and
 * as the family wishes each day of the programme, of the menus, and the last
 * days to answer what this adult is asked.
 *
 * A week that comes again is an event of its own, so that its hour is the
 * local one in summer and in winter; one that does not take place is CANCELLED
 * alone.  No name of a child stands in it.
 */
#ifndef LIFE_CALENDAR_H
#define LIFE_CALENDAR_H

#include "base/buf.h"
#include "life/address.h"
#include "life/item.h"

#define CALENDAR_BACK_DAYS 31
#define CALENDAR_BYTES_MAX ((size_t)4 << 20)

/* In the viewer's language. */
bool calendar_write(const struct deed *, const struct viewer *,
    const struct address_kinds *, struct buf *io, struct err *) MUST_USE;

#endif
