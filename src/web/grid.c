/* grid — the programme of a group and the menus, a week on one screen: begun
 * from last week or from a template, published in one tap, printed on a page.
 */
#include <inttypes.h>

#include "base/num.h"
#include "base/utf8.h"
#include "html_grid.h"
#include "web/member.h"
#include "web/share.h"
#include "web/week.h"

/* ---- cells ---- */

static int
halves(enum item_kind k)
{
	return k == ITEM_PROGRAMME ? 2 : 1;
}

const struct item_line *
grid_cell(const struct grid_page *p, int64_t day, int64_t half)
{
	for (size_t i = 0; i < p->is.n_line; i++)
		if (p->is.line[i].day == day && p->is.line[i].half == half)
			return &p->is.line[i];
	return NULL;
}

str
grid_name(struct view *v, char which, int day, int half)
{
	return arena_fmt(v->arena, "%c-%d-%d", which, day, half);
}

static const struct {
	char which;
	int lang;
	bool more;
} columns[] = {{'f', LANG_FR, false}, {'e', LANG_EN, false},
    {'a', LANG_FR, true}, {'b', LANG_EN, true}};

#define COLUMNS (sizeof(columns) / sizeof(*columns))

static str *
column_of(struct item_line *l, size_t c)
{
	return columns[c].more ? &l->more[columns[c].lang]
			       : &l->text[columns[c].lang];
}

/* Where the cells come from: a form, or a template. */
struct cells {
	struct request *r;
	const struct pattern_fields *pattern; /* NULL: the form */
	bool bad;
};

static str
cell_text(struct cells *c, size_t column, int day, int half)
{
	str name = grid_name(&c->r->view, columns[column].which, day, half);
	str raw, text = S("");

	if (name.p == NULL)
		return text;
	raw = c->pattern != NULL ? pattern_value(c->pattern, name.p)
				 : request_field(c->r, name.p);
	if (!utf8_clean(c->r->arena, raw, ITEM_CELL_MAX, false, &text)) {
		c->bad = true;
		return S("");
	}
	return text;
}

static bool
is_empty(struct item_line *l)
{
	for (size_t c = 0; c < COLUMNS; c++)
		if (column_of(l, c)->n > 0)
			return false;
	return true;
}

static bool
read_cells(struct cells *c, struct grid_page *io, struct err *e)
{
	int n = halves(io->kind);
	struct item_line *v =
	    NEW_N(c->r->arena, struct item_line, (size_t)(WEEK_DAYS * n));

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many cells");
	io->is.n_line = 0;
	for (int i = 0; i < WEEK_DAYS * n; i++) {
		struct item_line l = {.day = io->monday + i / n, .half = i % n};

		for (size_t k = 0; k < COLUMNS; k++)
			*column_of(&l, k) = cell_text(c, k, i / n, i % n);
		if (!is_empty(&l))
			v[io->is.n_line++] = l;
	}
	io->is.line = v;
	return true;
}

bool
week_keep(struct request *r, const struct item *i, struct pattern_fields *ret,
    struct err *e)
{
	*ret = (struct pattern_fields){
	    NEW_N(r->arena, struct pattern_field, PATTERN_FIELDS_MAX), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "no room for a template");
	for (size_t k = 0; k < i->is.n_line; k++) {
		struct item_line l = i->is.line[k];

		for (size_t c = 0; c < COLUMNS; c++) {
			str text = *column_of(&l, c);

			if (text.n > 0 && ret->n < PATTERN_FIELDS_MAX)
				ret->v[ret->n++] = (struct pattern_field){
				    grid_name(&r->view, columns[c].which,
					(int)(l.day - i->is.from_on),
					(int)l.half),
				    text};
		}
	}
	return true;
}

/* ---- which week, of whom ---- */

static int64_t
week_asked(struct request *r, str day)
{
	int64_t on;

	if (!day_parse(day, &on) || on < r->today - ITEM_FAR_DAYS ||
	    on > r->today + ITEM_FAR_DAYS)
		on = r->today;
	return item_monday(on);
}

