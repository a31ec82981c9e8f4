/* stopped — what was stopped and why, for those who decide about it. */
#include "web/stopped.h"

#include <inttypes.h>

#include "html_stopped.h"
#include "sql_stop.h"
#include "stop/checking.h"
#include "web/member.h"

#define CASES_MAX 200

enum { F_WHY };
const struct field stopped_fields[] = {
    [F_WHY] = {"why", N_("Your reason"),
	N_("In your own words. It stays in the record, for whoever looks "
	   "later."),
	FIELD_TEXT, true, 3, 1000, NULL, NULL},
    {0},
};

/* ---- in an album ---- */

/* The case that an album waits for; 0: none. */
static bool
case_of(struct request *r, const struct sql_stop_of_post_rows *cases,
    int64_t post, int64_t *ret, struct err *e)
{
	struct sql_stop_hold_of_post_row hold;
	bool found;

	if (cases->n > 0) {
		*ret = cases->v[0].id;
		return true;
	}
	if (!sql_stop_hold_of_post(
		r->house->db, r->arena, post, &found, &hold, e))
		return false;
	*ret = found ? hold.stopping : 0;
	return true;
}

bool
stopped_note_load(struct request *r, const struct album *al,
    struct stopped_note *ret, struct err *e)
{
	struct stopped_note n = {.locked = al->n_stopped, .who = S("")};
	struct sql_stop_of_post_rows cases;
	struct circle circle;
	int64_t id;

	if (!sql_stop_of_post(r->house->db, r->arena, al->id, &cases, e) ||
	    !case_of(r, &cases, al->id, &id, e))
		return false;
	for (size_t i = 0; i < cases.n; i++)
		n.withdrawn += str_eq(cases.v[i].cause, S("withdrawn"));
	if (al->n_held > n.withdrawn)
		n.waiting = al->n_held - n.withdrawn;
	n.any = id != 0;
	if (id != 0) {
		if (!circle_of(
			r->house, r->arena, r->org, id, r->today, &circle, e))
			return false;
		n.who = member_others(r, &circle, 0);
	}
	*ret = n;
	return true;
}

/* ---- all of them ---- */

const char *
stop_tag_text(enum stop_tag t)
{
	static const char *const text[] = {
	    [STOP_WAITS] = N_("waits for a decision"),
	    [STOP_SECOND] = N_("waits for a second person"),
	    [STOP_STAYS] = N_("stays locked"),
	    [STOP_GONE] = N_("decided"),
	};

	return text[t];
}

static enum stop_tag
tag_of(str outcome, str proposed)
{
	if (outcome.p == NULL)
		return proposed.p == NULL ? STOP_WAITS : STOP_SECOND;
	return str_eq(outcome, S("confirmed")) ? STOP_STAYS : STOP_GONE;
}

static const char *
what_of(str cause)
{
	return str_eq(cause, S("list"))
		   ? N_("too near to a list of known abuse material")
		   : N_("a picture that was withdrawn");
}

static bool
in_circle(struct request *r, int64_t stopping, bool *ret, struct err *e)
{
	struct circle c;

	if (!circle_of(r->house, r->arena, r->org, stopping, r->today, &c, e))
		return false;
	*ret = circle_has(&c, r->viewer->account);
	return true;
}

static bool
load_lines(struct request *r, struct stop_lines *ret, struct err *e)
{
	struct sql_stop_all_rows rows;
	struct stop_lines l = {0};

	if (!sql_stop_all(
		r->house->db, r->arena, r->org->id, CASES_MAX, &rows, e))
		return false;
	l.v = NEW_N(r->arena, struct stop_line, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many stops");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_stop_all_row *row = &rows.v[i];
		bool mine;

		if (!in_circle(r, row->id, &mine, e))
			return false;
		if (mine)
			l.v[l.n++] = (struct stop_line){row->id,
			    row->stopped_at, what_of(row->cause),
			    house_text(r->arena, r->org, "account.name_enc",
				row->uploader_name_enc),
			    tag_of(row->outcome, row->proposed)};
	}
	*ret = l;
	return true;
}

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	struct checking checking;
	struct stop_lines lines;

	if (!load_lines(r, &lines, e) ||
	    !checking_of(r->house, r->arena, r->org->id, r->now, &checking, e))
		return false;
	if (!r->view.handles && lines.n == 0)
		return err_set(e, ERR_NOT_FOUND, "handles nothing");
	html_stopped_list(
	    &r->view, &lines, &checking, viewer_is_director(r->viewer));
	return respond_page(r, out, 200);
}

/* ---- one of them ---- */

static const char *
step_text(str deed)
{
	/* clang-format off */
	static const struct {
		const char *deed, *text;
	} table[] = {
		{ "stopped", N_("It was stopped by the comparison.") },
		{ "more", N_("Another comparison found more.") },
		{ "proposed-entry", N_("%1 said that the entries are wrong.") },
		{ "proposed-list", N_("%1 said that the whole list is wrong.") },
		{ "refused", N_("%1 did not agree.") },
		{ "agreed", N_("%1 agreed: what was wrong is switched off.") },
		{ "confirmed", N_("%1 confirmed that it stays locked.") },
		{ "rest-released", N_("%1 let the photos go that waited beside it.") },
		{ "released", N_("It was let go, by the word of %1.") },
		{ "let-in", N_("%1 let the picture in.") },
		{ "kept-out", N_("%1 kept the picture out.") },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (str_eq(deed, str_c(table[i].deed)))
			return table[i].text;
	return N_("It was stopped by the comparison.");
}

static bool
load_steps(struct request *r, struct stopped_page *p, struct err *e)
{
	struct sql_stop_events_rows rows;

	if (!sql_stop_events(r->house->db, r->arena, p->id, &rows, e))
		return false;
	p->steps.v = NEW_N(r->arena, struct stop_step, rows.n + 1);
	if (p->steps.v == NULL)
		return err_set(e, ERR_LIMIT, "too many steps");
	p->steps.n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_stop_events_row *ev = &rows.v[i];
		str name = house_text(
		    r->arena, r->org, "account.name_enc", ev->name_enc);

		p->steps.v[i] = (struct stop_step){ev->at,
		    lang_fill(r->arena,
			lang_text(r->view.lang, step_text(ev->deed)), &name, 1),
		    house_text(
			r->arena, r->org, "stop_event.note_enc", ev->note_enc)};
	}
	return true;
}

