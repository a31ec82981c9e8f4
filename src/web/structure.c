/* structure — the director's first page, who waits, who is here. */
#include "web/structure.h"

#include "base/buf.h"
#include "html_structure.h"
#include "people/child.h"
#include "sql_account.h"
#include "sql_child.h"
#include "sql_consent_task.h"
#include "sql_guardian.h"
#include "sql_invitation.h"
#include "sql_leaving.h"
#include "sql_office_worker.h"
#include "sql_scanner.h"
#include "sql_staff_group.h"
#include "stop/circle.h"
#include "web/faces.h"
#include "web/member.h"
#include "web/report.h"

#define NAMES_MAX 1024
#define OFFICE_GONE_S 10

enum { F_NAME, F_ROLE };

static const struct field_option roles[] = {
    {"animateur", N_("group leader")},
    {"safeguarding", N_("safeguarding lead")},
    {"director", N_("director")},
    {0},
};

static const struct field invite_fields[] = {
    [F_NAME] = {"name", N_("First name and name"), NULL, FIELD_LINE, true, 2,
	ACCOUNT_NAME_MAX, NULL, NULL},
    [F_ROLE] = {"role", N_("Role"), NULL, FIELD_CHOICE, true, 0, 0, NULL,
	roles},
    {0},
};

const char *
structure_role(str role)
{
	for (const struct field_option *o = roles; o->value != NULL; o++)
		if (str_eq(role, str_c(o->value)))
			return o->label;
	return N_("member");
}

/* ---- who waits ---- */

static bool
children_of(struct request *r, int64_t guardian, str *ret, struct err *e)
{
	struct sql_child_of_guardian_rows rows;
	str *name;

	if (!sql_child_of_guardian(r->house->db, r->arena, guardian, &rows, e))
		return false;
	name = NEW_N(r->arena, str, rows.n + 1);
	if (name == NULL)
		return err_set(e, ERR_LIMIT, "no room for names");
	for (size_t i = 0; i < rows.n; i++) {
		struct child_sealed sealed = {rows.v[i].id,
		    rows.v[i].key_wrapped, rows.v[i].first_enc,
		    rows.v[i].last_enc, {0}};
		struct child_name n = child_open(r->arena, r->org, &sealed);

		name[i] = child_full_name(r->arena, &n);
	}
	*ret = member_names(r, r->view.lang, name, rows.n);
	return true;
}

