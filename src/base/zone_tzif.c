#include "base/zone_tzif.h"

#include <stdlib.h>

#include "base/num.h"

#define HEADER 44
#define CHANGES_MAX 2000
#define OFFSET_MAX (26 * 3600)
#define DAY_S 86400

/* "M3.5.0/2": fifth (last) Sunday of March at two, local time. */
struct rule {
	enum { RULE_MONTH, RULE_JULIAN, RULE_DAY } kind;
	int month, week, weekday, day;
	int64_t time;
};

struct change {
	int64_t at;
	int32_t offset;
};

struct zone {
	int32_t first; /* before any change */
	size_t n;
	struct change *change;
	bool has_footer, has_summer;
	int32_t standard, summer;
	struct rule begin, end; /* of summer */
};

void
zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	free(z->change);
	free(z);
}

/* --- the footer: "CET-1CEST,M3.5.0,M10.5.0/3" ----------------------------- */

static bool
take_byte(str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_sub(*s, 1, s->n);
	return true;
}

static bool
take_number(str *s, int64_t max, int64_t *ret)
{
	size_t n = 0;

	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	if (n == 0 || n > 4 || !num_i64(str_sub(*s, 0, n), 0, max, ret))
		return false;
	*s = str_sub(*s, n, s->n);
	return true;
}

/* "CET", "<+03>" */
static bool
take_name(str *s)
{
	size_t n = 0;

	if (s->n > 0 && s->p[0] == '<') {
		str inside;

		return str_cut(s, '>', &inside) && inside.n > 1;
	}
	while (n < s->n && ((s->p[n] >= 'a' && s->p[n] <= 'z') ||
			       (s->p[n] >= 'A' && s->p[n] <= 'Z')))
		n++;
	*s = str_sub(*s, n, s->n);
	return n >= 3;
}

/* "[+-]hh[:mm[:ss]]" in seconds. */
static bool
take_time(str *s, int64_t max_hours, int64_t *ret)
{
	int64_t h, m = 0, sec = 0;
	bool minus = take_byte(s, '-');

	if (!minus)
		(void)take_byte(s, '+');
	if (!take_number(s, max_hours, &h) ||
	    (take_byte(s, ':') &&
		(!take_number(s, 59, &m) ||
		    (take_byte(s, ':') && !take_number(s, 59, &sec)))))
		return false;
	*ret = (h * 3600 + m * 60 + sec) * (minus ? -1 : 1);
	return true;
}

static bool
take_month_rule(str *s, struct rule *r)
{
	int64_t m, w, d;

	if (!take_number(s, 12, &m) || !take_byte(s, '.') ||
	    !take_number(s, 5, &w) || !take_byte(s, '.') ||
	    !take_number(s, 6, &d) || m < 1 || w < 1)
		return false;
	r->month = (int)m;
	r->week = (int)w;
	r->weekday = (int)d;
	return true;
}

static bool
take_rule(str *s, struct rule *ret)
{
	struct rule r = {.time = 2 * 3600};
	int64_t day = 0;

	if (take_byte(s, 'M')) {
		if (!take_month_rule(s, &r))
			return false;
	} else {
		r.kind = take_byte(s, 'J') ? RULE_JULIAN : RULE_DAY;
		if (!take_number(s, 365, &day) ||
		    (r.kind == RULE_JULIAN && day == 0))
			return false;
		r.day = (int)day;
	}
	/* RFC 8536 lets the hour go from -167 to 167. */
	if (take_byte(s, '/') && !take_time(s, 167, &r.time))
		return false;
	*ret = r;
	return true;
}

static bool
parse_footer(struct zone *z, str s)
{
	int64_t standard, summer;

	if (s.n == 0)
		return true;
	if (!take_name(&s) || !take_time(&s, 24, &standard))
		return false;
	/* POSIX counts westward. */
	z->standard = z->summer = (int32_t)-standard;
	z->has_footer = true;
	if (s.n == 0)
		return true;
	summer = standard - 3600;
	if (!take_name(&s) ||
	    (s.n > 0 && s.p[0] != ',' && !take_time(&s, 24, &summer)))
		return false;
	z->summer = (int32_t)-summer;
	z->has_summer = true;
	return take_byte(&s, ',') && take_rule(&s, &z->begin) &&
	       take_byte(&s, ',') && take_rule(&s, &z->end) && s.n == 0;
}

