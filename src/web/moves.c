/* moves — the director's page of children who go to another house or come from
 * one: whose card it is, what goes along, yes or no. */
#include <inttypes.h>

#include "html_moving.h"
#include "people/child.h"
#include "sql_account.h"
#include "sql_child.h"
#include "web/member.h"
#include "web/moving.h"

static const struct field why_fields[] = {
    {"why", N_("Why not, in words that the family reads"), NULL, FIELD_TEXT,
	true, 3, MOVE_WORDS_MAX, NULL, NULL},
    {0},
};

static str
child_name_of(struct request *r, int64_t child)
{
	struct sql_child_by_id_row row;
	struct child_name n;
	struct err ignored;

	if (!sql_child_by_id(
		r->house->db, r->arena, child, r->org->id, &row, &ignored))
		return S("");
	n = child_open(r->arena, r->org,
	    &(struct child_sealed){child, row.key_wrapped, row.first_enc,
		row.last_enc, row.born_enc});
	return child_full_name(r->arena, &n);
}

static str
name_of(struct request *r, int64_t account)
{
	struct sql_account_by_id_row row;
	struct err ignored;

	if (!sql_account_by_id(
		r->house->db, r->arena, account, r->org->id, &row, &ignored))
		return S("");
	return house_text(r->arena, r->org, "account.name_enc", row.name_enc);
}

static bool
load_leaving(struct request *r, struct move_line_list *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct leavings l;

	if (!leave_open(&d, &l, e))
		return false;
	ret->v = NEW_N(r->arena, struct move_line, l.n + 1);
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many moves");
	for (size_t i = 0; i < l.n; i++)
		ret->v[ret->n++] = (struct move_line){.leaving = &l.v[i],
		    .child = child_name_of(r, l.v[i].child),
		    .who = name_of(r, l.v[i].asker)};
	return true;
}

static bool
load_arriving(struct request *r, struct move_line_list *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct arrivings l;

	if (!arrive_open(&d, &l, e))
		return false;
	ret->v = NEW_N(r->arena, struct move_line, l.n + 1);
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many arrivals");
	for (size_t i = 0; i < l.n; i++)
		ret->v[ret->n++] = (struct move_line){.arriving = &l.v[i],
		    .child = child_name_of(r, l.v[i].child),
		    .who = name_of(r, l.v[i].bringer),
		    .named = record_name(r->arena, l.v[i].record)};
	return true;
}

static bool
moves_show(struct request *r, struct response *out, struct err *e)
{
	struct moves_page p = {0};

	if (!moving_house(r, &p.here, e) || !load_leaving(r, &p.leaving, e) ||
	    !load_arriving(r, &p.arriving, e))
		return false;
	html_moves_page(&r->view, &p);
	return respond_page(r, out, 200);
}

static bool
see(struct request *r, struct response *out, const char *notice)
{
	respond_notice(r, out, notice);
	return respond_see_other(r, out, S("/moves"));
}

typedef bool decide(const struct deed *, int64_t, bool, str, struct err *);

/* A refusal has a reason. */
static bool
decide_do(struct request *r, struct response *out, decide *way, const char *yes,
    const char *no, struct err *e)
{
	bool agree = str_eq(request_field(r, "what"), S("yes"));
	struct deed d = member_deed(r);
	struct form f;

	if (!agree && !form_read(r, why_fields, &f)) {
		out->rollback = true;
		return see(r, out, N_("Say why not, in a few words."));
	}
	return way(&d, r->id[0], agree, agree ? S("") : f.value[0], e) &&
	       see(r, out, agree ? yes : no);
}

/* For some of the seasons alone: those that are ticked. */
static bool
narrow(struct request *r, size_t *ret_n, struct err *e)
{
	struct deed d = member_deed(r);
	struct folder_season *v;
	int64_t *id;
	size_t n;

	*ret_n = 0;
	if (!folder_seasons(&d, &v, &n, e))
		return false;
	id = NEW_N(r->arena, int64_t, n);
	if (id == NULL)
		return err_set(e, ERR_LIMIT, "too many seasons");
	for (size_t i = 0; i < n; i++)
		if (moving_chosen(r, v[i].id))
			id[(*ret_n)++] = v[i].id;
	return *ret_n == 0 || leave_narrow(&d, r->id[0], id, *ret_n, e);
}

static bool
leaving_do(struct request *r, struct response *out, struct err *e)
{
	bool some = str_eq(request_field(r, "some"), S("yes"));
	size_t n = 0;

	if (some && !narrow(r, &n, e))
		return false;
	if (some && n == 0) {
		out->rollback = true;
		return see(r, out, N_("Choose at least one season."));
	}
	return decide_do(r, out, leave_decide,
	    N_("Agreed. The file is being made; the family finds it on its "
	       "page."),
	    N_("Refused. The family reads why."), e);
}

static bool
arriving_do(struct request *r, struct response *out, struct err *e)
{
	return decide_do(r, out, arrive_decide,
	    N_("Accepted. It is taken in once the family has confirmed."),
	    N_("Refused. The family reads why, and the file is gone."), e);
}

/* clang-format off */
const struct route moves_routes[] = {
	{ HTTP_GET, "/moves", moves_show, NEED_DIRECTOR },
	{ HTTP_POST, "/moves/leaving/:id", leaving_do, NEED_DIRECTOR },
	{ HTTP_POST, "/moves/arriving/:id", arriving_do, NEED_DIRECTOR },
	{ 0 },
};
/* clang-format on */
