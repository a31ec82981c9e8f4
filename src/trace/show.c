#include "trace/show.h"

#include <inttypes.h>
#include <math.h>

#include "mark/accuse.h"
#include "sql_trace.h"

#define SCORE_UNIT 1000.0
#define ONE_IN_MAX 1e18

const char *
trace_state_word(enum trace_state s)
{
	static const char *const words[] = {
	    [TRACE_ASKED] = "asked",
	    [TRACE_REFUSED] = "refused",
	    [TRACE_RUNNING] = "running",
	    [TRACE_TOLD] = "told",
	};

	return words[s];
}

static enum trace_state
state_of(str word)
{
	if (str_eq(word, S("asked")))
		return TRACE_ASKED;
	if (str_eq(word, S("refused")))
		return TRACE_REFUSED;
	return str_eq(word, S("told")) ? TRACE_TOLD : TRACE_RUNNING;
}

static str
name_of(const struct deed *d, str sealed)
{
	return house_text(d->arena, d->org, "account.name_enc", sealed);
}

static bool
check_circle(const struct deed *d, struct circle *ret, struct err *e)
{
	return trace_circle(d->house, d->arena, d->org, ret, e) &&
	       (circle_has(ret, d->actor) ||
		   err_set(e, ERR_NOT_FOUND, "may not trace"));
}

bool
trace_list(const struct deed *d, struct trace_lines *ret, struct err *e)
{
	struct sql_trace_all_rows rows;
	struct circle circle;
	struct trace_line *v;

	if (!check_circle(d, &circle, e) ||
	    !sql_trace_all(
		d->house->db, d->arena, d->org->id, TRACE_LIST_MAX, &rows, e))
		return false;
	v = NEW_N(d->arena, struct trace_line, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many traces");
	for (size_t i = 0; i < rows.n; i++) {
		v[i] = (struct trace_line){.id = rows.v[i].id,
		    .at = rows.v[i].asked_at,
		    .asker = name_of(d, rows.v[i].name_enc),
		    .state = state_of(rows.v[i].state),
		    .closed = rows.v[i].closed_at != DB_NULL};
		if (rows.v[i].answer.p != NULL &&
		    !trace_answer_of(rows.v[i].answer, &v[i].answer))
			return err_set(e, ERR_CORRUPT, "an unknown answer");
	}
	*ret = (struct trace_lines){v, rows.n};
	return true;
}

bool
trace_waiting(const struct deed *d, int64_t *ret, struct err *e)
{
	struct sql_trace_waiting_row row;
	struct circle circle;

	*ret = 0;
	if (!trace_circle(d->house, d->arena, d->org, &circle, e))
		return false;
	if (!circle_has(&circle, d->actor))
		return true;
	if (!sql_trace_waiting(
		d->house->db, d->arena, d->org->id, d->actor, &row, e))
		return false;
	*ret = row.n;
	return true;
}

bool
trace_opened(const struct deed *d, int64_t trace, struct err *e)
{
	struct deed_about about = {.kind = "trace", .id = trace};

	return deed_note(d, AUDIT_TRACE_READ, &about, e);
}

/* ---- one of them ---- */

static int64_t
one_in(double wrong)
{
	double n = wrong > 0 ? 1 / wrong : ONE_IN_MAX;

	return (int64_t)floor(n < ONE_IN_MAX ? n : ONE_IN_MAX);
}

/* Of the readings that name one account, the surest. */
static bool
load_suspects(const struct deed *d, struct trace_shown *t, struct err *e)
{
	struct sql_trace_named_rows rows;
	struct trace_suspects *l = &t->suspects;

	if (!sql_trace_named(d->house->db, d->arena, t->id, &rows, e))
		return false;
	l->v = NEW_N(d->arena, struct trace_suspect, rows.n + 1);
	if (l->v == NULL)
		return err_set(e, ERR_LIMIT, "too many accounts");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_trace_named_row *r = &rows.v[i];
		double wrong = mark_judge_wrong((double)r->score / SCORE_UNIT,
		    (size_t)t->accounts, (size_t)t->readings);
		bool had = false;

		for (size_t k = 0; k < l->n; k++)
			had = had || l->v[k].account == r->account;
		if (!had)
			l->v[l->n++] = (struct trace_suspect){r->account,
			    r->medium, r->side, name_of(d, r->name_enc),
			    r->role.p != NULL ? r->role : r->kind, wrong,
			    one_in(wrong)};
	}
	return true;
}

