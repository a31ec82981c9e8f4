#include "life/calendar.h"

#include <inttypes.h>

#include "life/asked.h"
#include "life/ical.h"
#include "sql_notice.h"
#include "sql_post_audience.h"

#define WEEK 7
#define NOTICES_MAX 300
#define TEXT_BYTES_MAX 65536

struct making {
	const struct deed *d;
	const struct viewer *v;
	struct buf *io;
	enum permit_want want; /* PERMIT_NOTICE, then PERMIT_NOTICE_GONE */
	int64_t from, until;   /* days */
};

/* Says nothing about the post, and is the same as long as it lives. */
static str
uid_of(const struct deed *d, int64_t post, int64_t place)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	str ret = {0};
	str digest = key_digest(d->arena, &d->org->digest, "ical.uid",
	    arena_fmt(d->arena, "%" PRId64 " %" PRId64, post, place));

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
words(const struct making *k, const char *key)
{
	return lang_text(k->v->lang, key);
}

/* place: among the days of this item. */
static struct ical_event
event_of(
    const struct making *k, const struct item *i, int64_t place, int64_t day)
{
	return (struct ical_event){.uid = uid_of(k->d, i->id, place),
	    .from_on = day,
	    .until_on = day,
	    .changed_at =
		i->changed_at > i->publish_at ? i->changed_at : i->publish_at,
	    .changes = i->changes,
	    .gone = k->want == PERMIT_NOTICE_GONE};
}

/* ---- events ---- */

static str
summary_of(const struct making *k, const struct item *i)
{
	str title = item_part(i, k->v->lang, ITEM_TITLE);

	if (!i->is.closed)
		return title;
	return lang_fill(k->d->arena, words(k, N_("Closed: %1")), &title, 1);
}

static str
description_of(const struct making *k, const struct item *i)
{
	str body = item_part(i, k->v->lang, ITEM_BODY);
	str things = item_part(i, k->v->lang, ITEM_THINGS), bring;

	if (things.n == 0)
		return body;
	bring =
	    lang_fill(k->d->arena, words(k, N_("To bring: %1")), &things, 1);
	return body.n == 0 ? bring
			   : arena_fmt(k->d->arena, STR_FMT "\n" STR_FMT,
				 STR_ARG(body), STR_ARG(bring));
}

static void
add_week(const struct making *k, const struct item *i, int64_t week)
{
	int64_t from = i->is.from_on + WEEK * week;
	int64_t until = i->is.until_on + WEEK * week;
	struct ical_event ev = event_of(k, i, week, from);

	ev.until_on = until;
	ev.gone = ev.gone || item_is_off(i, from);
	ev.summary = ev.gone ? words(k, N_("Cancelled")) : summary_of(k, i);
	if (i->is.from_min != DB_NULL) {
		ev.at = time_of(k->d, from, i->is.from_min);
		ev.until_at = time_of(k->d, until, i->is.until_min);
	}
	if (!ev.gone) {
		ev.description = description_of(k, i);
		ev.place = item_part(i, k->v->lang, ITEM_PLACE);
	}
	ical_add(k->io, &ev);
}

static bool
add_event(const struct making *k, const struct item_seen *s, struct err *e)
{
	const struct item *i = &s->item;
	int64_t last = (i->last_on - i->is.until_on) / WEEK;

	(void)e;
	for (int64_t week = 0; week <= last; week++)
		if (i->is.until_on + WEEK * week >= k->from)
			add_week(k, i, week);
	return true;
}

/* ---- days of a programme or of menus ---- */

static bool
groups_of(const struct deed *d, const struct grant *g, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	struct sql_audience_by_post_rows rows;

	if (!sql_audience_by_post(
		d->house->db, d->arena, grant_post(g), &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		if (rows.v[i].group_name.p == NULL)
			continue;
		if (b.n > 0)
			buf_put(&b, ", ", 2);
		buf_str(&b, rows.v[i].group_name);
	}
	return arena_str(d->arena, b.p, b.n, ret) ||
	       err_set(e, ERR_LIMIT, "too many groups");
}

static str
line_of(const struct making *k, enum item_kind kind, const struct item_line *l)
{
	const char *half = l->half == 0 ? N_("Morning") : N_("Afternoon");
	str text = item_line_text(l, k->v->lang);
	str more = item_line_more(l, k->v->lang);

	if (kind == ITEM_PROGRAMME)
		return lang_fill(k->d->arena, words(k, N_("%1: %2")),
		    (const str[]){words(k, half), text}, 2);
	if (more.n == 0)
		return text;
	more = lang_fill(k->d->arena, words(k, N_("Allergens: %1")), &more, 1);
	return arena_fmt(
	    k->d->arena, STR_FMT "\n" STR_FMT, STR_ARG(text), STR_ARG(more));
}

/* False: nothing stands on that day. */
static bool
lines_of(const struct making *k, const struct item *i, int64_t day, str *ret)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TEXT_BYTES_MAX);
	bool any = false;

	for (size_t n = 0; n < i->is.n_line; n++) {
		if (i->is.line[n].day != day)
			continue;
		if (any)
			buf_byte(&b, '\n');
		buf_str(&b, line_of(k, i->is.kind, &i->is.line[n]));
		any = true;
	}
	return any && arena_str(k->d->arena, b.p, b.n, ret);
}

