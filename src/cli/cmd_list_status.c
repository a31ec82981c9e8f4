/* preau list status, diff — what the lists hold, and what became of it. */
#include <inttypes.h>

#include "cli/lists.h"
#include "list/list.h"
#include "list/merge.h"
#include "sql_list_entry.h"
#include "sql_list_import.h"
#include "sql_match_index.h"

static void
say_name(struct cli *c, const char *name, str value)
{
	fprintf(c->out, ",\"%s\":", name);
	json_str(c->out, value);
}

static void
say_number(struct cli *c, const char *name, int64_t v)
{
	if (v == DB_NULL)
		fprintf(c->out, ",\"%s\":null", name);
	else
		fprintf(c->out, ",\"%s\":%" PRId64, name, v);
}

static const char *
kind_name(int64_t kind)
{
	const struct hash_kind_facts *f = hash_kind_facts((enum hash_kind)kind);

	return f == NULL ? "" : f->name;
}

static void
say_value(struct cli *c, int64_t kind, str value)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4 * ENTRY_VALUE_MAX);

	if (hash_kind_is_fixed((enum hash_kind)kind))
		hash_value_text(
		    (enum hash_kind)kind, (const uint8_t *)value.p, &b);
	else
		buf_hex(&b, value.p, value.n);
	fprintf(c->out, STR_FMT, STR_ARG(buf_view(&b)));
}

static void
say_head(struct cli *c, const struct sql_list_all_row *l, bool first)
{
	if (!c->json) {
		fprintf(c->out,
		    STR_FMT "\t%s\t%" PRId64 " entries\tgeneration %" PRId64
			    "\t" STR_FMT "\n",
		    STR_ARG(l->name), l->enabled != 0 ? "enabled" : "off",
		    l->entries, l->generation, STR_ARG(l->format));
		return;
	}
	fprintf(c->out, "%s{\"id\":%" PRId64, first ? "" : ",", l->id);
	say_name(c, "name", l->name);
	say_name(c, "source", l->source);
	say_name(c, "agreement", l->agreement);
	say_name(c, "format", l->format);
	say_name(c, "takes", l->takes);
	say_name(c, "scheme", l->scheme);
	say_name(c, "categories", l->categories);
	say_name(c, "checkpoint", l->checkpoint);
	fprintf(c->out, ",\"enabled\":%s", l->enabled != 0 ? "true" : "false");
	say_number(c, "generation", l->generation);
	say_number(c, "entries", l->entries);
	say_number(c, "proposed_by", l->proposed_by);
	say_number(c, "proposed_at", l->proposed_at);
	say_number(c, "enabled_by", l->enabled_by);
	say_number(c, "enabled_at", l->enabled_at);
	say_number(c, "disabled_by", l->disabled_by);
	say_number(c, "disabled_at", l->disabled_at);
}

static bool
say_damage(struct cli *c, int64_t list, struct err *e)
{
	struct sql_match_index_damage_of_row row = {.damaged = S("")};
	bool found;

	if (!sql_match_index_damage_of(
		c->house->db, c->arena, list, &found, &row, e))
		return false;
	if (c->json)
		say_name(c, "damaged", found ? row.damaged : S(""));
	else if (found)
		fprintf(c->out,
		    "\tdamaged: " STR_FMT "; new photos wait until it is "
		    "imported again or disabled\n",
		    STR_ARG(row.damaged));
	return true;
}

static bool
say_kinds(struct cli *c, int64_t list, struct err *e)
{
	struct sql_list_kinds_rows rows;

	if (!sql_list_kinds(c->house->db, c->arena, list, &rows, e))
		return false;
	if (c->json)
		fprintf(c->out, ",\"kinds\":[");
	for (size_t i = 0; i < rows.n; i++)
		fprintf(c->out,
		    c->json ? "%s{\"kind\":\"%s\",\"entries\":%" PRId64
			      ",\"threshold\":%" PRId64 "}"
			    : "%s\t%s: %" PRId64 ", matches up to %" PRId64
			      "\n",
		    c->json && i > 0 ? "," : "", kind_name(rows.v[i].hash_kind),
		    rows.v[i].entries, rows.v[i].threshold);
	if (c->json)
		fputc(']', c->out);
	return true;
}

