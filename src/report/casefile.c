#include "report/casefile_inside.h"

#include <inttypes.h>

#include "report/hide.h"
#include "report/lock.h"
#include "sql_glance.h"
#include "sql_report.h"

/* clang-format off */
static const struct { str word; const char *label; } outcomes[CASE_OUTCOMES] = {
	[CASE_OPEN] = { S(""), N_("not decided yet") },
	[CASE_REMOVED] = { S("removed"), N_("what was reported is removed") },
	[CASE_RESTORED] = { S("restored"), N_("what was reported is shown again") },
	[CASE_MEASURES] = { S("measures"), N_("the organisation has acted") },
	[CASE_PASSED_ON] = { S("passed-on"), N_("passed on to an authority") },
	[CASE_UNFOUNDED] = { S("unfounded"), N_("nothing wrong was found") },
};
/* clang-format on */

const char *
case_outcome_label(enum case_outcome o)
{
	return outcomes[o].label;
}

bool
case_outcome_of(str word, enum case_outcome *ret)
{
	for (int i = CASE_OPEN + 1; i < CASE_OUTCOMES; i++)
		if (str_eq(outcomes[i].word, word)) {
			*ret = (enum case_outcome)i;
			return true;
		}
	return false;
}

/* ---- who may ---- */

static int64_t
or_none(int64_t v)
{
	return v == DB_NULL ? 0 : v;
}

static enum report_subject
subject_of(str word)
{
	if (str_eq(word, S("medium")))
		return REPORT_MEDIUM;
	if (str_eq(word, S("post")))
		return REPORT_POST;
	return str_eq(word, S("account")) ? REPORT_ACCOUNT : REPORT_NOTHING;
}

bool
casefile_head(struct house *h, struct arena *a, int64_t organisation,
    int64_t id, struct case_head *ret, struct err *e)
{
	struct sql_case_by_id_row r;
	bool found;

	if (!sql_case_by_id(h->db, a, id, organisation, &found, &r, e))
		return err_wrap(e, "case %" PRId64, id);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such case");
	*ret = (struct case_head){.id = id,
	    .opened_at = r.opened_at,
	    .due_at = r.due_at,
	    .taken_by = or_none(r.taken_by),
	    .decided_by = or_none(r.decided_by),
	    .again_by = or_none(r.again_by),
	    .taken_at = or_none(r.taken_at),
	    .decided_at = or_none(r.decided_at),
	    .again_at = or_none(r.again_at),
	    .again_done_at = or_none(r.again_done_at),
	    .outcome = CASE_OPEN,
	    .subject_kind = subject_of(r.subject_kind),
	    .subject = r.subject,
	    .number = r.number,
	    .category = category_of(r.category)};
	if (ret->category == NULL ||
	    (r.outcome.p != NULL && !case_outcome_of(r.outcome, &ret->outcome)))
		return err_set(e, ERR_CORRUPT, "case %" PRId64, id);
	return true;
}

/* The case, if its path leads to who does the deed. */
static bool
enter(const struct deed *d, int64_t id, struct case_head *ret,
    struct matter_house *ret_house, struct route *ret_path, struct err *e)
{
	if (!matter_house(
		d->house, d->arena, d->org->id, d->today, ret_house, e) ||
	    !casefile_head(d->house, d->arena, d->org->id, id, ret, e) ||
	    !matter_path(d->house, d->arena, ret_house, id, ret_path, e))
		return false;
	return route_has(ret_path, d->actor) ||
	       err_set(e, ERR_NOT_FOUND, "no such case");
}

bool
case_enter(
    const struct deed *d, int64_t id, struct case_head *ret, struct err *e)
{
	struct matter_house mh;
	struct route path;

	return enter(d, id, ret, &mh, &path, e);
}

/* ---- one ---- */

static str
name_of(const struct deed *d, const struct matter_house *mh, int64_t account)
{
	for (size_t i = 0; i < mh->is.n_person; i++)
		if (mh->is.person[i].account == account)
			return house_text(d->arena, d->org, "account.name_enc",
			    mh->name_enc[i]);
	return S("");
}

