#include "stop/register.h"

#include <inttypes.h>
#include <stdlib.h>

#include "hash/kind.h"
#include "hash/query.h"
#include "sql_medium_hash.h"
#include "sql_register.h"

#define DAY ((int64_t)86400)
#define PDQ_BYTES (PDQ_BITS / 8)

/* Pictures with little in them look alike without being the same. */
static bool
says_something(int64_t kind, int64_t quality)
{
	return kind == HASH_SHA256 ||
	       (kind == HASH_PDQ && quality != DB_NULL &&
		   quality >= PDQ_QUALITY_MIN && quality <= 100);
}

/* What comes back is what is changed to be found (hash/query.h): here stands
 * what was seen, and what bars that came with it will not bring along. */
static bool
is_of_itself(int64_t hypothesis)
{
	return hypothesis == QUERY_AS_IS || hypothesis == QUERY_UNBOXED;
}

static bool
add_value(const struct deed *d, int64_t medium, int64_t kind, str value,
    int64_t *io_n, struct err *e)
{
	struct sql_register_known_row known;
	struct db *db = d->house->db;
	bool found;
	int64_t rows;

	if (!sql_register_known(
		db, d->arena, d->org->id, kind, value, &found, &known, e))
		return false;
	if (found)
		return true;
	++*io_n;
	return sql_register_insert(db, d->org->id, kind, value, medium,
	    deed_author(d), d->now, d->now + REGISTER_DAYS * DAY, &rows, e);
}

bool
register_add(
    const struct deed *d, int64_t medium, int64_t *ret_n, struct err *e)
{
	struct sql_medium_hash_of_rows rows;
	int64_t n = 0;

	if (!sql_medium_hash_of(d->house->db, d->arena, medium, &rows, e))
		return err_wrap(e, "hashes of medium %" PRId64, medium);
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_medium_hash_of_row *r = &rows.v[i];
		str value = r->hash;

		/* Of the turns the first: the question brings all eight. */
		if (r->hash_kind == HASH_PDQ)
			value = str_sub(value, 0, PDQ_BYTES);
		if (is_of_itself(r->hypothesis) &&
		    says_something(r->hash_kind, r->quality) &&
		    !add_value(d, medium, r->hash_kind, value, &n, e))
			return err_wrap(e, "medium %" PRId64, medium);
	}
	*ret_n = n;
	return true;
}

/* ---- asking ---- */

struct asking {
	struct sql_register_live_rows live; /* of one kind */
	struct stop_hit *near;              /* one per entry of it; kind 0 */
	struct bits *bits;                  /* of PDQ: the entries' values */
};

/* A PDQ hash as words, in whatever order: only differences are counted. */
struct bits {
	uint64_t w[PDQ_BYTES / 8];
};

static struct bits
bits_of(str value)
{
	struct bits b;

	memcpy(&b, value.p, sizeof(b));
	return b;
}

/* At least what the first half of the bits differs by, which is too much
 * already for most that have nothing to do with each other; else all of it. */
static int64_t
bits_apart(const struct bits *a, const struct bits *b)
{
	int64_t n = __builtin_popcountll(a->w[0] ^ b->w[0]) +
		    __builtin_popcountll(a->w[1] ^ b->w[1]);

	return n > PDQ_DISTANCE ? n
				: n + __builtin_popcountll(a->w[2] ^ b->w[2]) +
				      __builtin_popcountll(a->w[3] ^ b->w[3]);
}

static void
note(struct asking *q, size_t at, const struct hash_row *r, size_t turn,
    str own, int64_t distance, int64_t most)
{
	const struct sql_register_live_row *entry = &q->live.v[at];
	struct stop_hit *hit = &q->near[at];

	if (distance > most ||
	    (hit->entry.kind != 0 && hit->distance <= distance))
		return;
	*hit = (struct stop_hit){.list = STOP_REGISTER,
	    .number = entry->id,
	    .entry = {.kind = r->kind,
		.value = entry->entry_value,
		.first_seen = entry->entered_at},
	    .value = own,
	    .hypothesis = r->hypothesis,
	    .transform = (uint8_t)turn,
	    .quality = r->quality,
	    .frame = r->frame,
	    .distance = distance,
	    .threshold = most};
}

static void
compare_pdq(struct asking *q, const struct hash_row *r)
{
	size_t turns = r->value.n / PDQ_BYTES;

	for (size_t t = 0; t < turns && t < PDQ_TURNS; t++) {
		str own = str_sub(r->value, t * PDQ_BYTES, PDQ_BYTES);
		const struct bits b = bits_of(own);

		for (size_t i = 0; i < q->live.n; i++) {
			int64_t n = bits_apart(&b, &q->bits[i]);

			if (n <= PDQ_DISTANCE)
				note(q, i, r, t, own, n, PDQ_DISTANCE);
		}
	}
}

static void
compare_digest(struct asking *q, const struct hash_row *r)
{
	for (size_t i = 0; i < q->live.n; i++)
		if (str_eq(q->live.v[i].entry_value, r->value))
			note(q, i, r, 0, r->value, 0, 0);
}

/* An entry of another length is near to nothing. */
static bool
load_bits(struct arena *a, struct asking *q, struct err *e)
{
	size_t n = 0;

	q->bits = NEW_N(a, struct bits, q->live.n);
	if (q->bits == NULL)
		return err_set(e, ERR_LIMIT, "the register is too long");
	for (size_t i = 0; i < q->live.n; i++)
		if (q->live.v[i].entry_value.n == PDQ_BYTES) {
			q->live.v[n] = q->live.v[i];
			q->bits[n] = bits_of(q->live.v[i].entry_value);
			n++;
		}
	q->live.n = n;
	return true;
}

static bool
ask_kind(struct house *h, struct arena *a, int64_t organisation,
    enum hash_kind kind, const struct hashes *hashes, int64_t now,
    struct stop_hits *io, struct err *e)
{
	struct asking q = {0};

	if (!sql_register_live(h->db, a, organisation, kind, now, &q.live, e) ||
	    (kind == HASH_PDQ && !load_bits(a, &q, e)))
		return false;
	if (q.live.n == 0)
		return true;
	q.near = NEW_N(a, struct stop_hit, q.live.n);
	if (q.near == NULL)
		return err_set(e, ERR_LIMIT, "the register is too long");
	for (size_t i = 0; i < hashes->n; i++)
		if (hashes->v[i].kind == kind &&
		    says_something(kind, hashes->v[i].quality))
			(kind == HASH_PDQ ? compare_pdq : compare_digest)(
			    &q, &hashes->v[i]);
	for (size_t i = 0; i < q.live.n && io->n < STOP_HITS_MAX; i++)
		if (q.near[i].entry.kind != 0)
			io->v[io->n++] = q.near[i];
	return true;
}

bool
register_find(struct house *h, struct arena *a, int64_t organisation,
    const struct hashes *hashes, int64_t now, struct stop_hits *ret,
    struct err *e)
{
	struct stop_hits hits = {NEW_N(a, struct stop_hit, STOP_HITS_MAX), 0};

	if (hits.v == NULL)
		return err_set(e, ERR_LIMIT, "no room for hits");
	if (!ask_kind(h, a, organisation, HASH_SHA256, hashes, now, &hits, e) ||
	    !ask_kind(h, a, organisation, HASH_PDQ, hashes, now, &hits, e))
		return err_wrap(e, "register");
	*ret = hits;
	return true;
}

bool
register_sweep(struct house *h, int64_t organisation, int64_t now, int64_t most,
    int64_t *ret_n, struct err *e)
{
	return sql_register_expire(h->db, organisation, now, most, ret_n, e);
}
