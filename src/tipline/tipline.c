#include "tipline/tipline.h"

#include <inttypes.h>
#include <stdio.h>

#include "ends/hold.h"
#include "tipline/inside.h"
#include "tipline/law.h"

static const char *const states[TIPLINE_STATES] = {
    [TIPLINE_CHECKING] = "checking",
    [TIPLINE_SENDING] = "sending",
    [TIPLINE_STUCK] = "stuck",
    [TIPLINE_FINISHED] = "finished",
    [TIPLINE_RETRACTED] = "retracted",
};

bool
tipline_on(const struct house *h)
{
	return h->conf->ncmec != CONF_NCMEC_OFF;
}

static bool
is_test(const struct house *h)
{
	return h->conf->ncmec == CONF_NCMEC_TEST;
}

/* ---- rows ---- */

static int64_t
or_none(int64_t v)
{
	return v == DB_NULL ? 0 : v;
}

struct lock
tipline_lock(const struct tipline *f)
{
	return (struct lock){LOCK_CASE, f->number, f->key_wrapped};
}

static bool
state_of(str word, enum tipline_state *ret)
{
	for (int i = 0; i < TIPLINE_STATES; i++)
		if (str_eq(word, str_c(states[i]))) {
			*ret = (enum tipline_state)i;
			return true;
		}
	return false;
}

static bool
load_run(const struct sql_tipline_row *r, struct ncmec_run *ret)
{
	static const enum ncmec_end ends[TIPLINE_STATES] = {
	    [TIPLINE_STUCK] = NCMEC_STUCK,
	    [TIPLINE_FINISHED] = NCMEC_FINISHED,
	    [TIPLINE_RETRACTED] = NCMEC_RETRACTED,
	};
	enum tipline_state state;

	*ret = (struct ncmec_run){.report_id = r->report_number,
	    .file = r->file_at,
	    .cancel = r->cancelled != 0,
	    .tries = r->tries,
	    .begun_at = r->begun_at,
	    .next_at = r->next_at};
	(void)snprintf(
	    ret->file_id, sizeof(ret->file_id), STR_FMT, STR_ARG(r->file_word));
	if (!ncmec_step_of(r->step, &ret->step) ||
	    !ncmec_sort_of(r->why, &ret->why) || !state_of(r->state, &state))
		return false;
	ret->end = ends[state];
	return true;
}

bool
tipline_load(struct arena *a, const struct organisation *org,
    const struct sql_tipline_row *r, struct tipline *ret, struct err *e)
{
	struct tipline f = {.id = r->id,
	    .organisation = r->organisation,
	    .case_file = r->case_file,
	    .files = r->files,
	    .made_by = r->made_by,
	    .made_at = r->made_at,
	    .sent_by = or_none(r->sent_by),
	    .sent_at = or_none(r->sent_at),
	    .ended_at = or_none(r->ended_at),
	    .kept_until_on = or_none(r->kept_until_on),
	    .test = r->is_test != 0,
	    .number = r->number,
	    .key_wrapped = r->key_wrapped};
	struct lock lock = tipline_lock(&f);

	if (!state_of(r->state, &f.state) || !load_run(r, &f.run))
		return err_set(e, ERR_CORRUPT, "report %" PRId64, r->id);
	f.doc = lock_text(a, org, &lock, TIPLINE_DOC, r->doc_enc);
	f.records = lock_text(a, org, &lock, TIPLINE_RECORDS, r->records_enc);
	*ret = f;
	return true;
}

/* Of that case, in whose path the caller is. */
static bool
load(const struct deed *d, int64_t case_file, int64_t id, struct tipline *ret,
    struct err *e)
{
	struct sql_tipline_row row;
	struct case_head c;
	bool found;

	if (!tipline_on(d->house))
		return err_set(e, ERR_NOT_FOUND, "no reports to NCMEC");
	if (!case_enter(d, case_file, &c, e) ||
	    !sql_tipline_by_id(d->house->db, d->arena, id, &found, &row, e))
		return false;
	if (!found || row.case_file != case_file)
		return err_set(e, ERR_NOT_FOUND, "report %" PRId64, id);
	return tipline_load(d->arena, d->org, &row, ret, e);
}

/* ---- what becomes of it ---- */

static bool
tell(const struct deed *d, int64_t case_file, const char *key, str arg,
    struct err *e)
{
	str words = lang_fill(d->arena, lang_text(d->org->lang, key), &arg, 1);

	return story_add(
	    d, case_file, STORY_NOTED, STORY_INSIDE, S("ncmec"), words, e);
}

