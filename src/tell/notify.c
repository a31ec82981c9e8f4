#include "tell/notify.h"

#include <inttypes.h>

#include "push/sealed.h"
#include "push/vapid.h"
#include "sql_message.h"
#include "sql_push.h"
#include "tell/handlers.h"
#include "tell/letter.h"
#include "tell/when.h"

#define LOOK_AT 20
#define KEPT_S 86400
#define WAITS_KEPT_S (2 * KEPT_S) /* a night may lie before it */
#define TTL_LEAST_S 60

/* ---- what was said ---- */

struct outbox_verdict
notify_judge(const struct egress_answer *a, int64_t tries, int64_t retry_s)
{
	struct outbox_verdict v = {
	    .fate = OUTBOX_AGAIN, .after_s = outbox_back_off(retry_s, tries)};
	bool answered = a->outcome == EGRESS_ANSWERED;

	if (answered && a->status >= 200 && a->status < 300)
		return (struct outbox_verdict){.fate = OUTBOX_SENT, .why = ""};
	if (a->outcome == EGRESS_NOT_ALLOWED)
		return (struct outbox_verdict){
		    .fate = OUTBOX_FAILED, .why = "not_allowed"};
	if (answered && (a->status == 404 || a->status == 410))
		return (struct outbox_verdict){
		    .fate = OUTBOX_FAILED, .why = "gone", .broken = true};
	if (answered && a->status != 429 && a->status < 500)
		return (struct outbox_verdict){
		    .fate = OUTBOX_FAILED, .why = "push_refused"};
	if (!answered)
		v.server = true;
	if (answered || a->outcome == EGRESS_BROKEN ||
	    a->outcome == EGRESS_TOO_SLOW || a->outcome == EGRESS_TOO_LARGE) {
		v.why = answered ? "push_put_off" : "push_broke";
		if (tries >= OUTBOX_TRIES)
			v.fate = OUTBOX_FAILED;
	} else {
		v.why = "no_service";
		v.fate = OUTBOX_WAITS;
	}
	if (v.after_s < a->retry_s)
		v.after_s = a->retry_s;
	return v;
}

/* ---- the next one ---- */

typedef struct sql_push_due_row due_row;

struct taking {
	struct house *house;
	struct arena *arena;
	struct conf_services services;
	int64_t now;
	const struct organisation *org;
	const due_row *row;
	enum letter_kind kind;
};

static int64_t
kept_until(const struct taking *t)
{
	return t->row->made_at +
	       (t->kind == LETTER_WAITS ? WAITS_KEPT_S : KEPT_S);
}

static bool
end(const struct taking *t, const char *state, const char *why, struct err *e)
{
	int64_t rows;

	return sql_message_end(t->house->db, str_c(state), str_c(why), 0,
	    t->now, t->row->id, &rows, e);
}

/* Urgent, and what waits, whatever was chosen: who wants none allows no
 * device. */
static bool
is_at_once(enum letter_kind k)
{
	return k == LETTER_URGENT || k == LETTER_WAITS;
}

static bool
is_wanted(const struct taking *t, bool *ret, struct err *e)
{
	const due_row *r = t->row;

	*ret = r->device != DB_NULL && str_eq(r->account_state, S("active"));
	if (!*ret || t->kind == LETTER_URGENT)
		return true;
	if (t->kind == LETTER_WAITS)
		return handlers_wait(
		    t->house, t->arena, t->org, r->account, t->now, ret, e);
	*ret = r->daily == 1 && !str_eq(r->ways, S("mail"));
	return true;
}

/* An account that never said anything has no hours. */
static bool
is_quiet(const struct taking *t, int64_t *ret_until)
{
	const due_row *r = t->row;

	if (is_at_once(t->kind) || r->quiet_from == DB_NULL)
		return false;
	*ret_until =
	    when_loud(t->org->zone, r->quiet_from, r->quiet_to, t->now);
	return *ret_until > t->now;
}

/* As long as it says something, and not into quiet hours. */
static uint32_t
ttl_of(const struct taking *t)
{
	const due_row *r = t->row;
	int64_t until = kept_until(t), quiet;

	if (t->kind == LETTER_DIGEST && r->quiet_from != r->quiet_to) {
		quiet = when_quiet(t->org->zone, r->quiet_from, t->now);
		if (quiet < until)
			until = quiet;
	}
	return until - t->now < TTL_LEAST_S ? TTL_LEAST_S
					    : (uint32_t)(until - t->now);
}

/* Its first line says how it is shown, its second is shown. */
static str
words_of(const struct taking *t)
{
	enum lang lang = t->org->lang;

	(void)lang_of_code(t->row->lang, &lang);
	/* A third line: the service worker is to come for the present key. */
	return str_sub(
	    arena_fmt(t->arena, STR_FMT "\n" STR_FMT "%s",
		STR_ARG(t->row->kind),
		STR_ARG(letter_subject(t->arena, t->org, t->kind, lang)),
		t->row->house_key != t->row->push_key ? "\nrenew" : ""),
	    0, PUSH_SEAL_TEXT_MAX);
}