static void
add_reading(struct trace_photos *l, const struct deed *d,
    const struct sql_trace_shown_row *r)
{
	struct trace_photo *p = l->n > 0 ? &l->v[l->n - 1] : NULL;

	if (p == NULL || p->medium != r->medium) {
		p = &l->v[l->n++];
		*p = (struct trace_photo){.medium = r->medium,
		    .post = r->post,
		    .number = r->position + 1,
		    .day = r->day_on,
		    .distance = r->distance,
		    .album = house_text(
			d->arena, d->org, "post.title_enc", r->title_enc)};
	}
	if (!r->shown || (p->shown && p->presence >= r->presence))
		return;
	p->shown = true;
	p->side = r->side;
	p->presence = r->presence;
	p->likeness = r->likeness;
	p->share = r->share;
}

/* The copy shows these first, the surest one of them at the front. */
static void
order(struct trace_photos *l)
{
	for (size_t i = 1; i < l->n; i++) {
		struct trace_photo p = l->v[i];
		size_t at = i;

		for (; at > 0 && (p.shown > l->v[at - 1].shown ||
				     (p.shown == l->v[at - 1].shown &&
					 p.presence > l->v[at - 1].presence));
		     at--)
			l->v[at] = l->v[at - 1];
		l->v[at] = p;
	}
}

static bool
load_photos(const struct deed *d, struct trace_shown *t, struct err *e)
{
	struct sql_trace_shown_rows rows;

	if (!sql_trace_shown(d->house->db, d->arena, t->id, &rows, e))
		return false;
	t->photos.v = NEW_N(d->arena, struct trace_photo, rows.n + 1);
	if (t->photos.v == NULL)
		return err_set(e, ERR_LIMIT, "too many photos");
	for (size_t i = 0; i < rows.n; i++)
		add_reading(&t->photos, d, &rows.v[i]);
	order(&t->photos);
	return true;
}

static bool
load_steps(const struct deed *d, struct trace_shown *t, struct err *e)
{
	struct sql_trace_events_rows rows;

	if (!sql_trace_events(d->house->db, d->arena, t->id, &rows, e))
		return false;
	t->steps.v = NEW_N(d->arena, struct trace_step_done, rows.n + 1);
	if (t->steps.v == NULL)
		return err_set(e, ERR_LIMIT, "too many steps");
	t->steps.n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		t->steps.v[i] =
		    (struct trace_step_done){rows.v[i].at, rows.v[i].actor,
			rows.v[i].deed, name_of(d, rows.v[i].name_enc),
			house_text(d->arena, d->org, "trace_event.note_enc",
			    rows.v[i].note_enc)};
	return true;
}

static int64_t
or_0(int64_t v)
{
	return v == DB_NULL ? 0 : v;
}

static void
fill(const struct deed *d, const struct sql_trace_by_id_row *r,
    struct trace_shown *t)
{
	*t = (struct trace_shown){.id = r->id,
	    .asked_by = r->asked_by,
	    .asked_at = r->asked_at,
	    .kept_until = r->kept_until,
	    .decided_by = or_0(r->decided_by),
	    .told_at = or_0(r->told_at),
	    .closed_at = r->closed_at,
	    .state = state_of(r->state),
	    .reason =
		house_text(d->arena, d->org, "trace.reason_enc", r->reason_enc),
	    .file = house_text(d->arena, d->org, "trace.name_enc", r->name_enc),
	    .bytes = r->bytes,
	    .width = or_0(r->width),
	    .height = or_0(r->height),
	    .accounts = or_0(r->accounts),
	    .readings = or_0(r->readings),
	    .post = or_0(r->post)};
}

static bool
is_named(const struct trace_suspects *l, int64_t account)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].account == account)
			return true;
	return false;
}

bool
trace_load(
    const struct deed *d, int64_t trace, struct trace_shown *ret, struct err *e)
{
	struct sql_trace_by_id_row row;
	struct circle circle;
	bool found, open;

	if (!check_circle(d, &circle, e) ||
	    !sql_trace_by_id(
		d->house->db, d->arena, trace, d->org->id, &found, &row, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "trace %" PRId64, trace);
	fill(d, &row, ret);
	if (row.answer.p != NULL && !trace_answer_of(row.answer, &ret->answer))
		return err_set(e, ERR_CORRUPT, "an unknown answer");
	ret->circle = circle;
	ret->asker = circle_name(&circle, row.asked_by);
	if (!load_suspects(d, ret, e) || !load_photos(d, ret, e) ||
	    !load_steps(d, ret, e))
		return err_wrap(e, "trace %" PRId64, trace);
	open = row.closed_at == DB_NULL;
	ret->may_decide =
	    open && ret->state == TRACE_ASKED && row.asked_by != d->actor;
	ret->may_close = open && !is_named(&ret->suspects, d->actor);
	return true;
}