static str
day_title(const struct making *k, const struct item *i, str groups)
{
	if (k->want == PERMIT_NOTICE_GONE)
		return words(k, N_("Cancelled"));
	if (i->is.kind == ITEM_MENU)
		return words(k, N_("Menu"));
	return groups.n == 0 ? words(k, N_("Programme"))
			     : lang_fill(k->d->arena,
				   words(k, N_("Programme: %1")), &groups, 1);
}

static bool
add_days(const struct making *k, const struct item_seen *s, struct err *e)
{
	const struct item *i = &s->item;
	struct ical_event ev;
	str groups, text;

	if (!groups_of(k->d, s->grant, &groups, e))
		return false;
	for (int64_t n = 0; n < WEEK; n++) {
		if (!lines_of(k, i, i->is.from_on + n, &text))
			continue;
		ev = event_of(k, i, n, i->is.from_on + n);
		ev.summary = day_title(k, i, groups);
		ev.description = text;
		ical_add(k->io, &ev);
	}
	return true;
}

/* ---- last days ---- */

/* Who sees without deciding is not asked. */
static bool
is_asked(const struct viewer *v, const struct grant *g)
{
	for (size_t i = 0; i < v->n_child; i++)
		if (asked_of(grant_facts(g), &v->child[i]))
			return true;
	return false;
}

static str
last_title(const struct making *k, const char *what, str title)
{
	if (k->want == PERMIT_NOTICE_GONE)
		return words(k, N_("Cancelled"));
	return lang_fill(k->d->arena, words(k, what), &title, 1);
}

static bool
add_last(const struct making *k, const struct item_seen *s, struct err *e)
{
	const struct item *i = &s->item;
	struct ical_event ev = event_of(k, i, 0, i->is.until_on);

	(void)e;
	if (!is_asked(k->v, s->grant))
		return true;
	ev.summary = last_title(k,
	    i->is.kind == ITEM_POLL ? N_("Last day to answer: %1")
				    : N_("Last day to say what you bring: %1"),
	    item_part(i, k->v->lang, ITEM_TITLE));
	ical_add(k->io, &ev);
	return true;
}

static void
put_notice(const struct making *k, const struct notice *n)
{
	enum lang l = notice_lang(&n->is.words, k->v->lang);
	bool gone = k->want == PERMIT_NOTICE_GONE;
	struct ical_event ev = {.uid = uid_of(k->d, n->id, 0),
	    .from_on = n->is.by_on,
	    .until_on = n->is.by_on,
	    .changed_at =
		n->made_at > n->publish_at ? n->made_at : n->publish_at,
	    .changes = n->version - 1 + gone,
	    .gone = gone,
	    .summary = last_title(k,
		n->is.sign ? N_("Last day to sign: %1")
			   : N_("Last day to read: %1"),
		n->is.words.title[l])};

	ical_add(k->io, &ev);
}

static bool
add_notice(const struct making *k, int64_t post, struct err *e)
{
	const struct deed *d = k->d;
	const struct grant *g;
	struct notice n;

	if (!permit_post(d->house, d->arena, k->v, post, k->want, d->now,
		d->today, &g, e))
		return e->kind == ERR_NOT_FOUND;
	if (!is_asked(k->v, g))
		return true;
	if (!notice_load(d, g, &n, e))
		return false;
	put_notice(k, &n);
	return true;
}

static bool
add_notices(const struct making *k, struct err *e)
{
	struct sql_notice_between_rows rows;

	if (!sql_notice_between(k->d->house->db, k->d->arena, k->d->org->id,
		k->from, k->until, NOTICES_MAX, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (!add_notice(k, rows.v[i].post, e))
			return false;
	return true;
}

/* ---- all of it ---- */

static bool
add_kind(const struct making *k, enum item_kind kind,
    bool (*add)(const struct making *, const struct item_seen *, struct err *),
    struct err *e)
{
	struct items l;

	if (!items_between(k->d, k->v, kind, k->from, k->until, k->want, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (!add(k, &l.v[i], e))
			return false;
	return true;
}

static bool
add_all(const struct making *k, const struct address_kinds *is, struct err *e)
{
	return add_kind(k, ITEM_EVENT, add_event, e) &&
	       (!is->programme || add_kind(k, ITEM_PROGRAMME, add_days, e)) &&
	       (!is->menus || add_kind(k, ITEM_MENU, add_days, e)) &&
	       (!is->last_days || (add_kind(k, ITEM_POLL, add_last, e) &&
				      add_kind(k, ITEM_BRING, add_last, e) &&
				      add_notices(k, e)));
}

bool
calendar_write(const struct deed *d, const struct viewer *v,
    const struct address_kinds *is, struct buf *io, struct err *e)
{
	struct making k = {d, v, io, PERMIT_NOTICE,
	    d->today - CALENDAR_BACK_DAYS, d->today + ITEM_FAR_DAYS};
	bool done;

	ical_begin(io, d->org->name);
	done = add_all(&k, is, e);
	k.want = PERMIT_NOTICE_GONE;
	if (!done || !add_all(&k, is, e))
		return err_wrap(e, "calendar of account %" PRId64, v->account);
	ical_end(io);
	return !io->full || err_set(e, ERR_LIMIT, "too many events");
}
