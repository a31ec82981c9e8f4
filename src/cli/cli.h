/*
 * cli — one struct command per subcommand; the table is the help and preau(1).
 *
 * Exit codes are those of base/err.h (err_meanings), 64 for a call that cannot
 * be understood.  With --json the result is one JSON value on standard output
 * and an error is {"error": kind, "message": text}.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

#include "house/house.h"

enum cli_need {
	CLI_NOTHING,
	CLI_CONF,  /* the configuration */
	CLI_HOUSE, /* the database and keys, to read and write */
};

struct cli_option {
	const char *name; /* without the dashes */
	const char
	    *value; /* what stands for its value in the help; NULL: none */
	const char *help;
};

#define CLI_OPTIONS_MAX 8

struct cli {
	struct arena *arena;
	struct conf *conf;
	const char *conf_path; /* NULL: none */
	struct house *house;   /* set when the command needs it */
	FILE *out;
	bool json;
	int argc;
	char **argv; /* operands only */
	const struct command *command;
	const char
	    *option[CLI_OPTIONS_MAX]; /* as command->options; NULL unset */
	int64_t now;
};

struct command {
	const char *name; /* "audit verify" */
	const char *args; /* operands, for the help */
	const char *help; /* one sentence */
	int min, max;     /* operands */
	enum cli_need need;
	/* When it depends on what the command is given; NULL: it does not. */
	enum cli_need (*need_of)(const struct cli *);
	bool (*run)(struct cli *, struct err *);
	/* Before the house is opened: what reads strangers' bytes while no key
	 * is in memory; NULL: nothing. */
	bool (*before)(struct cli *, struct err *);
	struct cli_option options[CLI_OPTIONS_MAX + 1]; /* ends at NULL name */
};

enum cli_need cli_need(const struct cli *);

extern const struct command *const commands[]; /* ends at NULL */

/* The value of a command's option; "" when it is a flag; NULL when not given.
 */
const char *cli_option(const struct cli *, const char *name);
/* The same; missing is ERR_INPUT that names it. */
bool cli_required(
    const struct cli *, const char *name, str *ret, struct err *) MUST_USE;

/* The audit's head beside the database; after everything that appends. */
bool cli_head(struct cli *, struct house *, struct err *) MUST_USE;

/* A JSON string with its quotes; what is not UTF-8 becomes U+FFFD. */
void json_str(FILE *, str);

/* Roff of the COMMANDS section of preau(1). */
void cli_print_manual(FILE *);
void cli_print_help(FILE *);
void cli_json_help(FILE *);

extern const struct command cmd_serve, cmd_init, cmd_demo, cmd_account_list,
    cmd_account_link, cmd_account_reset, cmd_account_suspend,
    cmd_account_restore, cmd_roster_check, cmd_roster_import, cmd_audit_verify,
    cmd_audit_show, cmd_bounce, cmd_case_verify, cmd_certificate_verify,
    cmd_push_rotate, cmd_seal_key, cmd_seal_open, cmd_consent_export,
    cmd_backup, cmd_restore, cmd_check, cmd_hash, cmd_config, cmd_version,
    cmd_match_build, cmd_match_query, cmd_match_bench, cmd_help, cmd_hash_video,
    cmd_list_add, cmd_list_import, cmd_list_status, cmd_list_enable,
    cmd_list_disable, cmd_list_restore, cmd_list_diff, cmd_trace,
    cmd_trace_allow, cmd_trace_refuse, cmd_trace_show, cmd_trace_close;

#endif
