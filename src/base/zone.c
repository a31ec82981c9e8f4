#include "base/zone.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "base/zone_tzif.h"

#define DAY_S 86400
#define FILE_MAX_BYTES (256u << 10)

/* --- the calendar (days from civil, proleptic Gregorian) ------------------ */

/* A year that begins in March has its odd day at its end; eras of 400 years
 * are all alike. */
int64_t
day_from_civil(int32_t year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t in_era = y - era * 400;
	int64_t in_year =
	    (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 +
	       in_year - 719468;
}

struct civil
day_to_civil(int64_t day)
{
	int64_t z = day + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_era = z - era * 146097;
	int64_t y =
	    (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * in_year + 2) / 153;
	struct civil c = {0};

	c.day = (uint8_t)(in_year - (153 * m + 2) / 5 + 1);
	c.month = (uint8_t)(m < 10 ? m + 3 : m - 9);
	c.year = (int32_t)(y + era * 400 + (c.month <= 2));
	return c;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int
day_of_week(int64_t day)
{
	/* 1970-01-01 was a Thursday. */
	return (int)(day + 3 - floor_div(day + 3, 7) * 7);
}

bool
day_parse(str s, int64_t *ret)
{
	int64_t y, m, d, day;
	struct civil back;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
	    !num_i64(str_sub(s, 0, 4), 1900, 2199, &y) ||
	    !num_i64(str_sub(s, 5, 2), 1, 12, &m) ||
	    !num_i64(str_sub(s, 8, 2), 1, 31, &d))
		return false;
	day = day_from_civil((int32_t)y, (int)m, (int)d);
	back = day_to_civil(day);
	if (back.month != m || back.day != d)
		return false;
	*ret = day;
	return true;
}

/* --- zones ---------------------------------------------------------------- */

/* Letters, digits and _ + - with single slashes: no dots, so no way out. */
static bool
name_is_fine(str s)
{
	char last = '/';

	if (s.n == 0 || s.n > 64)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') && c != '_' && c != '+' && c != '-' &&
		    (c != '/' || last == '/'))
			return false;
		last = c;
	}
	return last != '/';
}

static bool
read_all(int fd, char *p, size_t cap, size_t *ret_n)
{
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, p + n, cap - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		n += (size_t)got;
		if (got == 0 || n == cap)
			break;
	}
	*ret_n = n;
	return true;
}

struct zone *
zone_open(str name, struct err *e)
{
	char path[128];
	OWNED_FD fd = -1;
	size_t n;
	struct zone *z;
	char *bytes;

	if (!name_is_fine(name)) {
		(void)err_set(e, ERR_INPUT, "no such time zone");
		return NULL;
	}
	(void)snprintf(
	    path, sizeof(path), "/usr/share/zoneinfo/" STR_FMT, STR_ARG(name));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		(void)err_sys(e, "time zone " STR_FMT, STR_ARG(name));
		return NULL;
	}
	bytes = malloc(FILE_MAX_BYTES);
	if (bytes == NULL)
		abort();
	z = NULL;
	if (!read_all(fd, bytes, FILE_MAX_BYTES, &n))
		(void)err_sys(e, "time zone " STR_FMT, STR_ARG(name));
	else
		z = zone_parse((str){bytes, n}, e);
	free(bytes);
	return z;
}

/* The years 1 to 9999: no sum below overflows, whatever was asked. */
static int64_t
in_range(int64_t at)
{
	const int64_t min = -62135596800, max = 253402300799;

	return at < min ? min : at > max ? max : at;
}

static int64_t
offset_at(const struct zone *z, int64_t at)
{
	return z == NULL ? 0 : zone_offset(z, in_range(at));
}

static struct civil
civil_of(int64_t local)
{
	int64_t day = floor_div(local, DAY_S);
	int64_t s = local - day * DAY_S;
	struct civil c = day_to_civil(day);

	c.hour = (uint8_t)(s / 3600);
	c.minute = (uint8_t)(s / 60 % 60);
	c.second = (uint8_t)(s % 60);
	return c;
}

struct civil
zone_local(const struct zone *z, int64_t at)
{
	at = in_range(at);
	return civil_of(at + offset_at(z, at));
}

/* The offsets before and after any change near that time are the only ones
 * that can hold; the earlier instant that shows this very time is the answer,
 * and when neither does the clock jumped over it. */
int64_t
zone_utc(const struct zone *z, struct civil c)
{
	int64_t local = day_from_civil(c.year, c.month, c.day) * DAY_S +
			c.hour * 3600 + c.minute * 60 + c.second;
	int64_t before = offset_at(z, local - DAY_S);
	int64_t after = offset_at(z, local + DAY_S);
	int64_t big = before > after ? before : after;
	int64_t small = before > after ? after : before;

	if (offset_at(z, local - big) == big)
		return local - big;
	if (offset_at(z, local - small) == small)
		return local - small;
	return local - before;
}

int64_t
day_of(const struct zone *z, int64_t at)
{
	at = in_range(at);
	return floor_div(at + offset_at(z, at), DAY_S);
}
