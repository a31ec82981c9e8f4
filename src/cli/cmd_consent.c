#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/num.h"
#include "cli/cli.h"
#include "consent/proof.h"

/* What names a child: its number, or name and birth date after it was erased.
 */
struct wanted {
	const struct organisation *org;
	int64_t child;
};

static bool
by_number(struct cli *c, const char *number, struct wanted *ret, struct err *e)
{
	if (!num_i64(str_c(number), 1, INT64_MAX, &ret->child))
		return err_set(e, ERR_INPUT, "--child is a number");
	for (size_t i = 0; i < c->house->n_org; i++) {
		struct sql_consent_child_row row;
		bool found;

		if (!sql_consent_child(c->house->db, c->arena, ret->child,
			c->house->org[i].id, &found, &row, e))
			return false;
		if (found) {
			ret->org = &c->house->org[i];
			return true;
		}
	}
	return err_set(e, ERR_NOT_FOUND, "child %" PRId64, ret->child);
}

static bool
by_name(struct cli *c, struct wanted *ret, struct err *e)
{
	const char *first = cli_option(c, "first"),
		   *last = cli_option(c, "last"), *born = cli_option(c, "born");
	int64_t day;

	if (first == NULL || last == NULL || born == NULL ||
	    !day_parse(str_c(born), &day))
		return err_set(e, ERR_INPUT,
		    "say --child, or --first, --last and --born 2018-05-31");
	for (size_t i = 0; i < c->house->n_org; i++) {
		const struct organisation *o = &c->house->org[i];
		struct sql_consent_by_who_rows rows;

		if (!sql_consent_by_who(c->house->db, c->arena, o->id,
			consent_who_digest(
			    c->arena, o, str_c(first), str_c(last), day),
			&rows, e))
			return false;
		if (rows.n > 0) {
			*ret = (struct wanted){o, rows.v[0].child};
			return true;
		}
	}
	return err_set(e, ERR_NOT_FOUND, "no proof about such a child");
}

static void
put_text(struct cli *c, const char *name, str s)
{
	fprintf(c->out, ",\"%s\":", name);
	if (s.p == NULL)
		fprintf(c->out, "null");
	else
		json_str(c->out, s);
}

static void
put_digits(struct cli *c, str s)
{
	for (size_t i = 0; i < s.n; i++)
		fprintf(c->out, "%02x", (unsigned)(unsigned char)s.p[i]);
}

static void
put_hex(struct cli *c, const char *name, str s)
{
	fprintf(c->out, ",\"%s\":", name);
	if (s.p == NULL) {
		fprintf(c->out, "null");
		return;
	}
	fputc('"', c->out);
	put_digits(c, s);
	fputc('"', c->out);
}

static void
put_number(struct cli *c, const char *name, int64_t v)
{
	if (v == DB_NULL)
		fprintf(c->out, ",\"%s\":null", name);
	else
		fprintf(c->out, ",\"%s\":%" PRId64, name, v);
}

static void
put_day(struct cli *c, const char *name, int64_t day)
{
	struct civil v;

	if (day == DB_NULL) {
		fprintf(c->out, ",\"%s\":null", name);
		return;
	}
	v = day_to_civil(day);
	fprintf(c->out, ",\"%s\":\"%04d-%02d-%02d\"", name, (int)v.year,
	    (int)v.month, (int)v.day);
}

static void
put_scans(struct cli *c, const struct consent_proof *p)
{
	fprintf(c->out, ",\"scans_sha256\":[");
	for (size_t i = 0; i < p->n_scan; i++) {
		fprintf(c->out, i > 0 ? ",\"" : "\"");
		put_digits(c, p->scan[i]);
		fputc('"', c->out);
	}
	fputc(']', c->out);
}

static void
put_event(struct cli *c, const struct consent_proof *p, bool first)
{
	const struct sql_consent_proofs_row *r = p->row;

	fprintf(c->out, "%s{\"id\":%" PRId64, first ? "" : ",", r->id);
	put_number(c, "purpose", r->purpose);
	put_text(c, "purpose_name", p->purpose);
	put_number(c, "media", r->media);
	put_number(c, "group", r->activity_group);
	put_text(c, "speaker", r->speaker);
	put_number(c, "guardian", r->guardian);
	put_text(c, "guardian_name", p->guardian);
	put_text(c, "action", r->action);
	put_number(c, "ends", r->lifts);
	put_day(c, "from", r->from_on);
	put_day(c, "until", r->until_on);
	put_number(c, "shown_at", r->shown_at);
	put_number(c, "acted_at", r->acted_at);
	put_number(c, "entered_at", r->entered_at);
	put_text(c, "method", r->method);
	put_number(c, "actor", r->actor);
	put_text(c, "actor_name", p->actor);
	put_text(c, "witness_name", p->witness);
	put_text(c, "note", p->note);
	put_hex(c, "text_sha256", r->text_digest);
	put_text(c, "text_language", r->text_lang);
	put_text(c, "text", r->text_body);
	put_scans(c, p);
	put_hex(c, "hash", r->hash);
	fputc('}', c->out);
}

/* Whoever takes them out is written down, like any look. */
static bool
note(struct cli *c, const struct wanted *w, int64_t now, struct err *e)
{
	struct deed d = {.house = c->house,
	    .arena = c->arena,
	    .org = w->org,
	    .now = now,
	    .today = day_of(w->org->zone, now)};
	struct deed_about about = {
	    .kind = "child", .id = w->child, .child = w->child};

	if (!db_begin(c->house->db, e))
		return false;
	if (deed_note(&d, AUDIT_CONSENT_EXPORTED, &about, e) &&
	    db_commit(c->house->db, e))
		return true;
	db_rollback(c->house->db);
	return false;
}

static bool
export_run(struct cli *c, struct err *e)
{
	const char *number = cli_option(c, "child");
	struct wanted w = {0};
	struct deed d = {.house = c->house, .arena = c->arena};
	struct consent_proofs p;

	if (!(number != NULL ? by_number(c, number, &w, e) : by_name(c, &w, e)))
		return false;
	d.org = w.org;
	d.now = house_now(c->house);
	d.today = day_of(w.org->zone, d.now);
	if (!consent_proofs_load(&d, w.child, w.org->lang, &p, e) ||
	    !note(c, &w, d.now, e))
		return false;
	fprintf(c->out, "{\"organisation\":");
	json_str(c->out, w.org->name);
	put_text(c, "profile", w.org->profile);
	put_number(c, "child", w.child);
	put_number(c, "exported_at", d.now);
	fprintf(c->out, ",\"whole\":%s", p.first_bad == 0 ? "true" : "false");
	put_number(c, "first_altered", p.first_bad);
	fprintf(c->out, ",\"events\":[");
	for (size_t i = 0; i < p.n; i++)
		put_event(c, &p.v[i], i == 0);
	fprintf(c->out, "]}\n");
	return true;
}

const struct command cmd_consent_export = {
    .name = "consent export",
    .args = "",
    .help = "Print every answer about a child, with its proof, as JSON.",
    .need = CLI_HOUSE,
    .run = export_run,
    .options = {{"child", "N", "the number of the child"},
	{"first", "NAME", "or its first name …"},
	{"last", "NAME", "… its last name …"},
	{"born", "DAY", "… and birth date, also after it was erased"}},
};
