#include "cli/lists.h"

#include <inttypes.h>

#include "base/num.h"
#include "sql_account.h"

bool
list_of_call(struct cli *c, struct sql_list_by_name_row *ret, struct err *e)
{
	bool found;

	if (!sql_list_by_name(
		c->house->db, c->arena, str_c(c->argv[0]), &found, ret, e))
		return false;
	return found ||
	       err_set(e, ERR_NOT_FOUND, "there is no list %s", c->argv[0]);
}

/* The account, in whichever organisation it is. */
static bool
find_account(struct cli *c, int64_t id, struct sql_account_by_id_row *ret,
    const struct organisation **ret_org, struct err *e)
{
	for (size_t i = 0; i < c->house->n_org; i++) {
		*ret_org = &c->house->org[i];
		if (sql_account_by_id(
			c->house->db, c->arena, id, (*ret_org)->id, ret, e))
			return true;
		if (e->kind != ERR_NOT_FOUND)
			return false;
	}
	return err_set(e, ERR_NOT_FOUND, "there is no account %" PRId64, id);
}

bool
person_of_call(struct cli *c, int64_t *ret, struct err *e)
{
	struct sql_account_by_id_row row;
	const struct organisation *org;
	int64_t id;
	str by;

	if (!cli_required(c, "by", &by, e))
		return false;
	if (!num_i64(by, 1, INT64_MAX, &id))
		return err_set(e, ERR_INPUT,
		    "--by is the number of an account, see account list");
	if (!find_account(c, id, &row, &org, e))
		return false;
	if (!str_eq(row.kind, S("staff")) || !str_eq(row.state, S("active")))
		return err_set(e, ERR_DENIED,
		    "account %" PRId64 " is no active account of staff", id);
	*ret = id;
	return true;
}

bool
list_noted(struct cli *c, enum audit_action action, int64_t list, int64_t by,
    str detail, struct err *e)
{
	struct sql_account_by_id_row row;
	const struct organisation *org;

	return find_account(c, by, &row, &org, e) &&
	       audit_append(c->house->db, c->arena, &org->chain,
		   &(struct audit_event){.organisation = org->id,
		       .at = c->now,
		       .actor = by,
		       .action = action,
		       .subject_kind = "list",
		       .subject = list,
		       .detail = detail},
		   e);
}

bool
list_change(
    struct cli *c, enum audit_action action, list_deed *deed, struct err *e)
{
	struct sql_list_by_name_row row;
	struct db *db = c->house->db;
	int64_t by;

	if (!person_of_call(c, &by, e) || !list_of_call(c, &row, e) ||
	    !db_begin(db, e))
		return false;
	if (!deed(c, &row, by, e) ||
	    !list_noted(c, action, row.id, by, row.name, e) ||
	    !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	if (c->json)
		fprintf(c->out, "{\"id\":%" PRId64 "}\n", row.id);
	else
		fprintf(c->out, "list %s: done\n", c->argv[0]);
	return true;
}