static const char *
outcome_text(str outcome, bool sealed)
{
	if (str_eq(outcome, S("confirmed")))
		return N_("It is confirmed, and stays locked in place until "
			  "the authorities say what becomes of it.");
	if (str_eq(outcome, S("kept-out")))
		return N_("It was kept out, and is deleted.");
	if (sealed)
		return N_("To stop it was a mistake, but it was put under seal "
			  "meanwhile, and stays there.");
	return N_("It was let go. Its sender finds it in the album again.");
}

static void
fill_question(struct request *r, const struct sql_stop_by_id_row *s,
    bool sealed, const struct circle *circle, struct stopped_page *p)
{
	if (s->outcome.p != NULL) {
		p->outcome = outcome_text(s->outcome, sealed);
		return;
	}
	p->ask = p->listed ? ASK_LIST : ASK_WITHDRAWN;
	if (s->proposed.p == NULL)
		return;
	p->whole_list = str_eq(s->proposed, S("list"));
	/* Who said so may have left the circle since. */
	p->proposer = house_text(
	    r->arena, r->org, "account.name_enc", s->proposer_name_enc);
	p->ask = ASK_SECOND;
	if (s->proposed_by == r->viewer->account) {
		p->ask = ASK_OWN;
		p->others = member_others(r, circle, r->viewer->account);
	}
}

static bool
load_page(struct request *r, int64_t id, struct stopped_page *p, struct err *e)
{
	struct sql_stop_held_count_row held;
	struct deed d = member_deed(r);
	struct sql_stop_sealed_row seal;
	struct sql_stop_by_id_row s;
	struct circle circle;
	bool sealed;

	if (!circle_of(r->house, r->arena, r->org, id, r->today, &circle, e))
		return false;
	if (!circle_has(&circle, r->viewer->account))
		return err_set(e, ERR_NOT_FOUND, "not in the circle");
	if (!sql_stop_by_id(r->house->db, r->arena, id, r->org->id, &s, e) ||
	    !sql_stop_held_count(r->house->db, r->arena, id, &held, e) ||
	    !sql_stop_sealed(
		r->house->db, r->arena, s.medium, &sealed, &seal, e))
		return false;
	*p = (struct stopped_page){.id = id,
	    .at = s.stopped_at,
	    .sender = house_text(
		r->arena, r->org, "account.name_enc", s.uploader_name_enc),
	    .album =
		house_text(r->arena, r->org, "post.title_enc", s.title_enc),
	    .listed = str_eq(s.cause, S("list")),
	    .rescan = str_eq(s.stage, S("rescan")),
	    .held_albums = held.posts,
	    .held_photos = held.media};
	fill_question(r, &s, sealed, &circle, p);
	return stopped_look(&d, id, &p->look, e) && load_steps(r, p, e);
}

bool
stopped_page_show(struct request *r, struct response *out, int64_t id,
    const struct form *f, struct err *e)
{
	struct stopped_page page;
	struct form empty;

	if (!load_page(r, id, &page, e))
		return false;
	form_start(stopped_fields, &empty);
	page.form = f == NULL ? &empty : f;
	html_stopped_page(&r->view, &page);
	return f == NULL ? respond_page(r, out, 200) : member_again(r, out);
}

static bool
note_opened(struct request *r, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {.kind = "stopping", .id = r->id[0]};

	return db_begin(r->house->db, e) &&
	       member_settle(r, deed_note(&d, AUDIT_STOP_OPENED, &about, e), e);
}

static bool
page_show(struct request *r, struct response *out, struct err *e)
{
	bool mine;

	if (!in_circle(r, r->id[0], &mine, e))
		return false;
	if (!mine)
		return err_set(e, ERR_NOT_FOUND, "not in the circle");
	return note_opened(r, e) &&
	       stopped_page_show(r, out, r->id[0], NULL, e);
}

const struct route stopped_routes[] = {
    {HTTP_GET, "/stopped", list_show, NEED_STAFF, 0, NULL},
    {HTTP_GET, "/stopped/people", stopped_people_show, NEED_DIRECTOR, 0, NULL},
    {HTTP_POST, "/stopped/people", stopped_people_add, NEED_DIRECTOR, 0, NULL},
    {HTTP_POST, "/stopped/people/:id/end", stopped_people_end, NEED_DIRECTOR, 0,
	NULL},
    {HTTP_GET, "/stopped/:id", page_show, NEED_STAFF, 0, NULL},
    {HTTP_POST, "/stopped/:id", stopped_decide, NEED_STAFF, 0, NULL},
    {HTTP_POST, "/stopped/:id/look", stopped_look_ask, NEED_STAFF, 0, NULL},
    {HTTP_GET, "/stopped/:id/why", stopped_why_show, NEED_STAFF, 0, NULL},
    {HTTP_POST, "/stopped/:id/close", stopped_close_do, NEED_STAFF, 0, NULL},
    {HTTP_POST, "/stopped/:id/pass", stopped_pass_do, NEED_STAFF, 0, NULL},
    {0},
};
