#include "jobs/pushing.h"

#include <assert.h>

#include "base/clock.h"
#include "tell/notify.h"

#define PUSH_MS 10000  /* for one notification */
#define GRACE_MS 30000 /* for what egress is asked before it */

static const struct courier_way way = {.name = "pushing",
    .thing = "a notification",
    .bits = COURIER_ID | COURIER_PUSH_ID,
    .wait_ms = PUSH_MS + GRACE_MS,
    .said = notify_said};

void
pushing_init(struct courier *c, struct house *h)
{
	courier_init(c, &way, h, h->conf->push_retry_s,
	    h->conf->push_services[0] != '\0');
}

static void
send_one(struct courier *c, struct arena *a, struct chan *egress,
    const struct notification *n, str sealed)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_PUSH_BUF);
	uint32_t id = courier_begin(c, n->id);
	struct err e;

	egress_push_write(&b, &(struct egress_push){.id = id,
				  .timeout_ms = PUSH_MS,
				  .ttl_s = n->ttl_s,
				  .urgent = n->urgent,
				  .url = n->address,
				  .token = n->token,
				  .sealed = sealed});
	assert(!b.full);
	if (!chan_try_send(egress, EGRESS_PUSH, buf_view(&b), NULL, 0, &e))
		courier_no_word(c, a, EGRESS_UNREACHABLE);
}

static bool
next_one(struct courier *c, struct arena *a, struct chan *egress, struct err *e)
{
	CLEANUP(buf_done) struct buf sealed = BUF_MAX(EGRESS_SEALED_MAX);
	struct notification n = {0};

	if (!notify_take(c->house, a, house_now(c->house), &sealed, &n, e))
		return false;
	if (n.id != 0)
		send_one(c, a, egress, &n, buf_view(&sealed));
	return true;
}

/* What the rows say; they change with every request, after which this is
 * called anew. */
static bool
look(struct courier *c, struct arena *a, const struct chan *egress,
    struct err *e)
{
	int64_t now = house_now(c->house), at;
	int64_t due = clock_ms() + COURIER_LATEST_MS;

	if (!notify_due(c->house, a, &at, e))
		return false;
	if (at != DB_NULL && c->sending == 0 && egress->fd >= 0 &&
	    at - now < COURIER_LATEST_MS / 1000)
		due = at <= now ? 0 : clock_ms() + (at - now) * 1000;
	c->due_ms = due < c->rest_ms ? c->rest_ms : due;
	return true;
}

static bool
work(struct courier *c, struct arena *a, struct chan *egress, struct err *e)
{
	int64_t at;

	if (courier_is_free(c, egress) &&
	    (!notify_due(c->house, a, &at, e) ||
		(at != DB_NULL && at <= house_now(c->house) &&
		    !next_one(c, a, egress, e))))
		return false;
	return look(c, a, egress, e);
}

void
pushing_tick(struct courier *c, struct arena *a, struct chan *egress)
{
	struct err e;

	if (!c->on)
		return;
	courier_tick(c, a);
	if (!work(c, a, egress, &e))
		courier_failed(c, &e);
}
