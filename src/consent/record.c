#include "consent/record.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>

#include "crypto/mac.h"
#include "people/fold.h"
#include "sql_consent.h"

#define YEAR_DAYS 365

/* ---- the chain ---- */

void
consent_chain(const struct key *k, const uint8_t before[KEY_DIGEST_BYTES],
    const struct sql_consent_proofs_row *r, uint8_t ret[KEY_DIGEST_BYTES])
{
	const int64_t number[] = {r->id, r->organisation, r->child, r->purpose,
	    r->media, r->activity_group, r->guardian, r->lifts, r->from_on,
	    r->until_on, r->shown_at, r->acted_at, r->entered_at, r->actor,
	    r->witness};
	const str text[] = {r->who_digest, r->speaker, r->action, r->method,
	    r->note_enc, r->text_digest};
	struct mac m;

	mac_begin(&m, k, "preau consent 1");
	mac_put(&m, before, KEY_DIGEST_BYTES);
	for (size_t i = 0; i < sizeof(number) / sizeof(*number); i++)
		mac_i64(&m, number[i]);
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++)
		mac_str(&m, text[i]);
	mac_end(&m, ret);
}

str
consent_who_digest(struct arena *a, const struct organisation *org, str first,
    str last, int64_t born_on)
{
	str f = fold_name(a, first), l = fold_name(a, last);
	str who = arena_fmt(a, STR_FMT "|" STR_FMT "|%" PRId64, STR_ARG(f),
	    STR_ARG(l), born_on);

	return key_digest(a, &org->digest, "consent.who", who);
}

/* ---- what may be said ---- */

static bool
may_hold(const struct deed *d, const struct consent_child *c,
    const struct consent_word *w, struct err *e)
{
	if (w->speaker != CONSENT_HOLDER || w->action == CONSENT_EXPIRE ||
	    consent_may_speak(c, w->guardian, w->purpose, d->now, d->today))
		return true;
	return err_set(e, ERR_DENIED,
	    "guardian %" PRId64 " holds no authority over child %" PRId64,
	    w->guardian, w->child);
}

static bool
sound(const struct deed *d, const struct consent_word *w, struct err *e)
{
	if (w->acted_at > d->now || w->shown_at > w->acted_at)
		return err_set(e, ERR_INPUT, "a word of consent to come");
	if (w->action == CONSENT_GRANT && w->text == 0)
		return err_set(e, ERR_INPUT, "a yes to no text");
	if (w->method == CONSENT_PAPER &&
	    (w->witness == 0 || w->witness == d->actor))
		return err_set(e, ERR_INPUT, "a paper needs another witness");
	if (w->witness != 0 && w->witness == d->actor)
		return err_set(e, ERR_INPUT, "a witness is somebody else");
	if (w->note.n > CONSENT_NOTE_MAX || w->media == 0 ||
	    (w->media & ~CONSENT_MEDIA) != 0)
		return err_set(e, ERR_INPUT, "a word of consent");
	return true;
}

/* A no of somebody whose last word was yes. */
static enum consent_action
action_of(const struct consent_child *c, const struct consent_word *w)
{
	const struct consent_event *last = NULL;

	if (w->action != CONSENT_REFUSE)
		return w->action;
	for (size_t i = 0; i < c->n_event; i++) {
		const struct consent_event *v = &c->event[i];

		if (v->speaker == w->speaker && v->guardian == w->guardian &&
		    v->purpose == w->purpose && v->group == w->group &&
		    (v->media & w->media) != 0 && v->acted_at <= w->acted_at)
			last = v;
	}
	return last != NULL && last->action == CONSENT_GRANT ? CONSENT_WITHDRAW
							     : CONSENT_REFUSE;
}

/* ---- writing ---- */

static int64_t
null_if_0(int64_t id)
{
	return id == 0 ? DB_NULL : id;
}

struct about_child {
	struct key key;
	str who_digest;
};

static void
about_child_done(struct about_child *a)
{
	key_done(&a->key);
}

static bool
open_child(
    const struct deed *d, int64_t child, struct about_child *ret, struct err *e)
{
	struct sql_consent_child_row row;
	struct child_sealed sealed;
	struct child_name n;
	bool found;

	if (!sql_consent_child(
		d->house->db, d->arena, child, d->org->id, &found, &row, e))
		return false;
	if (!found || row.key_wrapped.p == NULL)
		return err_set(e, ERR_NOT_FOUND, "child %" PRId64, child);
	sealed = (struct child_sealed){
	    child, row.key_wrapped, row.first_enc, row.last_enc, row.born_enc};
	n = child_open(d->arena, d->org, &sealed);
	ret->who_digest =
	    consent_who_digest(d->arena, d->org, n.first, n.last, n.born_on);
	return child_key(
	    d->arena, d->org, child, row.key_wrapped, &ret->key, e);
}

