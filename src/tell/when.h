/*
 * when — the hours at which somebody is told: pure functions of a zone, minutes
 * after local midnight, and a time.
 */
#ifndef TELL_WHEN_H
#define TELL_WHEN_H

#include <stdint.h>

#include "base/zone.h"

#define WHEN_DAY_MIN 1440

/* That minute of that local day. */
int64_t when_at(const struct zone *, int64_t day, int64_t minute);

/* The end of the quiet hours that `now` lies in, from and to minutes of a day
 * (21:00 to 7:00 goes over midnight); `now` itself when it lies in none. */
int64_t when_loud(const struct zone *, int64_t from, int64_t to, int64_t now);

/* The next time after `now` that quiet hours from that minute begin. */
int64_t when_quiet(const struct zone *, int64_t from, int64_t now);

/* The next time that is minute `minute` of a day after `told_on`, `pause_until`
 * (days), and not before `now`. */
int64_t when_next(const struct zone *, int64_t minute, int64_t told_on,
    int64_t pause_until, int64_t now);

#endif