static bool
waiting_list(struct request *r, struct waiting_list *ret, struct err *e)
{
	struct sql_account_waiting_rows rows;
	struct waiting *v;

	if (!sql_account_waiting(r->house->db, r->arena, r->org->id, &rows, e))
		return false;
	v = NEW_N(r->arena, struct waiting, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for who waits");
	for (size_t i = 0; i < rows.n; i++) {
		v[i].id = rows.v[i].id;
		v[i].since = rows.v[i].created_at;
		v[i].name = house_text(
		    r->arena, r->org, "account.name_enc", rows.v[i].name_enc);
		v[i].login = house_text(
		    r->arena, r->org, "account.login_enc", rows.v[i].login_enc);
		v[i].relative = str_eq(rows.v[i].kind, S("relative"));
		if (!children_of(r, rows.v[i].guardian, &v[i].children, e))
			return false;
	}
	*ret = (struct waiting_list){v, rows.n};
	return true;
}

static bool
waiting_show(struct request *r, struct response *out, struct err *e)
{
	struct waiting_list list;

	if (!waiting_list(r, &list, e))
		return false;
	html_structure_waiting(&r->view, &list);
	return respond_page(r, out, 200);
}

/* ---- the first page ---- */

static bool
look_at_scanner(struct request *r, struct scanner_now *ret, struct err *e)
{
	struct sql_scanner_waiting_row waiting;
	struct sql_scanner_state_row row;
	bool found;

	*ret = (struct scanner_now){.state = SCANNER_NONE};
	if (r->house->conf->clamav_socket[0] == '\0')
		return true;
	if (!sql_scanner_state(r->house->db, r->arena, &found, &row, e) ||
	    !sql_scanner_waiting(
		r->house->db, r->arena, r->org->id, &waiting, e))
		return err_wrap(e, "scanner");
	ret->state = SCANNER_UNREACHABLE;
	if (found && str_eq(row.state, S("reached")))
		ret->state = SCANNER_REACHED;
	else if (found && str_eq(row.state, S("too-large")))
		ret->state = SCANNER_TOO_LARGE;
	ret->since = found ? row.since : r->now;
	ret->waiting = waiting.n;
	return true;
}

static enum office_state
office_as_set_up(const struct conf *c)
{
	if (c->office[0] == '/')
		return OFFICE_NOW_THERE;
	if (strcmp(c->office, CONF_OFFICE_MISSING) == 0)
		return OFFICE_NOW_MISSING;
	return strcmp(c->office, CONF_OFFICE_UNJAILED) == 0
		   ? OFFICE_NOW_UNJAILED
		   : OFFICE_NOW_UNWANTED;
}

/* One that comes again in a moment is not gone. */
static bool
look_at_office(struct request *r, struct office_now *ret, struct err *e)
{
	struct sql_office_worker_waiting_row waiting;
	struct sql_office_worker_state_row row;
	bool found;

	*ret = (struct office_now){office_as_set_up(r->house->conf), 0, 0};
	if (ret->state != OFFICE_NOW_THERE)
		return true;
	if (!sql_office_worker_state(r->house->db, r->arena, &found, &row, e) ||
	    !sql_office_worker_waiting(
		r->house->db, r->arena, r->org->id, &waiting, e))
		return err_wrap(e, "office");
	if (!found || row.gone_since == 0 ||
	    row.gone_since > r->now - OFFICE_GONE_S)
		return true;
	*ret = (struct office_now){OFFICE_NOW_GONE, row.gone_since, waiting.n};
	return true;
}

static bool
count_things(struct request *r, struct structure_counts *ret,
    struct sql_activity_group_list_rows *groups, struct err *e)
{
	struct sql_guardian_without_account_row without;
	struct sql_account_waiting_rows waiting;
	struct sql_consent_task_count_row consents;
	struct deed d = member_deed(r);
	struct cover_lost_list lost;
	struct checking checking;
	struct scanner_now scanner;
	struct office_now office;
	struct sql_move_waiting_row moves;
	struct claim_counts claims;
	int64_t unattended;

	if (!look_at_scanner(r, &scanner, e) ||
	    !look_at_office(r, &office, e) ||
	    !sql_account_waiting(
		r->house->db, r->arena, r->org->id, &waiting, e) ||
	    !sql_guardian_without_account(
		r->house->db, r->arena, r->org->id, r->today, &without, e) ||
	    !sql_activity_group_list(
		r->house->db, r->arena, r->today, r->org->id, groups, e) ||
	    !sql_consent_task_count(
		r->house->db, r->arena, r->org->id, &consents, e) ||
	    !cover_lost_photos(&d, true, &lost, e) ||
	    !circle_unattended(
		r->house, r->arena, r->org->id, r->today, &unattended, e) ||
	    !checking_of(
		r->house, r->arena, r->org->id, r->now, &checking, e) ||
	    !report_waits(r, e) || !claim_count(&d, &claims, e) ||
	    !sql_move_waiting(r->house->db, r->arena, r->org->id, &moves, e))
		return false;
	*ret = (struct structure_counts){.waiting = waiting.n,
	    .scanner = scanner,
	    .office = office,
	    .consents = consents.n,
	    .moves = moves.waiting,
	    .unattended = unattended,
	    .checking = checking,
	    .claims = claims,
	    .lost = lost,
	    .groups = groups->n,
	    .without_account = without.n};
	for (size_t i = 0; i < groups->n; i++) {
		ret->children += groups->v[i].children;
		ret->season |= groups->v[i].until_on >= r->today;
	}
	return true;
}

static bool
structure_show(struct request *r, struct response *out, struct err *e)
{
	struct sql_activity_group_list_rows groups;
	struct structure_counts counts;

	if (!count_things(r, &counts, &groups, e) ||
	    !faces_waits(r, &counts.faces, e))
		return false;
	html_structure_home(&r->view, &counts, &groups);
	return respond_page(r, out, 200);
}

/* ---- who is here ---- */

struct state_words {
	const char *state, *label, *tag;
};

static const struct state_words states[] = {
    {"active", N_("active"), "ok"},
    {"pending", N_("waits for approval"), "wait"},
    {"suspended", N_("stopped"), "stop"},
};

static void
say_state(struct member *m, str state)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (str_eq(state, str_c(states[i].state))) {
			m->state = states[i].label;
			m->tag = states[i].tag;
		}
	m->active = str_eq(state, S("active"));
	m->pending = str_eq(state, S("pending"));
	m->suspended = str_eq(state, S("suspended"));
}

