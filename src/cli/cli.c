#include "cli/cli.h"

#include "audit/audit.h"
#include "base/utf8.h"
#include "report/head.h"

const char *
cli_option(const struct cli *c, const char *name)
{
	for (int i = 0; c->command->options[i].name != NULL; i++)
		if (strcmp(c->command->options[i].name, name) == 0)
			return c->option[i];
	return NULL;
}

bool
cli_required(const struct cli *c, const char *name, str *ret, struct err *e)
{
	const char *value = cli_option(c, name);

	if (value == NULL)
		return err_set(e, ERR_INPUT, "--%s is missing", name);
	*ret = str_c(value);
	return true;
}

enum cli_need
cli_need(const struct cli *c)
{
	return c->command->need_of != NULL ? c->command->need_of(c)
					   : c->command->need;
}

bool
cli_head(struct cli *c, struct house *h, struct err *e)
{
	char path[CONF_TEXT_MAX + 16];

	if (db_writes(h->db) == 0)
		return true;
	(void)snprintf(
	    path, sizeof(path), "%s/" AUDIT_HEAD_FILE, c->conf->data);
	return audit_head_write(h->db, path, e) && case_head_follow(h, e);
}

static void
json_point(FILE *out, const char *from, size_t n, uint32_t c)
{
	if (c == '"' || c == '\\')
		fprintf(out, "\\%c", (char)c);
	else if (c < ' ' || c == 0x7f)
		fprintf(out, "\\u%04x", (unsigned)c);
	else
		fwrite(from, 1, n, out);
}

void
json_str(FILE *out, str s)
{
	bool text = utf8_valid(s);

	fputc('"', out);
	while (s.n > 0) {
		const char *from = s.p;
		uint32_t c = (unsigned char)*from;

		if (text) {
			c = utf8_next(&s);
		} else {
			s = str_sub(s, 1, s.n);
			if (c >= 0x80) {
				fputs("\\ufffd", out);
				continue;
			}
		}
		json_point(out, from, (size_t)(s.p - from), c);
	}
	fputc('"', out);
}

static void
print_line(FILE *out, const struct command *c)
{
	fprintf(out, "  preau %s%s%s\n      %s\n", c->name,
	    *c->args == '\0' ? "" : " ", c->args, c->help);
	for (const struct cli_option *o = c->options; o->name != NULL; o++)
		fprintf(out, "      --%s%s%s  %s\n", o->name,
		    o->value == NULL ? "" : " ",
		    o->value == NULL ? "" : o->value, o->help);
}

void
cli_print_help(FILE *out)
{
	fprintf(out, "preau [--config FILE] [--set NAME=VALUE]… [--json] "
		     "COMMAND\n\n");
	for (const struct command *const *c = commands; *c != NULL; c++)
		print_line(out, *c);
	fprintf(out, "\nSee preau(1) and preau.conf(5).\n");
}

static void
json_member(FILE *out, const char *name, const char *value)
{
	fprintf(out, "\"%s\":", name);
	if (value == NULL)
		fprintf(out, "null");
	else
		json_str(out, str_c(value));
}

static void
json_command(FILE *out, const struct command *c)
{
	fputc('{', out);
	json_member(out, "name", c->name);
	fputc(',', out);
	json_member(out, "operands", c->args);
	fputc(',', out);
	json_member(out, "help", c->help);
	fprintf(out, ",\"options\":[");
	for (const struct cli_option *o = c->options; o->name != NULL; o++) {
		fprintf(out, "%s{", o == c->options ? "" : ",");
		json_member(out, "name", o->name);
		fputc(',', out);
		json_member(out, "value", o->value);
		fputc(',', out);
		json_member(out, "help", o->help);
		fputc('}', out);
	}
	fprintf(out, "]}");
}

void
cli_json_help(FILE *out)
{
	fprintf(out, "{\"commands\":[");
	for (const struct command *const *c = commands; *c != NULL; c++) {
		fputs(c == commands ? "" : ",", out);
		json_command(out, *c);
	}
	fprintf(out, "],\"errors\":[");
	for (int k = ERR_NONE + 1; k < ERR_KINDS; k++) {
		fputs(k == ERR_NONE + 1 ? "{" : ",{", out);
		json_member(out, "error", err_meanings[k].name);
		fprintf(out, ",\"status\":%d}", err_meanings[k].exit_code);
	}
	fprintf(out, "]}\n");
}

void
cli_print_manual(FILE *out)
{
	for (const struct command *const *c = commands; *c != NULL; c++) {
		fprintf(out, ".TP\n.B preau %s\n%s%s%s\n", (*c)->name,
		    *(*c)->args == '\0' ? "" : ".I ", (*c)->args,
		    *(*c)->args == '\0' ? "" : "\n.br");
		fprintf(out, "%s\n", (*c)->help);
		for (const struct cli_option *o = (*c)->options;
		     o->name != NULL; o++)
			fprintf(out, ".br\n.B \\-\\-%s\n%s%s%s%s\n", o->name,
			    o->value == NULL ? "" : ".I ",
			    o->value == NULL ? "" : o->value,
			    o->value == NULL ? "" : "\n", o->help);
	}
}
