#include "sharing/received.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "sql_received.h"

#define LINES 1024u  /* that wait; more than one turn of a worker can make */
#define FULL 512u    /* written at once */
#define KNOWN 16384u /* noted today; what falls out is noted once more */

struct line {
	int64_t account, medium, at, on;
};

struct received {
	struct line wait[LINES];
	size_t n;
	int64_t since_ms; /* of the oldest */
	struct line known[KNOWN];
};

struct received *
received_new(void)
{
	struct received *r = calloc(1, sizeof(*r));

	if (r == NULL)
		abort();
	return r;
}

void
received_free(struct received *r)
{
	free(r);
}

static struct line *
place_of(struct received *r, int64_t account, int64_t medium)
{
	uint64_t h = (uint64_t)medium * 0x9e3779b97f4a7c15u +
		     (uint64_t)account * 0xc2b2ae3d27d4eb4fu;

	return &r->known[(h >> 32) % KNOWN];
}

void
received_note(struct received *r, int64_t account, int64_t medium, int64_t now,
    int64_t today)
{
	struct line *known;

	if (r == NULL)
		return;
	known = place_of(r, account, medium);
	if (known->account == account && known->medium == medium &&
	    known->on == today)
		return;
	if (r->n == LINES)
		return;
	if (r->n == 0)
		r->since_ms = clock_ms();
	*known = (struct line){account, medium, now, today};
	r->wait[r->n++] = *known;
}

bool
received_any(const struct received *r)
{
	return r != NULL && r->n > 0;
}

bool
received_due(const struct received *r, int64_t now_ms)
{
	return received_any(r) &&
	       (r->n >= FULL || now_ms - r->since_ms >= RECEIVED_WAIT_MS);
}

bool
received_write_also(struct house *h, struct err *e)
{
	const struct received *r = h->received;
	int64_t rows;

	assert(db_in_transaction(h->db));
	for (size_t i = 0; r != NULL && i < r->n; i++) {
		const struct line *l = &r->wait[i];

		if (!sql_received_note(
			h->db, l->at, l->on, l->account, l->medium, &rows, e))
			return err_wrap(e, "who received %" PRId64, l->medium);
	}
	return true;
}

bool
received_write(struct house *h, struct err *e)
{
	struct received *r = h->received;

	if (!received_any(r))
		return true;
	r->since_ms = clock_ms(); /* when it fails: not at every turn */
	if (!db_begin(h->db, e))
		return false;
	if (received_write_also(h, e) && db_commit(h->db, e)) {
		r->n = 0;
		return true;
	}
	db_rollback(h->db);
	return false;
}
