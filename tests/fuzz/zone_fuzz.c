/* A time zone file from anywhere: parsed or refused, and what was parsed gives
 * offsets of less than 26 hours that the calendar can take. */
#include "base/zone_tzif.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
ask(const struct zone *z, int64_t at)
{
	int64_t offset = zone_offset(z, at);
	struct civil c = zone_local(z, at);

	if (offset < -26 * 3600 || offset > 26 * 3600 || c.month < 1 ||
	    c.month > 12 || c.day < 1 || c.day > 31 || c.hour > 23)
		__builtin_trap();
	(void)zone_utc(z, c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const int64_t times[] = {INT64_MIN, -62135596800, -1, 0,
	    1711846800, 1729990800, 4102444800, 253402300799, INT64_MAX};
	struct err e;
	OWNED(zone) z = zone_parse((str){(const char *)p, n}, &e);

	if (z == NULL)
		return 0;
	/* zone_offset is asked within the years that zone.c lets through. */
	for (size_t i = 1; i + 1 < sizeof(times) / sizeof(times[0]); i++)
		ask(z, times[i]);
	(void)zone_local(z, times[0]);
	(void)day_of(z, INT64_MAX);
	return 0;
}