static bool
say_faults(struct cli *c, int64_t import, struct err *e)
{
	struct sql_list_malformed_of_rows rows;

	if (!sql_list_malformed_of(c->house->db, c->arena, import, &rows, e))
		return false;
	if (c->json)
		fprintf(c->out, ",\"faults\":[");
	for (size_t i = 0; i < rows.n; i++) {
		if (!c->json) {
			fprintf(c->out,
			    "\t\tfile %" PRId64 ", line %" PRId64
			    ", byte %" PRId64 ": " STR_FMT "\n",
			    rows.v[i].file_number, rows.v[i].line,
			    rows.v[i].file_offset, STR_ARG(rows.v[i].reason));
			continue;
		}
		fprintf(c->out,
		    "%s{\"file\":%" PRId64 ",\"line\":%" PRId64
		    ",\"byte\":%" PRId64 ",\"why\":",
		    i == 0 ? "" : ",", rows.v[i].file_number, rows.v[i].line,
		    rows.v[i].file_offset);
		json_str(c->out, rows.v[i].reason);
		fputc('}', c->out);
	}
	if (c->json)
		fputc(']', c->out);
	return true;
}

static bool
say_import(struct cli *c, const struct sql_list_import_recent_row *m,
    bool first, struct err *e)
{
	if (!c->json) {
		fprintf(c->out,
		    "\timport %" PRId64 " at %" PRId64 " by %" PRId64
		    ": " STR_FMT "; accepted %" PRId64 ", left out %" PRId64
		    ", malformed %" PRId64 ", withdrawn %" PRId64
		    ", added %" PRId64 ", removed %" PRId64 "\n",
		    m->id, m->imported_at, m->imported_by, STR_ARG(m->outcome),
		    m->accepted, m->skipped, m->malformed, m->tombstones,
		    m->added, m->removed);
		return say_faults(c, m->id, e);
	}
	fprintf(c->out, "%s{\"id\":%" PRId64, first ? "" : ",", m->id);
	say_name(c, "outcome", m->outcome);
	say_name(c, "reason", m->reason);
	say_number(c, "at", m->imported_at);
	say_number(c, "by", m->imported_by);
	fprintf(c->out, ",\"file_sha256\":\"");
	for (size_t i = 0; i < m->file_digest.n; i++)
		fprintf(c->out, "%02x", (uint8_t)m->file_digest.p[i]);
	fputc('"', c->out);
	say_number(c, "bytes", m->file_bytes);
	say_number(c, "generation", m->generation);
	say_number(c, "accepted", m->accepted);
	say_number(c, "malformed", m->malformed);
	say_number(c, "skipped", m->skipped);
	say_number(c, "tombstones", m->tombstones);
	say_number(c, "added", m->added);
	say_number(c, "removed", m->removed);
	say_name(c, "checkpoint", m->checkpoint);
	if (!say_faults(c, m->id, e))
		return false;
	fputc('}', c->out);
	return true;
}

static bool
say_imports(struct cli *c, int64_t list, struct err *e)
{
	struct sql_list_import_recent_rows rows;

	if (!sql_list_import_recent(c->house->db, c->arena, list, &rows, e))
		return false;
	if (c->json)
		fprintf(c->out, ",\"imports\":[");
	for (size_t i = 0; i < rows.n; i++)
		if (!say_import(c, &rows.v[i], i == 0, e))
			return false;
	if (c->json)
		fputc(']', c->out);
	return true;
}

static bool
say_off(struct cli *c, int64_t list, struct err *e)
{
	struct sql_list_entry_off_all_rows rows;

	if (!sql_list_entry_off_all(c->house->db, c->arena, list, &rows, e))
		return false;
	if (c->json)
		fprintf(c->out, ",\"entries_off\":[");
	for (size_t i = 0; i < rows.n; i++) {
		fprintf(c->out, "%s%s:",
		    !c->json ? "\toff: "
		    : i == 0 ? "{\"entry\":\""
			     : ",{\"entry\":\"",
		    kind_name(rows.v[i].hash_kind));
		say_value(c, rows.v[i].hash_kind, rows.v[i].value);
		if (!c->json) {
			fprintf(c->out, ", " STR_FMT ": " STR_FMT "\n",
			    STR_ARG(rows.v[i].cause), STR_ARG(rows.v[i].why));
			continue;
		}
		fputc('"', c->out);
		say_name(c, "cause", rows.v[i].cause);
		say_number(c, "by", rows.v[i].off_by);
		say_number(c, "at", rows.v[i].off_at);
		say_name(c, "why", rows.v[i].why);
		fputc('}', c->out);
	}
	if (c->json)
		fputc(']', c->out);
	return true;
}

