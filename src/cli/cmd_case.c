#include <inttypes.h>
#include <stdio.h>

#include "cli/case_bundle.h"
#include "cli/cli.h"
#include "report/filing.h"
#include "report/head.h"
#include "report/story.h"
#include "safe/safe.h"
#include "sql_report.h"
#include "sql_safe.h"

#define CHUNK 200

struct found {
	struct cli *cli;
	str only;
	int64_t cases, events;
	int64_t paper; /* version of the first paper that was altered */
	str first;     /* number of the first case that was altered */
	int64_t event;
	str cut;  /* number of the first whose end is missing */
	bool any; /* of the number that was asked for */
};

static void
say_broken(struct cli *c, str number, int64_t event)
{
	if (!c->json)
		fprintf(c->out,
		    "case " STR_FMT ": altered at entry %" PRId64 "\n",
		    STR_ARG(number), event);
}

static void
say_broken_paper(struct cli *c, str number, int64_t paper)
{
	if (!c->json)
		fprintf(c->out,
		    "case " STR_FMT ": altered at version %" PRId64
		    " of a paper\n",
		    STR_ARG(number), paper);
}

static bool
verify_papers(struct cli *c, const struct organisation *o, int64_t id,
    str number, const struct story *s, struct found *io, struct err *e)
{
	int64_t bad;

	if (!filing_verify(c->house, c->arena, o, id, s, &bad, e))
		return false;
	if (bad == 0)
		return true;
	say_broken_paper(c, number, bad);
	if (io->paper == 0 && io->event == 0)
		io->first = number;
	if (io->paper == 0)
		io->paper = bad;
	return true;
}

/* What the heads beside the database know and the database does not. */
static void
note_cut(struct found *f, str number, const char *what)
{
	if (!f->cli->json)
		fprintf(f->cli->out, "case " STR_FMT ": %s\n", STR_ARG(number),
		    what);
	if (f->cut.n == 0 &&
	    !arena_str(f->cli->arena, number.p, number.n, &f->cut))
		f->cut = S("?");
}

static void
note_gone(void *ctx, str number)
{
	struct found *f = ctx;

	if (f->only.n > 0 && !str_eq(f->only, number))
		return;
	f->any = true;
	note_cut(f, number, "all of it is missing");
}

static bool
verify_head(struct found *f, const struct organisation *o, int64_t id,
    str number, int64_t last, struct err *e)
{
	enum case_head_fault fault;
	struct cli *c = f->cli;

	if (!case_head_check(c->house, c->arena, HEAD_CASES, o, id, &fault, e))
		return false;
	if (fault == CASE_HEAD_ALTERED)
		note_cut(
		    f, number, "its head in " CASE_HEAD_FILE " is not ours");
	else if (fault != CASE_HEAD_FINE)
		note_cut(f, number,
		    arena_cstr(c->arena,
			arena_fmt(c->arena,
			    "its end is missing, or another, after entry "
			    "%" PRId64,
			    last)));
	return true;
}

static bool
verify_case(struct cli *c, const struct organisation *o, int64_t id, str only,
    struct found *io, struct err *e)
{
	struct sql_case_by_id_row r;
	struct story s;
	bool found;

	if (!sql_case_by_id(c->house->db, c->arena, id, o->id, &found, &r, e))
		return false;
	if (!found || (only.n > 0 && !str_eq(only, r.number)))
		return true;
	if (!story_load(c->house, c->arena, o, id, &s, e) ||
	    !verify_papers(c, o, id, r.number, &s, io, e))
		return false;
	io->any = true;
	io->cases++;
	io->events += (int64_t)s.n;
	if (s.broken == 0)
		return verify_head(
		    io, o, id, r.number, s.n == 0 ? 0 : s.v[s.n - 1].id, e);
	say_broken(c, r.number, s.broken);
	if (io->event == 0) {
		io->event = s.broken;
		if (io->paper == 0)
			io->first = r.number;
	}
	return true;
}

static bool
verify_safe(
    struct found *f, const struct organisation *o, int64_t id, struct err *e)
{
	struct cli *c = f->cli;
	str name = arena_fmt(c->arena, "safe %" PRId64, id);
	struct deed d = {.house = c->house, .arena = c->arena, .org = o};
	enum case_head_fault fault;
	struct safe s;

