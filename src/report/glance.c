#include "report/glance.h"

#include <inttypes.h>
#include <stdlib.h>

#include "report/lock.h"
#include "report/matter.h"
#include "report/stopped.h"
#include "sql_glance.h"
#include "sql_job.h"
#include "sql_report.h"

#define DAY 86400
#define SOFT "case_glance.soft_enc"
#define SHARP "case_glance.sharp_enc"

/* ---- minutes ---- */

bool
glance_care(const struct deed *d, struct care *ret, struct err *e)
{
	struct sql_glance_times_rows rows;
	int64_t *at;
	bool paid;

	if (!roll_paid(d->house, d->arena, d->actor, &paid, e) ||
	    !sql_glance_times(d->house->db, d->arena, d->actor,
		d->now - 2 * (int64_t)DAY, &rows, e))
		return false;
	at = NEW_N(d->arena, int64_t, rows.n + 1);
	if (at == NULL)
		return err_set(e, ERR_LIMIT, "too many showings");
	for (size_t i = 0; i < rows.n; i++)
		at[i] = rows.v[i].at;
	*ret = care_of(care_rule_of(d->org->profile), d->org->zone, paid, at,
	    rows.n, d->now);
	return true;
}

/* The path of each case once: rows of one case need not lie together. */
struct paths {
	struct matter_house house;
	int64_t *id;
	struct route *path;
	size_t n;
};

static bool
path_of(const struct deed *d, struct paths *p, int64_t id,
    const struct route **ret, struct err *e)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->id[i] == id) {
			*ret = &p->path[i];
			return true;
		}
	if (!matter_path(d->house, d->arena, &p->house, id, &p->path[p->n], e))
		return false;
	p->id[p->n] = id;
	*ret = &p->path[p->n++];
	return true;
}

static bool
load_shown(
    const struct deed *d, struct care_shown **ret, size_t *ret_n, struct err *e)
{
	struct sql_glance_shown_rows rows;
	struct care_shown *v;
	struct paths p = {0};

	if (!sql_glance_shown(d->house->db, d->arena, d->org->id,
		d->now - GLANCE_DAYS * (int64_t)DAY, &rows, e) ||
	    !matter_house(
		d->house, d->arena, d->org->id, d->today, &p.house, e))
		return false;
	v = NEW_N(d->arena, struct care_shown, rows.n + 1);
	p.id = NEW_N(d->arena, int64_t, rows.n + 1);
	p.path = NEW_N(d->arena, struct route, rows.n + 1);
	if (v == NULL || p.id == NULL || p.path == NULL)
		return err_set(e, ERR_LIMIT, "too many showings");
	for (size_t i = 0; i < rows.n; i++) {
		const struct route *path;

		if (!path_of(d, &p, rows.v[i].case_file, &path, e))
			return false;
		v[i] = (struct care_shown){
		    rows.v[i].account, rows.v[i].at, path->account, path->n};
	}
	*ret = v;
	*ret_n = rows.n;
	return true;
}

