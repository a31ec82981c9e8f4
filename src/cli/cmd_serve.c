#include <stdio.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "house/house.h"
#include "monitor/monitor.h"

/* The schema of the version before is brought up to date. */
static bool
update_schema(const char *path, struct err *e)
{
	OWNED(db) db = db_open(path, DB_WRITE, e);
	int applied;

	if (db == NULL || !db_migrate(db, &applied, e))
		return false;
	if (applied > 0)
		fprintf(stderr,
		    "The database was brought up to date (%d steps).\n",
		    applied);
	return true;
}

/* Once, before the roles: data that cannot be written, or the wrong key, are
 * said here, and not by processes that end one by one. */
static bool
try_data(const struct conf *c, struct err *e)
{
	CLEANUP(key_done) struct key master = {{0}};
	char path[CONF_TEXT_MAX + 16];
	struct house h;

	(void)snprintf(path, sizeof(path), "%s/preau.db", c->data);
	if (access(path, F_OK) == -1 && errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND,
		    "%s holds no database: run \"preau init\" first", c->data);
	if (!master_read(c->master_key, false, &master, e) ||
	    !update_schema(path, e) || !house_open(&h, c, &master, DB_WRITE, e))
		return false;
	if (h.told_at - clock_now() > HOUSE_BACK_S)
		fprintf(stderr,
		    "preau: the clock of this machine is days before the last "
		    "entry of the register; is it right?\n");
	house_close(&h);
	return true;
}

static bool
run(struct cli *c, struct err *e)
{
	return try_data(c->conf, e) && monitor_run(c->conf, c->conf_path, e);
}

const struct command cmd_serve = {
    .name = "serve",
    .args = "",
    .help = "Start the server and stay in the foreground until SIGTERM.",
    .need = CLI_CONF,
    .run = run,
};
