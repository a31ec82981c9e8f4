#include "jobs/pushing.h"

#include <assert.h>
#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "tell/notify.h"

#define PUSH_MS 10000  /* for one notification */
#define GRACE_MS 30000 /* for what egress is asked before it */
#define REST_MAX_S 3600
#define LATEST_MS 600000 /* to look again, whatever the rows say */

void
pushing_init(struct pushing *t, struct house *h)
{
	*t = (struct pushing){
	    .house = h, .on = h->conf->push_services[0] != '\0'};
	t->due_ms = t->on ? 0 : INT64_MAX;
}

int64_t
pushing_due_ms(const struct pushing *t)
{
	if (!t->on)
		return INT64_MAX;
	return t->sending != 0 && t->until_ms < t->due_ms ? t->until_ms
							  : t->due_ms;
}

/* ---- one notification ---- */

static void
rest(struct pushing *t)
{
	int64_t s = t->house->conf->push_retry_s;

	for (unsigned i = 0; i < t->failures && s < REST_MAX_S; i++)
		s *= 2;
	if (s > REST_MAX_S)
		s = REST_MAX_S;
	t->failures++;
	t->rest_ms = clock_ms() + s * 1000;
}

static void
take_word(struct pushing *t, struct arena *a, const struct egress_answer *said)
{
	struct outbox_verdict v = {.why = "", .server = true};
	struct err e;

	if (!notify_said(
		t->house, a, t->sending, said, house_now(t->house), &v, &e))
		log_err(LOG_LEVEL_ERROR, &e, "pushing");
	if (v.fate != OUTBOX_SENT)
		log_warn("a notification was not taken: id=%" PRId64
			 " why=%s status=%u",
		    t->sending, v.why, said->status);
	t->sending = 0;
	t->due_ms = 0;
	if (v.server)
		rest(t);
	else
		t->failures = 0;
}

static void
no_word(struct pushing *t, struct arena *a, enum egress_outcome outcome)
{
	take_word(t, a, &(struct egress_answer){.outcome = (uint8_t)outcome});
}

void
pushing_hear(struct pushing *t, struct arena *a, const struct egress_answer *m)
{
	if (t->sending != 0 && m->id == t->id)
		take_word(t, a, m);
}

void
pushing_lost(struct pushing *t, struct arena *a)
{
	if (t->sending != 0)
		no_word(t, a, EGRESS_BROKEN);
}

static void
send_one(struct pushing *t, struct arena *a, struct chan *egress,
    const struct notification *n, str sealed)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_PUSH_BUF);
	struct err e;

	t->id = ((t->id + 1) & (PUSHING_ID - 1)) | PUSHING_ID | MAILING_ID;
	t->sending = n->id;
	t->until_ms = clock_ms() + PUSH_MS + GRACE_MS;
	egress_push_write(&b, &(struct egress_push){.id = t->id,
				  .timeout_ms = PUSH_MS,
				  .ttl_s = n->ttl_s,
				  .urgent = n->urgent,
				  .url = n->address,
				  .token = n->token,
				  .sealed = sealed});
	assert(!b.full);
	if (!chan_try_send(egress, EGRESS_PUSH, buf_view(&b), NULL, 0, &e))
		no_word(t, a, EGRESS_UNREACHABLE);
}

static bool
next_one(struct pushing *t, struct arena *a, struct chan *egress, struct err *e)
{
	CLEANUP(buf_done) struct buf sealed = BUF_MAX(EGRESS_SEALED_MAX);
	struct notification n = {0};

	if (!notify_take(t->house, a, house_now(t->house), &sealed, &n, e))
		return false;
	if (n.id != 0)
		send_one(t, a, egress, &n, buf_view(&sealed));
	return true;
}

/* ---- time ---- */

/* What the rows say; they change with every request, after which this is
 * called anew. */
static bool
look(struct pushing *t, struct arena *a, const struct chan *egress,
    struct err *e)
{
	int64_t now = house_now(t->house), at, due = clock_ms() + LATEST_MS;

	if (!notify_due(t->house, a, &at, e))
		return false;
	if (at != DB_NULL && t->sending == 0 && egress->fd >= 0 &&
	    at - now < LATEST_MS / 1000)
		due = at <= now ? 0 : clock_ms() + (at - now) * 1000;
	t->due_ms = due < t->rest_ms ? t->rest_ms : due;
	return true;
}

static bool
work(struct pushing *t, struct arena *a, struct chan *egress, struct err *e)
{
	int64_t at;

	if (t->sending == 0 && egress->fd >= 0 && clock_ms() >= t->rest_ms &&
	    (!notify_due(t->house, a, &at, e) ||
		(at != DB_NULL && at <= house_now(t->house) &&
		    !next_one(t, a, egress, e))))
		return false;
	return look(t, a, egress, e);
}

void
pushing_tick(struct pushing *t, struct arena *a, struct chan *egress)
{
	struct err e;

	if (!t->on)
		return;
	if (t->sending != 0 && t->until_ms <= clock_ms())
		no_word(t, a, EGRESS_TOO_SLOW);
	if (!work(t, a, egress, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "pushing");
		t->due_ms = clock_ms() + 10000;
	}
}
