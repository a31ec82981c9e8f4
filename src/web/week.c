/* week — the days of a family's groups, or of the team's: a week at a time, and
 * the events of a month. */
#include "web/week.h"

#include <inttypes.h>

#include "html_week.h"
#include "web/member.h"
#include "web/share.h"

#define FAR_DAYS 800

/* ---- a day ---- */

bool
week_has_lines(const struct item *i, int64_t day)
{
	for (size_t k = 0; k < i->is.n_line; k++)
		if (i->is.line[k].day == day)
			return true;
	return false;
}

static bool
any_lines(const struct item_seens *l, int64_t day)
{
	for (size_t i = 0; i < l->n; i++)
		if (week_has_lines(&l->v[i].item, day))
			return true;
	return false;
}

bool
week_has(const struct week_page *p, int64_t day)
{
	for (size_t i = 0; i < p->events.n; i++)
		if (item_is_on(&p->events.v[i].item, day))
			return true;
	return any_lines(&p->programmes, day) || any_lines(&p->menus, day);
}

bool
week_begins(const struct item *i, int64_t day, int64_t first)
{
	if (!item_is_on(i, day))
		return false;
	return day == first || day == i->is.from_on ||
	       (i->is.weekly_until != DB_NULL &&
		   (day - i->is.from_on) % 7 == 0);
}

/* ---- a week ---- */

static int64_t
day_asked(struct request *r)
{
	int64_t day;

	if (!day_parse(request_query(r, "on"), &day) ||
	    day < r->today - FAR_DAYS || day > r->today + FAR_DAYS)
		return r->today;
	return day;
}

/* What was withdrawn stands in no week. */
static void
drop_withdrawn(struct items *io)
{
	size_t n = 0;

	for (size_t i = 0; i < io->n; i++)
		if (io->v[i].item.state != POST_WITHDRAWN)
			io->v[n++] = io->v[i];
	io->n = n;
}

static bool
load(struct request *r, enum item_kind kind, int64_t from, int64_t until,
    struct item_seens *ret, struct err *e)
{
	struct deed d = share_deed(r);
	struct items l;

	if (!items_between(
		&d, r->viewer, kind, from, until, PERMIT_NOTICE, &l, e))
		return false;
	drop_withdrawn(&l);
	*ret = (struct item_seens){l.v, l.n};
	return true;
}

static bool
name_programmes(struct request *r, struct week_page *io, struct err *e)
{
	str *name = NEW_N(r->arena, str, io->programmes.n + 1);

	if (name == NULL)
		return err_set(e, ERR_LIMIT, "too many programmes");
	for (size_t i = 0; i < io->programmes.n; i++)
		if (!item_groups(r, io->programmes.v[i].grant, &name[i], e))
			return false;
	io->group = name;
	return true;
}

static bool
week_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	int64_t monday = item_monday(day_asked(r)), sunday = monday + 6;
	struct week_page page = {.monday = monday, .today = r->today};
	struct choices choices = {0};

	if (!load(r, ITEM_EVENT, monday, sunday, &page.events, e) ||
	    !load(r, ITEM_PROGRAMME, monday, sunday, &page.programmes, e) ||
	    !load(r, ITEM_MENU, monday, sunday, &page.menus, e) ||
	    !name_programmes(r, &page, e))
		return false;
	if (viewer_is_staff(r->viewer) &&
	    !publish_groups(&d, r->viewer, 0, &choices, e))
		return false;
	page.write = &choices.group;
	html_week_page(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- a month ---- */

static int64_t
first_of(int32_t year, int month)
{
	return month > 12 ? day_from_civil(year + 1, 1, 1)
			  : day_from_civil(year, month, 1);
}

static bool
month_show(struct request *r, struct response *out, struct err *e)
{
	struct civil c = day_to_civil(day_asked(r));
	struct month_page page = {.first = first_of(c.year, c.month),
	    .last = first_of(c.year, c.month + 1) - 1,
	    .today = r->today};

	page.before = page.first - 1;
	page.after = page.last + 1;
	page.name = say_month(&r->view, page.first);
	if (!load(r, ITEM_EVENT, page.first, page.last, &page.events, e))
		return false;
	html_month_page(&r->view, &page);
	return respond_page(r, out, 200);
}

const struct route week_routes[] = {
    {HTTP_GET, "/week", week_show, NEED_MEMBER},
    {HTTP_GET, "/calendar", month_show, NEED_MEMBER},
    {0},
};
