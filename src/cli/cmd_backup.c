#include <inttypes.h>

#include "audit/audit.h"
#include "backup/backup.h"
#include "backup/check.h"
#include "base/num.h"
#include "cli/cli.h"
#include "ends/term.h"

static bool
note_backup(struct cli *c, struct err *e)
{
	struct db *db = c->house->db;

	if (!db_begin(db, e))
		return false;
	for (size_t i = 0; i < c->house->n_org; i++) {
		const struct organisation *o = &c->house->org[i];
		struct audit_event ev = {.organisation = o->id,
		    .at = c->now,
		    .action = AUDIT_BACKUP_MADE,
		    .subject_kind = ""};

		if (!audit_append(db, c->arena, &o->chain, &ev, e)) {
			db_rollback(db);
			return false;
		}
	}
	if (db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

#define MOST_USUAL 100

/* The shortest of what the organisations of the house let backups live. */
static bool
age_of(struct cli *c, int64_t *ret_days, struct err *e)
{
	struct ends_term term[ENDS_RULES];
	int64_t days = ends_rows[ENDS_BACKUPS].most;

	for (size_t i = 0; i < c->house->n_org; i++) {
		const struct deed d = {.house = c->house,
		    .arena = c->arena,
		    .org = &c->house->org[i],
		    .now = c->now,
		    .today = day_of(c->house->org[i].zone, c->now)};

		if (!ends_terms(&d, term, e))
			return false;
		if (term[ENDS_BACKUPS].days < days)
			days = term[ENDS_BACKUPS].days;
	}
	*ret_days = days;
	return true;
}

/* Old ones go once there is a new one. */
static bool
thin(struct cli *c, int64_t *ret_removed, struct err *e)
{
	struct backup_limits l = {.now = c->now, .most = MOST_USUAL};
	const char *most = cli_option(c, "most");
	int64_t days;

	*ret_removed = 0;
	if (cli_option(c, "keep-old") != NULL)
		return true;
	if (most != NULL && !num_i64(str_c(most), 1, 4000, &l.most))
		return err_set(e, ERR_INPUT, "--most: 1 to 4000");
	if (!age_of(c, &days, e))
		return false;
	l.age_s = days * 86400;
	return backup_thin(c->argv[0], &c->house->master, &l, ret_removed, e);
}

static bool
backup_run(struct cli *c, struct err *e)
{
	struct backup_report r;
	int64_t removed;

	if (!note_backup(c, e) ||
	    !backup_make(c->house, c->argv[0], c->now, &r, e) ||
	    !thin(c, &removed, e))
		return false;
	if (c->json) {
		fprintf(c->out,
		    "{\"name\":\"%s\",\"files\":%" PRId64 ",\"linked\":%" PRId64
		    ",\"bytes\":%" PRId64 ",\"copied_bytes\":%" PRId64
		    ",\"missing\":%" PRId64 ",\"removed\":%" PRId64 "}\n",
		    r.name, r.files, r.linked, r.bytes, r.copied_bytes,
		    r.missing, removed);
		return true;
	}
	fprintf(c->out,
	    "%s/%s: %" PRId64 " files, %" PRId64
	    " of them linked to the backup before; %" PRId64
	    " bytes written\nKeep these two elsewhere, they are not in it:\n"
	    "    %s (without it nothing can be read)\n"
	    "    %s (without it what was erased would come back)\n",
	    c->argv[0], r.name, r.files, r.linked, r.copied_bytes,
	    c->conf->master_key, c->conf->erasures);
	if (removed > 0)
		fprintf(c->out, "%" PRId64 " old backups removed\n", removed);
	if (r.missing > 0)
		return err_set(e, ERR_CORRUPT,
		    "%" PRId64 " files are missing; run preau check",
		    r.missing);
	return true;
}

const struct command cmd_backup = {
    .name = "backup",
    .args = "FOLDER",
    .help = "Make a backup in a folder of its own below FOLDER, while the "
	    "server runs; then remove those there that have had their time.",
    .min = 1,
    .max = 1,
    .need = CLI_HOUSE,
    .run = backup_run,
    .options = {{"most", "N", "how many are kept at most (100)"},
	{"keep-old", NULL, "remove none"}},
};

static void
say_restored(struct cli *c, const struct restore_report *r)
{
	if (c->json) {
		fprintf(c->out,
		    "{\"made_at\":%" PRId64 ",\"files\":%" PRId64
		    ",\"erased_blobs\":%" PRId64 ",\"erased_children\":%" PRId64
		    ",\"held_again\":%" PRId64
		    ",\"journal_used\":%s,\"audit_entries\":%" PRId64
		    ",\"audit_bad\":%" PRId64 ",\"aside\":",
		    r->made_at, r->files, r->erased.blobs, r->erased.children,
		    r->erased.holds, r->journal_used ? "true" : "false",
		    r->audit_entries, r->audit_bad);
		json_str(c->out, str_c(r->aside));
		fprintf(c->out, "}\n");
		return;
	}
	fprintf(c->out,
	    "restored: %" PRId64 " files, %" PRId64 " audit entries\n",
	    r->files, r->audit_entries);
	if (r->journal_used)
		fprintf(c->out,
		    "erased again: %" PRId64 " files and %" PRId64
		    " children that the backup still held\n",
		    r->erased.blobs, r->erased.children);
	else
		fprintf(c->out,
		    "WARNING: without the erasure journal, what was "
		    "erased since this backup can be read again.\n");
	if (r->erased.holds > 0)
		fprintf(c->out,
		    "held again: %" PRId64
		    " holds that are younger than this backup\n",
		    r->erased.holds);
	if (r->audit_bad != 0)
		fprintf(c->out,
		    "WARNING: the audit was altered at entry %" PRId64
		    " already when the backup was made.\n",
		    r->audit_bad);
	if (r->aside[0] != '\0')
		fprintf(c->out, "the old data are in %s\n", r->aside);
}

static bool
restore_run(struct cli *c, struct err *e)
{
	CLEANUP(key_done) struct key master;
	struct restore_report r;
	struct restore_call call = {.from = c->argv[0],
	    .conf = c->conf,
	    .master = &master,
	    .now = c->now,
	    .force = cli_option(c, "force") != NULL,
	    .without_journal = cli_option(c, "without-journal") != NULL};

	if (!master_read(c->conf->master_key, false, &master, e) ||
	    !backup_restore(&call, &r, e))
		return false;
	say_restored(c, &r);
	return true;
}

const struct command cmd_restore = {
    .name = "restore",
    .args = "BACKUP",
    .help = "Put a backup-… folder in place of the data, with the server "
	    "stopped; what was erased since stays erased.",
    .min = 1,
    .max = 1,
    .need = CLI_CONF,
    .run = restore_run,
    .options = {{"force", NULL, "move data that is there aside"},
	{"without-journal", NULL,
	    "go on without the erasure journal: erased data come back"}},
};

static void
say_findings(struct cli *c, const struct check_report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct check_finding *f = &r->v[i];
		const struct check_meaning *m = &check_meanings[f->kind];

		if (c->json) {
			fprintf(c->out,
			    "%s{\"kind\":\"%s\",\"id\":%" PRId64 ",\"what\":",
			    i == 0 ? "" : ",", m->word, f->id);
			json_str(c->out, f->what);
			fprintf(c->out, ",\"fixed\":%s}",
			    f->fixed ? "true" : "false");
			continue;
		}
		fprintf(c->out, "%s: %s %" PRId64 " " STR_FMT "\n",
		    f->fixed ? "fixed" : "found", m->text, f->id,
		    STR_ARG(f->what));
	}
}

static bool
check_house(struct cli *c, struct err *e)
{
	struct check_call call = {.fix = cli_option(c, "fix") != NULL,
	    .deep = cli_option(c, "deep") != NULL,
	    .now = c->now};
	struct check_report r;
	int64_t open;

	if (!check_run(c->house, c->arena, &call, &r, e))
		return false;
	open = check_open(&r);
	if (c->json)
		fprintf(c->out,
		    "{\"blobs\":%" PRId64 ",\"files\":%" PRId64
		    ",\"children\":%" PRId64 ",\"audit_entries\":%" PRId64
		    ",\"open\":%" PRId64 ",\"findings\":[",
		    r.blobs, r.files, r.children, r.audit_entries, open);
	say_findings(c, &r);
	if (c->json)
		fprintf(c->out, "]}\n");
	else
		fprintf(c->out,
		    "looked at %" PRId64 " files, %" PRId64
		    " audit entries: %" PRId64 " findings\n",
		    r.files, r.audit_entries, open);
	if (open > 0)
		return err_set(e, ERR_CORRUPT, "%" PRId64 " findings", open);
	return true;
}

const struct command cmd_check = {
    .name = "check",
    .args = "",
    .help = "Look whether rows, files, keys, audit and journal add up.",
    .need = CLI_HOUSE,
    .run = check_house,
    .options = {{"fix", NULL, "mend what loses nothing"},
	{"deep", NULL, "decrypt every file"}},
};
