#include "web/mine.h"

#include <inttypes.h>

#include "claim/claim.h"
#include "consent/proof.h"
#include "html_mine.h"
#include "move/arrive.h"
#include "move/leave.h"
#include "people/session.h"
#include "sql_absence.h"
#include "sql_account.h"
#include "sql_audit.h"
#include "sql_child.h"
#include "sql_enrolment.h"
#include "sql_guardian.h"
#include "sql_mine.h"
#include "tell/device.h"
#include "web/absence.h"
#include "web/asset.h"
#include "web/consent.h"
#include "web/escape.h"
#include "web/member.h"
#include "web/mine_inside.h"
#include "zip/zip.h"

#define ROWS_MAX 600
#define LOOKED_MAX 200
#define ZIP_MAX ((size_t)8 << 20)

/* ---- the list ---- */

void
mine_begin(struct making *k, const char *word, str title, int64_t child)
{
	struct mine_row *v = NEW_N(k->r->arena, struct mine_row, ROWS_MAX);

	k->full |= v == NULL;
	k->s = &k->m->v[k->m->n++];
	*k->s = (struct mine_section){word, title, child, v, 0};
}

void
mine_add(struct making *k, const char *word, const char *label, str value)
{
	if (k->full || value.n == 0)
		return;
	if (k->s->n == ROWS_MAX) {
		k->full = true;
		return;
	}
	k->s->v[k->s->n++] =
	    (struct mine_row){word, lang_text(k->r->view.lang, label), value};
}

str
mine_text(struct making *k, const char *key)
{
	return lang_text(k->r->view.lang, key);
}

static str
between(struct making *k, str what, int64_t from, int64_t until)
{
	struct view *v = &k->r->view;
	str of[3] = {what, say_date(v, from), say_date(v, until)};

	return lang_fill(
	    v->arena, mine_text(k, N_("%1, from %2 to %3")), of, 3);
}

/* A day of its own, since this is read years later. */
str
mine_on_day(struct making *k, str what, int64_t at)
{
	struct view *v = &k->r->view;

	return arena_fmt(v->arena, STR_FMT " · " STR_FMT ", " STR_FMT,
	    STR_ARG(what), STR_ARG(say_date(v, day_of(k->r->org->zone, at))),
	    STR_ARG(say_time(v, at)));
}

str
mine_told(struct making *k, str what, str how)
{
	return lang_fill(
	    k->r->arena, mine_text(k, N_("%1: %2")), (str[]){what, how}, 2);
}

static bool
add_account(struct making *k, struct err *e)
{
	struct request *r = k->r;
	struct sql_guardian_of_account_row g;
	struct sql_account_by_id_row a;
	bool found;

#define OPEN(column, sealed) house_text(r->arena, r->org, column, sealed)
	if (!sql_account_by_id(r->house->db, r->arena, r->viewer->account,
		r->org->id, &a, e) ||
	    !sql_guardian_of_account(
		r->house->db, r->arena, r->viewer->account, &found, &g, e))
		return false;
	mine_begin(k, "account", mine_text(k, N_("My account")), 0);
	mine_add(k, "name", N_("Name"), OPEN("account.name_enc", a.name_enc));
	mine_add(
	    k, "login", N_("Login"), OPEN("account.login_enc", a.login_enc));
	mine_add(k, "email", N_("E-mail address"),
	    OPEN("account.email_enc", a.email_enc));
	mine_add(k, "phone", N_("Telephone"),
	    OPEN("account.phone_enc", a.phone_enc));
	mine_add(k, "created", N_("Since"),
	    say_date(&r->view, day_of(r->org->zone, a.created_at)));
	if (!found)
		return true;
	mine_add(k, "list-name", N_("Name in the team’s list"),
	    OPEN("guardian.name_enc", g.name_enc));
	mine_add(k, "list-email", N_("E-mail address in the team’s list"),
	    OPEN("guardian.email_enc", g.email_enc));
	mine_add(k, "list-phone", N_("Telephone in the team’s list"),
	    OPEN("guardian.phone_enc", g.phone_enc));
	return true;
#undef OPEN
}

