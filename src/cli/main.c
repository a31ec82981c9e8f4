/* preau — the command line. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/cli.h"

#define ARENA_MAX ((size_t)1 << 30)
#define SETS_MAX 64
#define EXIT_USAGE 64
#define CONF_FILE "/etc/preau/preau.conf"

const struct command *const commands[] = {&cmd_serve, &cmd_init, &cmd_demo,
    &cmd_account_list, &cmd_account_link, &cmd_account_reset,
    &cmd_account_suspend, &cmd_account_restore, &cmd_roster_check,
    &cmd_roster_import, &cmd_audit_verify, &cmd_audit_show, &cmd_bounce,
    &cmd_case_verify, &cmd_certificate_verify, &cmd_push_rotate, &cmd_seal_key,
    &cmd_seal_open, &cmd_backup, &cmd_consent_export, &cmd_restore, &cmd_check,
    &cmd_hash, &cmd_match_build, &cmd_match_query, &cmd_match_bench,
    &cmd_hash_video, &cmd_list_add, &cmd_list_import, &cmd_list_status,
    &cmd_list_enable, &cmd_list_disable, &cmd_list_restore, &cmd_list_diff,
    &cmd_trace, &cmd_trace_allow, &cmd_trace_refuse, &cmd_trace_show,
    &cmd_trace_close, &cmd_config, &cmd_version, &cmd_help, NULL};

struct call {
	struct cli cli;
	const char *sets[SETS_MAX];
	size_t n_sets;
};

static bool
usage(struct err *e, const char *what, const char *word)
{
	return err_set(e, ERR_INPUT, "%s %s; see preau help", what, word);
}

/* The longest command whose words begin the call. */
static const struct command *
find_command(char **word_v, int n_words, int *ret_words)
{
	const struct command *best = NULL;

	*ret_words = 0;
	for (const struct command *const *c = commands; *c != NULL; c++) {
		str rest = str_c((*c)->name), word;
		int n = 0;
		bool more = true, same = true;

		while (more && same) {
			more = str_cut(&rest, ' ', &word);
			same = n < n_words && str_eq(word, str_c(word_v[n]));
			n += same;
		}
		if (same && n > *ret_words) {
			best = *c;
			*ret_words = n;
		}
	}
	return best;
}

static bool
take_value(char **argv, int argc, int *i, const char *eq, const char **ret,
    struct err *e)
{
	if (eq != NULL) {
		*ret = eq + 1;
		return true;
	}
	if (*i + 1 >= argc)
		return usage(e, "no value after", argv[*i]);
	*ret = argv[++*i];
	return true;
}

static bool
is_name(const char *arg, const char *eq, const char *name)
{
	str got = eq == NULL ? str_c(arg) : (str){arg, (size_t)(eq - arg)};

	return str_eq(got, str_c(name));
}

/* Options of the program itself; *ret_taken says whether it was one. */
static bool
global_option(struct call *k, char **argv, int argc, int *i, bool *ret_taken,
    struct err *e)
{
	const char *arg = argv[*i] + 2, *eq = strchr(arg, '='), *value;

	*ret_taken = true;
	if (is_name(arg, NULL, "json")) {
		k->cli.json = true;
		return true;
	}
	if (is_name(arg, eq, "config")) {
		return take_value(argv, argc, i, eq, &k->cli.conf_path, e);
	}
	if (is_name(arg, eq, "set")) {
		if (k->n_sets == SETS_MAX)
			return usage(e, "too many", "--set");
		if (!take_value(argv, argc, i, eq, &value, e))
			return false;
		k->sets[k->n_sets++] = value;
		return true;
	}
	*ret_taken = false;
	return true;
}

static bool
command_option(struct call *k, const struct command *c, char **argv, int argc,
    int *i, struct err *e)
{
	const char *arg = argv[*i] + 2, *eq = strchr(arg, '=');

	for (int n = 0; c->options[n].name != NULL; n++) {
		if (!is_name(arg, eq, c->options[n].name))
			continue;
		if (c->options[n].value == NULL) {
			k->cli.option[n] = "";
			return true;
		}
		return take_value(argv, argc, i, eq, &k->cli.option[n], e);
	}
	return usage(e, "unknown option", argv[*i]);
}

