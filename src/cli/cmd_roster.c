#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "people/roster.h"
#include "sql_season.h"

#define SHEET_MAX ((off_t)4 << 20)

static bool
read_sheet(struct cli *c, str *ret, struct err *e)
{
	OWNED_FD fd = open(c->argv[0], O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t n = 0;
	char *p;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "%s", c->argv[0]);
	if (st.st_size > SHEET_MAX)
		return err_set(e, ERR_LIMIT, "%s: more than 4 MiB", c->argv[0]);
	p = NEW_N(c->arena, char, (size_t)st.st_size + 1);
	while (p != NULL && n < (size_t)st.st_size) {
		ssize_t got = read(fd, p + n, (size_t)st.st_size - n);

		if (got <= 0)
			return err_sys(e, "%s", c->argv[0]);
		n += (size_t)got;
	}
	*ret = (str){p, n};
	return p != NULL || err_set(e, ERR_LIMIT, "%s", c->argv[0]);
}

static bool
find_season(struct cli *c, struct deed *ret, int64_t *ret_season, struct err *e)
{
	struct sql_season_by_name_row row;
	bool found;
	str name;

	if (!cli_required(c, "season", &name, e))
		return false;
	for (size_t i = 0; i < c->house->n_org; i++) {
		const struct organisation *o = &c->house->org[i];

		if (!sql_season_by_name(
			c->house->db, c->arena, o->id, name, &found, &row, e))
			return false;
		if (!found)
			continue;
		*ret = (struct deed){.house = c->house,
		    .arena = c->arena,
		    .org = o,
		    .now = c->now,
		    .today = day_of(o->zone, c->now)};
		*ret_season = row.id;
		return true;
	}
	return err_set(
	    e, ERR_NOT_FOUND, "there is no season " STR_FMT, STR_ARG(name));
}

static void
say_notes(struct cli *c, const struct roster_plan *p)
{
	for (size_t i = 0; i < p->n_note; i++) {
		const struct roster_note *n = &p->note[i];
		str text =
		    lang_fill(c->arena, lang_text(LANG_EN, n->text), n->arg, 2);

		if (!c->json) {
			fprintf(c->out,
			    "line %" PRId64 ", " STR_FMT ": %s: " STR_FMT "\n",
			    n->line, STR_ARG(n->column),
			    n->error ? "error" : "warning", STR_ARG(text));
			continue;
		}
		fprintf(c->out,
		    "%s{\"line\":%" PRId64 ",\"column\":", i == 0 ? "" : ",",
		    n->line);
		json_str(c->out, n->column);
		fprintf(c->out,
		    ",\"error\":%s,\"text\":", n->error ? "true" : "false");
		json_str(c->out, text);
		fputc('}', c->out);
	}
}

static void
say_plan(struct cli *c, const struct roster_plan *p, bool applied)
{
	const struct roster_counts *n = &p->counts;

	if (c->json)
		fprintf(c->out, "{\"applied\":%s,\"errors\":%zu,\"notes\":[",
		    applied ? "true" : "false", p->errors);
	say_notes(c, p);
	if (c->json) {
		fprintf(c->out,
		    "],\"children_new\":%zu,\"children_changed\":%zu,"
		    "\"people_new\":%zu,\"people_changed\":%zu,"
		    "\"enrolments_new\":%zu,\"links_new\":%zu,"
		    "\"links_ended\":%zu,\"groups_new\":%zu}\n",
		    n->children_new, n->children_changed, n->people_new,
		    n->people_changed, n->enrolments_new, n->links_new,
		    n->links_ended, n->groups_new);
		return;
	}
	fprintf(c->out,
	    "%s: children %zu new, %zu changed; adults %zu new, %zu "
	    "changed; enrolments %zu new; groups %zu new\n",
	    applied ? "applied" : "planned", n->children_new,
	    n->children_changed, n->people_new, n->people_changed,
	    n->enrolments_new, n->groups_new);
}

static bool
plan_sheet(struct cli *c, bool apply, struct err *e)
{
	struct roster_plan plan;
	int64_t season;
	struct deed d;
	str sheet;

	if (!read_sheet(c, &sheet, e) || !find_season(c, &d, &season, e) ||
	    !roster_plan(&d, season, sheet, &plan, e))
		return false;
	if (apply && plan.errors == 0 && !roster_apply(&d, &plan, e))
		return false;
	say_plan(c, &plan, apply && plan.errors == 0);
	if (plan.errors > 0)
		return err_set(e, ERR_INPUT, "%zu errors: nothing was changed",
		    plan.errors);
	return true;
}

static bool
check_run_sheet(struct cli *c, struct err *e)
{
	return plan_sheet(c, false, e);
}

static bool
import_run(struct cli *c, struct err *e)
{
	struct db *db = c->house->db;

	if (!db_begin(db, e))
		return false;
	if (!plan_sheet(c, true, e) || !db_commit(db, e)) {
		db_rollback(db);
		return false;
	}
	return true;
}

const struct command cmd_roster_check = {
    .name = "roster check",
    .args = "FILE",
    .help = "Read a roster sheet (CSV, see docs/roster.md) and say what an "
	    "import would do.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = check_run_sheet,
    .options = {{"season", "NAME", "that the enrolments belong to"}},
};

const struct command cmd_roster_import = {
    .name = "roster import",
    .args = "FILE",
    .help = "Import a roster sheet, all of it or nothing.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = import_run,
    .options = {{"season", "NAME", "that the enrolments belong to"}},
};