static bool
add_origins(struct making *k, struct err *e)
{
	const struct request *r = k->r;
	struct sql_mine_origins_rows rows;

	if (!sql_mine_origins(
		r->house->db, r->arena, r->viewer->account, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		mine_add(k, "origin", N_("A file was sent from"),
		    mine_on_day(k,
			house_text(r->arena, r->org, "medium.from_enc",
			    rows.v[i].from_enc),
			rows.v[i].created_at));
	return true;
}

static bool
add_sign_ins(struct making *k, struct err *e)
{
	struct deed d = member_deed(k->r);
	struct session_lines l;

	if (!session_past(&d, k->r->viewer->account, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		mine_add(k, "sign-in", N_("Signed in"),
		    mine_on_day(k,
			arena_fmt(k->r->arena, STR_FMT " · " STR_FMT,
			    STR_ARG(l.v[i].agent), STR_ARG(l.v[i].address)),
			l.v[i].created_at));
	return true;
}

static bool
add_devices(struct making *k, struct err *e)
{
	struct deed d = member_deed(k->r);
	struct session_lines l;

	if (!session_list(&d, k->r->viewer->account, &l, e))
		return false;
	mine_begin(
	    k, "devices", mine_text(k, N_("Devices that are signed in")), 0);
	for (size_t i = 0; i < l.n; i++)
		mine_add(k, "device", N_("Device"),
		    mine_on_day(k,
			arena_fmt(k->r->arena, STR_FMT " · " STR_FMT,
			    STR_ARG(l.v[i].agent), STR_ARG(l.v[i].address)),
			l.v[i].seen_at));
	return add_sign_ins(k, e) && add_origins(k, e);
}

static bool
add_told(struct making *k, struct err *e)
{
	struct deed d = member_deed(k->r);
	struct tell_devices l;

	if (!device_list(&d, k->r->viewer->account, S(""), &l, e))
		return false;
	mine_begin(
	    k, "told", mine_text(k, N_("Devices that notifications go to")), 0);
	for (size_t i = 0; i < l.n; i++)
		mine_add(k, "device", N_("Device"),
		    mine_on_day(k, l.v[i].name, l.v[i].made_at));
	return true;
}

static bool
add_claims(struct making *k, struct err *e)
{
	struct deed d = member_deed(k->r);
	struct view *v = &k->r->view;
	struct claims l;

	if (!claim_mine(&d, k->r->viewer->account, &l, e))
		return false;
	mine_begin(k, "requests", mine_text(k, N_("My requests")), 0);
	for (size_t i = 0; i < l.n; i++) {
		const struct claim *c = &l.v[i];

		mine_add(k, "request", claim_label(c->kind),
		    mine_told(k, say_date(v, c->received_on), c->words));
		mine_add(k, "answer", claim_state_label(c->state), c->answer);
	}
	return true;
}

/* ---- of a child ---- */

static bool
add_record(struct making *k, const struct sql_child_by_id_row *row,
    int64_t child, str first, struct err *e)
{
	struct request *r = k->r;
	struct child_sealed sealed = {child, row->key_wrapped, row->first_enc,
	    row->last_enc, row->born_enc};
	struct child_name n = child_open(r->arena, r->org, &sealed);
	struct sql_enrolment_of_child_rows enrolled;

	if (!sql_enrolment_of_child(
		r->house->db, r->arena, child, &enrolled, e))
		return false;
	mine_begin(k, "child", first, child);
	mine_add(k, "first-name", N_("First name"), n.first);
	mine_add(k, "name", N_("Name"), n.last);
	if (n.born_on != DB_NULL)
		mine_add(
		    k, "born", N_("Birth date"), say_date(&r->view, n.born_on));
	for (size_t i = 0; i < enrolled.n; i++)
		mine_add(k, "group", N_("Group"),
		    between(k, enrolled.v[i].name, enrolled.v[i].from_on,
			enrolled.v[i].until_on));
	return true;
}

static bool
add_absences(struct making *k, const struct sql_child_by_id_row *row,
    int64_t child, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	struct request *r = k->r;
	struct sql_absence_of_child_rows l;

	if (!child_key(r->arena, r->org, child, row->key_wrapped, &key, e) ||
	    !sql_absence_of_child(r->house->db, r->arena, child, 0, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		enum absence_kind kind = ABSENCE_NONE;
		struct err ignored;
		str why = S(""), how;

		if (!absence_of_word(l.v[i].kind, &kind))
			kind = ABSENCE_NONE;
		if (l.v[i].reason_enc.p != NULL &&
		    !text_open(r->arena, &key, "absence.reason_enc",
			l.v[i].reason_enc, &why, &ignored))
			why = S("");
		how = mine_text(k, absence_label(kind));
		if (why.n > 0)
			how = arena_fmt(r->arena, STR_FMT ", " STR_FMT,
			    STR_ARG(how), STR_ARG(why));
		mine_add(k, "absence", N_("Absent or late"),
		    mine_told(k, say_date(&r->view, l.v[i].day_on), how));
	}
	return true;
}

static bool
add_consents(struct making *k, int64_t child, struct err *e)
{
	struct deed d = member_deed(k->r);
	struct consent_proofs l;

	if (!consent_proofs_load(&d, child, k->r->view.lang, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		mine_add(k, "consent", N_("Consent"),
		    mine_on_day(k,
			mine_told(k,
			    l.v[i].purpose.n > 0
				? l.v[i].purpose
				: mine_text(k, N_("all purposes")),
			    arena_fmt(k->r->arena, STR_FMT " (" STR_FMT ")",
				STR_ARG(mine_text(
				    k, consent_action_label(&l.v[i]))),
				STR_ARG(l.v[i].guardian))),
			l.v[i].row->acted_at));
	return true;
}

/* The house that it goes to, or comes from. */
static bool
add_moves(struct making *k, int64_t child, struct err *e)
{
	struct deed d = member_deed(k->r);
	struct arriving a;
	struct leaving l;
	bool leaves, arrives;

	if (!leave_of_child(&d, child, &leaves, &l, e) ||
	    !arrive_of_child(&d, child, &arrives, &a, e))
		return false;
	if (leaves)
		mine_add(k, "leaves", N_("Folder to another organisation"),
		    mine_on_day(k, l.to.name, l.asked_at));
	if (arrives && a.words.n > 0)
		mine_add(k, "arrives", N_("Folder from another organisation"),
		    mine_on_day(k, a.from.name, a.seen_at));
	if (arrives && a.record.n > 0)
		mine_add(k, "arrived-record", N_("What was written there"),
		    a.record);
	return true;
}

static bool
add_looked(struct making *k, int64_t child, struct err *e)
{
	struct request *r = k->r;
	struct sql_audit_by_child_rows l;
	enum audit_action action;

	if (!sql_audit_by_child(r->house->db, r->arena, r->org->id, child,
		INT64_MAX, r->today, LOOKED_MAX, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		str of[2] = {house_text(r->arena, r->org, "account.name_enc",
				 l.v[i].name_enc),
		    l.v[i].detail};

		if (audit_action_of(l.v[i].action, &action))
			mine_add(k, "looked", N_("Who looked"),
			    mine_on_day(k,
				lang_fill(r->arena,
				    mine_text(k, audit_sentence(action)), of,
				    2),
				l.v[i].at));
	}
	return true;
}

static bool
add_child(struct making *k, const struct viewer_child *c, struct err *e)
{
	struct request *r = k->r;
	struct sql_child_by_id_row row;
	str first = viewer_child_first(r->arena, r->org, c);

	return sql_child_by_id(
		   r->house->db, r->arena, c->id, r->org->id, &row, e) &&
	       add_record(k, &row, c->id, first, e) &&
	       add_absences(k, &row, c->id, e) && mine_of_child(k, c->id, e) &&
	       add_consents(k, c->id, e) && add_moves(k, c->id, e) &&
	       (!(c->rights & AUTHORITY_WHO_LOOKED) || add_looked(k, c->id, e));
}

bool
mine_load(struct request *r, struct mine *ret, struct err *e)
{
	const struct viewer *v = r->viewer;
	struct making k = {.r = r, .m = ret};

	*ret = (struct mine){.v = NEW_N(r->arena, struct mine_section,
				 v->n_child + MINE_OF_ACCOUNT)};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	if (!add_account(&k, e) || !add_devices(&k, e) || !add_told(&k, e) ||
	    !add_claims(&k, e) || !mine_of_account(&k, e))
		return false;
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].holder && !add_child(&k, &v->child[i], e))
			return false;
	return !k.full || err_set(e, ERR_LIMIT, "too much at once");
}

/* ---- to take along ---- */

static void
json_text(struct buf *b, str s)
{
	static const char hex[] = "0123456789abcdef";

	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c < 0x20)
			buf_printf(b, "\\u00%c%c", hex[c >> 4], hex[c & 15]);
		else
			buf_byte(b, (char)c);
	}
	buf_byte(b, '"');
}

static void
json_row(struct buf *b, const struct mine_row *row)
{
	buf_printf(b, "{\"what\":");
	json_text(b, str_c(row->word));
	buf_printf(b, ",\"label\":");
	json_text(b, row->label);
	buf_printf(b, ",\"value\":");
	json_text(b, row->value);
	buf_byte(b, '}');
}

void
mine_json(struct request *r, const struct mine *m, struct buf *b)
{
	buf_printf(b, "{\"format\":\"preau-own-data 1\",\"organisation\":");
	json_text(b, r->org->name);
	buf_printf(b, ",\"taken_at\":%" PRId64 ",\"sections\":[", r->now);
	for (size_t i = 0; i < m->n; i++) {
		const struct mine_section *s = &m->v[i];

		buf_printf(b,
		    "%s{\"about\":\"%s\",\"title\":", i == 0 ? "" : ",",
		    s->word);
		json_text(b, s->title);
		buf_printf(b, ",\"rows\":[");
		for (size_t n = 0; n < s->n; n++) {
			if (n > 0)
				buf_byte(b, ',');
			json_row(b, &s->v[n]);
		}
		buf_printf(b, "]}");
	}
	buf_printf(b, "]}\n");
}

static void
pack(struct request *r, struct buf *zip, struct buf *central, const char *name,
    str bytes)
{
	struct zip_entry z = {.name = str_c(name),
	    .crc = zip_sum(bytes),
	    .bytes = bytes.n,
	    .at = zip->n,
	    .local = zone_local(r->org->zone, r->now),
	    .utc = r->now};

	zip_local(zip, &z);
	zip_central(central, &z);
	buf_str(zip, bytes);
}

static bool
make_zip(struct request *r, struct mine *m, str *ret, struct err *e)
{
	CLEANUP(buf_done)
	struct buf zip = BUF_MAX(ZIP_MAX), central = BUF_MAX(4096),
		   json = BUF_MAX(ZIP_MAX / 2);
	struct buf *page = r->view.out;
	uint64_t at;

	mine_json(r, m, &json);
	m->style = html_raw(arena_fmt(r->arena, "<style>" STR_FMT "</style>",
	    STR_ARG(asset_named("memories.css")->bytes)));
	buf_clear(page);
	html_mine_alone(&r->view, m);
	pack(r, &zip, &central, "index.html", buf_view(page));
	pack(r, &zip, &central, "data.json", buf_view(&json));
	at = zip.n;
	zip_end(&central, 2, at, central.n);
	buf_str(&zip, buf_view(&central));
	if (zip.full || central.full || json.full || page->full)
		return err_set(e, ERR_LIMIT, "too much at once");
	buf_clear(page);
	return arena_str(r->arena, zip.p, zip.n, ret) ||
	       err_set(e, ERR_LIMIT, "too much at once");
}

static bool
note_taken(struct request *r, struct err *e)
{
	struct deed d = member_deed(r);

	if (!db_begin(r->house->db, e))
		return false;
	if (deed_note_account(
		&d, AUDIT_OWN_DATA_TAKEN, r->viewer->account, e) &&
	    db_commit(r->house->db, e))
		return true;
	db_rollback(r->house->db);
	return false;
}

static bool
mine_show(struct request *r, struct response *out, struct err *e)
{
	struct mine m;

	if (!mine_load(r, &m, e))
		return false;
	html_mine_page(&r->view, &m);
	return respond_page(r, out, 200);
}

static bool
mine_take(struct request *r, struct response *out, struct err *e)
{
	struct mine m;
	str zip;

	if (!mine_load(r, &m, e) || !make_zip(r, &m, &zip, e) ||
	    !note_taken(r, e))
		return false;
	respond_header(r, out, "Content-Disposition",
	    S("attachment; filename=\"preau.zip\""));
	return respond_bytes(r, out, S("application/zip"), zip);
}

const struct route mine_routes[] = {
    {HTTP_GET, "/rights/mine", mine_show, NEED_FAMILY},
    {HTTP_GET, "/rights/mine.zip", mine_take, NEED_FAMILY, ROUTE_QUIET},
    {0},
};