static bool
status_run(struct cli *c, struct err *e)
{
	struct sql_list_all_rows rows;
	bool first = true;

	if (!sql_list_all(c->house->db, c->arena, &rows, e))
		return false;
	if (c->json)
		fputc('[', c->out);
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_list_all_row *l = &rows.v[i];

		if (c->argc == 1 && !str_eq(l->name, str_c(c->argv[0])))
			continue;
		say_head(c, l, first);
		if (!say_damage(c, l->id, e) || !say_kinds(c, l->id, e) ||
		    !say_imports(c, l->id, e) || !say_off(c, l->id, e))
			return false;
		if (c->json)
			fputc('}', c->out);
		first = false;
	}
	if (c->json)
		fprintf(c->out, "]\n");
	if (first && c->argc == 1)
		return err_set(
		    e, ERR_NOT_FOUND, "there is no list %s", c->argv[0]);
	return true;
}

const struct command cmd_list_status = {
    .name = "list status",
    .args = "[NAME]",
    .help = "Say what each list holds, who enabled it, what its imports were "
	    "and which entries are off.",
    .max = 1,
    .need = CLI_HOUSE,
    .run = status_run,
};

struct difference {
	struct cli *c;
	bool quiet, first;
};

static bool
say_difference(void *ctx, char sign, const struct entry *t, struct err *e)
{
	struct difference *d = ctx;
	struct cli *c = d->c;

	(void)e;
	if (d->quiet)
		return true;
	if (c->json)
		fprintf(c->out,
		    "%s{\"sign\":\"%c\",\"entry\":\"%s:", d->first ? "" : ",",
		    sign, kind_name(t->kind));
	else
		fprintf(c->out, "%c\t%s:", sign, kind_name(t->kind));
	d->first = false;
	say_value(c, t->kind, t->value);
	if (!c->json) {
		fprintf(c->out, "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\n",
		    STR_ARG(t->id), STR_ARG(t->scheme), STR_ARG(t->category));
		return true;
	}
	fputc('"', c->out);
	say_name(c, "id", t->id);
	say_name(c, "scheme", t->scheme);
	say_name(c, "category", t->category);
	fputc('}', c->out);
	return true;
}

static bool
open_both(struct cli *c, const struct sql_list_by_name_row *row,
    struct entries **ret_old, struct entries **ret_new, struct err *e)
{
	const char *path;

	if (row->previous_file.p == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "list %s has no generation before this one", c->argv[0]);
	if (!list_path(c->arena, c->conf->data, row->previous_file, &path, e))
		return false;
	*ret_old = entries_open(path, e);
	if (*ret_old == NULL ||
	    !list_path(c->arena, c->conf->data, row->entries_file, &path, e))
		return false;
	*ret_new = entries_open(path, e);
	return *ret_new != NULL;
}

static bool
diff_run(struct cli *c, struct err *e)
{
	struct difference d = {c, cli_option(c, "count") != NULL, true};
	OWNED(entries) old = NULL;
	OWNED(entries) new = NULL;
	struct sql_list_by_name_row row;
	struct merge_counts n;

	if (!list_of_call(c, &row, e) || !open_both(c, &row, &old, &new, e))
		return false;
	if (c->json)
		fprintf(c->out, "{\"differences\":[");
	if (!merge_compare(old, new, say_difference, &d, &n, e))
		return false;
	fprintf(c->out,
	    c->json ? "],\"added\":%" PRIu64 ",\"removed\":%" PRIu64
		      ",\"changed\":%" PRIu64 ",\"entries\":%" PRIu64 "}\n"
		    : "%" PRIu64 " added, %" PRIu64 " removed, %" PRIu64
		      " changed, %" PRIu64 " entries\n",
	    n.added, n.removed, n.changed, n.kept);
	return true;
}

const struct command cmd_list_diff = {
    .name = "list diff",
    .args = "NAME",
    .help = "Print what the last import changed: + or -, entry, id, scheme and "
	    "category, tab separated.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = diff_run,
    .options = {{"count", NULL, "only how many"}},
};
