#include <inttypes.h>

#include "base/num.h"
#include "cli/cli.h"
#include "people/invitation.h"
#include "people/session.h"
#include "sql_account.h"
#include "sql_recovery_code.h"

/* What the command line does is done by nobody's account (actor 0). */
static struct deed
deed_of(struct cli *c, const struct organisation *o)
{
	return (struct deed){.house = c->house,
	    .arena = c->arena,
	    .org = o,
	    .now = c->now,
	    .today = day_of(o->zone, c->now)};
}

static void
print_account(struct cli *c, const struct organisation *o,
    const struct sql_account_list_row *a, bool *first)
{
	str name = house_text(c->arena, o, "account.name_enc", a->name_enc);
	str login = house_text(c->arena, o, "account.login_enc", a->login_enc);
	str kind = a->role.p != NULL ? a->role : a->kind;

	if (!c->json) {
		fprintf(c->out,
		    "%" PRId64 "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT
		    "\t" STR_FMT "\n",
		    a->id, STR_ARG(kind), STR_ARG(a->state), STR_ARG(login),
		    STR_ARG(name));
		return;
	}
	fprintf(c->out,
	    "%s{\"id\":%" PRId64 ",\"organisation\":%" PRId64 ",\"kind\":",
	    *first ? "" : ",", a->id, o->id);
	json_str(c->out, kind);
	fprintf(c->out, ",\"state\":");
	json_str(c->out, a->state);
	fprintf(c->out, ",\"login\":");
	json_str(c->out, login);
	fprintf(c->out, ",\"name\":");
	json_str(c->out, name);
	fputc('}', c->out);
	*first = false;
}

static bool
list_run(struct cli *c, struct err *e)
{
	bool first = true;

	if (c->json)
		fputc('[', c->out);
	for (size_t i = 0; i < c->house->n_org; i++) {
		const struct organisation *o = &c->house->org[i];
		struct sql_account_list_rows rows;

		if (!sql_account_list(c->house->db, c->arena, o->id, &rows, e))
			return false;
		for (size_t k = 0; k < rows.n; k++)
			print_account(c, o, &rows.v[k], &first);
	}
	if (c->json)
		fprintf(c->out, "]\n");
	return true;
}

const struct command cmd_account_list = {
    .name = "account list",
    .args = "",
    .help = "Print every account: number, kind, state, login, name.",
    .need = CLI_HOUSE,
    .run = list_run,
};

/* The account of the operand, wherever it belongs. */
static bool
find_account(struct cli *c, struct deed *ret,
    struct sql_account_by_id_row *ret_row, struct err *e)
{
	int64_t id;

	if (!num_i64(str_c(c->argv[0]), 1, INT64_MAX, &id))
		return err_set(
		    e, ERR_INPUT, "%s is no number of an account", c->argv[0]);
	for (size_t i = 0; i < c->house->n_org; i++) {
		*ret = deed_of(c, &c->house->org[i]);
		if (sql_account_by_id(
			c->house->db, c->arena, id, ret->org->id, ret_row, e))
			return true;
		if (e->kind != ERR_NOT_FOUND)
			return false;
	}
	return err_set(e, ERR_NOT_FOUND, "there is no account %" PRId64, id);
}

static bool
change(struct cli *c, bool (*act)(const struct deed *, int64_t, struct err *),
    struct err *e)
{
	struct sql_account_by_id_row row;
	struct db *db = c->house->db;
	struct deed d;

	if (!find_account(c, &d, &row, e) || !db_begin(db, e))
		return false;
	if (!act(&d, row.id, e) || !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	fprintf(c->out,
	    c->json ? "{\"id\":%" PRId64 "}\n" : "account %" PRId64 ": done\n",
	    row.id);
	return true;
}

static bool
suspend_run(struct cli *c, struct err *e)
{
	return change(c, account_suspend, e);
}

const struct command cmd_account_suspend = {
    .name = "account suspend",
    .args = "NUMBER",
    .help = "Stop an account: its sessions end at once.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = suspend_run,
};

static bool
restore_run(struct cli *c, struct err *e)
{
	return change(c, account_restore, e);
}

const struct command cmd_account_restore = {
    .name = "account restore",
    .args = "NUMBER",
    .help = "Let a suspended account in again.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = restore_run,
};

/* A lost telephone and lost codes: the next sign-in sets up a new factor. */
static bool
reset_factor(const struct deed *d, int64_t id, struct err *e)
{
	struct sql_account_by_id_row row;
	int64_t rows;

	if (!sql_account_by_id(d->house->db, d->arena, id, d->org->id, &row, e))
		return false;
	if (!str_eq(row.kind, S("staff")))
		return err_set(e, ERR_INPUT,
		    "account %" PRId64 " is not one of the staff", id);
	return sql_account_set_totp(
		   d->house->db, (str){0}, 0, id, d->org->id, &rows, e) &&
	       sql_recovery_code_forget(d->house->db, id, &rows, e) &&
	       session_revoke_all(d, id, 0, e) &&
	       deed_note_account(d, AUDIT_SECOND_FACTOR_SET, id, e);
}

static bool
reset_run(struct cli *c, struct err *e)
{
	return change(c, reset_factor, e);
}

const struct command cmd_account_reset = {
    .name = "account reset-factor",
    .args = "NUMBER",
    .help = "Forget the second factor of a member of staff, who sets up a "
	    "new one at the next sign-in.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = reset_run,
};

static bool
invite_director(struct cli *c, const struct deed *d, struct err *e)
{
	struct invitation_new i;

	if (!db_begin(d->house->db, e))
		return false;
	if (!invitation_for_staff(d, str_c(c->argv[0]), S("director"), &i, e) ||
	    !db_commit(d->house->db, e)) {
		db_rollback(d->house->db);
		return false;
	}
	if (c->json) {
		fprintf(c->out, "{\"link\":");
		json_str(c->out, i.address);
		fprintf(c->out, ",\"expires_at\":%" PRId64 "}\n", i.expires_at);
		return true;
	}
	fprintf(c->out, STR_FMT "\n", STR_ARG(i.address));
	return true;
}

static bool
link_run(struct cli *c, struct err *e)
{
	const char *which = cli_option(c, "organisation");
	const struct organisation *o;
	int64_t id = c->house->n_org == 1 ? c->house->org[0].id : 0;
	struct deed d;

	if (which != NULL && !num_i64(str_c(which), 1, INT64_MAX, &id))
		return err_set(e, ERR_INPUT, "--organisation is a number");
	if (id == 0)
		return err_set(e, ERR_INPUT, "which --organisation?");
	if (!house_org(c->house, id, &o, e))
		return false;
	d = deed_of(c, o);
	return invite_director(c, &d, e);
}

const struct command cmd_account_link = {
    .name = "account invite-director",
    .args = "NAME",
    .help = "Print a one-time link for a new director: the way back in when "
	    "the first one is lost.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = link_run,
    .options = {{"organisation", "NUMBER", "when there are several"}},
};
