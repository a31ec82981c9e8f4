#include "jobs/shield_stored.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "hash/kind.h"
#include "hash/query.h"
#include "sql_medium_hash.h"
#include "sql_shield_stored.h"

#define AGAIN_MS 60000 /* after a fault of our own */

void
shield_stored_init(
    struct shield_stored *t, struct house *h, struct shield *shield)
{
	*t = (struct shield_stored){.house = h, .shield = shield};
}

int64_t
shield_stored_due_ms(const struct shield_stored *t)
{
	return t->due_ms;
}

bool
shield_stored_again(struct db *db, int64_t medium, struct err *e)
{
	int64_t rows;

	return sql_shield_stored_back(db, medium - 1, &rows, e);
}

/* What Shield is asked about: the picture as it is. */
static bool
read_hashes(const struct shield_stored *t, struct arena *a, int64_t medium,
    struct hashes *ret, struct err *e)
{
	struct sql_medium_hash_of_rows rows;
	struct hashes h = {0};

	if (!sql_medium_hash_of(t->house->db, a, medium, &rows, e))
		return false;
	h.v = NEW_N(a, struct hash_row, rows.n + 1);
	if (h.v == NULL)
		return err_set(e, ERR_LIMIT, "too many hashes");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_medium_hash_of_row *r = &rows.v[i];

		if (r->hash_kind != HASH_PDQ || r->hypothesis != QUERY_AS_IS)
			continue;
		h.v[h.n++] = (struct hash_row){.kind = HASH_PDQ,
		    .pipeline = (uint8_t)r->pipeline,
		    .quality = r->quality == DB_NULL ? HASHES_NO_QUALITY
						     : (uint8_t)r->quality,
		    .unfit = (uint8_t)r->unfit,
		    .frame = (uint32_t)r->frame,
		    .value = r->hash};
	}
	*ret = h;
	return true;
}

static bool
stop_it(const struct shield_stored *t, struct arena *a, int64_t medium,
    const struct hashes *h, const struct shield_finding *f, struct err *e)
{
	struct stop_hit hit;
	struct stop_hits hits = {&hit, 1};
	bool stopped;

	shield_hit(h, f, &hit);
	if (!stop_medium(t->house, a, medium, &hits, STOP_RESCAN,
		house_now(t->house), &stopped, e))
		return false;
	if (stopped)
		log_warn("stopped medium=%" PRId64, medium);
	return true;
}

/* *ret_wait: nothing is known of it yet; it is asked about. */
static bool
check(const struct shield_stored *t, struct arena *a, int64_t medium,
    bool *ret_wait, struct err *e)
{
	struct shield_finding f;
	struct hashes h;

	if (!read_hashes(t, a, medium, &h, e) ||
	    !shield_check_medium(t->shield, a, &h, &f, e))
		return false;
	*ret_wait = f.verdict == SHIELD_WAIT;
	return f.verdict != SHIELD_KNOWN || stop_it(t, a, medium, &h, &f, e);
}

/* Forward to the first that must wait, while those behind it are asked about
 * in the same question. */
static bool
check_some(struct shield_stored *t, struct arena *a,
    const struct sql_shield_stored_next_rows *m, bool *ret_wait, struct err *e)
{
	int64_t rows, last = 0;
	bool wait = false, waits;

	for (size_t i = 0; i < m->n; i++) {
		if (!check(t, a, m->v[i].id, &waits, e))
			return err_wrap(e, "medium %" PRId64, m->v[i].id);
		wait = wait || waits;
		if (!wait)
			last = m->v[i].id;
	}
	*ret_wait = wait;
	return last == 0 ||
	       sql_shield_stored_forward(t->house->db, last, &rows, e);
}

/* *ret_after_ms: until the next step. */
static bool
step(struct shield_stored *t, struct arena *a, int64_t *ret_after_ms,
    struct err *e)
{
	struct sql_shield_stored_next_rows media;
	struct sql_shield_stored_now_row now;
	struct db *db = t->house->db;
	bool found, wait;
	int64_t rows;

	*ret_after_ms = SHIELD_STORED_EVERY_MS;
	if (!sql_shield_stored_now(db, a, &found, &now, e))
		return false;
	if (!found || now.done_at != DB_NULL)
		return true;
	if (!sql_shield_stored_next(db, a, now.medium, now.until_medium,
		SHIELD_STORED_BATCH, &media, e))
		return false;
	if (media.n == 0) {
		log_info("Shield was asked about all that is stored");
		return sql_shield_stored_done(
		    db, house_now(t->house), &rows, e);
	}
	if (!check_some(t, a, &media, &wait, e))
		return false;
	if (!wait)
		*ret_after_ms = 0;
	return true;
}

/* Without Shield the pass is forgotten: what comes now is not asked about. */
static bool
begin(struct shield_stored *t, struct err *e)
{
	struct db *db = t->house->db;
	int64_t rows;

	return t->shield->state == NULL
		   ? sql_shield_stored_forget(db, &rows, e)
		   : sql_shield_stored_begin(db, house_now(t->house), &rows, e);
}

void
shield_stored_turn(struct shield_stored *t, struct arena *a)
{
	int64_t now_ms = clock_ms(), after_ms = 0;
	struct err e;
	bool good = true;

	if (t->due_ms > now_ms)
		return;
	if (!t->begun)
		good = t->begun = begin(t, &e);
	if (good && t->shield->state == NULL) {
		t->due_ms = INT64_MAX;
		return;
	}
	good = good && step(t, a, &after_ms, &e);
	if (!good)
		log_err(LOG_LEVEL_ERROR, &e, "Shield");
	t->due_ms = clock_ms() + (good ? after_ms : AGAIN_MS);
}
