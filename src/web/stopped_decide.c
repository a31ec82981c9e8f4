/* stopped_decide — the answers of those who decide, and who they are. */
#include <inttypes.h>

#include "base/num.h"
#include "erasure/erasure.h"
#include "html_stopped.h"
#include "report/casefile.h"
#include "sql_handler.h"
#include "stop/decide.h"
#include "web/help.h"
#include "web/member.h"
#include "web/stopped.h"

/* ---- what is decided ---- */

struct answer {
	struct deed d;
	int64_t id;
	str note;
	int64_t gone; /* a medium whose files go after the commit */
};

static bool
do_confirm(struct answer *a, struct err *e)
{
	return decide_confirm(&a->d, a->id, a->note, e);
}

static bool
do_entry(struct answer *a, struct err *e)
{
	return decide_wrong(&a->d, a->id, false, a->note, e);
}

static bool
do_list(struct answer *a, struct err *e)
{
	return decide_wrong(&a->d, a->id, true, a->note, e);
}

static bool
do_agree(struct answer *a, struct err *e)
{
	int64_t released;

	return decide_agree(&a->d, a->id, a->note, &released, e);
}

static bool
do_disagree(struct answer *a, struct err *e)
{
	return decide_disagree(&a->d, a->id, a->note, e);
}

static bool
do_rest(struct answer *a, struct err *e)
{
	return decide_free_rest(&a->d, a->id, a->note, e);
}

static bool
do_let_in(struct answer *a, struct err *e)
{
	return decide_let_in(&a->d, a->id, a->note, e);
}

static bool
do_keep_out(struct answer *a, struct err *e)
{
	return decide_keep_out(&a->d, a->id, a->note, &a->gone, e);
}

/* clang-format off */
static const struct answer_kind {
	const char *word;
	bool (*run)(struct answer *, struct err *);
	const char *notice;
} answers[] = {
	{ "confirm", do_confirm, N_("It stays locked. The decision is written down.") },
	{ "entry", do_entry, N_("Written down. A second person has to agree now.") },
	{ "list", do_list, N_("Written down. A second person has to agree now.") },
	{ "agree", do_agree, N_("What was wrong is switched off, and what only it held is free.") },
	{ "disagree", do_disagree, N_("Written down. It stays stopped.") },
	{ "rest", do_rest, N_("The other photos go on.") },
	{ "let-in", do_let_in, N_("The picture may come in.") },
	{ "keep-out", do_keep_out, N_("The picture stays out, and is deleted.") },
};
/* clang-format on */

static const struct answer_kind *
answer_of(str word)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++)
		if (str_eq(word, str_c(answers[i].word)))
			return &answers[i];
	return NULL;
}

static bool
files_go(struct request *r, const void *what, struct err *e)
{
	const struct answer *a = what;

	return a->gone == 0 || erasure_files(r->house, r->arena, a->gone, e);
}

/* Somebody else has decided meanwhile: the page says what. */
static bool
too_late(struct request *r, struct response *out, const struct err *e)
{
	if (e->kind != ERR_CONFLICT)
		return false;
	out->rollback = true;
	respond_notice(r, out,
	    N_("Nothing was changed: somebody has decided meanwhile, or "
	       "something else still holds it."));
	return true;
}

bool
stopped_decide(struct request *r, struct response *out, struct err *e)
{
	const struct answer_kind *k = answer_of(request_field(r, "do"));
	struct answer *a = NEW(r->arena, struct answer);
	struct form f;

	if (k == NULL)
		return err_set(e, ERR_INPUT, "no such answer");
	if (a == NULL)
		return err_set(e, ERR_LIMIT, "no room for an answer");
	if (!form_read(r, stopped_fields, &f))
		return stopped_page_show(r, out, r->id[0], &f, e);
	*a = (struct answer){
	    .d = member_deed(r), .id = r->id[0], .note = f.value[0]};
	out->after = files_go;
	out->what = a;
	if (k->run(a, e))
		respond_notice(r, out, k->notice);
	else if (!too_late(r, out, e))
		return false;
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/stopped/%" PRId64, r->id[0]));
}

/* ---- who decides ---- */

enum { F_ACCOUNT, F_STANDING, F_UNTIL, F_CHECKED, F_PEOPLE };

static const struct field_option standings[] = {
    {"inside", N_("works here, under the direction")},
    {"independent",
	N_("works here, named by who governs the organisation: answers to no "
	   "director")},
    {"outside",
	N_("from outside (town hall, federation …): reads reports alone")},
    {0},
};