static bool
load_reports(const struct deed *d, struct case_page *io, struct err *e)
{
	struct sql_report_of_case_rows rows;

	if (!sql_report_of_case(d->house->db, d->arena, io->head.id, &rows, e))
		return false;
	io->report = NEW_N(d->arena, struct case_report, rows.n + 1);
	if (io->report == NULL)
		return err_set(e, ERR_LIMIT, "too many reports");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_report_of_case_row *r = &rows.v[i];
		const struct lock lock = {
		    LOCK_REPORT, io->head.number, r->key_wrapped};

		io->report[io->n_report++] = (struct case_report){.id = r->id,
		    .made_at = r->made_at,
		    .category = category_of(r->category),
		    .who = r->who,
		    .erased = r->ended_at != DB_NULL,
		    .name = house_text(
			d->arena, d->org, "account.name_enc", r->name_enc),
		    .words = lock_text(d->arena, d->org, &lock,
			"report.words_enc", r->words_enc),
		    .contact = lock_text(d->arena, d->org, &lock,
			"report.contact_enc", r->contact_enc)};
	}
	return true;
}

static bool
load_about(const struct deed *d, struct case_page *io, struct err *e)
{
	struct sql_case_about_rows rows;

	if (!sql_case_about(d->house->db, d->arena, io->head.id, &rows, e))
		return false;
	io->about = NEW_N(d->arena, struct case_person_line, rows.n + 1);
	if (io->about == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	for (size_t i = 0; i < rows.n; i++)
		io->about[io->n_about++] =
		    (struct case_person_line){rows.v[i].account,
			house_text(d->arena, d->org, "account.name_enc",
			    rows.v[i].name_enc),
			str_eq(rows.v[i].part, S("implied"))};
	return true;
}

static bool
fill_path(const struct deed *d, const struct matter_house *mh,
    const struct route *path, struct case_page *io, struct err *e)
{
	io->path = NEW_N(d->arena, str, path->n + 1);
	if (io->path == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	for (size_t i = 0; i < path->n; i++)
		io->path[io->n_path++] = name_of(d, mh, path->account[i]);
	return true;
}

static bool
note_reading(const struct deed *d, int64_t id, struct err *e)
{
	struct sql_case_read_since_row row;
	bool found;

	if (!sql_case_read_since(d->house->db, d->arena, id, d->actor,
		d->now - 86400, &found, &row, e))
		return false;
	return found ||
	       story_add(d, id, STORY_READ, STORY_INSIDE, S(""), (str){0}, e);
}

bool
case_read(
    const struct deed *d, int64_t id, struct case_page *ret, struct err *e)
{
	struct matter_house mh;
	struct route path;

	*ret = (struct case_page){0};
	return enter(d, id, &ret->head, &mh, &path, e) &&
	       note_reading(d, id, e) && load_reports(d, ret, e) &&
	       load_about(d, ret, e) && fill_path(d, &mh, &path, ret, e) &&
	       story_load(d->house, d->arena, d->org, id, &ret->story, e);
}

bool
case_take(const struct deed *d, int64_t id, struct err *e)
{
	struct case_head c;
	int64_t rows;

	if (!case_enter(d, id, &c, e))
		return false;
	if (c.taken_by == d->actor)
		return true;
	if (!sql_case_take(d->house->db, d->actor, d->now, id, &rows, e))
		return err_wrap(e, "case %" PRId64, id);
	if (rows == 0)
		return err_set(e, ERR_CONFLICT, "it is decided");
	return sql_aside_end(d->house->db, id, d->actor, &rows, e) &&
	       sql_glance_gone(d->house->db, id, &rows, e) &&
	       story_add(
		   d, id, STORY_TAKEN, STORY_TOLD_ALL, S(""), (str){0}, e);
}

bool
case_leave(const struct deed *d, int64_t id, struct err *e)
{
	struct case_head c;
	int64_t rows;

	if (!case_enter(d, id, &c, e) ||
	    !sql_case_leave(d->house->db, id, d->actor, &rows, e))
		return false;
	if (rows == 0)
		return err_set(e, ERR_CONFLICT, "not taken by this person");
	return sql_glance_gone(d->house->db, id, &rows, e) &&
	       story_add(d, id, STORY_LEFT, STORY_INSIDE, S(""), (str){0}, e);
}

bool
case_pass(const struct deed *d, int64_t id, struct err *e)
{
	struct deed nobody = *d;
	struct case_head c;
	int64_t rows;

	nobody.actor = -1;
	if (!case_enter(d, id, &c, e))
		return false;
	if (c.outcome != CASE_OPEN)
		return err_set(e, ERR_CONFLICT, "it is decided");
	return sql_case_leave(d->house->db, id, d->actor, &rows, e) &&
	       (rows == 0 || sql_glance_gone(d->house->db, id, &rows, e)) &&
	       sql_aside_add(d->house->db, id, d->actor, &rows, e) &&
	       story_add(&nobody, id, STORY_PASSED, STORY_INSIDE, S("aside"),
		   (str){0}, e);
}

bool
case_write(const struct deed *d, int64_t id, enum story_deed deed, str detail,
    str words, struct err *e)
{
	struct case_head c;

	return case_enter(d, id, &c, e) &&
	       story_add(d, id, deed, STORY_INSIDE, detail, words, e);
}

bool
case_note(const struct deed *d, int64_t id, str words, struct err *e)
{
	return case_write(d, id, STORY_NOTED, S(""), words, e);
}

bool
case_whom(
    const struct deed *d, int64_t id, struct case_whom *ret, struct err *e)
{
	struct case_page page = {0};

	if (!case_enter(d, id, &page.head, e) || !load_about(d, &page, e))
		return false;
	*ret = (struct case_whom){page.about, page.n_about};
	return true;
}

static bool
is_of_case(
    const struct deed *d, int64_t id, int64_t report, bool *ret, struct err *e)
{
	struct sql_report_of_case_rows rows;

	*ret = report == STORY_TOLD_ALL;
	if (!sql_report_of_case(d->house->db, d->arena, id, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		*ret |= rows.v[i].id == report;
	return true;
}

bool
case_ask(
    const struct deed *d, int64_t id, int64_t told, str words, struct err *e)
{
	struct case_head c;
	bool own;

	if (!case_enter(d, id, &c, e) || !is_of_case(d, id, told, &own, e))
		return false;
	if (!own)
		return err_set(e, ERR_NOT_FOUND, "a report of another case");
	return story_add(d, id, STORY_ASKED, told, S(""), words, e);
}

bool
case_name(const struct deed *d, int64_t id, int64_t account, struct err *e)
{
	struct matter_house mh;
	struct case_head c;
	struct route path;
	bool known = false;
	int64_t rows;

	if (!enter(d, id, &c, &mh, &path, e))
		return false;
	for (size_t i = 0; i < mh.is.n_person; i++)
		known |= mh.is.person[i].account == account;
	if (!known)
		return err_set(e, ERR_NOT_FOUND, "not of the staff");
	if (!sql_case_person_add(
		d->house->db, id, account, S("named"), d->now, &rows, e))
		return err_wrap(e, "case %" PRId64, id);
	return rows == 0 || (matter_bar(d, &mh, id, 0, e) &&
				story_add(d, id, STORY_NAMED, STORY_INSIDE,
				    S(""), (str){0}, e));
}

/* What was right, or not wrong, is seen again; what a second look finds wrong
 * after all is hidden again. */
static bool
follow(const struct deed *d, const struct case_head *c,
    enum case_outcome outcome, struct err *e)
{
	bool changed = false, shown;

	shown = outcome == CASE_RESTORED || outcome == CASE_UNFOUNDED;
	if (shown && !hide_lift(d, c->id, &changed, e))
		return false;
	if (outcome == CASE_REMOVED &&
	    !hide_subject(d, c->id, c->subject_kind, c->subject, &changed, e))
		return false;
	return !changed ||
	       story_add(d, c->id, shown ? STORY_SHOWN : STORY_HIDDEN,
		   STORY_TOLD_ALL, S(""), (str){0}, e);
}

bool
case_decide(const struct deed *d, int64_t id, enum case_outcome outcome,
    str reasons, struct err *e)
{
	struct case_head c;
	int64_t rows;

	if (!case_enter(d, id, &c, e) ||
	    !sql_case_decide(d->house->db, outcomes[outcome].word, d->actor,
		d->now, id, &rows, e))
		return false;
	if (rows == 0)
		return err_set(e, ERR_CONFLICT, "it is decided");
	return sql_aside_gone(d->house->db, id, &rows, e) &&
	       sql_glance_gone(d->house->db, id, &rows, e) &&
	       story_add(d, id, STORY_DECIDED, STORY_TOLD_ALL,
		   outcomes[outcome].word, reasons, e) &&
	       follow(d, &c, outcome, e);
}

bool
case_decide_again(const struct deed *d, int64_t id, enum case_outcome outcome,
    str reasons, struct err *e)
{
	struct case_head c;
	int64_t rows;

	if (!case_enter(d, id, &c, e))
		return false;
	if (c.decided_by == d->actor)
		return err_set(e, ERR_DENIED, "a second person looks again");
	if (!sql_case_decide_again(d->house->db, outcomes[outcome].word,
		d->actor, d->now, id, &rows, e))
		return err_wrap(e, "case %" PRId64, id);
	if (rows == 0)
		return err_set(e, ERR_CONFLICT, "nobody asked for it");
	return story_add(d, id,
		   outcome == c.outcome ? STORY_UPHELD : STORY_CHANGED,
		   STORY_TOLD_ALL, outcomes[outcome].word, reasons, e) &&
	       follow(d, &c, outcome, e);
}
