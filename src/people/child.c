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

/* What one child's texts are opened by; the key only when one of them was not
 * opened before. */
struct lock {
	const struct organisation *org;
	const struct child_sealed *c;
	struct arena *arena;
	bool tried, opens;
	struct key key;
};

static bool
unlock(struct lock *l)
{
	struct err ignored;

	if (!l->tried)
		l->opens = child_key(l->arena, l->org, l->c->id,
		    l->c->key_wrapped, &l->key, &ignored);
	l->tried = true;
	return l->opens;
}

/* The number, the wrapped key, the sealed text: an erased child has no wrapped
 * key, and nothing is asked for it.  n 0: too long. */
static str
opened_by(const struct lock *l, str sealed, char to[KEPT_KEY_BYTES])
{
	size_t n = sizeof(l->c->id);

	if (l->c->key_wrapped.n != KEY_WRAPPED_BYTES ||
	    sealed.n > KEPT_KEY_BYTES - n - KEY_WRAPPED_BYTES)
		return (str){0};
	memcpy(to, &l->c->id, n);
	memcpy(to + n, l->c->key_wrapped.p, KEY_WRAPPED_BYTES);
	n += KEY_WRAPPED_BYTES;
	memcpy(to + n, sealed.p, sealed.n);
	return (str){to, n + sealed.n};
}

static str
open_or_empty(struct lock *l, const char *column, str sealed)
{
	char room[KEPT_KEY_BYTES];
	struct err ignored;
	str by, ret;

	if (sealed.p == NULL)
		return S("");
	by = opened_by(l, sealed, room);
	if (by.n > 0 && opened_find(l->org->opened, column, by, l->arena, &ret))
		return ret;
	if (!unlock(l) ||
	    !text_open(l->arena, &l->key, column, sealed, &ret, &ignored))
		return S("");
	if (by.n > 0)
		opened_keep(l->org->opened, column, by, ret);
	return ret;
}

struct child_name
child_open(struct arena *a, const struct organisation *org,
    const struct child_sealed *c)
{
	struct child_name ret = {S(""), S(""), DB_NULL};
	struct lock l = {.org = org, .c = c, .arena = a};
	int64_t born;

	if (c->key_wrapped.p == NULL)
		return ret;
	ret.first = open_or_empty(&l, "child.first_enc", c->first_enc);
	ret.last = open_or_empty(&l, "child.last_enc", c->last_enc);
	if (day_parse(open_or_empty(&l, "child.born_enc", c->born_enc), &born))
		ret.born_on = born;
	key_done(&l.key);
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