/* Of a group that this person writes for. */
static bool
find_group(struct request *r, const struct choices *choices,
    struct grid_page *io, struct err *e)
{
	for (size_t i = 0; i < choices->group.n; i++)
		if (choices->group.v[i].id == io->group)
			io->name = choices->group.v[i].name;
	if (io->kind == ITEM_MENU
		? choices->group.n > 0
		: io->name.n > 0 && permit_day(r->viewer, io->group))
		return true;
	return err_set(e, ERR_NOT_FOUND, "no group of this viewer");
}

static void
take(struct grid_page *io, const struct item *i, int64_t monday)
{
	io->is.line = i->is.line;
	io->is.n_line = i->is.n_line;
	for (size_t k = 0; k < i->is.n_line; k++)
		if (i->is.line[k].day - monday >= WORK_DAYS)
			io->days = WEEK_DAYS;
}

static bool
begin(struct request *r, enum item_kind kind, str day, struct choices *choices,
    struct grid_page *ret, struct err *e)
{
	struct deed d = share_deed(r);
	const struct item_seen *now;

	*ret = (struct grid_page){.kind = kind,
	    .group = kind == ITEM_PROGRAMME ? r->id[0] : 0,
	    .monday = week_asked(r, day),
	    .days = WORK_DAYS};
	if (request_query(r, "days").n > 0)
		ret->days = WEEK_DAYS;
	ret->is = (struct item_new){.kind = kind,
	    .from_on = ret->monday,
	    .until_on = ret->monday + 6,
	    .from_min = DB_NULL,
	    .until_min = DB_NULL,
	    .weekly_until = DB_NULL,
	    .album = DB_NULL};
	if (!publish_groups(&d, r->viewer, 0, choices, e) ||
	    !find_group(r, choices, ret, e) ||
	    !items_week(&d, r->viewer, kind, ret->group, ret->monday, &now, e))
		return false;
	if (now != NULL) {
		ret->id = now->item.id;
		ret->state = now->item.state;
		take(ret, &now->item, ret->monday);
	}
	return true;
}

/* ---- the screen ---- */

