/* The commands that need nothing but themselves. */
#include "cli/cli.h"

static bool
version_run(struct cli *c, struct err *e)
{
	(void)e;
	fprintf(c->out, c->json ? "{\"version\":\"%s\"}\n" : "preau %s\n",
	    PREAU_VERSION);
	return true;
}

const struct command cmd_version = {
    .name = "version",
    .args = "",
    .help = "Print the version.",
    .run = version_run,
};

static bool
help_run(struct cli *c, struct err *e)
{
	(void)e;
	if (cli_option(c, "manual") != NULL)
		cli_print_manual(c->out);
	else if (c->json)
		cli_json_help(c->out);
	else
		cli_print_help(c->out);
	return true;
}

const struct command cmd_help = {
    .name = "help",
    .args = "",
    .help = "List the commands and their options.",
    .run = help_run,
    .options = {{"manual", NULL, "the same, as roff for preau(1)"}},
};

static void
config_json(struct cli *c)
{
	fputc('{', c->out);
	for (size_t i = 0; i < conf_options_n; i++) {
		const struct conf_option *o = &conf_options[i];
		const char *at = (const char *)c->conf + o->at;

		fprintf(c->out, "%s\"%s\":", i == 0 ? "" : ",", o->name);
		if (o->kind == CONF_TEXT) {
			json_str(c->out, str_c(at));
		} else {
			int64_t v;

			memcpy(&v, at, sizeof(v));
			if (o->kind == CONF_CHOICE)
				json_str(c->out, str_c(o->choices[v]));
			else
				fprintf(c->out, "%lld", (long long)v);
		}
	}
	fprintf(c->out, "}\n");
}

static bool
config_run(struct cli *c, struct err *e)
{
	(void)e;
	if (cli_option(c, "manual") != NULL)
		conf_print_manual(c->out);
	else if (c->json)
		config_json(c);
	else
		conf_print(c->conf, c->out);
	return true;
}

const struct command cmd_config = {
    .name = "config",
    .args = "",
    .help = "Check the configuration and print every option in force.",
    .need = CLI_CONF,
    .run = config_run,
    .options = {{"manual", NULL, "the options as roff for preau.conf(5)"}},
};
