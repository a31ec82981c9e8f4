/*
 * zone — a time zone of the system's database (TZif, RFC 8536), read once
 * before the sandbox, and the proleptic Gregorian calendar.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct zone;

struct civil {
	int32_t year;
	uint8_t month, day, hour, minute, second; /* month and day from 1 */
};

/* name: "Europe/Paris"; anything that could leave the folder is refused. */
struct zone *zone_open(str name, struct err *);
void zone_free(struct zone *);

struct civil zone_local(const struct zone *, int64_t at); /* NULL: UTC */
/* A time that the zone skips is moved forward, one that it has twice is the
 * first of the two. */
int64_t zone_utc(const struct zone *, struct civil);

int64_t day_of(const struct zone *, int64_t at); /* days since 1970-01-01 */
int64_t day_from_civil(int32_t year, int month, int day);
struct civil day_to_civil(int64_t day); /* hour … second are 0 */
int day_of_week(int64_t day); /* 0 Monday … 6 Sunday */
/* "2026-11-21"; false when it is not a day of the calendar, 1900 … 2199. */
bool day_parse(str, int64_t *ret) MUST_USE;

DEFINE_OWNED(zone)

#endif