static str
groups_of(struct request *r, const struct sql_staff_group_list_rows *all,
    int64_t account)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(NAMES_MAX);
	str ret = S("");

	for (size_t i = 0; i < all->n; i++) {
		if (all->v[i].account != account)
			continue;
		if (b.n > 0)
			buf_put(&b, ", ", 2);
		buf_str(&b, all->v[i].name);
	}
	return arena_str(r->arena, b.p, b.n, &ret) ? ret : S("");
}

bool
structure_members(struct request *r, struct member_list *ret, struct err *e)
{
	struct sql_staff_group_list_rows groups;
	struct sql_account_list_rows rows;
	struct deed d = member_deed(r);
	struct halt_list halts;
	struct member *v;

	if (!sql_account_list(r->house->db, r->arena, r->org->id, &rows, e) ||
	    !sql_staff_group_list(
		r->house->db, r->arena, r->org->id, &groups, e) ||
	    !halt_list(&d, &halts, e))
		return false;
	v = NEW_N(r->arena, struct member, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the accounts");
	for (size_t i = 0; i < rows.n; i++) {
		struct member *m = &v[i];

		m->id = rows.v[i].id;
		m->name = house_text(
		    r->arena, r->org, "account.name_enc", rows.v[i].name_enc);
		m->login = house_text(
		    r->arena, r->org, "account.login_enc", rows.v[i].login_enc);
		m->staff = str_eq(rows.v[i].kind, S("staff"));
		m->what = m->staff ? structure_role(rows.v[i].role)
			  : str_eq(rows.v[i].kind, S("guardian"))
			      ? N_("parent or tutor")
			      : N_("relative");
		m->groups = groups_of(r, &groups, m->id);
		m->self = m->id == r->session.account;
		m->halt = halt_about(&halts, m->id);
		say_state(m, rows.v[i].state);
	}
	*ret = (struct member_list){v, rows.n};
	return true;
}

static bool
link_list(struct request *r, struct staff_link_list *ret, struct err *e)
{
	struct sql_invitation_of_staff_rows rows;
	struct staff_link *v;

	if (!sql_invitation_of_staff(
		r->house->db, r->arena, r->org->id, r->now, &rows, e))
		return false;
	v = NEW_N(r->arena, struct staff_link, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the invitations");
	for (size_t i = 0; i < rows.n; i++) {
		v[i].id = rows.v[i].id;
		v[i].expires_at = rows.v[i].expires_at;
		v[i].role = structure_role(rows.v[i].staff_role);
		v[i].name = house_text(r->arena, r->org, "invitation.name_enc",
		    rows.v[i].name_enc);
	}
	*ret = (struct staff_link_list){v, rows.n};
	return true;
}

static bool
people_page(struct request *r, struct response *out, struct form *f, bool again,
    struct err *e)
{
	struct staff_link_list links;
	struct member_list members;

	if (!structure_members(r, &members, e) || !link_list(r, &links, e))
		return false;
	html_structure_people(&r->view, &members, &links, f);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
people_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(invite_fields, &f);
	return people_page(r, out, &f, false, e);
}

static bool
invite(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct invitation_new i;
	struct form f;
	struct qr qr;

	if (!form_read(r, invite_fields, &f))
		return people_page(r, out, &f, true, e);
	if (!invitation_for_staff(
		&d, f.value[F_NAME], f.value[F_ROLE], &i, e) ||
	    !qr_make(r->arena, i.address, &qr, e))
		return false;
	html_structure_link(&r->view, f.value[F_NAME], &i, &qr);
	return respond_page(r, out, 200);
}

static bool
link_revoke(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	if (!invitation_revoke(&d, r->id[0], e))
		return false;
	respond_notice(r, out, N_("The invitation is cancelled."));
	return respond_see_other(r, out, S("/structure/people"));
}

/* ---- what can be done to an account ---- */

typedef bool account_deed(const struct deed *, int64_t, struct err *);

static bool
do_to_account(struct request *r, struct response *out, account_deed *deed,
    const char *notice, str back, struct err *e)
{
	struct deed d = member_deed(r);

	if (!deed(&d, r->id[0], e))
		return false;
	respond_notice(r, out, notice);
	return respond_see_other(r, out, back);
}

static bool
approve(struct request *r, struct response *out, struct err *e)
{
	return do_to_account(r, out, account_approve,
	    N_("The account is open. The family can sign in now."),
	    S("/structure/waiting"), e);
}

static bool
refuse(struct request *r, struct response *out, struct err *e)
{
	return do_to_account(r, out, account_refuse,
	    N_("The account is refused and erased. A new letter may be printed "
	       "for this person."),
	    S("/structure/waiting"), e);
}

static bool
halt(struct request *r, struct response *out, enum halt what,
    const char *notice, struct err *e)
{
	struct deed d = member_deed(r);
	bool asked;

	if (!halt_account(&d, r->id[0], what, &asked, e))
		return false;
	respond_notice(r, out,
	    asked ? N_("This person reads reports about those who direct: "
		       "somebody else has to agree, or the person too. The "
		       "account has just been signed out everywhere.")
		  : notice);
	return respond_see_other(r, out, S("/structure/people"));
}

static bool
suspend(struct request *r, struct response *out, struct err *e)
{
	return halt(r, out, HALT_SUSPEND,
	    N_("The account is stopped, and signed out everywhere."), e);
}

static bool
halt_back(struct request *r, struct response *out, struct err *e)
{
	return do_to_account(r, out, halt_withdraw,
	    N_("It is taken back: nothing is asked any more."),
	    S("/structure/people"), e);
}

static bool
restore(struct request *r, struct response *out, struct err *e)
{
	return do_to_account(r, out, account_restore,
	    N_("The account is open again."), S("/structure/people"), e);
}

static bool
close_for_good(struct request *r, struct response *out, struct err *e)
{
	return halt(
	    r, out, HALT_CLOSE, N_("The account is closed for good."), e);
}

#define DIRECTOR NEED_DIRECTOR, 0, NULL

const struct route structure_routes[] = {
    {HTTP_GET, "/structure", structure_show, DIRECTOR},
    {HTTP_GET, "/structure/waiting", waiting_show, DIRECTOR},
    {HTTP_GET, "/structure/people", people_show, DIRECTOR},
    {HTTP_POST, "/structure/people", invite, DIRECTOR},
    {HTTP_POST, "/structure/invitation/:id/revoke", link_revoke, DIRECTOR},
    {HTTP_POST, "/structure/account/:id/approve", approve, DIRECTOR},
    {HTTP_POST, "/structure/account/:id/refuse", refuse, DIRECTOR},
    {HTTP_POST, "/structure/account/:id/suspend", suspend, DIRECTOR},
    {HTTP_POST, "/structure/account/:id/keep", halt_back, DIRECTOR},
    {HTTP_POST, "/structure/account/:id/restore", restore, DIRECTOR},
    {HTTP_POST, "/structure/account/:id/close", close_for_good, DIRECTOR},
    {HTTP_GET, "/structure/groups", groups_show, DIRECTOR},
    {HTTP_POST, "/structure/season", season_add, DIRECTOR},
    {HTTP_POST, "/structure/group", group_add, DIRECTOR},
    {HTTP_POST, "/structure/group/:id/staff", staff_group_add, DIRECTOR},
    {HTTP_POST, "/structure/group/:id/staff/:id/remove", staff_group_remove,
	DIRECTOR},
    {0},
};