/* What was reported is kept; of a test there is nothing to keep. */
static bool
keep(const struct deed *d, const struct tipline *f, int64_t *ret_until_on,
    struct err *e)
{
	const struct tipline_law *law = tipline_law_of(d->org->profile);
	str reason =
	    lang_text(d->org->lang, N_("Reported to NCMEC: to be kept."));
	int64_t id;

	*ret_until_on = DB_NULL;
	if (f->test)
		return true;
	*ret_until_on = d->today + law->keep_days;
	return hold_place(
		   d, HOLD_CASE, f->case_file, reason, *ret_until_on, &id, e) &&
	       story_add(d, f->case_file, STORY_HELD, STORY_INSIDE,
		   arena_i64(d->arena, *ret_until_on), reason, e);
}

static bool
tell_end(const struct deed *d, const struct tipline *f, struct err *e)
{
	str number = arena_i64(d->arena, f->run.report_id);

	switch (f->run.end) {
	case NCMEC_FINISHED:
		return tell(d, f->case_file,
		    f->test ? N_("The test of a report to NCMEC was taken: "
				 "number %1.")
			    : N_("NCMEC has the report: number %1."),
		    number, e);
	case NCMEC_RETRACTED:
		return tell(d, f->case_file,
		    N_("The report to NCMEC was cancelled: nothing of it "
		       "stands there."),
		    number, e);
	case NCMEC_STUCK:
		return tell(d, f->case_file,
		    N_("The report to NCMEC is stuck: %1"),
		    lang_text(d->org->lang, ncmec_sort_label(f->run.why)), e);
	case NCMEC_GOES_ON:
		break;
	}
	return true;
}

bool
tipline_move(const struct deed *d, const struct tipline *f, struct err *e)
{
	static const enum tipline_state to[] = {
	    [NCMEC_GOES_ON] = TIPLINE_SENDING,
	    [NCMEC_FINISHED] = TIPLINE_FINISHED,
	    [NCMEC_RETRACTED] = TIPLINE_RETRACTED,
	    [NCMEC_STUCK] = TIPLINE_STUCK,
	};
	const struct ncmec_run *r = &f->run;
	bool over = r->end == NCMEC_FINISHED || r->end == NCMEC_RETRACTED;
	int64_t rows, until_on = DB_NULL;

	if (r->end == NCMEC_FINISHED && !keep(d, f, &until_on, e))
		return err_wrap(e, "report %" PRId64, f->id);
	return (sql_tipline_moved(d->house->db, str_c(states[to[r->end]]),
		    str_c(ncmec_step_word(r->step)), r->report_id, r->file,
		    str_c(r->file_id), r->cancel, r->tries,
		    str_c(ncmec_sort_word(r->why)), r->begun_at, r->next_at,
		    over ? d->now : DB_NULL, until_on, f->id, &rows, e) &&
		   tell_end(d, f, e)) ||
	       err_wrap(e, "report %" PRId64, f->id);
}

/* ---- what people do ---- */

static bool
seal_and_add(const struct deed *d, const struct case_head *c, str doc,
    str records, int64_t files, int64_t *ret_id, struct err *e)
{
	struct sql_tipline_key_row key;
	struct sql_tipline_add_row row;
	struct lock lock;
	str doc_enc, records_enc = {0};
	bool found;

	if (!sql_tipline_key(d->house->db, d->arena, c->id, &found, &key, e))
		return false;
	if (!found)
		return err_set(e, ERR_CONFLICT, "the case has ended");
	lock = (struct lock){LOCK_CASE, c->number, key.key_wrapped};
	if (!lock_seal(d, &lock, TIPLINE_DOC, doc, &doc_enc, e) ||
	    !lock_seal(d, &lock, TIPLINE_RECORDS, records, &records_enc, e) ||
	    !sql_tipline_add(d->house->db, d->arena, d->org->id, c->id,
		is_test(d->house), doc_enc, records_enc, files, d->actor,
		d->now, d->now, d->now, &row, e))
		return false;
	*ret_id = row.id;
	return true;
}

bool
tipline_make(const struct deed *d, int64_t case_file,
    const struct tipline_draft *f, int64_t *ret_id,
    struct ncmec_fault *ret_fault, struct err *e)
{
	struct sql_tipline_open_of_row open;
	struct case_head c;
	str doc, records;
	int64_t files;
	bool found;

