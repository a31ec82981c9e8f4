#include "life/calendar.h"

#include <inttypes.h>

#include "life/ical.h"

/* Says nothing about the post, and is the same as long as it lives. */
static str
uid_of(const struct deed *d, const struct item *i, int64_t week)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	str ret = {0};
	str digest = key_digest(d->arena, &d->org->digest, "ical.uid",
	    arena_fmt(d->arena, "%" PRId64 " %" PRId64, i->id, week));

	if (digest.n < 16)
		return ret;
	buf_hex(&b, digest.p, 16);
	return arena_str(d->arena, b.p, b.n, &ret) ? ret : (str){0};
}

static int64_t
time_of(const struct deed *d, int64_t day, int64_t minute)
{
	struct civil c = day_to_civil(day);

	c.hour = (uint8_t)(minute / 60);
	c.minute = (uint8_t)(minute % 60);
	return zone_utc(d->org->zone, c);
}

static str
words(const struct viewer *v, const char *key)
{
	return lang_text(v->lang, key);
}

static str
summary_of(const struct deed *d, const struct viewer *v, const struct item *i)
{
	str title = item_part(i, v->lang, ITEM_TITLE);

	if (!i->is.closed)
		return title;
	return lang_fill(d->arena, words(v, N_("Closed: %1")), &title, 1);
}

static str
description_of(
    const struct deed *d, const struct viewer *v, const struct item *i)
{
	str body = item_part(i, v->lang, ITEM_BODY);
	str things = item_part(i, v->lang, ITEM_THINGS), bring;

	if (things.n == 0)
		return body;
	bring = lang_fill(d->arena, words(v, N_("To bring: %1")), &things, 1);
	return body.n == 0 ? bring
			   : arena_fmt(d->arena, STR_FMT "\n" STR_FMT,
				 STR_ARG(body), STR_ARG(bring));
}

static void
add_week(const struct deed *d, const struct viewer *v, const struct item *i,
    bool gone, int64_t week, struct buf *io)
{
	int64_t from = i->is.from_on + 7 * week;
	int64_t until = i->is.until_on + 7 * week;
	struct ical_event ev = {.uid = uid_of(d, i, week),
	    .from_on = from,
	    .until_on = until,
	    .changed_at =
		i->changed_at > i->publish_at ? i->changed_at : i->publish_at,
	    .changes = i->changes,
	    .gone = gone,
	    .summary = gone ? words(v, N_("Cancelled")) : summary_of(d, v, i)};

	if (i->is.from_min != DB_NULL) {
		ev.at = time_of(d, from, i->is.from_min);
		ev.until_at = time_of(d, until, i->is.until_min);
	}
	if (!gone) {
		ev.description = description_of(d, v, i);
		ev.place = item_part(i, v->lang, ITEM_PLACE);
	}
	ical_add(io, &ev);
}

static bool
add_all(const struct deed *d, const struct viewer *v, enum permit_want want,
    struct buf *io, struct err *e)
{
	int64_t from = d->today - CALENDAR_BACK_DAYS;
	struct items l;

	if (!items_between(
		d, v, ITEM_EVENT, from, d->today + ITEM_FAR_DAYS, want, &l, e))
		return false;
	for (size_t k = 0; k < l.n; k++) {
		const struct item *i = &l.v[k].item;
		int64_t last = (i->last_on - i->is.until_on) / 7;

		for (int64_t week = 0; week <= last; week++)
			if (i->is.until_on + 7 * week >= from)
				add_week(d, v, i, want == PERMIT_NOTICE_GONE,
				    week, io);
	}
	return true;
}

bool
calendar_write(
    const struct deed *d, const struct viewer *v, struct buf *io, struct err *e)
{
	ical_begin(io, d->org->name);
	if (!add_all(d, v, PERMIT_NOTICE, io, e) ||
	    !add_all(d, v, PERMIT_NOTICE_GONE, io, e))
		return err_wrap(e, "calendar of account %" PRId64, v->account);
	ical_end(io);
	return !io->full || err_set(e, ERR_LIMIT, "too many events");
}