static bool
load_people(struct request *r, struct stopped_people *ret,
    struct field_option **ret_staff, struct err *e)
{
	struct sql_handler_staff_rows rows;
	struct field_option *o;
	size_t n = 0;

	if (!sql_handler_staff(
		r->house->db, r->arena, r->today, r->org->id, &rows, e) ||
	    !handler_list(r->house, r->arena, r->org, r->today, &ret->named, e))
		return false;
	if (!case_reached(
		r->house, r->arena, r->org->id, r->today, &ret->reached, e))
		return false;
	ret->reviewed_on = help_book(r->house->conf)->reviewed_on;
	ret->overdue = helpline_overdue(help_book(r->house->conf), r->today);
	o = NEW_N(r->arena, struct field_option, rows.n + 2);
	ret->leads.v = NEW_N(r->arena, struct circle_member, rows.n + 1);
	if (o == NULL || ret->leads.v == NULL)
		return err_set(e, ERR_LIMIT, "too many staff");
	o[n++] = (struct field_option){"", N_("Choose…")};
	for (size_t i = 0; i < rows.n; i++) {
		str name = house_text(
		    r->arena, r->org, "account.name_enc", rows.v[i].name_enc);

		if (str_eq(rows.v[i].role, S("safeguarding")))
			ret->leads.v[ret->leads.n++] = (struct circle_member){
			    .account = rows.v[i].id, .name = name};
		if (!str_eq(rows.v[i].role, S("director")))
			o[n++] = (struct field_option){
			    arena_i64(r->arena, rows.v[i].id).p,
			    arena_cstr(r->arena, name)};
	}
	ret->staff = (struct field_option_list){o, n};
	*ret_staff = o;
	return true;
}

static void
people_fields(const struct field_option *staff, struct field ret[F_PEOPLE + 1])
{
	ret[F_ACCOUNT] = (struct field){
	    "account", N_("Who"), NULL, FIELD_CHOICE, true, 0, 0, NULL, staff};
	ret[F_STANDING] = (struct field){"standing",
	    N_("Where this person stands"),
	    N_("A report about who directs is read by nobody who works under "
	       "the direction: somebody independent or from outside is "
	       "needed."),
	    FIELD_CHOICE, true, 0, 0, NULL, standings};
	ret[F_UNTIL] = (struct field){"until", N_("Until"),
	    N_("The last day for which the check of this person’s record "
	       "holds."),
	    FIELD_DAY, true, 0, 0, NULL, NULL};
	ret[F_CHECKED] = (struct field){"checked",
	    N_("I have seen that this person’s record was checked, and she "
	       "knows what this work asks"),
	    NULL, FIELD_CHECK, true, 0, 0, NULL, NULL};
	ret[F_PEOPLE] = (struct field){0};
}

bool
stopped_people_show(struct request *r, struct response *out, struct err *e)
{
	struct stopped_people page = {0};
	struct field_option *staff;
	struct field fields[F_PEOPLE + 1];
	struct form f;

	if (!load_people(r, &page, &staff, e))
		return false;
	people_fields(staff, fields);
	form_start(fields, &f);
	page.form = &f;
	html_stopped_people(&r->view, &page);
	return respond_page(r, out, 200);
}

bool
stopped_people_add(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct stopped_people page = {0};
	struct field_option *staff;
	struct field fields[F_PEOPLE + 1];
	struct form f;
	int64_t account;
	bool fine;

	if (!load_people(r, &page, &staff, e))
		return false;
	people_fields(staff, fields);
	fine = form_read(r, fields, &f);
	if (fine && f.number[F_UNTIL] < r->today) {
		form_fault(&f, F_UNTIL, N_("This day has passed."));
		fine = false;
	}
	if (!fine || !num_i64(f.value[F_ACCOUNT], 1, INT64_MAX, &account)) {
		page.form = &f;
		html_stopped_people(&r->view, &page);
		return member_again(r, out);
	}
	if (!handler_name(
		&d, account, f.number[F_UNTIL], f.value[F_STANDING], e))
		return false;
	respond_notice(r, out, N_("Written down."));
	return respond_see_other(r, out, S("/stopped/people"));
}

bool
stopped_people_end(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	if (!handler_end(&d, r->id[0], e))
		return false;
	respond_notice(r, out, N_("Taken away."));
	return respond_see_other(r, out, S("/stopped/people"));
}
