/* Days, times and sizes as people say them; the words of both languages. */
#include <inttypes.h>

#include "house/house.h"
#include "web/view.h"

#define NB "\xc2\xa0"      /* no-break space */
#define NNB "\xe2\x80\xaf" /* narrow no-break space */

static const char *const days[LANGS][7] = {
    [LANG_FR] = {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi",
	"dimanche"},
    [LANG_EN] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday", "Sunday"},
};
static const char *const months[LANGS][12] = {
    [LANG_FR] = {"janvier", "février", "mars", "avril", "mai", "juin",
	"juillet", "août", "septembre", "octobre", "novembre", "décembre"},
    [LANG_EN] = {"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December"},
};
/* Before yesterday and after tomorrow a day is said by its name. */
static const char *const near[LANGS][3] = {
    [LANG_FR] = {"hier", "aujourd’hui", "demain"},
    [LANG_EN] = {"yesterday", "today", "tomorrow"},
};

static const struct zone *
zone_of(const struct view *v)
{
	return v->org == NULL ? NULL : v->org->zone;
}

static const char *
first_mark(const struct view *v, const struct civil *c)
{
	return v->lang == LANG_FR && c->day == 1 ? "er" : "";
}

str
say_day(struct view *v, int64_t day)
{
	struct civil c = day_to_civil(day);
	const char *name = days[v->lang][day_of_week(day)];
	const char *month = months[v->lang][c.month - 1];

	if (c.year == zone_local(zone_of(v), v->now).year)
		return arena_fmt(v->arena, "%s %d%s %s", name, c.day,
		    first_mark(v, &c), month);
	return arena_fmt(v->arena, "%s %d%s %s %d", name, c.day,
	    first_mark(v, &c), month, c.year);
}

str
say_date(struct view *v, int64_t day)
{
	struct civil c = day_to_civil(day);

	return arena_fmt(v->arena, "%d%s %s %d", c.day, first_mark(v, &c),
	    months[v->lang][c.month - 1], c.year);
}

str
say_month(struct view *v, int64_t day)
{
	struct civil c = day_to_civil(day);

	return arena_fmt(
	    v->arena, "%s %d", months[v->lang][c.month - 1], c.year);
}

str
say_day_relative(struct view *v, int64_t day)
{
	int64_t today = day_of(zone_of(v), v->now);

	if (day < today - 1 || day > today + 1)
		return say_day(v, day);
	return str_c(near[v->lang][day - today + 1]);
}

static str
time_en(struct view *v, const struct civil *c)
{
	int hour = c->hour % 12 == 0 ? 12 : c->hour % 12;

	return arena_fmt(v->arena, "%d:%02d" NB "%s", hour, c->minute,
	    c->hour < 12 ? "am" : "pm");
}

str
say_time(struct view *v, int64_t at)
{
	struct civil c = zone_local(zone_of(v), at);

	if (v->lang == LANG_EN)
		return time_en(v, &c);
	if (c.minute == 0)
		return arena_fmt(v->arena, "%d" NNB "h", c.hour);
	return arena_fmt(v->arena, "%d" NNB "h" NNB "%02d", c.hour, c.minute);
}

str
say_when(struct view *v, int64_t at)
{
	str day = say_day_relative(v, day_of(zone_of(v), at));
	str time = say_time(v, at);

	return arena_fmt(v->arena, STR_FMT "%s" STR_FMT, STR_ARG(day),
	    v->lang == LANG_FR ? " à " : " at ", STR_ARG(time));
}

/* One decimal below ten; a thousand is a thousand. */
str
say_bytes(struct view *v, int64_t bytes)
{
	static const char *const units[LANGS][4] = {
	    [LANG_FR] = {"ko", "Mo", "Go", "To"},
	    [LANG_EN] = {"kB", "MB", "GB", "TB"},
	};
	int64_t unit = 1000, tenths;
	int i = 0;

	if (bytes < 1000)
		return arena_fmt(v->arena, "%" PRId64 NB "%s", bytes,
		    v->lang == LANG_FR ? (bytes < 2 ? "octet" : "octets")
				       : (bytes == 1 ? "byte" : "bytes"));
	/* 999 600 is 1 Mo, not 1000 ko */
	for (; i < 3 && bytes >= unit * 1000 - unit / 2; i++)
		unit *= 1000;
	tenths = bytes / (unit / 10) + (bytes % (unit / 10) >= unit / 20);
	if (tenths < 100 && tenths % 10 != 0)
		return arena_fmt(v->arena, "%" PRId64 "%s%" PRId64 NB "%s",
		    tenths / 10, v->lang == LANG_FR ? "," : ".", tenths % 10,
		    units[v->lang][i]);
	return arena_fmt(v->arena, "%" PRId64 NB "%s",
	    bytes / unit + (bytes % unit >= unit / 2), units[v->lang][i]);
}

/* Never less than a second: what moves takes time. */
str
say_length(struct view *v, int64_t ms)
{
	int64_t s = ms < 1000 ? 1 : (ms + 500) / 1000;

	if (s < 60)
		return arena_fmt(v->arena, "%" PRId64 NB "s", s);
	if (s % 60 == 0)
		return arena_fmt(v->arena, "%" PRId64 NB "min", s / 60);
	return arena_fmt(v->arena, "%" PRId64 NB "min" NB "%02" PRId64 "%s",
	    s / 60, s % 60, v->lang == LANG_FR ? "" : NB "s");
}

str
say_clock(struct view *v, int64_t ms)
{
	int64_t s = ms / 1000;

	return arena_fmt(v->arena, "%" PRId64 ":%02" PRId64, s / 60, s % 60);
}

str
iso_day(struct view *v, int64_t day)
{
	struct civil c = day_to_civil(day);

	return arena_fmt(v->arena, "%04d-%02d-%02d", c.year, c.month, c.day);
}
