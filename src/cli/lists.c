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

bool
person_of_call(struct cli *c, int64_t *ret, struct err *e)
{
	struct sql_account_by_id_row row;
	int64_t id;
	str by;

	if (!cli_required(c, "by", &by, e))
		return false;
	if (!num_i64(by, 1, INT64_MAX, &id))
		return err_set(e, ERR_INPUT,
		    "--by is the number of an account, see account list");
	for (size_t i = 0; i < c->house->n_org; i++) {
		if (!sql_account_by_id(c->house->db, c->arena, id,
			c->house->org[i].id, &row, e)) {
			if (e->kind != ERR_NOT_FOUND)
				return false;
			continue;
		}
		if (!str_eq(row.kind, S("staff")) ||
		    !str_eq(row.state, S("active")))
			return err_set(e, ERR_DENIED,
			    "account %" PRId64 " is no active account of staff",
			    id);
		*ret = id;
		return true;
	}
	return err_set(e, ERR_NOT_FOUND, "there is no account %" PRId64, id);
}

bool
list_change(struct cli *c, list_deed *deed, struct err *e)
{
	struct sql_list_by_name_row row;
	struct db *db = c->house->db;
	int64_t by;

	if (!person_of_call(c, &by, e) || !list_of_call(c, &row, e) ||
	    !db_begin(db, e))
		return false;
	if (!deed(c, &row, by, e) || !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	if (c->json)
		fprintf(c->out, "{\"id\":%" PRId64 "}\n", row.id);
	else
		fprintf(c->out, "list %s: done\n", c->argv[0]);
	return true;
}
