/* item — what stands in a centre's days, read by a family or by the team, and
 * answered. */
#include "web/item.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/num.h"
#include "html_item.h"
#include "sharing/looked.h"
#include "sql_post_audience.h"
#include "web/member.h"
#include "web/share.h"

#define WEEK 7

/* clang-format off */
static const struct { const char *label, *many, *fresh; } kinds[ITEM_KINDS] = {
	[ITEM_EVENT] = { N_("Event"), N_("Events"), N_("New event") },
	[ITEM_PROGRAMME] = { N_("Programme of the week"), N_("Programmes"), N_("New programme") },
	[ITEM_MENU] = { N_("Menus of the week"), N_("Menus"), N_("New menus") },
	[ITEM_POLL] = { N_("Poll"), N_("Polls"), N_("New poll") },
	[ITEM_BRING] = { N_("Bring-list"), N_("Bring-lists"), N_("New bring-list") },
	[ITEM_ENTRY] = { N_("Entry of the day"), N_("Entries of the day"), N_("New entry") },
};
/* clang-format on */

const char *
item_kind_label(enum item_kind k)
{
	return kinds[k].label;
}

const char *
item_kind_many(enum item_kind k)
{
	return kinds[k].many;
}

const char *
item_kind_new(enum item_kind k)
{
	return kinds[k].fresh;
}

const char *
item_list_path(enum item_kind k)
{
	static const char *const path[ITEM_KINDS] = {"/calendar", "/week",
	    "/week", "/items/poll", "/items/bring", "/items/entry"};

	return path[k];
}

const char *
item_new_path(enum item_kind k)
{
	static const char *const path[ITEM_KINDS] = {"/items/new/event",
	    "/week", "/menu", "/items/new/poll", "/items/new/bring",
	    "/items/new/entry"};

	return path[k];
}

/* ---- how it is said ---- */

static str
at_minute(struct view *v, int64_t day, int64_t minute)
{
	struct civil c = day_to_civil(day);

	c.hour = (uint8_t)(minute / 60);
	c.minute = (uint8_t)(minute % 60);
	return say_time(v, zone_utc(v->org->zone, c));
}

str
item_hours(struct view *v, const struct item *i)
{
	str from, until;

	if (i->is.from_min == DB_NULL)
		return S("");
	from = at_minute(v, i->is.from_on, i->is.from_min);
	until = at_minute(v, i->is.until_on, i->is.until_min);
	return str_eq(from, until) ? from
				   : arena_fmt(v->arena, STR_FMT "–" STR_FMT,
					 STR_ARG(from), STR_ARG(until));
}

static str
days_of(struct view *v, const struct item *i)
{
	const str arg[] = {say_day(v, i->is.from_on), say_day(v, i->last_on)};
	const str span[] = {arg[0], say_day(v, i->is.until_on)};

	if (i->is.weekly_until != DB_NULL)
		return lang_fill(v->arena,
		    lang_text(v->lang, N_("each week from %1 until %2")), arg,
		    2);
	if (i->is.from_on == i->is.until_on)
		return arg[0];
	return lang_fill(
	    v->arena, lang_text(v->lang, N_("from %1 until %2")), span, 2);
}

str
item_when(struct view *v, const struct item *i)
{
	str hours = item_hours(v, i), days = days_of(v, i);

	return hours.n == 0 ? days
			    : arena_fmt(v->arena, STR_FMT ", " STR_FMT,
				  STR_ARG(days), STR_ARG(hours));
}

