#include <inttypes.h>

#include "cli/cli.h"
#include "people/deed.h"
#include "sql_push.h"

static bool
renew(struct cli *c, const struct organisation *o, struct err *e)
{
	struct deed d = {.house = c->house,
	    .arena = c->arena,
	    .org = o,
	    .now = c->now,
	    .today = day_of(o->zone, c->now)};
	struct deed_about about = {.kind = ""};
	struct db *db = c->house->db;
	int64_t rows;

	if (!db_begin(db, e))
		return false;
	if (sql_push_key_renew(db, o->id, &rows, e) &&
	    deed_note(&d, AUDIT_PUSH_KEY_RENEWED, &about, e) &&
	    db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

static bool
rotate_run(struct cli *c, struct err *e)
{
	for (size_t i = 0; i < c->house->n_org; i++)
		if (!renew(c, &c->house->org[i], e))
			return false;
	if (c->json)
		fprintf(c->out, "{\"renewed\":%zu}\n", c->house->n_org);
	else
		fprintf(c->out,
		    "The key is another from now on. Each device comes for it "
		    "with its next notification,\nor when its page « How you "
		    "are told » is used; until then it is told with the old "
		    "one.\n");
	return true;
}

const struct command cmd_push_rotate = {
    .name = "push rotate",
    .args = "",
    .help = "Make the key anew by which push services know this house; no "
	    "device is lost.",
    .need = CLI_HOUSE,
    .run = rotate_run,
};
