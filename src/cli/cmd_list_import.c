/* preau list import — the files of a source into a list. */
#include <inttypes.h>

#include "base/clock.h"
#include "cli/lists.h"
#include "list/import.h"

#define PROGRESS_MS 200

struct progress {
	struct cli *c;
	const struct list_import_ask *ask;
	bool shown;
	int64_t at_ms;
};

static void
show_progress(void *ctx, uint64_t bytes, uint64_t total)
{
	struct progress *p = ctx;
	int64_t now = clock_ms();

	if (now - p->at_ms < PROGRESS_MS)
		return;
	p->at_ms = now;
	p->shown = true;
	if (total > 0)
		fprintf(stderr, "\r%3llu %%, %llu MB ",
		    (unsigned long long)(bytes * 100 / total),
		    (unsigned long long)(bytes >> 20));
	else
		fprintf(
		    stderr, "\r%llu MB ", (unsigned long long)(bytes >> 20));
}

static void
end_progress(const struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r                    \r");
}

static bool
note(void *ctx, struct err *e)
{
	const struct progress *p = ctx;

	return list_noted(p->c, AUDIT_LIST_IMPORTED, p->ask->list, p->ask->by,
	    str_c(p->c->argv[0]), e);
}

static void
say_fault(struct cli *c, const struct fetch_fault *f, bool first)
{
	const struct hash_kind_facts *kind =
	    hash_kind_facts((enum hash_kind)f->kind);

	if (!c->json) {
		fprintf(c->out,
		    "%s, line %" PRIu64 ", byte %" PRIu64 ": %s%s%s\n",
		    c->argv[1 + f->file], f->line, f->offset,
		    kind == NULL ? "" : kind->name, kind == NULL ? "" : ": ",
		    list_fault_text(f->fault));
		return;
	}
	fprintf(c->out,
	    "%s{\"file\":%" PRIu32 ",\"line\":%" PRIu64 ",\"byte\":%" PRIu64
	    ",\"kind\":\"%s\",\"why\":\"%s\"}",
	    first ? "" : ",", f->file, f->line, f->offset,
	    kind == NULL ? "" : kind->name, list_fault_text(f->fault));
}

static void
say_json(struct cli *c, const struct list_imported *r)
{
	fprintf(c->out,
	    "{\"outcome\":\"%s\",\"generation\":%" PRId64 ",\"bytes\":%" PRIu64
	    ",\"accepted\":%" PRIu64 ",\"skipped\":%" PRIu64
	    ",\"elsewhere\":%" PRIu64 ",\"malformed\":%" PRIu64
	    ",\"tombstones\":%" PRIu64 ",\"added\":%" PRIu64
	    ",\"removed\":%" PRIu64 ",\"changed\":%" PRIu64
	    ",\"entries\":%" PRIu64 ",\"window_is_whole\":%s,\"checkpoint\":",
	    r->outcome == LIST_DONE ? "done" : "unchanged", r->generation,
	    r->bytes, r->accepted, r->skipped, r->elsewhere, r->malformed,
	    r->tombstones, r->merged.added, r->merged.removed,
	    r->merged.changed, r->merged.kept,
	    r->window_is_whole ? "true" : "false");
	json_str(c->out, str_c(r->checkpoint));
	fprintf(c->out, ",\"faults\":[");
	for (size_t i = 0; i < r->n_fault; i++)
		say_fault(c, &r->fault[i], i == 0);
	fprintf(c->out, "]}\n");
}

static void
say_text(struct cli *c, const struct list_imported *r)
{
	for (size_t i = 0; i < r->n_fault; i++)
		say_fault(c, &r->fault[i], i == 0);
	fprintf(c->out,
	    "%s: accepted %" PRIu64 ", left out %" PRIu64 ", malformed %" PRIu64
	    ", withdrawn %" PRIu64 "\n",
	    c->argv[0], r->accepted, r->skipped, r->malformed, r->tombstones);
	if (r->elsewhere > 0)
		fprintf(c->out,
		    "%s: of what was left out, %" PRIu64
		    " are at an address of the source, which is not asked\n",
		    c->argv[0], r->elsewhere);
	if (r->outcome == LIST_UNCHANGED) {
		fprintf(c->out, "%s: nothing new\n", c->argv[0]);
		return;
	}
	fprintf(c->out,
	    "%s: generation %" PRId64 ", %" PRIu64 " entries, %" PRIu64
	    " added, %" PRIu64 " removed, %" PRIu64 " changed\n",
	    c->argv[0], r->generation, r->merged.kept, r->merged.added,
	    r->merged.removed, r->merged.changed);
}

static bool
import_run(struct cli *c, struct err *e)
{
	struct progress p = {.c = c};
	struct sql_list_by_name_row row;
	struct list_imported done;
	struct list_import_ask ask = {.taken = note,
	    .now = c->now,
	    .file = c->argv + 1,
	    .n_files = (size_t)c->argc - 1,
	    .may_shrink = cli_option(c, "shrink") != NULL,
	    .ctx = &p};
	bool ok;

	if (!person_of_call(c, &ask.by, e) || !list_of_call(c, &row, e))
		return false;
	ask.list = row.id;
	p.ask = &ask;
	if (!c->json && isatty(STDERR_FILENO))
		ask.progress = show_progress;
	ok = list_import(c->house->db, c->arena, c->conf, &ask, &done, e);
	end_progress(&p);
	if (!ok)
		return err_wrap(e, "nothing was changed");
	if (c->json)
		say_json(c, &done);
	else
		say_text(c, &done);
	if (!c->json && !done.window_is_whole)
		fprintf(c->out,
		    "%s: another page follows, so the checkpoint stays\n",
		    c->argv[0]);
	else if (!c->json && done.checkpoint[0] != '\0')
		fprintf(
		    c->out, "%s: checkpoint %s\n", c->argv[0], done.checkpoint);
	return true;
}

const struct command cmd_list_import = {
    .name = "list import",
    .args = "NAME FILE...",
    .help = "Read files into a list, all of them or nothing; the pages of one "
	    "window of time together, - is the standard input.",
    .min = 2,
    .max = 10000,
    .need = CLI_HOUSE,
    .run = import_run,
    .options = {{"by", "ACCOUNT", "who does it"},
	{"shrink", NULL, "believe a list that lost more than half"}},
};
