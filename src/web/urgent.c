/* urgent — a word that cannot wait: written by one of the team, approved by
 * another, and whom it did not reach. */
#include <inttypes.h>

#include "base/num.h"
#include "html_urgent.h"
#include "sharing/viewer.h"
#include "web/member.h"
#include "web/telling.h"

/* clang-format off */
enum { F_TEXT, F_GROUP, F_FOR, F_HOURS };

static const struct field_option whom[] = {
	{ "group", N_("The whole group") },
	{ "day", N_("Those whose child is expected today") },
	{ 0 },
};

static const struct field_option lasts[] = {
	{ "3", N_("3 hours") }, { "8", N_("8 hours") }, { "24", N_("A day") },
	{ "72", N_("Three days") }, { 0 },
};

static const struct field fields[] = {
	[F_TEXT] = { "text", N_("What families must know now"),
	    N_("Short: what happened, what they have to do, whom to call."),
	    FIELD_TEXT, .required = true, .max = URGENT_TEXT_MAX },
	[F_GROUP] = { "group", N_("Group"), NULL, FIELD_NUMBER,
	    .required = true, .min = 1, .max = INT64_MAX },
	[F_FOR] = { "for", N_("For whom"), NULL, FIELD_CHOICE,
	    .required = true, .options = whom },
	[F_HOURS] = { "hours", N_("It stands on first pages for"), NULL,
	    FIELD_CHOICE, .required = true, .options = lasts },
	{ 0 },
};
/* clang-format on */

static str
one_path(struct request *r, int64_t id)
{
	return arena_fmt(r->arena, "/urgent/%" PRId64, id);
}

/* ---- first pages ---- */

bool
urgent_first(struct request *r, struct urgent_list *ret, struct err *e)
{
	struct deed d = member_deed(r);

	return urgent_for(&d, r->viewer, ret, e);
}

bool
urgent_waits(struct request *r, int64_t *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct urgent_list l;

	*ret = 0;
	if (!urgent_all(&d, r->viewer, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		*ret += l.v[i].state == URGENT_WAITS && !l.v[i].mine;
	return true;
}

/* ---- the team's page ---- */

static bool
page_of(struct request *r, const struct form *f, struct err *e)
{
	struct deed d = member_deed(r);
	struct choices groups;
	struct urgent_page p = {
	    .groups = &groups, .form = f, .chosen = f->number[F_GROUP]};

	if (!urgent_all(&d, r->viewer, &p.list, e) ||
	    !publish_groups(&d, r->viewer, 0, &groups, e))
		return false;
	html_urgent_page(&r->view, &p);
	return true;
}

static bool
urgent_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(fields, &f);
	f.value[F_FOR] = str_c(whom[0].value);
	f.value[F_HOURS] = str_c(lasts[1].value);
	return page_of(r, &f, e) && respond_page(r, out, 200);
}

static bool
urgent_add(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct urgent_new n = {0};
	struct form f;
	int64_t id;

	if (!form_read(r, fields, &f))
		return page_of(r, &f, e) && member_again(r, out);
	n.text = f.value[F_TEXT];
	n.group = f.number[F_GROUP];
	n.day = str_eq(f.value[F_FOR], S("day")) ? r->today : 0;
	if (!num_i64(f.value[F_HOURS], 1, URGENT_HOURS_MAX, &n.hours))
		return err_set(e, ERR_INPUT, "hours");
	if (!urgent_write(&d, r->viewer, &n, &id, e))
		return false;
	respond_notice(r, out,
	    N_("Nothing has gone yet: somebody else of the team has to "
	       "approve it."));
	return respond_see_other(r, out, one_path(r, id));
}

/* ---- one of them ---- */

static bool
one_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct urgent_one p = {0};
	struct deed_about about = {.kind = "group"};

	if (!urgent_get(&d, r->viewer, r->id[0], &p.is, e))
		return false;
	p.may_approve = !p.is.mine && p.is.state == URGENT_WAITS;
	about.id = about.group = p.is.group;
	/* Telephones are for those who work with the group. */
	if (permit_day(r->viewer, p.is.group) && p.is.second_at != DB_NULL) {
		if (!urgent_adults(&d, &p.is, &p.who, e) ||
		    !db_begin(r->house->db, e) ||
		    !member_settle(
			r, deed_note(&d, AUDIT_UNREACHED_VIEWED, &about, e), e))
			return false;
	}
	html_urgent_one(&r->view, &p);
	return respond_page(r, out, 200);
}

static bool
one_approve(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	bool went;

	if (!urgent_approve(&d, r->viewer, r->id[0], &went, e))
		return false;
	respond_notice(r, out,
	    went ? N_("It goes now. Telephone those whom it does not reach.")
		 : N_("It needs somebody else of the team, and was not decided "
		      "yet: nothing has gone."));
	return respond_see_other(r, out, one_path(r, r->id[0]));
}

static bool
one_end(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	if (!urgent_end(&d, r->viewer, r->id[0], e))
		return false;
	respond_notice(r, out, N_("It is over: no first page shows it."));
	return respond_see_other(r, out, S("/urgent"));
}

const struct route urgent_routes[] = {
    {HTTP_GET, "/urgent", urgent_show, NEED_STAFF},
    {HTTP_POST, "/urgent", urgent_add, NEED_STAFF},
    {HTTP_GET, "/urgent/:id", one_show, NEED_STAFF},
    {HTTP_POST, "/urgent/:id/approve", one_approve, NEED_STAFF},
    {HTTP_POST, "/urgent/:id/end", one_end, NEED_STAFF},
    {0},
};
