/*
 * care — how much of what was reported one person is shown: minutes a day, a
 * break each hour, hours of the day.
 *
 * The numbers are data of the jurisdiction profile, each with its source; words
 * of a report are never held back, only pictures.  Pure.
 *
 * What counts: each picture that is given counts CARE_SHOWN_S from its moment,
 * whether or not it is looked at so long; moments that overlap count once.  The
 * page that shows one closes by itself after as long, so nobody sees anything
 * in a second that was not counted, with a script or without.
 */
#ifndef REPORT_CARE_H
#define REPORT_CARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "base/zone.h"

#define CARE_SHOWN_S 60

struct care_rule {
	const char *profile;         /* as in organisation.profile */
	int volunteer_min, paid_min; /* minutes of pictures a day */
	int stretch_min, break_min;  /* a break in each stretch of so long */
	int from_min, until_min;     /* of the local day: pictures */
	int alert_from_min, alert_until_min; /* e-mail of immediate danger */
	int warn_days;      /* before a right ends: who is told */
	bool training;      /* the register wants one, with its last day */
	const char *source; /* to cite as it is */
	const char *read_on;
};

/* The first profile's when this one is unknown. */
const struct care_rule *care_rule_of(str profile);

enum care_why {
	CARE_MAY,
	CARE_HOURS, /* too early, or too late in the day */
	CARE_CAP,   /* enough for today */
	CARE_BREAK, /* a pause first */
};

struct care {
	enum care_why why;
	int64_t used_s, cap_s; /* today */
	int64_t again_at;      /* when it may go on; of CARE_MAY: now */
};

/* at: when pictures were shown to one person, rising, from the beginning of the
 * local day of `now` on or earlier. */
struct care care_of(const struct care_rule *, const struct zone *, bool paid,
    const int64_t *at, size_t n, int64_t now);

/* Seconds that these moments count between two times. */
int64_t care_seconds(const int64_t *at, size_t n, int64_t since, int64_t until);

/* A picture that was shown to an account, in a case with that path. */
struct care_shown {
	int64_t account, at;
	const int64_t *path; /* accounts */
	size_t n_path;
};

/* Seconds of that account that `reader` may know of: of the cases that lead to
 * her, and all of her own.  v: by account, then rising. */
int64_t care_counted(
    const struct care_shown *v, size_t n, int64_t account, int64_t reader);

/* When an e-mail of immediate danger may go: now, or when its hours begin. */
int64_t care_alert_at(
    const struct care_rule *, const struct zone *, int64_t now);

#endif
