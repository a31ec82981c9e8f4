#include "tell/outbox.h"

#include <inttypes.h>

#include "sql_message.h"
#include "sql_tell.h"
#include "sql_urgent.h"
#include "tell/bounce.h"
#include "tell/choice.h"
#include "tell/ending.h"
#include "tell/handlers.h"
#include "tell/letter.h"

#define DAY 86400
#define LOOK_AT 20

/* After which a message of that kind says nothing any more. */
static const int64_t kept_s[LETTER_KINDS] = {
    [LETTER_CONFIRM] = 2 * DAY,
    [LETTER_DIGEST] = 2 * DAY,
    [LETTER_URGENT] = DAY,
    [LETTER_WAITS] = 2 * DAY,
};

/* ---- what was said ---- */

int64_t
outbox_back_off(int64_t retry_s, int64_t tries)
{
	int64_t s = retry_s;

	for (int64_t i = 1; i < tries && s < OUTBOX_RETRY_MAX_S; i++)
		s *= 2;
	return s < OUTBOX_RETRY_MAX_S ? s : OUTBOX_RETRY_MAX_S;
}

static struct outbox_verdict
once_more(const char *why, int64_t tries, int64_t retry_s, bool server)
{
	struct outbox_verdict v = {.fate = OUTBOX_AGAIN,
	    .why = why,
	    .after_s = outbox_back_off(retry_s, tries),
	    .server = server};

	if (tries >= OUTBOX_TRIES)
		v.fate = OUTBOX_FAILED;
	return v;
}

struct outbox_verdict
outbox_judge(enum egress_outcome outcome, uint32_t status, int64_t tries,
    int64_t retry_s)
{
	if (outcome == EGRESS_BROKEN || outcome == EGRESS_TOO_SLOW)
		return once_more("broke", tries, retry_s, true);
	if (outcome != EGRESS_ANSWERED)
		return (struct outbox_verdict){.fate = OUTBOX_WAITS,
		    .why = egress_outcome_word(outcome),
		    .server = true};
	if (status >= 200 && status < 300)
		return (struct outbox_verdict){.fate = OUTBOX_SENT, .why = ""};
	if (status >= 500)
		return (struct outbox_verdict){.fate = OUTBOX_FAILED,
		    .why = "refused",
		    .broken = status == 550 || status == 551 || status == 553};
	return once_more("not_taken", tries, retry_s, false);
}

/* ---- the next one ---- */

typedef struct sql_message_due_row due_row;

struct taking {
	struct house *house;
	struct arena *arena;
	int64_t now;
	const struct organisation *org;
	const due_row *row;
	enum letter_kind kind;
	str address;
};

static bool
end(const struct taking *t, const char *state, const char *why, struct err *e)
{
	int64_t rows;

	return sql_message_end(t->house->db, str_c(state), str_c(why), 0,
	    t->now, t->row->id, &rows, e);
}

/* "": it may go; else why it need not. */
static const char *
why_not(struct taking *t)
{
	const due_row *r = t->row;
	const struct tell_mark m = {r->address_digest, r->asked_at,
	    r->confirmed_at, r->broken.p != NULL};
	enum tell_address is;

	if (!str_eq(r->account_state, S("active")))
		return "not_wanted";
	t->address =
	    house_text(t->arena, t->org, "account.email_enc", r->email_enc);
	is = tell_address_is(t->arena, t->org, t->address, &m);
	if (is != (t->kind == LETTER_CONFIRM ? TELL_ASKED : TELL_CONFIRMED))
		return "no_address";
	if (t->kind == LETTER_DIGEST &&
	    (r->daily == 0 || str_eq(r->ways, S("push"))))
		return "not_wanted";
	return "";
}

static bool
write_letter(const struct taking *t, struct buf *ret, struct err *e)
{
	const due_row *r = t->row;
	struct letter_of l = {.kind = t->kind,
	    .account = r->account,
	    .day_on = r->day_on,
	    .urgent = r->urgent == DB_NULL ? 0 : r->urgent,
	    .to = t->address,
	    .what = r->what,
	    .lang = LANG_FR,
	    .now = r->made_at};

	(void)lang_of_code(r->lang, &l.lang);
	l.confirm = tell_link_word(t->arena, t->org, TELL_LINK_CONFIRM,
	    r->account, r->address_digest, r->asked_at);
	l.stop = tell_link_word(
	    t->arena, t->org, TELL_LINK_STOP, r->account, (str){0}, 0);
	buf_clear(ret);
	return letter_write(ret, t->arena, t->house, t->org, &l, e);
}

/* *ret stays 0 when this one does not go. */
static bool
take_one(struct taking *t, struct buf *ret_letter, struct outbox_letter *ret,
    struct err *e)
{
	const char *why;
	bool waits = true;
	int64_t rows;

