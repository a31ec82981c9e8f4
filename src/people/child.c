#include "people/child.h"

#include <inttypes.h>

#include "sql_child.h"

static str
key_context(struct arena *a, int64_t id)
{
	return arena_fmt(a, "child %" PRId64, id);
}

bool
child_key(struct arena *a, const struct organisation *org, int64_t id,
    str wrapped, struct key *ret, struct err *e)
{
	return key_unwrap(&org->key, wrapped, key_context(a, id), ret, e);
}

static str
open_or_empty(
    struct arena *a, const struct key *k, const char *column, str sealed)
{
	struct err ignored;
	str ret;

	if (sealed.p == NULL ||
	    !text_open(a, k, column, sealed, &ret, &ignored))
		return S("");
	return ret;
}

struct child_name
child_open(struct arena *a, const struct organisation *org,
    const struct child_sealed *c)
{
	struct child_name ret = {S(""), S(""), DB_NULL};
	CLEANUP(key_done) struct key k = {{0}};
	struct err ignored;
	int64_t born;

	if (c->key_wrapped.p == NULL ||
	    !child_key(a, org, c->id, c->key_wrapped, &k, &ignored))
		return ret;
	ret.first = open_or_empty(a, &k, "child.first_enc", c->first_enc);
	ret.last = open_or_empty(a, &k, "child.last_enc", c->last_enc);
	if (day_parse(
		open_or_empty(a, &k, "child.born_enc", c->born_enc), &born))
		ret.born_on = born;
	return ret;
}

str
child_full_name(struct arena *a, const struct child_name *n)
{
	if (n->last.n == 0)
		return n->first;
	return arena_fmt(
	    a, STR_FMT " " STR_FMT, STR_ARG(n->first), STR_ARG(n->last));
}

static str
day_text(struct arena *a, int64_t day)
{
	struct civil c = day_to_civil(day);

	return arena_fmt(
	    a, "%04d-%02d-%02d", (int)c.year, (int)c.month, (int)c.day);
}

static bool
write_row(const struct deed *d, int64_t id, const struct key *k, str wrapped,
    str ref_digest, const struct child_name *n, struct err *e)
{
	str first, last, born;
	int64_t rows;

	if (!text_seal(d->arena, k, "child.first_enc", n->first, &first, e) ||
	    !text_seal(d->arena, k, "child.last_enc", n->last, &last, e) ||
	    !text_seal(d->arena, k, "child.born_enc",
		day_text(d->arena, n->born_on), &born, e) ||
	    !sql_child_set(d->house->db, ref_digest, wrapped, first, last, born,
		id, d->org->id, &rows, e))
		return err_wrap(e, "child %" PRId64, id);
	return rows == 1 || err_set(e, ERR_NOT_FOUND, "child %" PRId64, id);
}

bool
child_create(const struct deed *d, str ref_digest, const struct child_name *n,
    int64_t *ret_id, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct sql_child_insert_row row;
	str wrapped;

	if (!sql_child_insert(d->house->db, d->arena, d->org->id, ref_digest,
		d->now, &row, e))
		return err_wrap(e, "new child");
	key_random(&k);
	if (!key_wrap(d->arena, &d->org->key, &k, key_context(d->arena, row.id),
		&wrapped, e) ||
	    !write_row(d, row.id, &k, wrapped, ref_digest, n, e))
		return false;
	*ret_id = row.id;
	return true;
}

bool
child_rename(const struct deed *d, int64_t id, str wrapped, str ref_digest,
    const struct child_name *n, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};

	return child_key(d->arena, d->org, id, wrapped, &k, e) &&
	       write_row(d, id, &k, wrapped, ref_digest, n, e);
}