static bool
seal_note(const struct deed *d, const struct about_child *about, str note,
    str *ret, struct err *e)
{
	if (note.n == 0)
		note = (str){0};
	return text_seal(
	    d->arena, &about->key, "consent_event.note_enc", note, ret, e);
}

static bool
chain(const struct deed *d, struct sql_consent_proofs_row *io, struct err *e)
{
	uint8_t before[KEY_DIGEST_BYTES] = {0}, hash[KEY_DIGEST_BYTES];
	struct sql_consent_last_hash_row last;
	struct sql_consent_next_id_row next;
	bool found;

	if (!sql_consent_last_hash(
		d->house->db, d->arena, io->child, &found, &last, e) ||
	    !sql_consent_next_id(d->house->db, d->arena, &next, e))
		return false;
	if (found && last.hash.n != sizeof(before))
		return err_set(
		    e, ERR_CORRUPT, "child %" PRId64 ": no hash", io->child);
	if (found)
		memcpy(before, last.hash.p, sizeof(before));
	io->id = next.next_id;
	consent_chain(&d->org->chain, before, io, hash);
	return arena_str(d->arena, hash, sizeof(hash), &io->hash) ||
	       err_set(e, ERR_LIMIT, "no room for a hash");
}

static enum audit_action
audit_of(const struct consent_word *w)
{
	if (w->action == CONSENT_BLOCK)
		return AUDIT_CONSENT_BLOCKED;
	if (w->action == CONSENT_LIFT)
		return AUDIT_CONSENT_LIFTED;
	if (w->action == CONSENT_EXPIRE)
		return AUDIT_CONSENT_EXPIRED;
	return w->method == CONSENT_PAPER ? AUDIT_CONSENT_PAPER
					  : AUDIT_CONSENT_SAID;
}

static bool
note_it(const struct deed *d, const struct consent_word *w,
    const struct sql_consent_proofs_row *r, struct err *e)
{
	char hex[2 * KEY_DIGEST_BYTES + 1];
	struct deed_about about = {
	    .kind = "consent", .id = r->id, .child = r->child};

	(void)sodium_bin2hex(
	    hex, sizeof(hex), (const uint8_t *)r->hash.p, r->hash.n);
	about.detail = arena_fmt(d->arena,
	    STR_FMT " " STR_FMT " %" PRId64 " %u %s", STR_ARG(r->speaker),
	    STR_ARG(r->action), w->purpose, w->media, hex);
	return deed_note(d, audit_of(w), &about, e);
}

static bool
text_digest(const struct deed *d, int64_t text, str *ret, struct err *e)
{
	struct sql_consent_text_digest_row row;

	*ret = (str){0};
	if (text == 0)
		return true;
	if (!sql_consent_text_digest(
		d->house->db, d->arena, text, d->org->id, &row, e))
		return err_wrap(e, "text of consent %" PRId64, text);
	*ret = row.digest;
	return true;
}

static bool
insert(const struct deed *d, const struct consent_word *w,
    const struct sql_consent_proofs_row *r, struct err *e)
{
	int64_t rows;

	return sql_consent_event_insert(d->house->db, r->id, r->organisation,
	    r->child, r->who_digest, r->purpose, r->media, r->activity_group,
	    r->speaker, r->guardian, r->action, r->lifts, r->from_on,
	    r->until_on, r->text, r->shown_at, r->acted_at, r->entered_at,
	    r->method, r->actor, r->witness, r->note_enc, r->hash,
	    consent_said_number(w->speaker, w->action, w->method), &rows, e);
}

static bool
put(const struct deed *d, const struct consent_word *w, int64_t *ret_id,
    struct err *e)
{
	CLEANUP(about_child_done) struct about_child about = {0};
	struct sql_consent_proofs_row r = {.organisation = d->org->id,
	    .child = w->child,
	    .purpose = null_if_0(w->purpose),
	    .media = w->media,
	    .activity_group = null_if_0(w->group),
	    .speaker = str_c(consent_speaker_word(w->speaker)),
	    .guardian = null_if_0(w->guardian),
	    .action = str_c(consent_action_word(w->action)),
	    .lifts = null_if_0(w->lifts),
	    .from_on = w->from_on,
	    .until_on = w->until_on,
	    .text = null_if_0(w->text),
	    .shown_at = null_if_0(w->shown_at),
	    .acted_at = w->acted_at,
	    .entered_at = d->now,
	    .method = str_c(consent_method_word(w->method)),
	    .actor = d->actor,
	    .witness = null_if_0(w->witness)};

	if (!open_child(d, w->child, &about, e) ||
	    !seal_note(d, &about, w->note, &r.note_enc, e) ||
	    !text_digest(d, w->text, &r.text_digest, e))
		return false;
	r.who_digest = about.who_digest;
	if (!chain(d, &r, e) || !insert(d, w, &r, e) || !note_it(d, w, &r, e))
		return false;
	*ret_id = r.id;
	return true;
}