	if (!letter_kind_of(t->row->kind, &t->kind))
		return end(t, "dropped", "not_wanted", e);
	if (!house_org(t->house, t->row->organisation, &t->org, e))
		return false;
	if (t->now > t->row->made_at + kept_s[t->kind])
		return end(t, "failed", "no_server", e);
	why = why_not(t);
	if (t->kind == LETTER_WAITS &&
	    !handlers_wait(
		t->house, t->arena, t->org, t->row->account, t->now, &waits, e))
		return false;
	if (!waits)
		return end(t, "dropped", "not_wanted", e);
	if (why[0] != '\0')
		return end(
		    t, t->kind == LETTER_DIGEST ? "dropped" : "failed", why, e);
	if (!write_letter(t, ret_letter, e) ||
	    !sql_message_sending(t->house->db, t->row->id, &rows, e))
		return false;
	if (rows == 1)
		*ret = (struct outbox_letter){.id = t->row->id,
		    .from =
			bounce_sender(t->arena, t->house, t->org, t->row->id),
		    .to = t->address};
	return true;
}

static bool
take(struct taking *t, struct buf *ret_letter, struct outbox_letter *ret,
    struct err *e)
{
	struct sql_message_due_rows rows;

	if (!sql_message_due(t->house->db, t->arena, t->now, LOOK_AT, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n && ret->id == 0; i++) {
		t->row = &rows.v[i];
		if (!take_one(t, ret_letter, ret, e))
			return err_wrap(e, "message %" PRId64, t->row->id);
	}
	return true;
}

bool
outbox_take(struct house *h, struct arena *a, int64_t now,
    struct buf *ret_letter, struct outbox_letter *ret, struct err *e)
{
	struct taking t = {.house = h, .arena = a, .now = now};
	struct outbox_letter l = {0};

	if (!db_begin(h->db, e))
		return false;
	if (take(&t, ret_letter, &l, e) && db_commit(h->db, e)) {
		*ret = l;
		return true;
	}
	db_rollback(h->db);
	return false;
}

/* ---- what becomes of it ---- */

bool
outbox_settle(struct house *h, struct arena *a, int64_t id,
    const struct sql_message_account_of_row *m, const struct outbox_verdict *v,
    uint32_t status, int64_t now, struct err *e)
{
	int64_t rows;

	switch (v->fate) {
	case OUTBOX_SENT:
		return sql_message_end(h->db, S("sent"), S(""), status, now, id,
			   &rows, e) &&
		       ending_told(h, a, m, now, e);
	case OUTBOX_AGAIN:
		return sql_message_again(h->db, now + v->after_s, m->tries,
		    str_c(v->why), status, id, &rows, e);
	case OUTBOX_WAITS:
		return sql_message_again(h->db, now + v->after_s, m->tries - 1,
		    str_c(v->why), status, id, &rows, e);
	case OUTBOX_FAILED:
		return sql_message_end(h->db, S("failed"), str_c(v->why),
		    status, now, id, &rows, e);
	}
	return true;
}

static bool
note(struct house *h, struct arena *a, int64_t id, enum egress_outcome outcome,
    uint32_t status, int64_t now, struct outbox_verdict *ret, struct err *e)
{
	struct sql_message_account_of_row m;
	int64_t rows;
	bool found;

	if (!sql_message_account_of(h->db, a, id, &found, &m, e))
		return false;
	*ret = outbox_judge(
	    outcome, status, found ? m.tries : 1, h->conf->mail_retry_s);
	return !found ||
	       (outbox_settle(h, a, id, &m, ret, status, now, e) &&
		   (!ret->broken || sql_tell_broken(h->db, S("refused"),
					m.account, &rows, e)));
}

bool
outbox_said(struct house *h, struct arena *a, int64_t id,
    enum egress_outcome outcome, uint32_t status, int64_t now,
    struct outbox_verdict *ret, struct err *e)
{
	if (!db_begin(h->db, e))
		return false;
	if (note(h, a, id, outcome, status, now, ret, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "message %" PRId64, id);
}

bool
outbox_start(struct house *h, int64_t now, struct err *e)
{
	int64_t rows;

	return sql_message_interrupted(h->db, now, &rows, e);
}

bool
outbox_due(struct house *h, struct arena *a, int64_t *ret, struct err *e)
{
	struct sql_message_next_row row;

	if (!sql_message_next(h->db, a, S("mail"), &row, e))
		return false;
	*ret = row.at;
	return true;
}

/* ---- restored ---- */

bool
outbox_restored(
    struct house *h, const struct organisation *o, int64_t now, struct err *e)
{
	int64_t rows;

	return sql_message_restored(h->db, now, o->id, &rows, e) &&
	       sql_tell_restored(h->db, day_of(o->zone, now), o->id, &rows, e);
}