static bool
is_leap(int32_t y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

/* The instant of a rule in that year, given the offset that holds before. */
static int64_t
rule_at(const struct rule *r, int32_t year, int32_t offset)
{
	int64_t day;

	if (r->kind == RULE_MONTH) {
		int64_t first = day_from_civil(year, r->month, 1);
		/* day_of_week counts from Monday, the rule from Sunday. */
		int ahead = (r->weekday + 6 - day_of_week(first)) % 7;
		int64_t next = r->month == 12
				   ? day_from_civil(year + 1, 1, 1)
				   : day_from_civil(year, r->month + 1, 1);

		day = first + ahead + (r->week - 1) * 7;
		if (day >= next)
			day -= 7;
	} else {
		day = day_from_civil(year, 1, 1) + r->day;
		/* J counts from 1 and never 29 February. */
		if (r->kind == RULE_JULIAN)
			day += is_leap(year) && r->day > 59 ? 0 : -1;
	}
	return day * DAY_S + r->time - offset;
}

static int64_t
footer_offset(const struct zone *z, int64_t at)
{
	int32_t year;
	int64_t begin, end;
	bool summer;

	if (!z->has_summer)
		return z->standard;
	year = day_to_civil(
	    (at + z->standard) / DAY_S - ((at + z->standard) % DAY_S < 0))
		   .year;
	begin = rule_at(&z->begin, year, z->standard);
	end = rule_at(&z->end, year, z->summer);
	/* South of the equator summer goes over the new year. */
	summer =
	    begin < end ? at >= begin && at < end : at >= begin || at < end;
	return summer ? z->summer : z->standard;
}

int64_t
zone_offset(const struct zone *z, int64_t at)
{
	size_t low = 0, high = z->n;

	while (low < high) { /* the first change after `at` */
		size_t mid = low + (high - low) / 2;

		if (z->change[mid].at <= at)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == z->n && z->has_footer)
		return footer_offset(z, at);
	return low == 0 ? z->first : z->change[low - 1].offset;
}

/* --- the file --------------------------------------------------------------
 */

struct counts {
	uint64_t isut, isstd, leap, time, type, chars;
};

static uint32_t
be32(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
}

static int64_t
be64(const char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool
read_header(str s, struct counts *ret)
{
	if (s.n < HEADER || !str_starts(s, S("TZif")))
		return false;
	*ret = (struct counts){be32(s.p + 20), be32(s.p + 24), be32(s.p + 28),
	    be32(s.p + 32), be32(s.p + 36), be32(s.p + 40)};
	return ret->time <= CHANGES_MAX && ret->type >= 1 && ret->type <= 256 &&
	       ret->chars <= 4096 && ret->leap <= 1000 && ret->isut <= 256 &&
	       ret->isstd <= 256;
}

static size_t
body_size(const struct counts *c, size_t time_size)
{
	return (size_t)(c->time * (time_size + 1) + c->type * 6 + c->chars +
			c->leap * (time_size + 4) + c->isstd + c->isut);
}

static bool
offset_of_type(const char *types, uint64_t n, unsigned type, int32_t *ret)
{
	int64_t offset;

	if (type >= n)
		return false;
	offset = (int32_t)be32(types + type * 6);
	if (offset < -OFFSET_MAX || offset > OFFSET_MAX)
		return false;
	*ret = (int32_t)offset;
	return true;
}

/* s: the second body.  Times must rise. */
static bool
read_changes(struct zone *z, str s, const struct counts *c)
{
	const char *types = s.p + c->time * 9;

	z->n = (size_t)c->time;
	z->change = calloc(z->n + 1, sizeof(*z->change));
	if (z->change == NULL)
		abort();
	if (!offset_of_type(types, c->type, 0, &z->first))
		return false;
	for (size_t i = 0; i < z->n; i++) {
		struct change *to = &z->change[i];
		unsigned type = (unsigned char)s.p[z->n * 8 + i];

		to->at = be64(s.p + i * 8);
		if ((i > 0 && to->at <= to[-1].at) ||
		    !offset_of_type(types, c->type, type, &to->offset))
			return false;
	}
	return true;
}

static bool
parse(struct zone *z, str s)
{
	struct counts c;
	str footer;

	/* The first body has 32-bit times: skipped, version 1 files refused. */
	if (!read_header(s, &c) || s.p[4] < '2' ||
	    s.n - HEADER < body_size(&c, 4))
		return false;
	s = str_sub(s, HEADER + body_size(&c, 4), s.n);
	if (!read_header(s, &c) || s.n - HEADER < body_size(&c, 8))
		return false;
	s = str_sub(s, HEADER, s.n);
	if (!read_changes(z, s, &c))
		return false;
	s = str_sub(s, body_size(&c, 8), s.n);
	return take_byte(&s, '\n') && str_cut(&s, '\n', &footer) && s.n == 0 &&
	       parse_footer(z, footer);
}

struct zone *
zone_parse(str bytes, struct err *e)
{
	struct zone *z = calloc(1, sizeof(*z));

	if (z == NULL)
		abort();
	if (parse(z, bytes))
		return z;
	zone_free(z);
	(void)err_set(e, ERR_CORRUPT, "this is no time zone file");
	return NULL;
}
