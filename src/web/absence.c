/*
 * absence — a family says in two taps that a child does not come, or late:
 * the link on its first page, the button.
 */
#include "web/absence.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_absence.h"
#include "web/member.h"

#define REASON                                                           \
	{                                                                \
		"reason", N_("Why, if you wish"),                        \
		    N_("The team and the adults of the child read it."), \
		    FIELD_TEXT, false, 0, ABSENCE_REASON_MAX, NULL, NULL \
	}

const struct field absence_day_fields[] = {REASON, {0}};

const struct field absence_days_fields[] = {
    [ABSENCE_F_REASON] = REASON,
    [ABSENCE_F_FROM] = {"from", N_("First day"), NULL, FIELD_DAY, true, 0, 0,
	NULL, NULL},
    [ABSENCE_F_UNTIL] = {"until", N_("Last day"),
	N_("Only the days on which the child is enrolled are noted."),
	FIELD_DAY, true, 0, 0, NULL, NULL},
    {0},
};

/* clang-format off */
static const struct { const char *label, *tag; } kinds[ABSENCE_KINDS] = {
	[ABSENCE_NONE] = { N_("comes"), "ok" },
	[ABSENCE_ABSENT] = { N_("absent"), "stop" },
	[ABSENCE_LATE] = { N_("late"), "wait" },
};
/* clang-format on */

const char *
absence_label(enum absence_kind k)
{
	return kinds[k].label;
}

const char *
absence_tag(enum absence_kind k)
{
	return kinds[k].tag;
}

/* ---- what a form says ---- */

/* « absent-20421 », or « absent-days » with the two fields. */
static bool
read_what(struct request *r, const struct form *f, struct absence_told *io)
{
	str what = request_field(r, "what"), word;

	if (!str_cut(&what, '-', &word) || !absence_of_word(word, &io->kind))
		return false;
	if (f->field[ABSENCE_F_REASON + 1].name != NULL) {
		io->from_on = f->number[ABSENCE_F_FROM];
		io->until_on = f->number[ABSENCE_F_UNTIL];
		return str_eq(what, S("days"));
	}
	if (!num_i64(what, 0, INT32_MAX, &io->from_on))
		return false;
	io->until_on = io->from_on;
	return true;
}

bool
absence_read(struct request *r, const struct field *fields, struct form *f,
    struct absence_told *io)
{
	if (!form_read(r, fields, f))
		return false;
	io->reason = f->value[ABSENCE_F_REASON];
	if (read_what(r, f, io))
		return true;
	f->summary = N_("Choose what is to be noted.");
	f->bad = true;
	return false;
}

bool
absence_fault(struct form *f, enum absence_answer a)
{
	static const char *const text[] = {
	    [ABSENCE_DONE] = NULL,
	    [ABSENCE_PAST] = N_("This day is past: nothing was noted. Please "
				"look at the days again."),
	    [ABSENCE_FAR] = N_("This is too far away: three months at most."),
	    [ABSENCE_NO_DAY] = N_("The child is not enrolled on these days."),
	    [ABSENCE_CALLER] = N_("Say who called."),
	};

	f->summary = text[a];
	f->bad = text[a] != NULL;
	return f->bad;
}

/* ---- a family's page ---- */

bool
absence_chips(struct request *r, int64_t current, struct chips *ret)
{
	const struct viewer *v = r->viewer;
	struct chips c = {NEW_N(r->arena, struct chip, v->n_child + 1), 0};

	if (c.v == NULL)
		return false;
	for (size_t i = 0; i < v->n_child; i++)
		if (permit_tell(v, v->child[i].id))
			c.v[c.n++] = (struct chip){v->child[i].id,
			    viewer_child_first(r->arena, r->org, &v->child[i]),
			    v->child[i].id == current};
	*ret = c;
	return true;
}

static bool
fill_page(struct request *r, const struct form *f, struct absence_page *ret,
    struct err *e)
{
	struct deed d = member_deed(r);

	*ret = (struct absence_page){
	    .child = r->id[0], .today = r->today, .form = f};
	if (!absence_of_family(&d, r->viewer, r->id[0], &ret->told, e))
		return false;
	if (!absence_chips(r, r->id[0], &ret->chips))
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < ret->chips.n; i++)
		if (ret->chips.v[i].current)
			ret->first = ret->chips.v[i].first;
	return true;
}

static bool
show(struct request *r, const struct form *f, bool days, struct err *e)
{
	struct absence_page page;

	if (!fill_page(r, f, &page, e))
		return false;
	if (days)
		html_absence_days(&r->view, &page);
	else
		html_absence_page(&r->view, &page);
	return true;
}

static bool
page_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(absence_day_fields, &f);
	return show(r, &f, false, e) && respond_page(r, out, 200);
}

static bool
days_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(absence_days_fields, &f);
	return show(r, &f, true, e) && respond_page(r, out, 200);
}

static bool
tell(struct request *r, struct response *out, const struct field *fields,
    struct err *e)
{
	struct absence_told t = {.child = r->id[0]};
	enum absence_answer answer = ABSENCE_DONE;
	struct deed d = member_deed(r);
	struct form f;

	if (!permit_tell(r->viewer, t.child))
		return err_set(e, ERR_NOT_FOUND, "no child of this family");
	if (absence_read(r, fields, &f, &t) &&
	    !absence_tell(&d, r->viewer, &t, &answer, e))
		return false;
	if (f.bad || absence_fault(&f, answer))
		return show(r, &f, fields == absence_days_fields, e) &&
		       member_again(r, out);
	respond_notice(r, out,
	    t.kind == ABSENCE_NONE
		? N_("It is noted that the child comes.")
		: N_("It is noted. The team sees it at once."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/absence/%" PRId64, t.child));
}

static bool
page_tell(struct request *r, struct response *out, struct err *e)
{
	return tell(r, out, absence_day_fields, e);
}

static bool
days_tell(struct request *r, struct response *out, struct err *e)
{
	return tell(r, out, absence_days_fields, e);
}

const struct route absence_routes[] = {
    {HTTP_GET, "/absence/:id", page_show, NEED_FAMILY},
    {HTTP_POST, "/absence/:id", page_tell, NEED_FAMILY},
    {HTTP_GET, "/absence/:id/days", days_show, NEED_FAMILY},
    {HTTP_POST, "/absence/:id/days", days_tell, NEED_FAMILY},
    {0},
};
