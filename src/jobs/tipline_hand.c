#include "jobs/tipline_hand.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/courier.h"
#include "tipline/sending.h"

#define CALL_MS 30000  /* for one call */
#define GRACE_MS 40000 /* for what egress is asked before it */
#define REPLY_MAX 16384
#define SCHEMA_MAX EGRESS_REPLY_MAX
#define LATEST_MS 600000 /* to look again, whatever the rows say */
#define TROUBLE_MS 10000 /* after trouble with the database */

void
tipline_hand_init(struct tipline_hand *t, struct house *h)
{
	*t = (struct tipline_hand){
	    .house = h, .on = h->conf->ncmec != CONF_NCMEC_OFF};
	t->due_ms = t->on ? 0 : INT64_MAX;
}

static bool
is_busy(const struct tipline_hand *t)
{
	return t->call != 0 || t->link != LINK_NOTHING;
}

int64_t
tipline_hand_due_ms(const struct tipline_hand *t)
{
	if (!t->on)
		return INT64_MAX;
	return is_busy(t) && t->until_ms < t->due_ms ? t->until_ms : t->due_ms;
}

/* ---- one call ---- */

/* What cannot be written down is a call without an answer: it is taken for
 * lost once the database is well again. */
static void
take_report_word(
    struct tipline_hand *t, struct arena *a, const struct egress_answer *m)
{
	const char *why = "";
	bool stuck = false;
	struct err e;

	if (!tipline_said(t->house, a, t->call, t->tipline, m,
		house_now(t->house), &stuck, &why, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "report to NCMEC");
		t->started = false;
		t->hold_ms = clock_ms() + TROUBLE_MS;
	}
	if (stuck)
		log_error("a report to NCMEC is stuck: id=%" PRId64
			  " why=%s status=%u",
		    t->tipline, why, m->status);
	else if (why[0] != '\0')
		log_warn("a report to NCMEC waits: id=%" PRId64
			 " why=%s status=%u",
		    t->tipline, why, m->status);
}

/* What cannot be written down is asked again. */
static void
take_link_word(
    struct tipline_hand *t, struct arena *a, const struct egress_answer *m)
{
	const char *why = "";
	struct err e;

	if (!tipline_link_said(
		t->house, a, t->link, m, house_now(t->house), &why, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "NCMEC");
		t->hold_ms = clock_ms() + TROUBLE_MS;
	} else if (why[0] != '\0')
		log_warn("NCMEC was asked in vain: path=%s why=%s status=%u",
		    tipline_link_path(t->link), why, m->status);
}

static void
take_word(
    struct tipline_hand *t, struct arena *a, const struct egress_answer *m)
{
	if (t->call != 0)
		take_report_word(t, a, m);
	else
		take_link_word(t, a, m);
	t->call = t->tipline = 0;
	t->link = LINK_NOTHING;
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
	if (is_busy(t) && m->id == t->id)
		take_word(t, a, m);
}

void
tipline_hand_lost(struct tipline_hand *t, struct arena *a)
{
	if (is_busy(t))
		no_word(t, a, EGRESS_BROKEN);
}

static void
ask(struct tipline_hand *t, struct arena *a, struct chan *egress,
    const struct tipline_call *c, uint32_t reply_max)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_ASK_BUF);
	char url[CONF_TEXT_MAX + 16];
	struct err e;
	int n = snprintf(url, sizeof(url), "%s" STR_FMT,
	    t->house->conf->ncmec_url, STR_ARG(c->path));

	t->id =
	    ((t->id + 1) & COURIER_NUMBERS) | COURIER_ID | COURIER_TIPLINE_ID;
	t->until_ms = clock_ms() + CALL_MS + GRACE_MS;
	egress_ask_write(&b, &(struct egress_ask){.id = t->id,
				 .method = c->method,
				 .auth = EGRESS_AUTH_NCMEC,
				 .timeout_ms = CALL_MS,
				 .reply_max = reply_max,
				 .url = {url, (size_t)n},
				 .body = c->body});
	assert(!b.full);
	if (!chan_try_send(egress, EGRESS_ASK, buf_view(&b), NULL, 0, &e))
		no_word(t, a, EGRESS_UNREACHABLE);
}

static void
ask_link(struct tipline_hand *t, struct arena *a, struct chan *egress,
    enum tipline_link_call link)
{
	const struct tipline_call c = {
	    .method = EGRESS_GET_XML, .path = str_c(tipline_link_path(link))};

	t->link = link;
	ask(t, a, egress, &c, link == LINK_SCHEMA ? SCHEMA_MAX : REPLY_MAX);
}

/* ---- time ---- */

static bool
next_one(
    struct tipline_hand *t, struct arena *a, struct chan *egress, struct err *e)
{
	struct tipline_call c;

	if (!tipline_take(t->house, a, house_now(t->house), &c, e))
		return false;
	if (c.id == 0) {
		t->due_ms = 0; /* it went nowhere: another one may */
		return true;
	}
	t->call = c.id;
	t->tipline = c.tipline;
	ask(t, a, egress, &c, REPLY_MAX);
	return true;
}

/* What a process before this one left open, whenever its report is due. */
static bool
begin(struct tipline_hand *t, struct arena *a, struct err *e)
{
	if (!t->started)
		t->started = tipline_start(t->house, a, house_now(t->house), e);
	return t->started;
}

static int64_t
in_ms(int64_t at, int64_t now)
{
	if (at == DB_NULL || at - now >= LATEST_MS / 1000)
		return clock_ms() + LATEST_MS;
	return at <= now ? 0 : clock_ms() + (at - now) * 1000;
}

/* Reports first. */
static bool
work(
    struct tipline_hand *t, struct arena *a, struct chan *egress, struct err *e)
{
	int64_t now = house_now(t->house), at, link_at;
	enum tipline_link_call link;

	t->due_ms = clock_ms() + LATEST_MS;
	if (is_busy(t) || egress->fd < 0)
		return true;
	if (clock_ms() < t->hold_ms) {
		t->due_ms = t->hold_ms;
		return true;
	}
	if (!begin(t, a, e) || !tipline_due(t->house, a, now, &at, e) ||
	    !tipline_link_due(t->house, a, now, &link, &link_at, e))
		return false;
	if (at != DB_NULL && at <= now)
		return next_one(t, a, egress, e);
	if (link_at <= now) {
		ask_link(t, a, egress, link);
		return true;
	}
	t->due_ms = in_ms(at == DB_NULL || link_at < at ? link_at : at, now);
	return true;
}

void
tipline_hand_tick(struct tipline_hand *t, struct arena *a, struct chan *egress)
{
	struct err e;

	if (!t->on)
		return;
	if (is_busy(t) && t->until_ms <= clock_ms())
		no_word(t, a, EGRESS_TOO_SLOW);
	if (!work(t, a, egress, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "reports to NCMEC");
		t->due_ms = t->hold_ms = clock_ms() + TROUBLE_MS;
	}
}