bool
consent_record(const struct deed *d, const struct consent_word *w,
    int64_t *ret_id, struct err *e)
{
	struct consent_word said = *w;
	struct consent_child c;

	assert(db_in_transaction(d->house->db));
	if (!sound(d, w, e) ||
	    !consent_facts(
		d->house, d->arena, d->org, w->child, d->today, &c, e) ||
	    !may_hold(d, &c, w, e))
		return false;
	said.action = action_of(&c, w);
	return put(d, &said, ret_id, e) ||
	       err_wrap(e, "consent about child %" PRId64, w->child);
}

/* ---- standings ---- */

static bool
note_standing(const struct deed *d, int64_t id, int64_t child, const char *what,
    struct err *e)
{
	struct deed_about about = {.kind = "standing",
	    .id = id,
	    .child = child,
	    .detail = str_c(what)};

	return deed_note(d, AUDIT_CONSENT_STANDING, &about, e);
}

static bool
sound_standing(const struct deed *d, const struct consent_standing_new *n)
{
	if (n->until_on != DB_NULL &&
	    (n->until_on < n->from_on || n->until_on < d->today))
		return false;
	if (n->kind == CONSENT_SOLE)
		return n->purpose == 0;
	return n->witness != 0 && n->witness != d->actor;
}

bool
consent_standing_add(const struct deed *d, const struct consent_standing_new *n,
    int64_t *ret_id, struct err *e)
{
	CLEANUP(about_child_done) struct about_child about = {0};
	struct sql_consent_standing_insert_row row;
	str document;

	if (n->document.n == 0)
		return err_set(e, ERR_INPUT, "a standing rests on a document");
	if (!sound_standing(d, n))
		return err_set(e, ERR_INPUT, "a standing");
	if (!open_child(d, n->child, &about, e) ||
	    !text_seal(d->arena, &about.key, "consent_standing.document_enc",
		n->document, &document, e) ||
	    !sql_consent_standing_insert(d->house->db, d->arena, d->org->id,
		n->child, n->guardian,
		n->kind == CONSENT_SOLE ? S("sole") : S("delegated"),
		null_if_0(n->purpose), n->from_on, n->until_on, document,
		null_if_0(n->witness), d->actor, d->now, &row, e))
		return err_wrap(e, "who decides for child %" PRId64, n->child);
	*ret_id = row.id;
	return note_standing(d, row.id, n->child,
	    n->kind == CONSENT_SOLE ? "sole" : "delegated", e);
}

bool
consent_standing_end(
    const struct deed *d, int64_t child, int64_t id, struct err *e)
{
	int64_t rows;

	if (!sql_consent_standing_end(
		d->house->db, d->now, id, child, d->org->id, &rows, e))
		return err_wrap(e, "standing %" PRId64, id);
	if (rows == 0)
		return err_set(
		    e, ERR_CONFLICT, "standing %" PRId64 " ended", id);
	return note_standing(d, id, child, "ended", e);
}

static bool
confirm(
    const struct deed *d, int64_t id, int64_t child, bool seen, struct err *e)
{
	struct deed_about about = {.kind = "standing",
	    .id = id,
	    .child = child,
	    .detail = seen ? S("seen") : S("not-seen")};
	int64_t rows = 1;

	if (!(seen ? sql_consent_standing_confirm(
			 d->house->db, d->now, id, d->actor, &rows, e)
		   : consent_standing_end(d, child, id, e)))
		return err_wrap(e, "standing %" PRId64, id);
	if (rows != 1)
		return err_set(
		    e, ERR_CONFLICT, "standing %" PRId64 " ended", id);
	return deed_note(d, AUDIT_CONSENT_CONFIRMED, &about, e);
}

bool
consent_standing_confirm(
    const struct deed *d, int64_t id, bool seen, struct err *e)
{
	struct sql_consent_standings_waiting_rows rows;

	if (!sql_consent_standings_waiting(
		d->house->db, d->arena, d->actor, d->today, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].id == id)
			return confirm(d, id, rows.v[i].child, seen, e);
	return err_set(
	    e, ERR_NOT_FOUND, "standing %" PRId64 " does not wait", id);
}

bool
consent_until(const struct deed *d, int64_t child,
    const struct consent_purpose *p, int64_t *ret, struct err *e)
{
	struct sql_consent_season_end_row row;
	bool found;

	if (p->group != 0) {
		*ret = p->until_on;
		return true;
	}

	if (!sql_consent_season_end(
		d->house->db, d->arena, child, d->today, &found, &row, e))
		return err_wrap(e, "season of child %" PRId64, child);
	*ret = found ? row.until_on : d->today + YEAR_DAYS;
	return true;
}
