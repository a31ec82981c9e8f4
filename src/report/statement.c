#include "report/statement.h"

#include <inttypes.h>

#include "people/account.h"
#include "people/code.h"
#include "people/halt.h"
#include "report/hide.h"
#include "sql_account.h"
#include "sql_report.h"
#include "sql_statement.h"

#define DAY ((int64_t)86400)
#define CODE "statement.code"
#define NUMBER_SIGNS 6

/* staff: means nothing for a family.  stops: the account cannot sign in. */
/* clang-format off */
static const struct {
	str word;
	const char *label;
	bool staff, stops;
} steps[STATEMENT_STEPS] = {
	[STEP_WARNING] = { S("warning"), N_("a warning: nothing is taken"), false, false },
	[STEP_CONTENT] = { S("content"), N_("what was sent is taken away"), false, false },
	[STEP_PUBLISH] = { S("publish"), N_("may send and publish nothing"), true, false },
	[STEP_CHILDREN] = { S("children"), N_("no contact with children: no group, no photo, no family"), true, false },
	[STEP_SUSPEND] = { S("suspend"), N_("the account is suspended"), false, true },
	[STEP_CLOSE] = { S("close"), N_("the account is closed"), false, true },
};
static const struct { str word; enum story_deed deed; } answers[] = {
	[ANSWER_NONE] = { S(""), STORY_APPEALED },
	[ANSWER_UPHELD] = { S("upheld"), STORY_APPEAL_UPHELD },
	[ANSWER_REVERSED] = { S("reversed"), STORY_APPEAL_REVERSED },
};
/* clang-format on */

const char *
statement_step_label(enum statement_step s)
{
	return steps[s].label;
}

bool
statement_step_of(str word, enum statement_step *ret)
{
	for (int i = 0; i < STATEMENT_STEPS; i++)
		if (str_eq(steps[i].word, word)) {
			*ret = (enum statement_step)i;
			return true;
		}
	return false;
}

/* ---- read ---- */

static bool
fill(struct arena *a, const struct organisation *org,
    const struct sql_statement_row *r, struct statement *ret, struct err *e)
{
	*ret = (struct statement){.id = r->id,
	    .case_file = r->case_file,
	    .account = r->account,
	    .made_at = r->made_at,
	    .made_by = r->made_by,
	    .until_on = r->until_on,
	    .told_at = r->told_at,
	    .seen_at = r->seen_at,
	    .lifted_at = r->lifted_at,
	    .appeal_at = r->appeal_at,
	    .answered_at = r->answered_at,
	    .law = str_eq(r->ground, S("law")),
	    .category = category_of(r->category),
	    .number = r->number,
	    .name = house_text(a, org, "account.name_enc", r->name_enc),
	    .rule = house_text(a, org, "statement.rule_enc", r->rule_enc),
	    .words = house_text(a, org, "statement.words_enc", r->words_enc),
	    .kept = house_text(a, org, "statement.kept_enc", r->kept_enc),
	    .appeal = house_text(a, org, "statement.appeal_enc", r->appeal_enc),
	    .answer_words =
		house_text(a, org, "statement.answer_enc", r->answer_enc)};
	if (r->answer.p != NULL)
		ret->answer = str_eq(r->answer, S("upheld")) ? ANSWER_UPHELD
							     : ANSWER_REVERSED;
	return (statement_step_of(r->step, &ret->step) &&
		   ret->category != NULL) ||
	       err_set(e, ERR_CORRUPT, "statement %" PRId64, r->id);
}

bool
statement_of_case(struct house *h, struct arena *a,
    const struct organisation *org, int64_t case_file, struct statements *ret,
    struct err *e)
{
	struct sql_statement_rows rows;
	struct statements l = {0};

	if (!sql_statement_by_case(h->db, a, case_file, &rows, e))
		return err_wrap(e, "case %" PRId64, case_file);
	l.v = NEW_N(a, struct statement, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many statements");
	for (; l.n < rows.n; l.n++)
		if (!fill(a, org, &rows.v[l.n], &l.v[l.n], e))
			return false;
	*ret = l;
	return true;
}

bool
statement_of_account(struct house *h, struct arena *a,
    const struct organisation *org, int64_t account, struct statements *ret,
    struct err *e)
{
	struct sql_statement_rows rows;
	struct statements l = {0};