static bool
is_option(const char *arg)
{
	return arg[0] == '-' && arg[1] == '-' && arg[2] != '\0';
}

/* The one short option that there is. */
static void
lengthen(int argc, char **argv)
{
	static char out[] = "--out";

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "-o") == 0)
			argv[i] = out;
}

static bool
read_option(struct call *k, char **argv, int argc, int *i, struct err *e)
{
	bool taken;

	if (!global_option(k, argv, argc, i, &taken, e))
		return false;
	if (taken)
		return true;
	if (k->cli.command == NULL)
		return usage(e, "unknown option", argv[*i]);
	return command_option(k, k->cli.command, argv, argc, i, e);
}

/* preau [options of the program] command [options and operands] */
static bool
read_call(struct call *k, int argc, char **argv, struct err *e)
{
	const struct command *c;
	int i = 1, used;

	lengthen(argc, argv);
	for (; i < argc && is_option(argv[i]); i++)
		if (!read_option(k, argv, argc, &i, e))
			return false;
	c = find_command(argv + i, argc - i, &used);
	if (c == NULL)
		return usage(
		    e, "no such command:", i < argc ? argv[i] : "(none given)");
	k->cli.command = c;
	k->cli.argv = argv + i + used;
	for (i += used; i < argc; i++) {
		if (!is_option(argv[i]))
			k->cli.argv[k->cli.argc++] = argv[i];
		else if (!read_option(k, argv, argc, &i, e))
			return false;
	}
	if (k->cli.argc < c->min || k->cli.argc > c->max)
		return usage(e, "wrong number of words for", c->name);
	return true;
}

static bool
run_in_house(struct cli *c, struct err *e)
{
	CLEANUP(key_done) struct key master;
	struct house house;
	bool done;

	if (!master_read(c->conf->master_key, false, &master, e) ||
	    !house_open(&house, c->conf, &master, DB_WRITE, e))
		return false;
	c->house = &house;
	done = c->command->run(c, e) && cli_head(c, &house, e);
	house_close(&house);
	return done;
}

static bool
run(struct call *k, struct err *e)
{
	static struct conf conf;
	struct cli *c = &k->cli;

	c->conf = &conf;
	if (c->conf_path == NULL && access(CONF_FILE, R_OK) == 0)
		c->conf_path = CONF_FILE;
	if (cli_need(c) != CLI_NOTHING) {
		if (!conf_load(c->conf_path, k->sets, k->n_sets, &conf, e))
			return false;
		log_init("preau", (enum log_level)conf.log_level);
	}
	if (!crypto_init(e))
		return false;
	if (c->command->before != NULL && !c->command->before(c, e))
		return false;
	if (cli_need(c) == CLI_HOUSE)
		return run_in_house(c, e);
	return c->command->run(c, e);
}

static int
say_error(const struct cli *c, const struct err *e, bool called)
{
	if (c->json) {
		fprintf(c->out, "{\"error\":\"%s\",\"message\":",
		    err_meanings[e->kind].name);
		json_str(c->out, str_c(e->msg));
		fprintf(c->out, "}\n");
	} else {
		fprintf(stderr, "preau: %s\n", e->msg);
	}
	return called ? err_meanings[e->kind].exit_code : EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	OWNED(arena) arena = arena_new(ARENA_MAX);
	struct call k = {
	    .cli = {.arena = arena, .out = stdout, .now = clock_now()}};
	struct err e = {0};
	int ret = EXIT_SUCCESS;

	if (!read_call(&k, argc, argv, &e))
		ret = say_error(&k.cli, &e, false);
	else if (!run(&k, &e))
		ret = say_error(&k.cli, &e, true);
	if (fflush(stdout) == EOF || ferror(stdout))
		return EXIT_FAILURE;
	return ret;
}