	*ret_fault = (struct ncmec_fault){0};
	if (!tipline_on(d->house))
		return err_set(e, ERR_NOT_FOUND, "no reports to NCMEC");
	if (!case_enter(d, case_file, &c, e) ||
	    !sql_tipline_open_of(
		d->house->db, d->arena, case_file, &found, &open, e))
		return false;
	if (found)
		return err_set(e, ERR_CONFLICT, "one is on its way");
	return tipline_compose(
		   d, &c, f, &doc, &records, &files, ret_fault, e) &&
	       seal_and_add(d, &c, doc, records, files, ret_id, e) &&
	       tell(d, case_file, N_("A report to NCMEC was written."), S(""),
		   e);
}

bool
tipline_send(const struct deed *d, int64_t case_file, int64_t id, struct err *e)
{
	bool outdated;
	struct tipline f;
	int64_t rows;

	if (!load(d, case_file, id, &f, e) ||
	    !tipline_outdated(d, &f, &outdated, e))
		return false;
	if (f.test != is_test(d->house))
		return err_set(e, ERR_CONFLICT, "of the other environment");
	if (outdated)
		return err_set(e, ERR_CONFLICT, "a file was opened since");
	if (!sql_tipline_sent(d->house->db, d->actor, d->now, id, &rows, e))
		return err_wrap(e, "report %" PRId64, id);
	if (rows == 0)
		return err_set(e, ERR_CONFLICT, "it was sent");
	return tell(
	    d, case_file, N_("The report to NCMEC goes out."), S(""), e);
}

/* Is a call of it out, whose answer nobody has yet? */
static bool
is_out(const struct deed *d, int64_t id, bool *ret, struct err *e)
{
	struct sql_tipline_call_open_row row;

	return sql_tipline_call_open(d->house->db, d->arena, id, ret, &row, e);
}

/* Where nothing is sent any more.  A draft ends by itself, and of a test there
 * is never a report; but whether a report was received, only its own
 * environment can say. */
static bool
cancel_elsewhere(const struct deed *d, struct tipline *f, struct err *e)
{
	if (!f->test && f->run.step != NCMEC_SUBMIT)
		return err_set(e, ERR_CONFLICT, "of the other environment");
	ncmec_cancel(&f->run, d->now);
	f->run.end = NCMEC_RETRACTED;
	return tipline_move(d, f, e);
}

bool
tipline_cancel(
    const struct deed *d, int64_t case_file, int64_t id, struct err *e)
{
	struct tipline f;
	int64_t rows;
	bool out;

	if (!load(d, case_file, id, &f, e) || !is_out(d, id, &out, e))
		return false;
	if (f.ended_at != 0)
		return err_set(e, ERR_CONFLICT, "it is over");
	if (f.test != is_test(d->house))
		return cancel_elsewhere(d, &f, e);
	if (out)
		return sql_tipline_wish(d->house->db, id, &rows, e);
	ncmec_cancel(&f.run, d->now);
	return tipline_move(d, &f, e);
}

bool
tipline_again(
    const struct deed *d, int64_t case_file, int64_t id, struct err *e)
{
	struct tipline f;

	if (!load(d, case_file, id, &f, e))
		return false;
	if (f.state != TIPLINE_STUCK || f.test != is_test(d->house))
		return err_set(e, ERR_CONFLICT, "it is not stuck here");
	ncmec_again(&f.run, d->now);
	return tipline_move(d, &f, e);
}

str
tipline_words(const struct deed *d, const struct tipline *f, str reply_enc)
{
	struct lock lock = tipline_lock(f);
	str reply =
	    lock_text(d->arena, d->org, &lock, TIPLINE_REPLY, reply_enc);
	struct ncmec_answer said;
	struct err ignored;
	str words;

	if (!ncmec_answer_read(reply, &said, &ignored) || said.code == 0 ||
	    !arena_str(d->arena, said.words, strlen(said.words), &words))
		return (str){0};
	return words;
}

bool
tipline_of_case(const struct deed *d, int64_t case_file, struct tiplines *ret,
    struct err *e)
{
	struct sql_tipline_rows rows;
	struct case_head c;

	if (!tipline_on(d->house))
		return err_set(e, ERR_NOT_FOUND, "no reports to NCMEC");
	if (!case_enter(d, case_file, &c, e) ||
	    !sql_tipline_of_case(d->house->db, d->arena, case_file, &rows, e))
		return false;
	*ret =
	    (struct tiplines){NEW_N(d->arena, struct tipline, rows.n + 1), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many reports");
	for (size_t i = 0; i < rows.n; i++)
		if (!tipline_load(
			d->arena, d->org, &rows.v[i], &ret->v[ret->n++], e))
			return false;
	return true;
}
