#include "jobs/rescan.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "sql_job.h"
#include "sql_medium_hash.h"
#include "sql_rescan.h"

#define LOOK_MS 2000
#define AGAIN_MS 5000

void
rescan_init(struct rescan *r, struct house *h, struct known *k)
{
	*r = (struct rescan){.house = h, .known = k, .version = -1};
}

/* ---- what to compare next ---- */

struct batch {
	struct hashes hashes;
	int64_t *medium;
};

static bool
batch_new(struct arena *a, size_t n, struct batch *ret, struct err *e)
{
	ret->hashes = (struct hashes){NEW_N(a, struct hash_row, n + 1), 0};
	ret->medium = NEW_N(a, int64_t, n + 1);
	return (ret->hashes.v != NULL && ret->medium != NULL) ||
	       err_set(e, ERR_LIMIT, "hashes");
}

static struct hash_row
row_of(int64_t kind, int64_t pipeline, int64_t hypothesis, int64_t frame,
    int64_t quality, str hash)
{
	return (struct hash_row){.kind = (uint8_t)kind,
	    .pipeline = (uint8_t)pipeline,
	    .hypothesis = (uint8_t)hypothesis,
	    .quality =
		quality == DB_NULL ? HASHES_NO_QUALITY : (uint8_t)quality,
	    .frame = (uint32_t)frame,
	    .value = hash};
}

/* The lists that have come the furthest, and how far. */
static bool
choose_lists(struct rescan *r, struct arena *a, struct err *e)
{
	struct sql_rescan_open_rows open;

	r->n_lists = 0;
	if (!sql_rescan_open(r->house->db, a, &open, e))
		return false;
	for (size_t i = 0; i < open.n && r->n_lists < MATCH_LISTS_MAX; i++) {
		const struct sql_rescan_open_row *o = &open.v[i];
		const struct rescan_place p = {o->hash_kind, o->medium,
		    o->pipeline, o->hypothesis, o->frame};

		if (i == 0) {
			r->next = p;
			r->hashes = o->hashes;
			r->stopped = o->stopped;
		}
		if (memcmp(&p, &r->next, sizeof(p)) == 0)
			r->list[r->n_lists++] = (uint32_t)o->list;
	}
	return true;
}

/* Whole videos are asked about one by one, each a quarter of a megabyte. */
static int64_t
batch_rows(int64_t kind)
{
	return kind == HASH_TMK ? 1 : RESCAN_BATCH;
}

