#include "cli/cli.h"
#include "monitor/monitor.h"

static bool
run(struct cli *c, struct err *e)
{
	return monitor_run(c->conf, c->conf_path, e);
}

const struct command cmd_serve = {
	.name = "serve",
	.args = "",
	.help = "Start the server and stay in the foreground until SIGTERM.",
	.need = CLI_CONF,
	.run = run,
};
