#include <inttypes.h>
#include <stdio.h>

#include "audit/audit.h"
#include "base/num.h"
#include "cli/cli.h"
#include "sql_audit.h"

#define SHOWN 100

static bool
verify_one(struct cli *c, const struct organisation *o,
    struct audit_report *ret, struct err *e)
{
	uint8_t head[KEY_DIGEST_BYTES];
	char path[CONF_TEXT_MAX + 16];
	bool found;

	(void)snprintf(
	    path, sizeof(path), "%s/" AUDIT_HEAD_FILE, c->conf->data);
	return audit_head_read(path, o->id, &found, head, e) &&
	       audit_verify(c->house->db, c->arena, &o->chain, o->id,
		   found ? head : NULL, ret, e);
}

static void
say(struct cli *c, const struct organisation *o, const struct audit_report *r,
    bool first)
{
	if (c->json) {
		fprintf(c->out,
		    "%s{\"organisation\":%" PRId64 ",\"entries\":%" PRId64
		    ",\"first_bad\":%" PRId64 ",\"missing_after\":%" PRId64
		    ",\"cut_off\":%s}",
		    first ? "" : ",", o->id, r->entries, r->first_bad,
		    r->missing_after, r->cut_off ? "true" : "false");
		return;
	}
	fprintf(c->out, "organisation %" PRId64 ": %" PRId64 " entries", o->id,
	    r->entries);
	if (r->first_bad != 0)
		fprintf(c->out, ", altered at entry %" PRId64, r->first_bad);
	if (r->cut_off)
		fprintf(
		    c->out, ", cut off after entry %" PRId64, r->missing_after);
	fprintf(
	    c->out, r->first_bad == 0 && !r->cut_off ? ", unaltered\n" : "\n");
}

static bool
verify_run(struct cli *c, struct err *e)
{
	int64_t bad = 0;

	if (c->json)
		fputc('[', c->out);
	for (size_t i = 0; i < c->house->n_org; i++) {
		struct audit_report r;

		if (!verify_one(c, &c->house->org[i], &r, e))
			return false;
		say(c, &c->house->org[i], &r, i == 0);
		if (bad == 0 && (r.first_bad != 0 || r.cut_off))
			bad = r.first_bad != 0 ? r.first_bad : r.missing_after;
	}
	if (c->json)
		fprintf(c->out, "]\n");
	if (bad != 0)
		return err_set(e, ERR_CORRUPT,
		    "the audit was altered at or after entry %" PRId64, bad);
	return true;
}

const struct command cmd_audit_verify = {
    .name = "audit verify",
    .args = "",
    .help = "Recompute the chain of hashes and name the first altered entry.",
    .need = CLI_HOUSE,
    .run = verify_run,
};

static void
show_entry(struct cli *c, const struct organisation *o,
    const struct sql_audit_page_row *a, bool first)
{
	str name = house_text(c->arena, o, "account.name_enc", a->name_enc);

	if (!c->json) {
		fprintf(c->out,
		    "%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t" STR_FMT
		    "\t" STR_FMT "\t" STR_FMT " %" PRId64 "\n",
		    a->id, a->at, a->actor, STR_ARG(name), STR_ARG(a->action),
		    STR_ARG(a->subject_kind), a->subject);
		return;
	}
	fprintf(c->out,
	    "%s{\"id\":%" PRId64 ",\"organisation\":%" PRId64 ",\"at\":%" PRId64
	    ",\"actor\":%" PRId64 ",\"name\":",
	    first ? "" : ",", a->id, o->id, a->at, a->actor);
	json_str(c->out, name);
	fprintf(c->out, ",\"action\":");
	json_str(c->out, a->action);
	fprintf(c->out, ",\"subject_kind\":");
	json_str(c->out, a->subject_kind);
	fprintf(c->out,
	    ",\"subject\":%" PRId64 ",\"child\":%" PRId64 ",\"group\":%" PRId64
	    "}",
	    a->subject, a->child, a->activity_group);
}

static bool
show_run(struct cli *c, struct err *e)
{
	const char *most = cli_option(c, "last");
	int64_t n = SHOWN;
	bool first = true;

	if (most != NULL && !num_i64(str_c(most), 1, 1000000, &n))
		return err_set(e, ERR_INPUT, "--last is 1 to 1000000");
	if (c->json)
		fputc('[', c->out);
	for (size_t i = 0; i < c->house->n_org; i++) {
		struct sql_audit_page_rows rows;

		if (!sql_audit_page(c->house->db, c->arena, c->house->org[i].id,
			INT64_MAX, n, &rows, e))
			return false;
		for (size_t k = rows.n; k-- > 0; first = false)
			show_entry(c, &c->house->org[i], &rows.v[k], first);
	}
	if (c->json)
		fprintf(c->out, "]\n");
	return true;
}

const struct command cmd_audit_show = {
    .name = "audit show",
    .args = "",
    .help = "Print the newest entries, oldest first.",
    .need = CLI_HOUSE,
    .run = show_run,
    .options = {{"last", "N", "how many; 100"}},
};
