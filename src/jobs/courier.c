#include "jobs/courier.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"

#define REST_MAX_S 3600
#define TROUBLE_MS 10000 /* nothing is looked at for so long */

void
courier_init(struct courier *c, const struct courier_way *way, struct house *h,
    int64_t retry_s, bool on)
{
	*c = (struct courier){.way = way,
	    .house = h,
	    .retry_s = retry_s,
	    .on = on,
	    .due_ms = on ? 0 : INT64_MAX};
}

int64_t
courier_due_ms(const struct courier *c)
{
	if (!c->on)
		return INT64_MAX;
	return c->sending != 0 && c->until_ms < c->due_ms ? c->until_ms
							  : c->due_ms;
}

bool
courier_is_free(const struct courier *c, const struct chan *egress)
{
	return c->sending == 0 && egress->fd >= 0 && clock_ms() >= c->rest_ms;
}

uint32_t
courier_begin(struct courier *c, int64_t message)
{
	c->id = ((c->id + 1) & COURIER_NUMBERS) | c->way->bits;
	c->sending = message;
	c->until_ms = clock_ms() + c->way->wait_ms;
	return c->id;
}

/* ---- what became of it ---- */

static void
rest(struct courier *c)
{
	int64_t s = c->retry_s;

	for (unsigned i = 0; i < c->failures && s < REST_MAX_S; i++)
		s *= 2;
	if (s > REST_MAX_S)
		s = REST_MAX_S;
	c->failures++;
	c->rest_ms = clock_ms() + s * 1000;
}

static void
take_word(struct courier *c, struct arena *a, const struct egress_answer *m)
{
	struct outbox_verdict v = {.why = "", .server = true};
	struct err e;

	if (!c->way->said(
		c->house, a, c->sending, m, house_now(c->house), &v, &e))
		log_err(LOG_LEVEL_ERROR, &e, c->way->name);
	if (v.fate != OUTBOX_SENT)
		log_warn("%s was not taken: id=%" PRId64 " why=%s status=%u",
		    c->way->thing, c->sending, v.why, m->status);
	c->sending = 0;
	c->due_ms = 0;
	if (v.server)
		rest(c);
	else
		c->failures = 0;
}

void
courier_no_word(struct courier *c, struct arena *a, enum egress_outcome outcome)
{
	take_word(c, a, &(struct egress_answer){.outcome = (uint8_t)outcome});
}

/* What comes too late was given up. */
void
courier_hear(struct courier *c, struct arena *a, const struct egress_answer *m)
{
	if (c->sending != 0 && m->id == c->id)
		take_word(c, a, m);
}

void
courier_lost(struct courier *c, struct arena *a)
{
	if (c->sending != 0)
		courier_no_word(c, a, EGRESS_BROKEN);
}

void
courier_tick(struct courier *c, struct arena *a)
{
	if (c->sending != 0 && c->until_ms <= clock_ms())
		courier_no_word(c, a, EGRESS_TOO_SLOW);
}

void
courier_failed(struct courier *c, const struct err *e)
{
	log_err(LOG_LEVEL_ERROR, e, c->way->name);
	c->due_ms = clock_ms() + TROUBLE_MS;
}