bool
item_groups(struct request *r, const struct grant *g, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	struct sql_audience_by_post_rows rows;

	if (!sql_audience_by_post(
		r->house->db, r->arena, grant_post(g), &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		if (rows.v[i].group_name.p == NULL)
			continue;
		if (b.n > 0)
			buf_put(&b, ", ", 2);
		buf_str(&b, rows.v[i].group_name);
	}
	return arena_str(r->arena, b.p, b.n, ret) ||
	       err_set(e, ERR_LIMIT, "too many groups");
}

bool
item_of(struct request *r, enum permit_want want, const struct grant **ret_g,
    struct item *ret, struct err *e)
{
	struct deed d = share_deed(r);

	return share_post(r, r->id[0], want, ret_g, e) &&
	       item_load(&d, *ret_g, ret, e);
}

/* ---- lists ---- */

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct items_page page = {0};
	str asked = request_query(r, "before");
	int64_t before = INT64_MAX;
	struct items l;

	if (!item_of_word(r->word[0], &page.kind) ||
	    page.kind == ITEM_PROGRAMME || page.kind == ITEM_MENU ||
	    (asked.n > 0 && !num_i64(asked, 1, INT64_MAX, &before)))
		return err_set(e, ERR_NOT_FOUND, "no such list");
	if (!items_list(&d, r->viewer, page.kind, before, &l, &page.next, e))
		return false;
	page.list = (struct item_seens){l.v, l.n};
	html_items_page(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- one ---- */

/* The album beside an entry is there for whom it would be there anyway. */
static bool
find_album(struct request *r, const struct item *i, int64_t *ret, struct err *e)
{
	const struct grant *g;

	*ret = 0;
	if (i->is.album == DB_NULL)
		return true;
	if (!share_post(r, i->is.album, PERMIT_SEE, &g, e))
		return e->kind == ERR_NOT_FOUND;
	*ret = i->is.album;
	return true;
}

static bool
is_asking(const struct item *i)
{
	return i->is.kind == ITEM_POLL || i->is.kind == ITEM_BRING;
}

static bool
find_weeks(struct request *r, const struct item *i, struct item_weeks *ret,
    struct err *e)
{
	int64_t over = r->today - (i->is.until_on - i->is.from_on), last;
	struct item_weeks l = {0};

	*ret = l;
	if (i->is.weekly_until == DB_NULL)
		return true;
	last = (i->last_on - i->is.until_on) / WEEK;
	l.v = NEW_N(r->arena, struct item_week, (size_t)last + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many weeks");
	for (int64_t k = 0; k <= last; k++) {
		int64_t day = i->is.from_on + WEEK * k;
		bool off = item_is_off(i, day);

		if (day < over)
			continue;
		l.v[l.n++] = (struct item_week){day, off};
		l.off += off;
	}
	*ret = l;
	return true;
}

static bool
one_page(struct request *r, const struct grant *g, const struct item *i,
    const char *fault, struct err *e)
{
	struct deed d = share_deed(r);
	struct item_page page = {.item = i,
	    .fault = fault,
	    .may_edit = permit_decide(
		r->viewer, grant_facts(g), r->now, PERMIT_NOTICE_EDIT)};
	struct choice_sum sum;

	if (!item_groups(r, g, &page.groups, e) ||
	    !find_album(r, i, &page.album, e) ||
	    !find_weeks(r, i, &page.weeks, e))
		return false;
	if (is_asking(i)) {
		if (!choice_sum(&d, r->viewer, g, i, &sum, e))
			return false;
		page.sum = &sum;
	}
	r->view.about =
	    arena_fmt(r->arena, "/report/post/%" PRId64, grant_post(g));
	html_item_page(&r->view, &page);
	return true;
}

static bool
one_show(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;
	struct item i;

	return item_of(r, PERMIT_NOTICE, &g, &i, e) &&
	       one_page(r, g, &i, NULL, e) && respond_page(r, out, 200);
}

/* Who chose what, and who brings what: for the team, and noted. */
static bool
who_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct choice_whos who;
	struct choice_sum sum;
	struct item_page page;
	const struct grant *g;
	struct item i;

	if (!item_of(r, PERMIT_NOTICE, &g, &i, e))
		return false;
	if (!is_asking(&i))
		return err_set(e, ERR_NOT_FOUND, "nothing is asked");
	if (!choice_sum(&d, r->viewer, g, &i, &sum, e) ||
	    !choice_whos(&d, &i, &who, e) ||
	    !looked_note(&d, AUDIT_ITEM_VIEWED, "item", i.id, g,
		item_word(i.is.kind), e))
		return false;
	page = (struct item_page){.item = &i, .sum = &sum, .who = &who};
	html_item_who(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- an answer ---- */

/* Of a poll the fields named « line » say which, of a list « n-<line> » how
 * many; what is no number is none. */
static int64_t
said_of(struct request *r, const struct item *i, const struct item_line *line)
{
	int64_t n = 0;

	if (i->is.kind == ITEM_BRING) {
		char *name = arena_cstr(
		    r->arena, arena_fmt(r->arena, "n-%" PRId64, line->id));

		if (name == NULL ||
		    !num_i64(request_field(r, name), 0, ITEM_WANTED_MAX, &n))
			return 0;
		return n;
	}
	for (size_t k = 0; k < r->http->n_form; k++) {
		const struct http_pair *p = &r->http->form[k];

		if (str_eq(p->name, S("line")) &&
		    num_i64(p->value, 1, INT64_MAX, &n) && n == line->id)
			return 1;
	}
	return 0;
}

static const char *
fault_of(enum choice_answer a)
{
	static const char *const text[] = {
	    [CHOICE_DONE] = NULL,
	    [CHOICE_NONE] =
		N_("Choose an answer. Where one is asked, only one counts."),
	    [CHOICE_FULL] = N_("Somebody else was faster: fewer are left. Look "
			       "at the numbers again. Nothing was saved."),
	    [CHOICE_OVER] = N_("The last day to answer has passed."),
	};

	return text[a];
}

static bool
one_answer(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	int64_t n[ITEM_LINES_MAX] = {0};
	enum choice_answer answer;
	const struct grant *g;
	struct item i;

	if (!item_of(r, PERMIT_NOTICE, &g, &i, e))
		return false;
	for (size_t k = 0; k < i.is.n_line && k < ITEM_LINES_MAX; k++)
		n[k] = said_of(r, &i, &i.is.line[k]);
	if (!choice_say(&d, r->viewer, g, &i, n, &answer, e))
		return false;
	if (answer != CHOICE_DONE)
		return one_page(r, g, &i, fault_of(answer), e) &&
		       member_again(r, out);
	respond_notice(
	    r, out, N_("It is noted. You can change it until the last day."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/item/%" PRId64, i.id));
}

const struct route item_routes[] = {
    {HTTP_GET, "/items/:word", list_show, NEED_MEMBER},
    {HTTP_GET, "/item/:id", one_show, NEED_MEMBER},
    {HTTP_POST, "/item/:id", one_answer, NEED_FAMILY},
    {HTTP_GET, "/item/:id/who", who_show, NEED_STAFF},
    {0},
};
