#include "jobs/mailing.h"

#include <assert.h>
#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "tell/digest.h"
#include "tell/outbox.h"

#define LETTER_MS 20000 /* for one letter */
#define GRACE_MS 15000  /* for what egress is asked before it */
#define REST_MAX_S 3600
#define LATEST_MS 600000 /* to look again, whatever the rows say */

bool
mailing_init(struct mailing *t, struct house *h, struct err *e)
{
	*t = (struct mailing){
	    .house = h, .letters = h->conf->mail_server[0] != '\0'};
	t->on = t->letters || h->conf->push_services[0] != '\0';
	t->due_ms = t->on ? 0 : INT64_MAX;
	return !t->on || outbox_start(h, house_now(h), e);
}

int64_t
mailing_due_ms(const struct mailing *t)
{
	if (!t->on)
		return INT64_MAX;
	return t->sending != 0 && t->until_ms < t->due_ms ? t->until_ms
							  : t->due_ms;
}

/* ---- one letter ---- */

static void
rest(struct mailing *t)
{
	int64_t s = t->house->conf->mail_retry_s;

	for (unsigned i = 0; i < t->failures && s < REST_MAX_S; i++)
		s *= 2;
	if (s > REST_MAX_S)
		s = REST_MAX_S;
	t->failures++;
	t->rest_ms = clock_ms() + s * 1000;
}

static void
take_word(struct mailing *t, struct arena *a, enum egress_outcome outcome,
    uint32_t status)
{
	struct outbox_verdict v = {.why = "", .server = true};
	struct err e;

	if (!outbox_said(t->house, a, t->sending, outcome, status,
		house_now(t->house), &v, &e))
		log_err(LOG_LEVEL_ERROR, &e, "mailing");
	if (v.fate != OUTBOX_SENT)
		log_warn("a message was not taken: id=%" PRId64
			 " why=%s status=%u",
		    t->sending, v.why, status);
	t->sending = 0;
	t->due_ms = 0;
	if (v.server)
		rest(t);
	else
		t->failures = 0;
}

void
mailing_hear(struct mailing *t, struct arena *a, const struct egress_answer *m)
{
	if (t->sending == 0 || m->id != t->id)
		return; /* too late: it was given up */
	take_word(t, a, (enum egress_outcome)m->outcome, m->status);
}

void
mailing_lost(struct mailing *t, struct arena *a)
{
	if (t->sending != 0)
		take_word(t, a, EGRESS_BROKEN, 0);
}

static void
send_letter(struct mailing *t, struct arena *a, struct chan *egress,
    const struct outbox_letter *l, str letter)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_MAIL_BUF);
	struct err e;

	t->id = ((t->id + 1) & (MAILING_ID / 2 - 1)) | MAILING_ID;
	t->sending = l->id;
	t->until_ms = clock_ms() + LETTER_MS + GRACE_MS;
	egress_mail_write(&b, &(struct egress_mail){.id = t->id,
				  .timeout_ms = LETTER_MS,
				  .from = l->from,
				  .to = l->to,
				  .letter = letter});
	assert(!b.full);
	if (!chan_try_send(egress, EGRESS_MAIL, buf_view(&b), NULL, 0, &e))
		take_word(t, a, EGRESS_UNREACHABLE, 0);
}

static bool
next_letter(
    struct mailing *t, struct arena *a, struct chan *egress, struct err *e)
{
	CLEANUP(buf_done) struct buf letter = BUF_MAX(EGRESS_LETTER_MAX);
	struct outbox_letter l = {0};

	if (!outbox_take(t->house, a, house_now(t->house), &letter, &l, e))
		return false;
	if (l.id != 0)
		send_letter(t, a, egress, &l, buf_view(&letter));
	return true;
}

/* ---- time ---- */

/* The sooner of the two times, in clock_ms. */
static void
sooner(int64_t *io_ms, int64_t at, int64_t now)
{
	int64_t ms;

	if (at == DB_NULL)
		return;
	ms = at <= now ? 0 : clock_ms() + (at - now) * 1000;
	if (ms < *io_ms)
		*io_ms = ms;
}

/* What the rows say; they change with every request, after which this is
 * called anew. */
static bool
look(struct mailing *t, struct arena *a, const struct chan *egress, bool more,
    struct err *e)
{
	int64_t now = house_now(t->house), digest, letter;
	int64_t due = clock_ms() + LATEST_MS, letter_ms = due;

	if (!digest_due(t->house, a, &digest, e) ||
	    !outbox_due(t->house, a, &letter, e))
		return false;
	sooner(&due, more ? now : digest, now);
	if (t->letters && t->sending == 0 && egress->fd >= 0)
		sooner(&letter_ms, letter, now);
	if (letter_ms < t->rest_ms)
		letter_ms = t->rest_ms;
	t->due_ms = letter_ms < due ? letter_ms : due;
	return true;
}

static bool
is_due(int64_t at, int64_t now)
{
	return at != DB_NULL && at <= now;
}

/* The rows are asked before anything is begun: this is called all the time. */
static bool
work(struct mailing *t, struct arena *a, struct chan *egress, struct err *e)
{
	int64_t now = house_now(t->house), at;
	bool more = false;

	if (!digest_due(t->house, a, &at, e) ||
	    (is_due(at, now) && !digest_turn(t->house, now, &more, e)))
		return false;
	if (t->letters && t->sending == 0 && egress->fd >= 0 &&
	    clock_ms() >= t->rest_ms &&
	    (!outbox_due(t->house, a, &at, e) ||
		(is_due(at, now) && !next_letter(t, a, egress, e))))
		return false;
	return look(t, a, egress, more, e);
}

void
mailing_tick(struct mailing *t, struct arena *a, struct chan *egress)
{
	struct err e;

	if (!t->on)
		return;
	if (t->sending != 0 && t->until_ms <= clock_ms())
		take_word(t, a, EGRESS_TOO_SLOW, 0);
	if (!work(t, a, egress, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "mailing");
		t->due_ms = clock_ms() + 10000;
	}
}
