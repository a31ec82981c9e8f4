#include "stop/near.h"

#include <inttypes.h>

#include "hash/kind.h"
#include "sql_stop.h"

#define PDQ_BYTES (PDQ_BITS / 8)

/* Either of them turned in any way. */
static bool
alike(str one, str two)
{
	const uint8_t *first = (const uint8_t *)one.p;

	for (size_t at = 0; at + PDQ_BYTES <= two.n; at += PDQ_BYTES)
		if (hash_value_distance(HASH_PDQ, first,
			(const uint8_t *)two.p + at) <= PDQ_DISTANCE)
			return true;
	return false;
}

static bool
says_something(const struct sql_stop_near_of_post_row *r)
{
	return r->quality != DB_NULL && r->quality >= PDQ_QUALITY_MIN &&
	       r->hash.n >= PDQ_BYTES;
}

bool
near_of_post(struct house *h, struct arena *a, int64_t post,
    struct near_list *ret, struct err *e)
{
	struct sql_stop_near_of_post_rows rows;
	struct near_list l = {0};
	int64_t *first;

	if (!sql_stop_near_of_post(h->db, a, HASH_PDQ, post, &rows, e))
		return err_wrap(e, "photos of post %" PRId64, post);
	l.v = NEW_N(a, struct near, rows.n + 1);
	first = NEW_N(a, int64_t, rows.n + 1);
	if (l.v == NULL || first == NULL)
		return err_set(e, ERR_LIMIT, "too many photos");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_stop_near_of_post_row *r = &rows.v[i];

		first[i] = r->id;
		for (size_t k = 0; k < i && says_something(r); k++)
			if (says_something(&rows.v[k]) &&
			    alike(rows.v[k].hash, r->hash)) {
				first[i] = first[k];
				l.v[l.n++] = (struct near){r->id, first[k]};
				break;
			}
	}
	*ret = l;
	return true;
}

int64_t
near_like(const struct near_list *l, int64_t medium)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].medium == medium)
			return l->v[i].like;
	return 0;
}
