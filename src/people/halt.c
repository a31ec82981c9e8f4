#include "people/halt.h"

#include <inttypes.h>

#include "people/account.h"
#include "people/session.h"
#include "sql_account.h"
#include "sql_account_halt.h"

#define DAY 86400

static const char *const words[] = {
    [HALT_SUSPEND] = "suspend",
    [HALT_CLOSE] = "close",
};

static enum halt
halt_of(str word)
{
	return str_eq(word, str_c(words[HALT_CLOSE])) ? HALT_CLOSE
						      : HALT_SUSPEND;
}

static int64_t
known(const struct deed *d)
{
	return d->now - (int64_t)HALT_KNOWN_DAYS * DAY;
}

static int64_t
since(const struct deed *d)
{
	return d->now - (int64_t)HALT_DAYS * DAY;
}

bool
halt_needs_two(const struct deed *d, int64_t account, bool *ret, struct err *e)
{
	struct sql_halt_needs_two_row row;

	if (!sql_halt_needs_two(d->house->db, d->arena, account, d->org->id,
		d->now - (int64_t)HALT_DUTY_DAYS * DAY, &row, e))
		return false;
	*ret = row.n > 0;
	return true;
}

static bool
carry_out(const struct deed *d, int64_t account, enum halt what, struct err *e)
{
	int64_t rows;

	return (what == HALT_CLOSE ? account_close : account_suspend)(
		   d, account, e) &&
	       sql_halt_forget(d->house->db, account, &rows, e);
}

static bool
is_in_state(const struct deed *d, int64_t account, enum halt what, bool *ret,
    struct err *e)
{
	struct sql_account_by_id_row row;

	if (!sql_account_by_id(
		d->house->db, d->arena, account, d->org->id, &row, e))
		return err_wrap(e, "account %" PRId64, account);
	*ret = what == HALT_CLOSE ? !str_eq(row.state, S("closed"))
				  : str_eq(row.state, S("active"));
	return true;
}

static bool
ask(const struct deed *d, int64_t account, enum halt what, struct err *e)
{
	struct deed_about about = {
	    .kind = "account", .id = account, .detail = str_c(words[what])};
	int64_t rows;
	bool fine;

	if (!is_in_state(d, account, what, &fine, e))
		return false;
	if (!fine)
		return err_set(e, ERR_CONFLICT, "not in that state");
	return sql_halt_ask(d->house->db, account, d->org->id,
		   str_c(words[what]), d->actor, d->now, &rows, e) &&
	       session_revoke_all(d, account, 0, e) &&
	       deed_note(d, AUDIT_ACCOUNT_STOP_ASKED, &about, e);
}

/* ---- the second ---- */

bool
halt_list(const struct deed *d, struct halt_list *ret, struct err *e)
{
	struct sql_halt_list_rows rows;
	struct halt_line *v;

	if (!sql_halt_list(d->house->db, d->arena, known(d), d->actor,
		d->org->id, since(d), &rows, e))
		return false;
	v = NEW_N(d->arena, struct halt_line, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many accounts to stop");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct halt_line){.account = rows.v[i].account,
		    .what = halt_of(rows.v[i].what),
		    .name = house_text(d->arena, d->org, "account.name_enc",
			rows.v[i].name_enc),
		    .asker = house_text(d->arena, d->org, "account.name_enc",
			rows.v[i].asker_enc),
		    .mine = rows.v[i].account == d->actor,
		    .asked = rows.v[i].asked_by == d->actor,
		    .may = rows.v[i].may != 0};
	*ret = (struct halt_list){v, rows.n};
	return true;
}

const struct halt_line *
halt_about(const struct halt_list *l, int64_t account)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].account == account)
			return &l->v[i];
	return NULL;
}

static bool
find(const struct deed *d, int64_t account, const struct halt_line **ret,
    struct err *e)
{
	struct halt_list l;

	if (!halt_list(d, &l, e))
		return false;
	*ret = halt_about(&l, account);
	return true;
}

bool
halt_agree(const struct deed *d, int64_t account, struct err *e)
{
	const struct halt_line *l;

	if (!find(d, account, &l, e))
		return false;
	if (l == NULL || !l->may)
		return err_set(e, ERR_NOT_FOUND, "nothing to agree to");
	return carry_out(d, account, l->what, e);
}

bool
halt_withdraw(const struct deed *d, int64_t account, struct err *e)
{
	int64_t rows;

	if (!sql_halt_withdraw(
		d->house->db, account, d->org->id, d->actor, &rows, e))
		return false;
	if (rows == 0)
		return err_set(e, ERR_NOT_FOUND, "nothing was asked");
	return deed_note_account(d, AUDIT_ACCOUNT_STOP_WITHDRAWN, account, e);
}

/* ---- the first ---- */

bool
halt_account(const struct deed *d, int64_t account, enum halt what,
    bool *ret_asked, struct err *e)
{
	const struct halt_line *l;
	bool two;

	*ret_asked = false;
	if (!halt_needs_two(d, account, &two, e) || !find(d, account, &l, e))
		return false;
	if (!two || (l != NULL && l->may && l->what == what))
		return carry_out(d, account, what, e);
	*ret_asked = true;
	/* Of two who cannot be each other's second the first one's stays. */
	return l != NULL || ask(d, account, what, e);
}
