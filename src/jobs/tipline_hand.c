#include "jobs/tipline_hand.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/courier.h"
#include "tipline/sending.h"

/* One more bit than notifications have, whose numbers never get so far. */

#define CALL_MS 30000  /* for one call */
#define GRACE_MS 40000 /* for what egress is asked before it */
#define REPLY_MAX 16384
#define LATEST_MS 600000 /* to look again, whatever the rows say */

void
tipline_hand_init(struct tipline_hand *t, struct house *h)
{
	*t = (struct tipline_hand){
	    .house = h, .on = h->conf->ncmec != CONF_NCMEC_OFF};
	t->due_ms = t->on ? 0 : INT64_MAX;
}

int64_t
tipline_hand_due_ms(const struct tipline_hand *t)
{
	if (!t->on)
		return INT64_MAX;
	return t->call != 0 && t->until_ms < t->due_ms ? t->until_ms
						       : t->due_ms;
}

/* ---- one call ---- */

/* What cannot be written down is a call without an answer: it is taken for
 * lost once the database is well again. */
static void
take_word(
    struct tipline_hand *t, struct arena *a, const struct egress_answer *m)
{
	const char *why = "";
	bool stuck = false;
	struct err e;

	if (!tipline_said(t->house, a, t->call, t->tipline, m,
		house_now(t->house), &stuck, &why, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "report to NCMEC");
		t->started = false;
	}
	if (stuck)
		log_error("a report to NCMEC is stuck: id=%" PRId64
			  " why=%s status=%u",
		    t->tipline, why, m->status);
	else if (why[0] != '\0')
		log_warn("a report to NCMEC waits: id=%" PRId64
			 " why=%s status=%u",
		    t->tipline, why, m->status);
	t->call = t->tipline = 0;
	t->due_ms = 0;
}

static void
no_word(struct tipline_hand *t, struct arena *a, enum egress_outcome outcome)
{
	take_word(t, a, &(struct egress_answer){.outcome = (uint8_t)outcome});
}

void
tipline_hand_hear(
    struct tipline_hand *t, struct arena *a, const struct egress_answer *m)
{
	if (t->call != 0 && m->id == t->id)
		take_word(t, a, m);
}

void
tipline_hand_lost(struct tipline_hand *t, struct arena *a)
{
	if (t->call != 0)
		no_word(t, a, EGRESS_BROKEN);
}

static void
send_call(struct tipline_hand *t, struct arena *a, struct chan *egress,
    const struct tipline_call *c)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_ASK_BUF);
	char url[CONF_TEXT_MAX + 16];
	struct err e;
	int n = snprintf(url, sizeof(url), "%s" STR_FMT,
	    t->house->conf->ncmec_url, STR_ARG(c->path));

	t->id =
	    ((t->id + 1) & COURIER_NUMBERS) | COURIER_ID | COURIER_TIPLINE_ID;
	t->call = c->id;
	t->tipline = c->tipline;
	t->until_ms = clock_ms() + CALL_MS + GRACE_MS;
	egress_ask_write(&b, &(struct egress_ask){.id = t->id,
				 .method = c->method,
				 .auth = EGRESS_AUTH_NCMEC,
				 .timeout_ms = CALL_MS,
				 .reply_max = REPLY_MAX,
				 .url = {url, (size_t)n},
				 .body = c->body});
	assert(!b.full);
	if (!chan_try_send(egress, EGRESS_ASK, buf_view(&b), NULL, 0, &e))
		no_word(t, a, EGRESS_UNREACHABLE);
}

/* ---- time ---- */

static bool
next_one(
    struct tipline_hand *t, struct arena *a, struct chan *egress, struct err *e)
{
	int64_t now = house_now(t->house);
	struct tipline_call c;

	if (!t->started && !tipline_start(t->house, a, now, e))
		return false;
	t->started = true;
	if (!tipline_take(t->house, a, now, &c, e))
		return false;
	if (c.id != 0)
		send_call(t, a, egress, &c);
	return true;
}

/* The rows are asked before anything is begun: this is called all the time. */
static bool
work(
    struct tipline_hand *t, struct arena *a, struct chan *egress, struct err *e)
{
	int64_t now = house_now(t->house), at, due = clock_ms() + LATEST_MS;

	if (t->call != 0 || egress->fd < 0) {
		t->due_ms = due;
		return true;
	}
	if (!tipline_due(t->house, a, &at, e))
		return false;
	if (at != DB_NULL && at <= now && !next_one(t, a, egress, e))
		return false;
	if (t->call == 0 && at != DB_NULL && at - now < LATEST_MS / 1000)
		due = at <= now ? 0 : clock_ms() + (at - now) * 1000;
	t->due_ms = due;
	return true;
}

void
tipline_hand_tick(struct tipline_hand *t, struct arena *a, struct chan *egress)
{
	struct err e;

	if (!t->on)
		return;
	if (t->call != 0 && t->until_ms <= clock_ms())
		no_word(t, a, EGRESS_TOO_SLOW);
	if (!work(t, a, egress, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "reports to NCMEC");
		t->due_ms = clock_ms() + 10000;
	}
}