	if (!safe_load_one(&d, id, &s, e) ||
	    !case_head_check(c->house, c->arena, HEAD_SAFES, o, id, &fault, e))
		return false;
	if (s.broken != 0)
		note_cut(f, name,
		    arena_cstr(
			c->arena, arena_fmt(c->arena,
				      "altered at entry %" PRId64, s.broken)));
	else if (fault != CASE_HEAD_FINE)
		note_cut(f, name, "its end is missing, or another");
	return true;
}

/* The evidence safes of families: verified, not read. */
static bool
verify_safes(struct cli *c, const struct organisation *o, struct found *io,
    struct err *e)
{
	struct sql_safe_list_rows rows;
	int64_t after = 0;

	do {
		if (!sql_safe_list(
			c->house->db, c->arena, o->id, after, CHUNK, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n; i++) {
			after = rows.v[i].id;
			if (!verify_safe(io, o, after, e))
				return false;
		}
	} while (rows.n == CHUNK);
	return true;
}

static bool
verify_all(struct cli *c, const struct organisation *o, str only,
    struct found *io, struct err *e)
{
	struct sql_case_list_rows rows;
	int64_t before = INT64_MAX;

	do {
		if (!sql_case_list(c->house->db, c->arena, o->id, before, 0,
			CHUNK, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n; i++) {
			before = rows.v[i].id;
			if (!verify_case(c, o, before, only, io, e))
				return false;
		}
	} while (rows.n == CHUNK);
	return case_head_gone(c->house, o, note_gone, io, e) &&
	       (only.n > 0 || verify_safes(c, o, io, e));
}

static void
sum_up(struct cli *c, const struct found *f)
{
	if (!c->json) {
		fprintf(c->out, "%" PRId64 " cases, %" PRId64 " entries%s\n",
		    f->cases, f->events,
		    f->event == 0 && f->paper == 0 && f->cut.n == 0
			? ", unaltered"
			: "");
		return;
	}
	fprintf(c->out,
	    "{\"cases\":%" PRId64 ",\"entries\":%" PRId64
	    ",\"first_bad\":%" PRId64 ",\"case\":",
	    f->cases, f->events, f->event);
	json_str(c->out, f->first.p == NULL ? S("") : f->first);
	fprintf(c->out, ",\"cut\":");
	json_str(c->out, f->cut.p == NULL ? S("") : f->cut);
	fprintf(c->out, ",\"first_bad_paper\":%" PRId64 "}\n", f->paper);
}

/* Numbers of cases have neither. */
static bool
is_bundle(const struct cli *c)
{
	return c->argc > 0 && (strchr(c->argv[0], '/') != NULL ||
				  strchr(c->argv[0], '.') != NULL);
}

static enum cli_need
verify_need(const struct cli *c)
{
	return is_bundle(c) ? CLI_NOTHING : CLI_HOUSE;
}

static bool
verify_run(struct cli *c, struct err *e)
{
	str only = c->argc > 0 ? str_c(c->argv[0]) : S("");
	struct found f = {.cli = c, .only = only};

	if (is_bundle(c))
		return case_bundle_verify(c, c->argv[0], e);

	for (size_t i = 0; i < c->house->n_org; i++)
		if (!verify_all(c, &c->house->org[i], only, &f, e))
			return err_wrap(e, "cases");
	if (only.n > 0 && !f.any)
		return err_set(
		    e, ERR_NOT_FOUND, "no case " STR_FMT, STR_ARG(only));
	sum_up(c, &f);
	if (f.paper != 0)
		return err_set(e, ERR_CORRUPT,
		    "a paper of case " STR_FMT " was altered",
		    STR_ARG(f.first));
	if (f.event == 0 && f.cut.n > 0)
		return err_set(e, ERR_CORRUPT,
		    "the chain of " STR_FMT " was cut", STR_ARG(f.cut));
	return f.event == 0 ||
	       err_set(e, ERR_CORRUPT,
		   "case " STR_FMT " was altered at entry %" PRId64,
		   STR_ARG(f.first), f.event);
}

const struct command cmd_case_verify = {
    .name = "case verify",
    .args = "[NUMBER | BUNDLE.zip]",
    .help = "Recompute the chain of what happened in each case, or in one, and "
	    "name the first altered entry, each whose end is missing, and "
	    "official papers that were altered; or verify a bundle of "
	    "evidence, without any house, and name what was altered.",
    .min = 0,
    .max = 1,
    .need = CLI_HOUSE,
    .need_of = verify_need,
    .run = verify_run,
    .options = {{"key", "HEX", "the bundle must be signed by this key"}},
};
