#include "people/invitation.h"

#include <inttypes.h>

#include "people/code.h"
#include "sql_account.h"
#include "sql_guardian.h"
#include "sql_invitation.h"

#define DAY 86400

static str
code_digest(const struct house *h, struct arena *a, str code)
{
	return key_digest(a, &h->login, "invitation.code", code);
}

static enum invitation_state
state_of(const struct sql_invitation_by_code_row *row, int64_t now)
{
	if (row->used_at != DB_NULL)
		return INVITATION_USED;
	if (row->revoked_at != DB_NULL)
		return INVITATION_REVOKED;
	return row->expires_at > now ? INVITATION_OPEN : INVITATION_EXPIRED;
}

static bool
fill_guardian(struct house *h, struct arena *a, const struct organisation *org,
    struct invitation *ret, struct err *e)
{
	struct sql_guardian_by_id_row g;

	if (!sql_guardian_by_id(h->db, a, ret->guardian, org->id, &g, e))
		return err_wrap(e, "invited person");
	ret->name = house_text(a, org, "guardian.name_enc", g.name_enc);
	ret->email = house_text(a, org, "guardian.email_enc", g.email_enc);
	ret->phone = house_text(a, org, "guardian.phone_enc", g.phone_enc);
	if (!lang_of_code(g.lang, &ret->lang))
		ret->lang = org->lang;
	if (g.account != DB_NULL)
		ret->state = INVITATION_USED;
	return true;
}

bool
invitation_find(struct house *h, struct arena *a, str typed, int64_t now,
    struct invitation *ret, struct err *e)
{
	struct sql_invitation_by_code_row row;
	const struct organisation *org;
	bool found;
	str code;

	*ret = (struct invitation){.state = INVITATION_UNKNOWN};
	if (!code_read(a, typed, CODE_LETTER_SIGNS, &code))
		return true;
	if (!sql_invitation_by_code(
		h->db, a, code_digest(h, a, code), &found, &row, e))
		return err_wrap(e, "invitation");
	if (!found)
		return true;
	if (!house_org(h, row.organisation, &org, e))
		return false;
	*ret = (struct invitation){.state = state_of(&row, now),
	    .id = row.id,
	    .organisation = row.organisation,
	    .lang = org->lang,
	    .guardian = row.guardian == DB_NULL ? 0 : row.guardian,
	    .created_by = row.created_by == DB_NULL ? 0 : row.created_by,
	    .role = row.staff_role};
	if (ret->guardian != 0)
		return fill_guardian(h, a, org, ret, e);
	ret->name = house_text(a, org, "invitation.name_enc", row.name_enc);
	return true;
}

/* The sealed name and the role are for staff, the guardian for families. */
static bool
issue(const struct deed *d, int64_t guardian, str role, str name_enc,
    struct invitation_new *ret, struct err *e)
{
	struct deed_about about = {.kind = "invitation"};
	struct sql_invitation_insert_row row;
	struct invitation_new new;
	str code = code_new(d->arena, CODE_LETTER_SIGNS);

	new.expires_at = d->now + d->house->conf->letter_days *DAY;
	new.code = code_grouped(d->arena, code, INVITATION_GROUP);
	new.address = arena_fmt(d->arena, "%s/join/" STR_FMT,
	    d->house->conf->url, STR_ARG(new.code));
	if (code.n == 0 || new.code.n == 0 || new.address.n == 0)
		return err_set(e, ERR_LIMIT, "no room for an invitation");
	if (!sql_invitation_insert(d->house->db, d->arena, d->org->id,
		code_digest(d->house, d->arena, code), guardian, role, name_enc,
		deed_author(d), d->now, new.expires_at, &row, e))
		return err_wrap(e, "new invitation");
	new.id = about.id = row.id;
	*ret = new;
	return deed_note(d, AUDIT_INVITED, &about, e);
}

bool
invitation_for_guardian(const struct deed *d, int64_t guardian,
    struct invitation_new *ret, struct err *e)
{
	struct sql_guardian_by_id_row g;
	struct sql_guardian_may_be_invited_row may;
	int64_t rows;

	if (!sql_guardian_by_id(
		d->house->db, d->arena, guardian, d->org->id, &g, e) ||
	    !sql_guardian_may_be_invited(
		d->house->db, d->arena, guardian, d->today, &may, e))
		return err_wrap(e, "person %" PRId64, guardian);
	if (g.account != DB_NULL || may.n == 0)
		return err_set(e, ERR_CONFLICT,
		    "person %" PRId64 " is not to be invited", guardian);
	return sql_invitation_revoke_of_guardian(
		   d->house->db, d->now, guardian, &rows, e) &&
	       issue(d, guardian, (str){0}, (str){0}, ret, e);
}

bool
invitation_for_staff(const struct deed *d, str name, str role,
    struct invitation_new *ret, struct err *e)
{
	str name_enc;

	if (name.n == 0 || role.n == 0)
		return err_set(e, ERR_INPUT, "staff need a name and a role");
	return deed_seal(d, "invitation.name_enc", name, &name_enc, e) &&
	       issue(d, DB_NULL, role, name_enc, ret, e);
}

bool
invitation_revoke(const struct deed *d, int64_t id, struct err *e)
{
	struct deed_about about = {.kind = "invitation", .id = id};
	int64_t rows;

	if (!sql_invitation_revoke(
		d->house->db, d->now, id, d->org->id, &rows, e))
		return err_wrap(e, "invitation %" PRId64, id);
	if (rows == 0)
		return err_set(e, ERR_CONFLICT,
		    "invitation %" PRId64 " is over already", id);
	return deed_note(d, AUDIT_INVITATION_REVOKED, &about, e);
}

static bool
spend(const struct deed *d, const struct invitation *i, int64_t account,
    struct err *e)
{
	int64_t rows;

	if (!sql_invitation_use(d->house->db, d->now, account, i->id, &rows, e))
		return err_wrap(e, "invitation %" PRId64, i->id);
	if (rows == 1 && i->guardian != 0 &&
	    !sql_guardian_set_account(
		d->house->db, account, i->guardian, &rows, e))
		return err_wrap(e, "invitation %" PRId64, i->id);
	if (rows != 1)
		return err_set(e, ERR_CONFLICT,
		    "invitation %" PRId64 " was used meanwhile", i->id);
	return i->guardian == 0 || sql_account_set_kind_of_guardian(
				       d->house->db, i->guardian, &rows, e);
}

bool
invitation_join(const struct deed *d, const struct invitation *i,
    const struct joiner *j, int64_t *ret_account, bool *ret_taken,
    struct err *e)
{
	bool staff = i->guardian == 0;
	struct account_new n = {
	    .kind = staff ? S("staff") : S("guardian"),
	    .role = i->role,
	    .state = staff ? S("active") : S("pending"),
	    .name = i->name,
	    .login = j->login,
	    .pass_hash = j->pass_hash,
	    .email = j->email,
	    .phone = j->phone,
	    .lang = j->lang,
	    .approved_by = staff ? i->created_by : 0,
	};

	if (i->state != INVITATION_OPEN)
		return err_set(e, ERR_CONFLICT, "invitation is not open");
	if (!account_create(d, &n, ret_account, ret_taken, e))
		return false;
	return *ret_taken || spend(d, i, *ret_account, e);
}

str
invitation_first_name(str name)
{
	str first;

	(void)str_cut(&name, ' ', &first);
	return first;
}