/* Last week's cells, on this week's days. */
static bool
copy_last(struct request *r, struct grid_page *io, struct err *e)
{
	struct deed d = share_deed(r);
	const struct item_seen *last;
	struct item_line *v;

	if (!items_week(
		&d, r->viewer, io->kind, io->group, io->monday - 7, &last, e))
		return false;
	if (last == NULL) {
		io->fault = N_("There is nothing for last week.");
		return true;
	}
	take(io, &last->item, io->monday - 7);
	v = NEW_N(r->arena, struct item_line, io->is.n_line + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many cells");
	for (size_t i = 0; i < io->is.n_line; i++) {
		v[i] = io->is.line[i];
		v[i].day += 7;
	}
	io->is.line = v;
	return true;
}

static bool
take_pattern(struct request *r, str asked, struct grid_page *io, struct err *e)
{
	struct deed d = share_deed(r);
	struct pattern_fields l;
	struct cells c = {r, &l, false};
	int64_t id;

	if (!num_i64(asked, 1, INT64_MAX, &id))
		return err_set(e, ERR_NOT_FOUND, "no such template");
	return pattern_load(&d, id, item_word(io->kind), &l, e) &&
	       read_cells(&c, io, e);
}

static bool
fill(struct request *r, struct grid_page *io, struct err *e)
{
	struct deed d = share_deed(r);
	str pattern = request_query(r, "pattern");

	if (!pattern_list(&d, item_word(io->kind), &io->patterns, e))
		return false;
	if (pattern.n > 0)
		return take_pattern(r, pattern, io, e);
	return request_query(r, "copy").n == 0 || copy_last(r, io, e);
}

static bool
show(
    struct request *r, struct response *out, enum item_kind kind, struct err *e)
{
	struct choices choices;
	struct grid_page page;

	if (!begin(r, kind, request_query(r, "on"), &choices, &page, e) ||
	    !fill(r, &page, e))
		return false;
	html_grid_page(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- saving ---- */

/* A new week is for its group, or, menus, for all that this person chooses
 * from. */
static bool
begin_item(struct request *r, struct choices *choices, struct grid_page *io,
    struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	for (size_t i = 0; i < choices->group.n; i++)
		choices->group.v[i].chosen =
		    io->group == 0 || choices->group.v[i].id == io->group;
	io->state = POST_DRAFT;
	return item_create(&d, &io->is, &io->id, e) &&
	       share_post(r, io->id, PERMIT_NOTICE_EDIT, &g, e) &&
	       post_set_audience(&d, g, choices, e);
}

static bool
change_item(struct request *r, struct grid_page *io, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	return share_post(r, io->id, PERMIT_NOTICE_EDIT, &g, e) &&
	       item_change(&d, g, &io->is, e);
}

static bool
publish_now(struct request *r, struct grid_page *p, struct err *e)
{
	enum words_hour answer;
	struct deed d = share_deed(r);
	const struct grant *g;

	return share_post(r, p->id, PERMIT_NOTICE_EDIT, &g, e) &&
	       item_publish(&d, g, r->now, &answer, e) &&
	       (answer == WORDS_DONE ||
		   err_set(e, ERR_CONFLICT, "it is for nobody"));
}

static bool
save(struct request *r, struct response *out, struct choices *choices,
    struct grid_page *p, struct err *e)
{
	bool later = str_eq(request_field(r, "do"), S("later"));

	if (!(p->id == 0 ? begin_item(r, choices, p, e) : change_item(r, p, e)))
		return false;
	if (p->state == POST_DRAFT && later)
		return respond_see_other(r, out,
		    arena_fmt(r->arena, "/item/%" PRId64 "/send", p->id));
	if (p->state == POST_DRAFT && !publish_now(r, p, e))
		return false;
	respond_notice(r, out, N_("It is published."));
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/week?on=" STR_FMT,
		STR_ARG(iso_day(&r->view, p->monday))));
}

static bool
write_week(
    struct request *r, struct response *out, enum item_kind kind, struct err *e)
{
	struct cells c = {r, NULL, false};
	struct choices choices;
	struct grid_page page;

	if (!begin(r, kind, request_field(r, "on"), &choices, &page, e) ||
	    !read_cells(&c, &page, e))
		return false;
	if (c.bad)
		page.fault = N_("A text is too long, or cannot be read. "
				"Nothing was saved yet.");
	else if (page.is.n_line == 0)
		page.fault = N_("Write something into one of the days.");
	if (page.fault == NULL)
		return save(r, out, &choices, &page, e);
	html_grid_page(&r->view, &page);
	return member_again(r, out);
}

static bool
programme_show(struct request *r, struct response *out, struct err *e)
{
	return show(r, out, ITEM_PROGRAMME, e);
}

static bool
programme_write(struct request *r, struct response *out, struct err *e)
{
	return write_week(r, out, ITEM_PROGRAMME, e);
}

static bool
menu_show(struct request *r, struct response *out, struct err *e)
{
	return show(r, out, ITEM_MENU, e);
}

static bool
menu_write(struct request *r, struct response *out, struct err *e)
{
	return write_week(r, out, ITEM_MENU, e);
}

/* ---- on paper ---- */

/* What its reader may see of it, so for families too. */
static bool
print_show(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;
	struct grid_page page;
	struct item i;

	if (!item_of(r, PERMIT_NOTICE, &g, &i, e))
		return false;
	if (i.is.kind != ITEM_PROGRAMME && i.is.kind != ITEM_MENU)
		return err_set(e, ERR_NOT_FOUND, "it is no week");
	page = (struct grid_page){.kind = i.is.kind,
	    .monday = i.is.from_on,
	    .days = WORK_DAYS,
	    .id = i.id,
	    .is = i.is,
	    .state = i.state};
	take(&page, &i, page.monday);
	if (!item_groups(r, g, &page.name, e))
		return false;
	html_grid_print(&r->view, &page);
	return respond_page(r, out, 200);
}

const struct route grid_routes[] = {
    {HTTP_GET, "/programme/:id", programme_show, NEED_STAFF},
    {HTTP_POST, "/programme/:id", programme_write, NEED_STAFF},
    {HTTP_GET, "/menu", menu_show, NEED_STAFF},
    {HTTP_POST, "/menu", menu_write, NEED_STAFF},
    {HTTP_GET, "/item/:id/print", print_show, NEED_MEMBER},
    {0},
};