static bool
read_batch(struct rescan *r, struct arena *a, struct batch *b, struct err *e)
{
	struct sql_medium_hash_after_rows rows;
	struct rescan_place *p = &r->next;

	if (!sql_medium_hash_after(r->house->db, a, p->kind, p->medium,
		p->pipeline, p->hypothesis, p->frame, batch_rows(p->kind),
		&rows, e) ||
	    !batch_new(a, rows.n, b, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_medium_hash_after_row *x = &rows.v[i];

		b->hashes.v[b->hashes.n] = row_of(p->kind, x->pipeline,
		    x->hypothesis, x->frame, x->quality, x->hash);
		b->medium[b->hashes.n++] = x->medium;
		if (i + 1 == rows.n)
			*p = (struct rescan_place){p->kind, x->medium,
			    x->pipeline, x->hypothesis, x->frame};
	}
	return true;
}

static bool
next_kind(struct rescan *r, struct arena *a, bool *ret_end, struct err *e)
{
	struct sql_rescan_kind_after_row k;

	if (!sql_rescan_kind_after(r->house->db, a, r->next.kind, &k, e))
		return false;
	*ret_end = k.next == DB_NULL;
	if (!*ret_end)
		r->next = (struct rescan_place){.kind = k.next};
	return true;
}

/* Rows of the kind that is under way, or of the next one that has any. */
static bool
next_batch(struct rescan *r, struct arena *a, struct batch *b, struct err *e)
{
	bool end = false;

	b->hashes.n = 0;
	while (!end) {
		if (r->next.kind != 0 && !read_batch(r, a, b, e))
			return false;
		if (b->hashes.n > 0)
			return true;
		if (!next_kind(r, a, &end, e))
			return false;
	}
	return true;
}

/* ---- one medium by its job ---- */

static bool
read_medium(struct rescan *r, struct arena *a, int64_t medium, struct batch *b,
    struct err *e)
{
	struct sql_medium_hash_of_rows rows;

	if (!sql_medium_hash_of(r->house->db, a, medium, &rows, e) ||
	    !batch_new(a, rows.n, b, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_medium_hash_of_row *x = &rows.v[i];

		b->hashes.v[b->hashes.n] = row_of(x->hash_kind, x->pipeline,
		    x->hypothesis, x->frame, x->quality, x->hash);
		b->medium[b->hashes.n++] = medium;
	}
	return true;
}

static bool
due_medium(struct rescan *r, struct arena *a, struct batch *b, struct err *e)
{
	struct house *h = r->house;
	struct sql_job_due_rows due;
	int64_t rows;

	b->hashes.n = 0;
	if (!sql_job_due(h->db, a, S(KNOWN_JOB), house_now(h), 16, &due, e))
		return false;
	for (size_t i = 0; i < due.n && b->hashes.n == 0; i++)
		if (!read_medium(r, a, due.v[i].subject, b, e) ||
		    (b->hashes.n == 0 && !sql_job_done(h->db, S(KNOWN_JOB),
					     due.v[i].subject, &rows, e)))
			return false;
	return true;
}

/* ---- asking ---- */

static bool
ask(struct rescan *r, const struct batch *b, struct err *e)
{
	const struct hash_row *first = &b->hashes.v[0];

	r->asking =
	    first->kind == HASH_TMK
		? known_ask_video(
		      r->known, first->value, r->list, r->n_lists, e)
		: known_ask(r->known, &b->hashes, r->list, r->n_lists, e);
	if (r->asking == NULL)
		return false;
	r->medium = NEW_N(r->asking->arena, int64_t, b->hashes.n);
	if (r->medium == NULL) {
		known_forget(r->asking);
		r->asking = NULL;
		return err_set(e, ERR_LIMIT, "hashes");
	}
	memcpy(r->medium, b->medium, b->hashes.n * sizeof(*b->medium));
	return true;
}

static bool
end_lists(struct rescan *r, struct err *e)
{
	int64_t rows;

	for (size_t i = 0; i < r->n_lists; i++) {
		if (!sql_rescan_done(r->house->db, house_now(r->house),
			r->list[i], &rows, e))
			return false;
		log_info("rescan list=%u hashes=%" PRId64 " stopped=%" PRId64,
		    r->list[i], r->hashes, r->stopped);
	}
	return true;
}

static bool
save(struct rescan *r, struct err *e)
{
	const struct rescan_place *p = &r->next;
	struct db *db = r->house->db;
	int64_t rows;

	if (!db_begin(db, e))
		return false;
	for (size_t i = 0; i < r->n_lists; i++)
		if (!sql_rescan_forward(db, p->kind, p->medium, p->pipeline,
			p->hypothesis, p->frame, r->hashes, r->stopped,
			r->list[i], &rows, e)) {
			db_rollback(db);
			return false;
		}
	if (db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

/* Nothing that can be compared (poor pictures) is passed over. */
static bool
ask_or_pass(struct rescan *r, const struct batch *b, struct err *e)
{
	int64_t rows;

	if (ask(r, b, e))
		return true;
	if (e->kind != ERR_CORRUPT)
		return false;
	return r->n_lists > 0 ? save(r, e)
			      : sql_job_done(r->house->db, S(KNOWN_JOB),
				    b->medium[0], &rows, e);
}

/* *ret_found: there was something to do. */
static bool
begin(struct rescan *r, struct arena *a, bool *ret_found, struct err *e)
{
	struct batch b = {0};

	*ret_found = true;
	r->n_lists = 0;
	if (!due_medium(r, a, &b, e))
		return false;
	if (b.hashes.n > 0)
		return ask_or_pass(r, &b, e);
	if (!choose_lists(r, a, e))
		return false;
	if (r->n_lists == 0) {
		*ret_found = false;
		return true;
	}
	if (!next_batch(r, a, &b, e))
		return false;
	if (b.hashes.n == 0)
		return end_lists(r, e);
	r->hashes += (int64_t)b.hashes.n;
	return ask_or_pass(r, &b, e);
}

/* ---- answers ---- */

/* The rows [from, until) are of one medium. */
static bool
stop_one(
    struct rescan *r, struct arena *a, size_t from, size_t until, struct err *e)
{
	struct house *h = r->house;
	struct stop_hits hits;
	bool stopped = false;

	if (!known_hits(r->known, r->asking, from, until, a, &hits, e))
		return false;
	if (hits.n > 0 && !stop_medium(h, a, r->medium[from], &hits,
			      STOP_RESCAN, house_now(h), &stopped, e))
		return false;
	if (stopped) {
		log_warn("stopped medium=%" PRId64, r->medium[from]);
		r->stopped++;
	}
	return true;
}

static bool
stop_all(struct rescan *r, struct arena *a, struct err *e)
{
	size_t n = r->asking->hashes.n, until;

	if (r->asking->n_hits == 0)
		return true;
	for (size_t from = 0; from < n; from = until) {
		until = from + 1;
		while (until < n && r->medium[until] == r->medium[from])
			until++;
		if (!stop_one(r, a, from, until, e))
			return false;
	}
	return true;
}

static bool
take_answer(struct rescan *r, struct arena *a, struct err *e)
{
	int64_t rows;
	bool newer;

	/* What a list has no more stops nothing: it is asked again. */
	if (!known_holds(r->known, r->asking, &newer) ||
	    !known_is_current(r->known))
		return err_set(e, ERR_BUSY, "the lists changed");
	if (!stop_all(r, a, e))
		return false;
	if (r->n_lists > 0)
		return save(r, e);
	return sql_job_done(r->house->db, S(KNOWN_JOB), r->medium[0], &rows, e);
}

static void
forget(struct rescan *r)
{
	known_forget(r->asking);
	r->asking = NULL;
	r->medium = NULL;
}

/* ---- the turn ---- */

/* Whatever goes wrong is tried again from what the database says. */
static void
try_later(struct rescan *r, const struct err *why)
{
	if (why->kind != ERR_BUSY)
		log_err(LOG_LEVEL_ERROR, why, "rescan");
	forget(r);
	r->look_ms = clock_ms() + AGAIN_MS;
	r->version = -1;
}

/* False: there is nothing to do, as far as the database has said. */
static bool
is_time(struct rescan *r)
{
	int64_t version;
	struct err e;

	if (clock_ms() < r->look_ms || !known_ready(r->known) ||
	    r->known->loaded != r->known->generation)
		return false;
	r->look_ms = clock_ms() + LOOK_MS;
	return !db_version(r->house->db, &version, &e) || version != r->version;
}

static bool
look(struct rescan *r, struct arena *a, struct err *e)
{
	bool found;

	if (!is_time(r))
		return true;
	if (!begin(r, a, &found, e))
		return false;
	if (found)
		r->look_ms = 0;
	else if (!db_version(r->house->db, &r->version, e))
		return false;
	return true;
}

void
rescan_turn(struct rescan *r, struct arena *a)
{
	struct err e;
	bool good;

	if (r->asking == NULL) {
		good = look(r, a, &e);
	} else if (r->asking->state == ASKING_WAITS) {
		return;
	} else if (r->asking->state == ASKING_FAILED) {
		good = err_set(&e, ERR_BUSY, "no answer");
	} else {
		good = take_answer(r, a, &e);
		if (good) {
			forget(r);
			good = look(r, a, &e);
		}
	}
	if (!good)
		try_later(r, &e);
}

int64_t
rescan_due_ms(const struct rescan *r)
{
	if (r->asking != NULL)
		return r->asking->state == ASKING_WAITS ? INT64_MAX : 0;
	return known_ready(r->known) && r->known->loaded == r->known->generation
		   ? r->look_ms
		   : INT64_MAX;
}
