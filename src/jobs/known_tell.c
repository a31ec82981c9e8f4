/* Telling the match process what changed since its index was made. */
#include "base/clock.h"
#include "base/log.h"
#include "jobs/known.h"

#define AGAIN_MS 5000
#define HEARD_MS 60000 /* no answer for so long: it hangs */

void
known_tell_anew(struct known *k)
{
	uint32_t told = k->tell.told + 1;

	delta_free(k->tell.delta);
	k->tell = (struct telling){.told = told == 0 ? 1 : told};
}

/* What it compares with was taken from other lists than those of now. */
static bool
is_outdated(const struct known *k)
{
	if (k->tell.state == TELL_NOTHING)
		return k->stale;
	return k->tell.state == TELL_TOLD &&
	       !delta_is_of(k->tell.delta, k->stamp);
}

bool
known_is_current(const struct known *k)
{
	if (k->loaded == 0 || k->loaded != k->generation || is_outdated(k))
		return false;
	return k->tell.state == TELL_NOTHING ||
	       (k->tell.state == TELL_TOLD && !k->tell.failed &&
		   delta_is_whole(k->tell.delta));
}

bool
known_tell_wanted(const struct known *k)
{
	const struct telling *t = &k->tell;

	if (!known_ready(k) || k->swap != 0 || k->loaded != k->generation ||
	    t->after_ms > clock_ms())
		return false;
	if (t->state == TELL_SENDS)
		return false; /* its answers make room */
	return t->state == TELL_READS || is_outdated(k);
}

bool
known_tell_holds_up(const struct known *k)
{
	return k->tell.state == TELL_SENDS &&
	       k->tell.at < delta_ops(k->tell.delta);
}

static bool
send_one(struct known *k, struct err *e)
{
	struct telling *t = &k->tell;
	CLEANUP(buf_done) struct buf b = BUF_MAX(MATCH_BODY_MAX);
	uint32_t serial = k->serial + 1;
	size_t at = t->at;

	if (!delta_write(t->delta, serial, &at, &b))
		return err_set(e, ERR_LIMIT, "no memory for a delta");
	if (!chan_try_send(&k->chan, MATCH_DELTA, buf_view(&b), NULL, 0, e))
		return false;
	k->serial = t->last = serial;
	if (t->at == 0)
		t->first = serial;
	t->at = at;
	t->until_ms = clock_ms() + HEARD_MS;
	return true;
}

/* From the first message on, what was asked before is of another time. */
static void
send(struct known *k)
{
	struct telling *t = &k->tell;
	struct err e;

	if (t->at == 0)
		t->told = t->told + 1 == 0 ? 1 : t->told + 1;
	while (known_tell_holds_up(k))
		if (!send_one(k, &e)) {
			if (e.kind != ERR_BUSY) {
				log_err(LOG_LEVEL_WARN, &e, "match");
				t->failed = true;
				t->at = delta_ops(t->delta);
			}
			return;
		}
}

static void
begin(struct known *k)
{
	struct telling *t = &k->tell;
	uint32_t told = t->told;
	struct err e;

	delta_free(t->delta);
	*t = (struct telling){.told = told, .state = TELL_READS};
	t->delta = delta_new(k->house, &e);
	if (t->delta != NULL)
		return;
	log_err(LOG_LEVEL_ERROR, &e, "index");
	t->state = TELL_NOTHING;
	t->after_ms = clock_ms() + AGAIN_MS;
}

void
known_tell(struct known *k)
{
	struct telling *t = &k->tell;

	if (t->state == TELL_SENDS) {
		send(k);
		return;
	}
	if (t->state != TELL_READS)
		begin(k);
	if (t->state != TELL_READS || !delta_step(t->delta))
		return;
	if (delta_generation(t->delta) != k->loaded) {
		known_tell_anew(k); /* made for another index */
		return;
	}
	t->state = TELL_SENDS;
	t->until_ms = clock_ms() + HEARD_MS;
	send(k);
}

bool
known_tell_heard(struct known *k, const struct match_state *s)
{
	struct telling *t = &k->tell;

	if (t->state != TELL_SENDS || t->at == 0 ||
	    s->serial != t->first + t->heard || t->heard > t->last - t->first)
		return false;
	t->heard++;
	if (s->verdict != MATCH_OK)
		t->failed = true;
	send(k);
	if (known_tell_holds_up(k) || s->serial != t->last)
		return true;
	t->state = TELL_TOLD;
	log_info("match told ops=%zu whole=%d", delta_ops(t->delta),
	    delta_is_whole(t->delta) && !t->failed);
	return true;
}