	if (!sql_statement_by_account(h->db, a, account, &rows, e))
		return err_wrap(e, "account %" PRId64, account);
	l.v = NEW_N(a, struct statement, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many statements");
	for (size_t i = 0; i < rows.n; i++) {
		if (rows.v[i].told_at != DB_NULL &&
		    !fill(a, org, &rows.v[i], &l.v[l.n++], e))
			return false;
	}
	*ret = l;
	return true;
}

/* ---- by who handles the case ---- */

static bool
is_about(const struct deed *d, int64_t case_file, int64_t account, bool *ret,
    struct err *e)
{
	struct sql_case_about_rows rows;

	*ret = false;
	if (!sql_case_about(d->house->db, d->arena, case_file, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		*ret |= rows.v[i].account == account;
	return true;
}

/* Whether that account, and that day, can have this step. */
static bool
check(const struct deed *d, int64_t case_file, const struct statement_new *n,
    struct sql_account_by_id_row *ret, struct err *e)
{
	bool about;

	if (!is_about(d, case_file, n->account, &about, e))
		return false;
	if (!about)
		return err_set(e, ERR_NOT_FOUND, "the case is about others");
	if (!sql_account_by_id(
		d->house->db, d->arena, n->account, d->org->id, ret, e))
		return err_wrap(e, "account %" PRId64, n->account);
	if (steps[n->step].staff && !str_eq(ret->kind, S("staff")))
		return err_set(e, ERR_INPUT, "a step for the team");
	if (n->until_on != DB_NULL &&
	    (n->until_on < d->today ||
		n->until_on > d->today + STATEMENT_DAYS_MAX))
		return err_set(e, ERR_INPUT, "no such last day");
	return true;
}

/* Who reads reports about those who direct is not sent away by one person: that
 * is at once, and over after a week unless somebody else decides it too. */
static bool
check_second(const struct deed *d, int64_t case_file,
    const struct statement_new *n, struct err *e)
{
	struct sql_statement_second_row row;
	bool two;

	if (n->step < STEP_PUBLISH)
		return true;
	if (!halt_needs_two(d, n->account, &two, e))
		return false;
	if (!two)
		return true;
	if (!sql_statement_second(d->house->db, d->arena, d->actor, case_file,
		d->now - HALT_KNOWN_DAYS * DAY, n->account, &row, e))
		return false;
	if (row.others == 0 && (row.own > 0 || n->until_on == DB_NULL ||
				   n->until_on > d->today + HALT_DAYS))
		return err_set(e, ERR_DENIED, "two people decide that");
	return true;
}

static bool
insert(const struct deed *d, int64_t case_file, const struct statement_new *n,
    str code, struct err *e)
{
	str number = code_new(d->arena, NUMBER_SIGNS), words, rule, kept;
	str digest = key_digest(d->arena, &d->org->digest, CODE, code);
	struct sql_statement_add_row row;

	if (number.n == 0 || digest.n == 0)
		return err_set(e, ERR_LIMIT, "no room for a code");
	return deed_seal(d, "statement.words_enc", n->words, &words, e) &&
	       deed_seal(d, "statement.rule_enc", n->rule, &rule, e) &&
	       deed_seal(d, "statement.kept_enc", n->kept, &kept, e) &&
	       sql_statement_add(d->house->db, d->arena, d->org->id, case_file,
		   n->account, code_grouped(d->arena, number, NUMBER_SIGNS / 2),
		   steps[n->step].word, n->law ? S("law") : S("rules"), rule,
		   words, d->actor, d->now, n->until_on,
		   n->kept.n > 0 ? DB_NULL : d->now, kept, digest, &row, e);
}

/* The other steps are asked for at each request (sharing/viewer.h). */
static bool
stop_account(const struct deed *d, const struct statement_new *n,
    const struct sql_account_by_id_row *account, struct err *e)
{
	return !steps[n->step].stops || !str_eq(account->state, S("active")) ||
	       account_suspend(d, n->account, e);
}

bool
statement_make(const struct deed *d, int64_t case_file,
    const struct statement_new *n, str *ret_code, struct err *e)
{
	str code = code_new(d->arena, STATEMENT_CODE_SIGNS);
	struct sql_account_by_id_row account;
	struct case_head c;

	if (code.n == 0)
		return err_set(e, ERR_LIMIT, "no room for a code");
	if (n->words.n == 0 || n->rule.n == 0)
		return err_set(e, ERR_INPUT, "a statement has reasons");
	if (!case_enter(d, case_file, &c, e) ||
	    !check(d, case_file, n, &account, e) ||
	    !check_second(d, case_file, n, e) ||
	    !stop_account(d, n, &account, e) ||
	    !insert(d, case_file, n, code, e) ||
	    !story_add(d, case_file, STORY_STATED, STORY_INSIDE,
		steps[n->step].word, (str){0}, e))
		return err_wrap(e, "case %" PRId64, case_file);
	*ret_code = code_grouped(d->arena, code, 4);
	return true;
}

static bool
find(const struct deed *d, int64_t case_file, int64_t id, struct statement *ret,
    struct err *e)
{
	struct statements l;
	struct case_head c;

	if (!case_enter(d, case_file, &c, e) ||
	    !statement_of_case(d->house, d->arena, d->org, case_file, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].id == id) {
			*ret = l.v[i];
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "no such statement");
}

bool
statement_tell(
    const struct deed *d, int64_t case_file, int64_t id, struct err *e)
{
	struct statement s;
	int64_t rows;

	if (!find(d, case_file, id, &s, e) ||
	    !sql_statement_tell(d->house->db, d->now, id, &rows, e))
		return false;
	if (rows == 0)
		return err_set(e, ERR_CONFLICT, "it was told");
	return story_add(
	    d, case_file, STORY_TOLD, STORY_INSIDE, S(""), (str){0}, e);
}

/* The account may sign in again when nothing else keeps it out. */
static bool
give_back(const struct deed *d, int64_t id, enum statement_step step,
    int64_t account, int64_t *ret_rows, struct err *e)
{
	struct sql_account_by_id_row row;
	struct sql_statement_stops_row left;

	if (!sql_statement_lift(d->house->db, d->now, id, ret_rows, e))
		return err_wrap(e, "statement %" PRId64, id);
	if (*ret_rows == 0 || !steps[step].stops)
		return true;
	if (!sql_statement_stops(d->house->db, d->arena, account, &left, e) ||
	    !sql_account_by_id(
		d->house->db, d->arena, account, d->org->id, &row, e))
		return err_wrap(e, "account %" PRId64, account);
	return left.n > 0 || !str_eq(row.state, S("suspended")) ||
	       account_restore(d, account, e);
}

static bool
lift(const struct deed *d, const struct statement *s, struct err *e)
{
	int64_t rows;
	bool shown;

	if (!give_back(d, s->id, s->step, s->account, &rows, e))
		return false;
	if (rows == 0)
		return err_set(e, ERR_CONFLICT, "it was given back");
	if (s->step == STEP_CONTENT && !hide_lift(d, s->case_file, &shown, e))
		return false;
	return story_add(
	    d, s->case_file, STORY_LIFTED, STORY_INSIDE, S(""), (str){0}, e);
}

bool
statement_lift(
    const struct deed *d, int64_t case_file, int64_t id, struct err *e)
{
	struct statement s;

	return find(d, case_file, id, &s, e) && lift(d, &s, e);
}

bool
statement_answer(const struct deed *d, int64_t case_file, int64_t id,
    enum statement_answer answer, str words, struct err *e)
{
	struct statement s;
	str sealed;
	int64_t rows;

	if (!find(d, case_file, id, &s, e))
		return false;
	if (s.made_by == d->actor)
		return err_set(e, ERR_DENIED, "a second person answers");
	if (answer == ANSWER_NONE || words.n == 0)
		return err_set(e, ERR_INPUT, "an answer has reasons");
	if (!deed_seal(d, "statement.answer_enc", words, &sealed, e) ||
	    !sql_statement_answer(d->house->db, d->actor, d->now,
		answers[answer].word, sealed, id, &rows, e))
		return err_wrap(e, "statement %" PRId64, id);
	if (rows == 0)
		return err_set(e, ERR_CONFLICT, "no appeal to answer");
	return story_add(d, case_file, answers[answer].deed, STORY_INSIDE,
		   S(""), (str){0}, e) &&
	       (answer == ANSWER_UPHELD || s.lifted_at != DB_NULL ||
		   lift(d, &s, e));
}

/* ---- by whom it concerns ---- */

static bool
see(const struct deed *d, struct statement *io, struct err *e)
{
	int64_t rows;

	if (io->seen_at != DB_NULL)
		return true;
	io->seen_at = d->now;
	return sql_statement_see(d->house->db, d->now, io->id, &rows, e);
}

bool
statement_read(const struct deed *d, int64_t account, int64_t id,
    struct statement *ret, struct err *e)
{
	struct statements l;

	if (!statement_of_account(d->house, d->arena, d->org, account, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].id == id) {
			*ret = l.v[i];
			return see(d, ret, e);
		}
	return err_set(e, ERR_NOT_FOUND, "no such statement");
}

bool
statement_by_code(
    const struct deed *d, str typed, struct statement *ret, struct err *e)
{
	struct sql_statement_of_code_row row;
	bool found = false;
	str code;

	if (code_read(d->arena, typed, STATEMENT_CODE_SIGNS, &code) &&
	    !sql_statement_of_code(d->house->db, d->arena,
		key_digest(d->arena, &d->org->digest, CODE, code), &found, &row,
		e))
		return err_wrap(e, "code of a statement");
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such code");
	return statement_read(d, row.account, row.id, ret, e);
}

bool
statement_may_appeal(const struct statement *s, int64_t now)
{
	return s->told_at != DB_NULL && s->appeal_at == DB_NULL &&
	       now < s->told_at + STATEMENT_APPEAL_DAYS * DAY;
}

bool
statement_appeal(
    const struct deed *d, const struct statement *s, str words, struct err *e)
{
	struct deed nobody = *d;
	int64_t rows;
	str sealed;

	nobody.actor = -1;
	if (!statement_may_appeal(s, d->now))
		return err_set(e, ERR_CONFLICT, "no appeal any more");
	if (!deed_seal(d, "statement.appeal_enc", words, &sealed, e) ||
	    !sql_statement_appeal(
		d->house->db, d->now, sealed, s->id, &rows, e))
		return err_wrap(e, "statement %" PRId64, s->id);
	if (rows == 0)
		return err_set(e, ERR_CONFLICT, "an appeal was made");
	return story_add(&nobody, s->case_file, STORY_APPEALED, STORY_INSIDE,
	    S(""), (str){0}, e);
}

/* ---- without anybody ---- */

static bool
deed_of(struct house *h, struct arena *a, int64_t organisation, int64_t now,
    struct deed *ret, struct err *e)
{
	*ret = (struct deed){.house = h, .arena = a, .now = now};
	if (!house_org(h, organisation, &ret->org, e))
		return false;
	ret->today = day_of(ret->org->zone, now);
	return true;
}

static bool
lift_over(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	struct sql_statement_over_rows rows;
	struct deed d;
	int64_t n;

	/* West of Greenwich a last day ends later: asked again below. */
	if (!sql_statement_over(h->db, a, now / DAY, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		enum statement_step step;

		if (!deed_of(h, a, rows.v[i].organisation, now, &d, e))
			return false;
		if (rows.v[i].until_on >= d.today)
			continue;
		if (!statement_step_of(rows.v[i].step, &step) ||
		    !give_back(
			&d, rows.v[i].id, step, rows.v[i].account, &n, e) ||
		    !story_add(&d, rows.v[i].case_file, STORY_LIFTED,
			STORY_INSIDE, S(""), (str){0}, e))
			return false;
	}
	return true;
}

static bool
close_last(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	struct sql_statement_to_close_rows rows;
	struct deed d;

	if (!sql_statement_to_close(
		h->db, a, now - STATEMENT_APPEAL_DAYS * DAY, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (!deed_of(h, a, rows.v[i].organisation, now, &d, e) ||
		    !account_close(&d, rows.v[i].account, e))
			return false;
	return true;
}

bool
statement_sweep(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	return (lift_over(h, a, now, e) && close_last(h, a, now, e)) ||
	       err_wrap(e, "what was decided about people");
}
