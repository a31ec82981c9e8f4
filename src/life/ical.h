/*
 * ical — a calendar as RFC 5545 and RFC 7986 write it.
 *
 * Lines end with CR LF and are folded at 75 octets, never inside a letter;
 * times are UTC, days are dates.  An event has a UID and a DTSTAMP always; one
 * that is gone has no words, and is CANCELLED.
 */
#ifndef LIFE_ICAL_H
#define LIFE_ICAL_H

#include <stdint.h>

#include "base/buf.h"

struct ical_event {
	str uid;
	int64_t from_on, until_on; /* both included; all day */
	int64_t at, until_at;      /* UTC; at 0: all day */
	int64_t changed_at, changes;
	bool gone;
	str summary, description, place;
};

/* name: of the calendar. */
void ical_begin(struct buf *, str name);
void ical_add(struct buf *, const struct ical_event *);
void ical_end(struct buf *);

#endif
