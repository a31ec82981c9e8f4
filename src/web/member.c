#include "web/member.h"

#include "crypto/pass.h"
#include "sharing/viewer.h"
#include "sql_account.h"

struct deed
member_deed(struct request *r)
{
	return (struct deed){.house = r->house,
	    .arena = r->arena,
	    .org = r->org,
	    .actor = r->session.factor > 0 ? r->session.account : -1,
	    .now = r->now,
	    .today = r->today};
}

struct session_origin
member_origin(const struct request *r)
{
	return (struct session_origin){
	    r->http->user_agent, r->http->address, r->http->port};
}

bool
member_second(struct request *r, bool *ret, struct err *e)
{
	struct sql_account_by_id_row row;

	if (!sql_account_by_id(r->house->db, r->arena, r->session.account,
		r->org->id, &row, e))
		return false;
	*ret = r->session.factor == 2 && row.totp_enc.p != NULL;
	return true;
}

bool
member_settle(struct request *r, bool done, struct err *e)
{
	if (done && db_commit(r->house->db, e))
		return true;
	db_rollback(r->house->db);
	return false;
}

bool
member_guessed(struct request *r, enum throttle t, struct err *e)
{
	return db_begin(r->house->db, e) &&
	       member_settle(r,
		   throttle_fail(r->house, r->arena, t,
		       throttle_address(r->http->address), r->now, e),
		   e);
}

bool
member_again(struct request *r, struct response *out)
{
	out->rollback = true;
	return respond_page(r, out, 422);
}

str
member_home(const struct request *r)
{
	(void)r;
	return S("/");
}

str
member_names(struct request *r, enum lang lang, const str *name, size_t n)
{
	str both[2] = {n == 0 ? S("") : name[0], {0}};

	for (size_t i = 1; i + 1 < n; i++)
		both[0] = arena_fmt(r->arena, STR_FMT ", " STR_FMT,
		    STR_ARG(both[0]), STR_ARG(name[i]));
	if (n < 2)
		return both[0];
	both[1] = name[n - 1];
	return lang_fill(r->arena, lang_text(lang, N_("%1 and %2")), both, 2);
}

str
member_others(struct request *r, const struct circle *c, int64_t but)
{
	str *name = NEW_N(r->arena, str, c->n + 1);
	size_t n = 0;

	if (name == NULL)
		return S("");
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].account != but)
			name[n++] = c->v[i].name;
	return member_names(r, r->view.lang, name, n);
}

const char *
member_pass_fault(str pass, str login)
{
	switch (pass_check(pass, login)) {
	case PASS_SHORT:
		return N_("This is too short: take at least 12 characters, "
			  "four or five words for example.");
	case PASS_LONG:
		return N_("This is too long.");
	case PASS_COMMON:
		return N_("Many people use this one, so it is guessed first. "
			  "Take words that only you would put together.");
	case PASS_IS_LOGIN:
		return N_("This is too close to your login.");
	case PASS_OK:
		break;
	}
	return NULL;
}