/* How whoever runs the service reaches who runs this. */
static str
subject_of(const struct taking *t)
{
	const struct conf *c = t->house->conf;

	return c->mail_from[0] == '\0'
		   ? str_c(c->url)
		   : arena_fmt(t->arena, "mailto:%s", c->mail_from);
}

static bool
seal(const struct taking *t, const struct push_target *to, struct buf *ret,
    struct notification *n, struct err *e)
{
	OWNED(curve_key) k = vapid_key(&t->org->key, t->row->house_key, e);

	buf_clear(ret);
	n->address = to->address;
	return k != NULL &&
	       vapid_write(t->arena, k, push_target_origin(to), subject_of(t),
		   t->now, &n->token, e) &&
	       push_seal(ret, to, words_of(t), e);
}

static bool
send(struct taking *t, struct buf *ret_sealed, struct notification *ret,
    struct err *e)
{
	const due_row *r = t->row;
	struct notification n = {
	    .id = r->id, .urgent = is_at_once(t->kind), .ttl_s = ttl_of(t)};
	struct push_target to;
	struct err ignored;
	int64_t rows;

	if (!push_target_of_text(&t->services,
		house_text(
		    t->arena, t->org, "push_device.target_enc", r->target_enc),
		&to, &ignored))
		return end(t, "failed", "not_allowed", e);
	if (!seal(t, &to, ret_sealed, &n, e) ||
	    !sql_message_sending(t->house->db, r->id, &rows, e))
		return false;
	if (rows == 1)
		*ret = n;
	return true;
}

/* *ret stays 0 when this one does not go. */
static bool
take_one(struct taking *t, struct buf *ret_sealed, struct notification *ret,
    struct err *e)
{
	int64_t until, rows;
	bool wanted;

	if (!letter_kind_of(t->row->kind, &t->kind))
		return end(t, "dropped", "not_wanted", e);
	if (!house_org(t->house, t->row->organisation, &t->org, e) ||
	    !is_wanted(t, &wanted, e))
		return false;
	if (!wanted)
		return end(t, "dropped", "not_wanted", e);
	if (t->now > kept_until(t))
		return end(t, "failed", "no_service", e);
	if (is_quiet(t, &until))
		return sql_push_later(
		    t->house->db, until, t->row->id, &rows, e);
	return send(t, ret_sealed, ret, e);
}

static bool
take(struct taking *t, struct buf *ret_sealed, struct notification *ret,
    struct err *e)
{
	struct sql_push_due_rows rows;

	if (!conf_services_read(
		str_c(t->house->conf->push_services), &t->services, e) ||
	    !sql_push_due(t->house->db, t->arena, t->now, LOOK_AT, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n && ret->id == 0; i++) {
		t->row = &rows.v[i];
		if (!take_one(t, ret_sealed, ret, e))
			return err_wrap(e, "message %" PRId64, t->row->id);
	}
	return true;
}

bool
notify_take(struct house *h, struct arena *a, int64_t now,
    struct buf *ret_sealed, struct notification *ret, struct err *e)
{
	struct taking t = {.house = h, .arena = a, .now = now};
	struct notification n = {0};

	if (!db_begin(h->db, e))
		return false;
	if (take(&t, ret_sealed, &n, e) && db_commit(h->db, e)) {
		*ret = n;
		return true;
	}
	db_rollback(h->db);
	return false;
}

/* ---- what becomes of it ---- */

static bool
note(struct house *h, struct arena *a, int64_t id,
    const struct egress_answer *said, int64_t now, struct outbox_verdict *ret,
    struct err *e)
{
	struct sql_message_account_of_row m;
	int64_t rows;
	bool found;

	if (!sql_message_account_of(h->db, a, id, &found, &m, e))
		return false;
	*ret = notify_judge(said, found ? m.tries : 1, h->conf->push_retry_s);
	if (!found)
		return true;
	if (!outbox_settle(h, a, id, &m, ret, said->status, now, e))
		return false;
	if (m.device == DB_NULL)
		return true;
	if (ret->broken)
		return sql_push_device_gone(h->db, m.device, &rows, e);
	return ret->fate != OUTBOX_SENT ||
	       sql_push_device_sent(h->db, now, m.device, &rows, e);
}

bool
notify_said(struct house *h, struct arena *a, int64_t id,
    const struct egress_answer *said, int64_t now, struct outbox_verdict *ret,
    struct err *e)
{
	if (!db_begin(h->db, e))
		return false;
	if (note(h, a, id, said, now, ret, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "message %" PRId64, id);
}

bool
notify_due(struct house *h, struct arena *a, int64_t *ret, struct err *e)
{
	struct sql_message_next_row row;

	if (!sql_message_next(h->db, a, S("push"), &row, e))
		return false;
	*ret = row.at;
	return true;
}
