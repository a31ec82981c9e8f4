#include "tell/when.h"

int64_t
when_at(const struct zone *z, int64_t day, int64_t minute)
{
	struct civil c = day_to_civil(day);

	c.hour = (uint8_t)(minute / 60);
	c.minute = (uint8_t)(minute % 60);
	return zone_utc(z, c);
}

int64_t
when_loud(const struct zone *z, int64_t from, int64_t to, int64_t now)
{
	struct civil c = zone_local(z, now);
	int64_t minute = c.hour * 60 + c.minute, day = day_of(z, now);
	bool over = from > to; /* midnight */

	if (from == to)
		return now;
	if (over ? (minute < from && minute >= to)
		 : (minute < from || minute >= to))
		return now;
	return when_at(z, over && minute >= from ? day + 1 : day, to);
}

int64_t
when_next(const struct zone *z, int64_t minute, int64_t told_on,
    int64_t pause_until, int64_t now)
{
	int64_t day = day_of(z, now), at;

	if (day <= told_on)
		day = told_on + 1;
	if (day <= pause_until)
		day = pause_until + 1;
	at = when_at(z, day, minute);
	return at > now ? at : now;
}

int64_t
when_quiet(const struct zone *z, int64_t from, int64_t now)
{
	int64_t day = day_of(z, now), at = when_at(z, day, from);

	return at > now ? at : when_at(z, day + 1, from);
}