static int
by_account(const void *a, const void *b)
{
	const struct care_shown *x = a, *y = b;

	if (x->account != y->account)
		return x->account < y->account ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Of both queues. */
static bool
load_both(
    const struct deed *d, struct care_shown **ret, size_t *ret_n, struct err *e)
{
	struct care_shown *cases, *stops, *all;
	size_t n_cases, n_stops;

	if (!load_shown(d, &cases, &n_cases, e) ||
	    !stopped_shown(
		d, d->now - GLANCE_DAYS * (int64_t)DAY, &stops, &n_stops, e))
		return false;
	all = NEW_N(d->arena, struct care_shown, n_cases + n_stops + 1);
	if (all == NULL)
		return err_set(e, ERR_LIMIT, "too many showings");
	for (size_t i = 0; i < n_cases; i++)
		all[i] = cases[i];
	for (size_t i = 0; i < n_stops; i++)
		all[n_cases + i] = stops[i];
	qsort(all, n_cases + n_stops, sizeof(*all), by_account);
	*ret = all;
	*ret_n = n_cases + n_stops;
	return true;
}

bool
glance_minutes(
    const struct deed *d, const struct roll *r, int64_t **ret, struct err *e)
{
	int64_t *minutes = NEW_N(d->arena, int64_t, r->n + 1);
	struct care_shown *v;
	size_t n;

	if (minutes == NULL)
		return err_set(e, ERR_LIMIT, "too many handlers");
	if (!load_both(d, &v, &n, e))
		return err_wrap(e, "minutes");
	for (size_t i = 0; i < r->n; i++)
		minutes[i] =
		    (care_counted(v, n, r->v[i].account, d->actor) + 59) / 60;
	*ret = minutes;
	return true;
}

/* ---- what may be shown ---- */

static str
kind_word(enum report_subject k)
{
	return k == REPORT_MEDIUM ? S("medium")
	       : k == REPORT_POST ? S("post")
				  : S("");
}

static bool
has_bytes(const struct sql_glance_items_row *r)
{
	return str_eq(r->state, S("ready")) ||
	       (str_eq(r->state, S("held")) && r->reported != 0);
}

static str
detail_of(const struct deed *d, bool sharp, int64_t medium)
{
	return arena_fmt(
	    d->arena, "%s %" PRId64, sharp ? "sharp" : "soft", medium);
}

static bool
others_saw(const struct deed *d, int64_t case_file, int64_t medium, bool *ret,
    struct err *e)
{
	struct sql_glance_others_row row;

	return sql_glance_others(d->house->db, d->arena, case_file,
	    detail_of(d, false, medium), detail_of(d, true, medium), d->actor,
	    ret, &row, e);
}

static enum glance_why
why_of(const struct deed *d, const struct case_head *c,
    const struct sql_glance_items_row *r, const struct care *care, bool seen)
{
	if (r->matched != 0)
		return GLANCE_NEVER;
	if (!has_bytes(r))
		return GLANCE_GONE;
	if (c->outcome != CASE_OPEN)
		return GLANCE_DECIDED;
	if (c->taken_by != d->actor)
		return GLANCE_NOT_TAKEN;
	if (care->why != CARE_MAY)
		return GLANCE_CARE;
	return seen ? GLANCE_SEEN : GLANCE_MAY;
}

bool
glance_items(const struct deed *d, const struct case_head *c,
    struct glance_items *ret, struct err *e)
{
	str kind = kind_word(c->subject_kind);
	struct sql_glance_items_rows rows;
	struct glance_items l = {0};

	if (!glance_care(d, &l.care, e) ||
	    !sql_glance_items(
		d->house->db, d->arena, d->org->id, kind, c->subject, &rows, e))
		return err_wrap(e, "case %" PRId64, c->id);
	l.v = NEW_N(d->arena, struct glance_item, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many pictures");
	for (size_t i = 0; i < rows.n; i++) {
		bool seen;

		if (!others_saw(d, c->id, rows.v[i].id, &seen, e))
			return false;
		l.v[l.n++] = (struct glance_item){rows.v[i].id, rows.v[i].kind,
		    why_of(d, c, &rows.v[i], &l.care, seen)};
	}
	*ret = l;
	return true;
}

/* The case leads to who does it, and is about that medium. */
static bool
item_of(const struct deed *d, int64_t case_file, int64_t medium,
    struct glance_item *ret, struct err *e)
{
	struct glance_items l;
	struct case_head c;

	if (!case_enter(d, case_file, &c, e) || !glance_items(d, &c, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].medium == medium) {
			*ret = l.v[i];
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "a picture of another case");
}

/* ---- asking ---- */

bool
glance_ask(const struct deed *d, int64_t case_file, int64_t medium, bool needed,
    enum glance_why *ret, struct err *e)
{
	struct sql_glance_get_row row;
	struct db *db = d->house->db;
	struct glance_item item;
	bool found;
	int64_t rows;

	if (!item_of(d, case_file, medium, &item, e))
		return false;
	if (item.why == GLANCE_SEEN && needed)
		item.why = GLANCE_MAY;
	*ret = item.why;
	if (item.why != GLANCE_MAY)
		return true;
	return sql_glance_ask(db, case_file, medium, d->actor, d->now,
		   d->now + CARE_SHOWN_S, &rows, e) &&
	       sql_glance_get(
		   db, d->arena, case_file, medium, &found, &row, e) &&
	       (row.soft_enc.p != NULL || row.lost != 0 ||
		   sql_job_add(db, S(GLANCE_JOB), medium, d->now, &rows, e));
}

static bool
get(const struct deed *d, int64_t case_file, int64_t medium,
    struct sql_glance_get_row *ret, bool *ret_open, struct err *e)
{
	struct glance_item item;
	bool found;

	if (!item_of(d, case_file, medium, &item, e) ||
	    !sql_glance_get(
		d->house->db, d->arena, case_file, medium, &found, ret, e))
		return false;
	/* Asked for already: neither the minutes nor who saw it say no. */
	*ret_open = found && ret->account == d->actor &&
		    d->now >= ret->asked_at && d->now < ret->until_at &&
		    (item.why == GLANCE_MAY || item.why == GLANCE_SEEN ||
			item.why == GLANCE_CARE);
	return true;
}

bool
glance_state(const struct deed *d, int64_t case_file, int64_t medium,
    enum glance_state *ret, int64_t *ret_left_s, struct err *e)
{
	struct sql_glance_get_row row;
	bool open;

	if (!get(d, case_file, medium, &row, &open, e))
		return false;
	*ret_left_s = open ? row.until_at - d->now : 0;
	*ret = !open                    ? GLANCE_CLOSED
	       : row.lost != 0          ? GLANCE_LOST
	       : row.soft_enc.p == NULL ? GLANCE_SOON
					: GLANCE_OPEN;
	return true;
}

static bool
lock_of(
    const struct deed *d, int64_t case_file, struct lock *ret, struct err *e)
{
	struct sql_case_keys_row row;
	bool found;

	if (!sql_case_keys(
		d->house->db, d->arena, DB_NULL, case_file, &found, &row, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such case");
	*ret = (struct lock){LOCK_CASE, row.number, row.key_wrapped};
	return true;
}

bool
glance_show(const struct deed *d, int64_t case_file, int64_t medium, bool sharp,
    str *ret, struct err *e)
{
	struct sql_glance_get_row row;
	struct lock lock;
	str bytes;
	bool open;

	if (!get(d, case_file, medium, &row, &open, e) ||
	    !lock_of(d, case_file, &lock, e))
		return false;
	if (!open || row.soft_enc.p == NULL)
		return err_set(e, ERR_NOT_FOUND, "nothing is shown");
	bytes = lock_text(d->arena, d->org, &lock, sharp ? SHARP : SOFT,
	    sharp ? row.sharp_enc : row.soft_enc);
	if (bytes.n == 0)
		return err_set(e, ERR_NOT_FOUND, "nothing is shown");
	if (!story_add(d, case_file, sharp ? STORY_LOOKED_CLOSER : STORY_LOOKED,
		STORY_INSIDE, detail_of(d, sharp, medium), (str){0}, e))
		return false;
	*ret = bytes;
	return true;
}

bool
glance_close(
    const struct deed *d, int64_t case_file, int64_t medium, struct err *e)
{
	struct glance_item item;
	int64_t rows;

	return item_of(d, case_file, medium, &item, e) &&
	       sql_glance_end(
		   d->house->db, d->now, case_file, medium, &rows, e);
}

/* ---- by jobs ---- */

bool
glance_keep(struct house *h, struct arena *a, int64_t medium, str soft,
    str sharp, struct err *e)
{
	struct sql_glance_wanted_rows rows;

	if (!sql_glance_wanted(h->db, a, medium, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_glance_wanted_row *r = &rows.v[i];
		const struct lock lock = {LOCK_CASE, r->number, r->key_wrapped};
		struct deed d = {.house = h, .arena = a};
		str soft_enc, sharp_enc;
		int64_t n;

		if (!house_org(h, r->organisation, &d.org, e) ||
		    !lock_seal(&d, &lock, SOFT, soft, &soft_enc, e) ||
		    !lock_seal(&d, &lock, SHARP, sharp, &sharp_enc, e) ||
		    !sql_glance_made(h->db, soft_enc, sharp_enc, r->case_file,
			medium, &n, e))
			return err_wrap(e, "case %" PRId64, r->case_file);
	}
	return true;
}
