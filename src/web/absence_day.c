/*
 * absence_day — the day of a group, for those who work with it: who does not
 * come, who does, of whom no picture is to be taken; and what was told by
 * telephone.
 */
#include <inttypes.h>

#include "base/num.h"
#include "html_absence.h"
#include "web/absence.h"
#include "web/member.h"

#define BACK_DAYS 366

/* ---- today's card ---- */

bool
absences_today(struct request *r, const struct choices *groups,
    struct today_absences *ret, struct err *e)
{
	const struct choice_list *l = &groups->group;
	struct deed d = member_deed(r);
	struct absence_counts counts;
	struct today_absences t = {
	    NEW_N(r->arena, struct today_absence, l->n + 1), 0, 0, 0};

	if (t.v == NULL)
		return err_set(e, ERR_LIMIT, "too many groups");
	if (!absence_today(&d, &counts, e))
		return false;
	for (size_t i = 0; i < l->n; i++) {
		struct today_absence *one = &t.v[t.n];

		if (!permit_day(r->viewer, l->v[i].id))
			continue;
		t.n++;
		*one = (struct today_absence){
		    .group = l->v[i].id, .name = l->v[i].name};
		for (size_t k = 0; k < counts.n; k++)
			if (counts.v[k].group == one->group) {
				one->absent = counts.v[k].absent;
				one->late = counts.v[k].late;
			}
		t.absent += one->absent;
		t.late += one->late;
	}
	*ret = t;
	return true;
}

/* ---- one day of one group ---- */

static int64_t
day_asked(struct request *r)
{
	int64_t day;

	if (!day_parse(request_query(r, "day"), &day) ||
	    day < r->today - BACK_DAYS || day > r->today + ABSENCE_AHEAD_DAYS)
		return r->today;
	return day;
}

static const struct absence_row *
told_of(const struct absence_rows *told, int64_t child)
{
	for (size_t i = 0; i < told->n; i++)
		if (told->v[i].child == child)
			return &told->v[i];
	return NULL;
}

static bool
join(struct request *r, const struct face_children *children,
    const struct absence_rows *told, struct day_page *io, struct err *e)
{
	io->v = NEW_N(r->arena, struct day_row, children->n + 1);
	if (io->v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < children->n; i++) {
		const struct face_child *c = &children->v[i];
		struct day_row *row = &io->v[io->n++];

		*row = (struct day_row){
		    c->id, c->name, c->leave, told_of(told, c->id)};
		io->absent += day_kind(row) == ABSENCE_ABSENT;
		io->late += day_kind(row) == ABSENCE_LATE;
	}
	return true;
}

static bool
read_day(struct request *r, int64_t day, struct day_page *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct face_children children;
	struct absence_rows told;

	*ret =
	    (struct day_page){.group = r->id[0], .day = day, .today = r->today};
	return absence_of_day(&d, r->viewer, ret->group, day, &told, e) &&
	       face_group(&d, ret->group, day, viewer_is_director(r->viewer),
		   &ret->title, &children, e) &&
	       join(r, &children, &told, ret, e);
}

/* A page that is only read has no transaction of its own. */
static bool
note_read(struct request *r, const struct day_page *p, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {
	    .kind = "group", .id = p->group, .group = p->group};

	return db_begin(r->house->db, e) &&
	       member_settle(
		   r, deed_note(&d, AUDIT_ROSTER_VIEWED, &about, e), e);
}

static bool
day_show(struct request *r, struct response *out, struct err *e)
{
	struct day_page page;

	if (!read_day(r, day_asked(r), &page, e) || !note_read(r, &page, e))
		return false;
	html_day_page(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- told by telephone ---- */

static bool
call_page(struct request *r, int64_t day, const struct form *f, int64_t caller,
    struct err *e)
{
	struct deed d = member_deed(r);
	struct day_page page;
	struct call_page call = {.day = &page, .form = f, .caller = caller};

	if (!read_day(r, day, &page, e))
		return false;
	for (size_t i = 0; i < page.n; i++)
		if (page.v[i].child == r->id[1])
			call.row = &page.v[i];
	if (call.row == NULL || day < r->today)
		return err_set(e, ERR_NOT_FOUND, "nobody of this group");
	if (!absence_callers(&d, r->id[1], &call.callers, e))
		return false;
	html_call_page(&r->view, &call);
	return true;
}

static bool
call_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(absence_day_fields, &f);
	return call_page(r, day_asked(r), &f, 0, e) &&
	       respond_page(r, out, 200);
}

static bool
call_tell(struct request *r, struct response *out, struct err *e)
{
	struct absence_told t = {.child = r->id[1], .group = r->id[0]};
	enum absence_answer answer = ABSENCE_DONE;
	struct deed d = member_deed(r);
	struct form f;

	if (!permit_day(r->viewer, t.group))
		return err_set(e, ERR_NOT_FOUND, "no group of this viewer");
	if (!num_i64(request_field(r, "caller"), 1, INT64_MAX, &t.caller))
		t.caller = 0;
	if (absence_read(r, absence_day_fields, &f, &t) &&
	    !absence_tell(&d, r->viewer, &t, &answer, e))
		return false;
	if (f.bad || absence_fault(&f, answer))
		return call_page(r, t.from_on < r->today ? r->today : t.from_on,
			   &f, t.caller, e) &&
		       member_again(r, out);
	respond_notice(r, out, N_("It is noted."));
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/day/%" PRId64 "?day=" STR_FMT, t.group,
		STR_ARG(iso_day(&r->view, t.from_on))));
}

const struct route absence_day_routes[] = {
    {HTTP_GET, "/day/:id", day_show, NEED_STAFF},
    {HTTP_GET, "/day/:id/child/:id", call_show, NEED_STAFF},
    {HTTP_POST, "/day/:id/child/:id", call_tell, NEED_STAFF},
    {0},
};
