#include "jobs/mailing.h"

#include <assert.h>

#include "base/clock.h"
#include "tell/digest.h"
#include "tell/outbox.h"

#define LETTER_MS 20000 /* for one letter */
#define GRACE_MS 15000  /* for what egress is asked before it */

static bool
letter_said(struct house *h, struct arena *a, int64_t id,
    const struct egress_answer *m, int64_t now, struct outbox_verdict *ret,
    struct err *e)
{
	return outbox_said(
	    h, a, id, (enum egress_outcome)m->outcome, m->status, now, ret, e);
}

static const struct courier_way way = {.name = "mailing",
    .thing = "a message",
    .bits = COURIER_ID,
    .wait_ms = LETTER_MS + GRACE_MS,
    .said = letter_said};

bool
mailing_init(struct mailing *t, struct house *h, struct err *e)
{
	t->letters = h->conf->mail_server[0] != '\0';
	courier_init(&t->courier, &way, h, h->conf->mail_retry_s,
	    t->letters || h->conf->push_services[0] != '\0');
	return !t->courier.on || outbox_start(h, house_now(h), e);
}

/* ---- one letter ---- */

static void
send_letter(struct courier *c, struct arena *a, struct chan *egress,
    const struct outbox_letter *l, str letter)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_MAIL_BUF);
	uint32_t id = courier_begin(c, l->id);
	struct err e;

	egress_mail_write(&b, &(struct egress_mail){.id = id,
				  .timeout_ms = LETTER_MS,
				  .from = l->from,
				  .to = l->to,
				  .letter = letter});
	assert(!b.full);
	if (!chan_try_send(egress, EGRESS_MAIL, buf_view(&b), NULL, 0, &e))
		courier_no_word(c, a, EGRESS_UNREACHABLE);
}

static bool
next_letter(
    struct courier *c, struct arena *a, struct chan *egress, struct err *e)
{
	CLEANUP(buf_done) struct buf letter = BUF_MAX(EGRESS_LETTER_MAX);
	struct outbox_letter l = {0};

	if (!outbox_take(c->house, a, house_now(c->house), &letter, &l, e))
		return false;
	if (l.id != 0)
		send_letter(c, a, egress, &l, buf_view(&letter));
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
	struct courier *c = &t->courier;
	int64_t now = house_now(c->house), digest, letter;
	int64_t due = clock_ms() + COURIER_LATEST_MS, letter_ms = due;

	if (!digest_due(c->house, a, &digest, e) ||
	    !outbox_due(c->house, a, &letter, e))
		return false;
	sooner(&due, more ? now : digest, now);
	if (t->letters && c->sending == 0 && egress->fd >= 0)
		sooner(&letter_ms, letter, now);
	if (letter_ms < c->rest_ms)
		letter_ms = c->rest_ms;
	c->due_ms = letter_ms < due ? letter_ms : due;
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
	struct courier *c = &t->courier;
	int64_t now = house_now(c->house), at;
	bool more = false;

	if (!digest_due(c->house, a, &at, e) ||
	    (is_due(at, now) && !digest_turn(c->house, now, &more, e)))
		return false;
	if (t->letters && courier_is_free(c, egress) &&
	    (!outbox_due(c->house, a, &at, e) ||
		(is_due(at, now) && !next_letter(c, a, egress, e))))
		return false;
	return look(t, a, egress, more, e);
}

void
mailing_tick(struct mailing *t, struct arena *a, struct chan *egress)
{
	struct err e;

	if (!t->courier.on)
		return;
	courier_tick(&t->courier, a);
	if (!work(t, a, egress, &e))
		courier_failed(&t->courier, &e);
}
