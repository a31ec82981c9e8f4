#include "trace/candidate.h"

#include <inttypes.h>

#include "hash/kind.h"
#include "hash/query.h"
#include "sql_trace.h"

#define PDQ_BYTES (PDQ_BITS / 8)
#define STEP 500
#define STEP_ARENA ((size_t)1 << 20)
#define TURNED_MAX \
	80 /* of 256: pictures that have nothing in common are at 100 */
#define OF_ALBUM (-1000) /* nearer than any other */

struct near {
	int64_t medium, distance;
	uint8_t turn; /* that makes it so near */
};

struct ranking {
	struct near v[TRACE_TRIED_ALBUM_MAX]; /* nearest first */
	size_t n, max;
};

/* Of all turns of all that the copy may have been. */
static struct near
nearness(const struct hashes *copy, int64_t medium, str hash)
{
	struct near best = {medium, PDQ_BITS, PDQ_ORIGINAL};

	if (hash.n < PDQ_BYTES)
		return best;
	for (size_t i = 0; i < copy->n; i++) {
		const struct hash_row *r = &copy->v[i];

		if (r->kind != HASH_PDQ || r->pipeline != PDQ_CORE)
			continue;
		for (size_t at = 0; at + PDQ_BYTES <= r->value.n;
		     at += PDQ_BYTES) {
			int64_t d = hash_value_distance(HASH_PDQ,
			    (const uint8_t *)r->value.p + at,
			    (const uint8_t *)hash.p);

			size_t turn =
			    d > TURNED_MAX ? PDQ_ORIGINAL : at / PDQ_BYTES;

			if (d < best.distance)
				best = (struct near){medium, d, (uint8_t)turn};
		}
	}
	return best;
}

/* Rows of one medium come one after the other: it keeps its best one. */
static void
rank(struct ranking *k, const struct near *n)
{
	size_t at = 0;

	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].medium == n->medium) {
			if (k->v[i].distance <= n->distance)
				return;
			k->n--;
			memmove(
			    &k->v[i], &k->v[i + 1], (k->n - i) * sizeof(*k->v));
			break;
		}
	while (at < k->n && k->v[at].distance <= n->distance)
		at++;
	if (at == k->max)
		return;
	if (k->n < k->max)
		k->n++;
	memmove(&k->v[at + 1], &k->v[at], (k->n - 1 - at) * sizeof(*k->v));
	k->v[at] = *n;
}

static bool
rank_all(struct house *h, const struct trace_copy *c, const struct hashes *copy,
    struct ranking *k, struct err *e)
{
	OWNED(arena) a = arena_new(STEP_ARENA);
	struct sql_trace_hashes_after_row last = {.medium = 0};
	struct sql_trace_hashes_after_rows rows;

	do {
		arena_reset(a);
		if (!sql_trace_hashes_after(h->db, a, HASH_PDQ, last.medium,
			last.pipeline, last.hypothesis, last.frame,
			c->organisation, STEP, &rows, e))
			return err_wrap(e, "photos by their hashes");
		for (size_t i = 0; i < rows.n; i++) {
			struct near n =
			    nearness(copy, rows.v[i].medium, rows.v[i].hash);

			if (c->post != 0 && rows.v[i].post == c->post)
				n.distance += OF_ALBUM;
			rank(k, &n);
			last = rows.v[i];
		}
	} while (rows.n == STEP);
	return true;
}

/* Of the copy as it is. */
static int64_t
quality_of(const struct hashes *copy)
{
	for (size_t i = 0; i < copy->n; i++)
		if (copy->v[i].kind == HASH_PDQ &&
		    copy->v[i].pipeline == PDQ_CORE &&
		    copy->v[i].hypothesis == QUERY_AS_IS)
			return copy->v[i].quality;
	return 0;
}

/* With the album come no more of the others than without. */
static void
cut(struct ranking *k)
{
	size_t of_album = 0;

	while (of_album < k->n && k->v[of_album].distance < 0)
		of_album++;
	if (k->n > TRACE_TRIED_MAX)
		k->n = of_album > TRACE_TRIED_MAX ? of_album : TRACE_TRIED_MAX;
}

static bool
write_rows(struct house *h, const struct trace_copy *c, const struct ranking *k,
    int64_t quality, struct err *e)
{
	int64_t rows;

	for (size_t i = 0; i < k->n; i++) {
		int64_t d = k->v[i].distance;

		if (!sql_trace_candidate_add(h->db, c->id, (int64_t)i,
			k->v[i].medium, d < 0 ? d - OF_ALBUM : d, k->v[i].turn,
			&rows, e))
			return false;
	}
	if (!sql_trace_hashed(
		h->db, c->width, c->height, quality, c->id, &rows, e))
		return false;
	return rows == 1 ||
	       err_set(e, ERR_NOT_FOUND, "trace %" PRId64 " went", c->id);
}

bool
candidate_store(struct house *h, struct arena *a, const struct trace_copy *c,
    const struct hashes *copy, struct err *e)
{
	struct ranking *k = NEW(a, struct ranking);

	if (k == NULL)
		return err_set(e, ERR_LIMIT, "no room for candidates");
	k->max = c->post != 0 ? TRACE_TRIED_ALBUM_MAX : TRACE_TRIED_MAX;
	if (!rank_all(h, c, copy, k, e))
		return false;
	cut(k);
	if (!db_begin(h->db, e))
		return false;
	if (write_rows(h, c, k, quality_of(copy), e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "trace %" PRId64, c->id);
}
