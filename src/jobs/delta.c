#include "jobs/delta.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "hash/kind.h"
#include "sql_list.h"
#include "sql_list_entry.h"
#include "sql_match_index.h"

#define ARENA_MAX ((size_t)64 << 20)
#define SLICE_MS 20
#define SLICE_ENTRIES 2000

/* An entries file that is read to its end; NULL: nothing in it counts. */
struct side {
	struct entries *file;
	struct entry entry;
	uint64_t number; /* of entry */
	bool more;
};

/* One list that is not as the index has it. */
struct part {
	int64_t list;
	str was, now; /* files; both the same: only entries are on or off */
	int64_t generation;
	struct sql_list_entry_off_since_rows since; /* put off or on since */
	struct list_off *off;                       /* all that are off */
	size_t from;                                /* its first op */
	bool overlay; /* it has entries in DELTA_LIST */
	bool left;    /* to the next index */
};

struct delta {
	struct arena *arena;
	uint8_t stamp[LIST_STAMP_BYTES];
	int64_t generation, seen_at;
	const struct conf *conf;
	struct part *part;
	size_t n_parts, at;
	struct side was, now;
	bool open, whole;
	struct match_op *op;
	size_t n, cap;
};

static void
close_sides(struct delta *d)
{
	if (d->was.file != NULL)
		entries_free(d->was.file);
	if (d->now.file != NULL)
		entries_free(d->now.file);
	d->was = d->now = (struct side){.file = NULL};
	d->open = false;
}

void
delta_free(struct delta *d)
{
	if (d == NULL)
		return;
	close_sides(d);
	arena_free(d->arena);
	free(d->op);
	free(d);
}

/* ---- ops ---- */

static bool
add(struct delta *d, const struct match_op *o, struct err *e)
{
	size_t cap = d->cap == 0 ? 64 : 2 * d->cap;
	struct match_op *v;

	if (d->n >= DELTA_OPS_MAX)
		return err_set(e, ERR_LIMIT, "too much changed");
	if (d->n == d->cap) {
		v = reallocarray(d->op, cap, sizeof(*v));
		if (v == NULL)
			return err_sys(e, "delta");
		d->op = v;
		d->cap = cap;
	}
	d->op[d->n++] = *o;
	return true;
}

static bool
add_delete(struct delta *d, int64_t list, uint64_t number, struct err *e)
{
	return add(d,
	    &(struct match_op){.op = MATCH_DELETE,
		.list = (uint32_t)list,
		.entry = (uint32_t)number},
	    e);
}

static bool
add_insert(struct delta *d, uint32_t list, uint64_t number,
    const struct entry *t, struct err *e)
{
	struct match_op o = {.op = MATCH_INSERT,
	    .list = list,
	    .entry = (uint32_t)number,
	    .kind = t->kind};

	if (!arena_str(d->arena, t->value.p, t->value.n, &o.value))
		return err_set(e, ERR_LIMIT, "too much changed");
	return add(d, &o, e);
}

/* ---- what has changed ---- */

static const struct sql_list_enabled_row *
enabled_of(const struct sql_list_enabled_rows *v, int64_t list)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].id == list)
			return &v->v[i];
	return NULL;
}

static bool
is_in_index(const struct sql_match_index_lists_rows *v, int64_t list)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].list == list)
			return true;
	return false;
}

static bool
add_part(struct delta *d, struct db *db, const struct sql_list_enabled_row *l,
    str was, struct err *e)
{
	struct part *p = &d->part[d->n_parts];

	*p = (struct part){.list = l->id,
	    .was = was,
	    .now = l->entries_file,
	    .generation = l->generation};
	if (l->id <= 0 || l->id >= DELTA_LIST)
		return err_set(e, ERR_LIMIT, "list %lld", (long long)l->id);
	if (!list_off_read(db, d->arena, l->id, &p->off, e) ||
	    !sql_list_entry_off_since(
		db, d->arena, l->id, d->seen_at, &p->since, e))
		return false;
	if (!str_eq(was, p->now) || p->since.n > 0)
		d->n_parts++;
	return true;
}

/* An overlay's thresholds are those of its list. */
static bool
add_overlay(struct delta *d, struct db *db, const struct part *p, struct err *e)
{
	struct sql_list_kinds_rows kinds;
	struct match_op o = {.op = MATCH_LIST,
	    .list = DELTA_LIST + (uint32_t)p->list,
	    .enabled = true};

	if (!sql_list_kinds(db, d->arena, p->list, &kinds, e) || !add(d, &o, e))
		return false;
	for (size_t i = 0; i < kinds.n; i++) {
		o.kind = (uint8_t)kinds.v[i].hash_kind;
		o.threshold = (uint32_t)kinds.v[i].threshold;
		if (!add(d, &o, e))
			return false;
	}
	return true;
}

static bool
look_at_index(struct delta *d, struct db *db,
    const struct sql_list_enabled_rows *on,
    const struct sql_match_index_lists_rows *in, struct err *e)
{
	for (size_t i = 0; i < in->n; i++) {
		const struct sql_list_enabled_row *l =
		    enabled_of(on, in->v[i].list);
		const struct match_op off = {
		    .op = MATCH_LIST, .list = (uint32_t)in->v[i].list};

		if (l == NULL ? !add(d, &off, e)
			      : !add_part(d, db, l, in->v[i].entries_file, e))
			return false;
	}
	return true;
}

static bool
look(struct delta *d, struct db *db, struct err *e)
{
	const struct match_op forget = {.op = MATCH_FORGET};
	struct sql_list_enabled_rows on;
	struct sql_match_index_lists_rows in;
	struct sql_match_index_now_row now;
	bool found;

	if (!list_stamp(db, d->arena, d->stamp, e) ||
	    !sql_list_enabled(db, d->arena, &on, e) ||
	    !sql_match_index_lists(db, d->arena, &in, e) ||
	    !sql_match_index_now(db, d->arena, &found, &now, e) ||
	    !add(d, &forget, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "there is no index");
	d->generation = now.generation;
	d->seen_at = now.seen_at;
	d->part = NEW_N(d->arena, struct part, on.n + 1);
	if (d->part == NULL)
		return err_set(e, ERR_LIMIT, "too many lists");
	if (str_eq(now.stamp, (str){(const char *)d->stamp, sizeof(d->stamp)}))
		return true; /* the index is right by itself */
	if (!look_at_index(d, db, &on, &in, e))
		return false;
	for (size_t i = 0; i < on.n; i++)
		if (!is_in_index(&in, on.v[i].id) &&
		    !add_part(d, db, &on.v[i], S(""), e))
			return false;
	for (size_t i = 0; i < d->n_parts; i++)
		if (!add_overlay(d, db, &d->part[i], e))
			return false;
	return true;
}

struct delta *
delta_new(struct house *h, struct err *e)
{
	OWNED(delta) d = calloc(1, sizeof(*d));
	bool good;

	if (d == NULL) {
		(void)err_sys(e, "delta");
		return NULL;
	}
	d->arena = arena_new(ARENA_MAX);
	d->conf = h->conf;
	d->whole = true;
	if (!db_look(h->db, e))
		return NULL;
	good = look(d, h->db, e);
	db_look_end(h->db);
	if (!good) {
		(void)err_wrap(e, "what changed in lists");
		return NULL;
	}
	return TAKE(d);
}

/* ---- reading ---- */

static bool
next(struct side *s, struct err *e)
{
	s->more = false;
	return s->file == NULL || entries_next(s->file, &s->entry, &s->more, e);
}

static bool
open_side(struct delta *d, str file, struct side *ret, struct err *e)
{
	const char *path;

	*ret = (struct side){.file = NULL};
	if (file.n == 0)
		return true;
	if (!list_path(d->arena, d->conf->data, file, &path, e))
		return false;
	ret->file = entries_open(path, e);
	return ret->file != NULL && next(ret, e);
}

/* Twice as much as can be told is not read at all. */
static bool
open_part(struct delta *d, struct part *p, struct err *e)
{
	uint64_t was, now;

	p->from = d->n;
	d->open = true;
	if (!open_side(d, p->now, &d->now, e) ||
	    (!str_eq(p->was, p->now) && !open_side(d, p->was, &d->was, e)))
		return false;
	if (str_eq(p->was, p->now))
		return true;
	was = d->was.file == NULL ? 0 : entries_count(d->was.file);
	now = entries_count(d->now.file);
	return (now > was ? now - was : was - now) < DELTA_OPS_MAX ||
	       err_set(e, ERR_LIMIT, "too much changed");
}

/* Nothing of it is told, but it is not compared with what is wrong either:
 * the index has it as it was. */
static void
leave(struct delta *d, struct part *p, const struct err *why)
{
	if (why->kind != ERR_LIMIT)
		log_err(LOG_LEVEL_WARN, why, "what changed in a list");
	d->n = p->from;
	d->whole = false;
	p->overlay = false;
	p->left = true;
}

static bool
is_told(const struct entry *t)
{
	return hash_kind_is_fixed((enum hash_kind)t->kind) ||
	       (t->kind == HASH_VPDQ && t->value.n == PDQ_BITS / 8);
}

/* 1 on, -1 off, 0: as it was when the index was made. */
static int
turned(const struct part *p, const struct entry *t)
{
	for (size_t i = 0; i < p->since.n; i++)
		if (p->since.v[i].hash_kind == t->kind &&
		    str_eq(p->since.v[i].value, t->value))
			return p->since.v[i].is_off != 0 ? -1 : 1;
	return 0;
}

/* It is in the index no more, or must not be hit there.  The index knows a
 * frame by the first of its video. */
static bool
take_out(struct delta *d, struct part *p, const struct entry *t,
    uint64_t number, struct err *e)
{
	if (!hash_kind_is_fixed((enum hash_kind)t->kind)) {
		d->whole = false;
		return true;
	}
	return add_delete(d, p->list, number, e);
}

static bool
put_in(struct delta *d, struct part *p, const struct entry *t, uint64_t number,
    struct err *e)
{
	if (list_off_has(p->off, t->kind, t->value))
		return true;
	if (!is_told(t)) {
		d->whole = d->whole && t->kind != HASH_TMK;
		return true;
	}
	p->overlay = true;
	return add_insert(d, DELTA_LIST + (uint32_t)p->list, number, t, e);
}

/* An entry that the index and the list both know. */
static bool
see_both(struct delta *d, struct part *p, const struct entry *t, uint64_t was,
    uint64_t now, struct err *e)
{
	int t_turned = p->since.n == 0 ? 0 : turned(p, t);

	if (t_turned == 0)
		return true;
	return take_out(d, p, t, was, e) &&
	       (t_turned < 0 || put_in(d, p, t, now, e));
}

static bool
step_same(struct delta *d, struct part *p, struct err *e)
{
	struct side *s = &d->now;

	if (!see_both(d, p, &s->entry, s->number, s->number, e))
		return false;
	s->number++;
	return next(s, e);
}

static bool
step_other(struct delta *d, struct part *p, struct err *e)
{
	struct side *was = &d->was, *now = &d->now;
	int c = !was->more   ? 1
		: !now->more ? -1
			     : entry_order(&was->entry, &now->entry);

	if (c < 0 && !take_out(d, p, &was->entry, was->number, e))
		return false;
	if (c > 0 && !put_in(d, p, &now->entry, now->number, e))
		return false;
	if (c == 0 && !see_both(d, p, &now->entry, was->number, now->number, e))
		return false;
	was->number += c <= 0;
	now->number += c >= 0;
	return (c > 0 || next(was, e)) && (c < 0 || next(now, e));
}

static bool
read_some(struct delta *d, struct part *p, struct err *e)
{
	bool same = str_eq(p->was, p->now);

	if (!d->open && !open_part(d, p, e))
		return false;
	for (int i = 0; i < SLICE_ENTRIES && (d->was.more || d->now.more); i++)
		if (!(same ? step_same(d, p, e) : step_other(d, p, e)))
			return false;
	return true;
}

bool
delta_step(struct delta *d)
{
	int64_t until = clock_ms() + SLICE_MS;
	struct err why;

	while (d->at < d->n_parts && clock_ms() < until) {
		struct part *p = &d->part[d->at];
		bool good = read_some(d, p, &why);

		if (!good)
			leave(d, p, &why);
		if (!good || (!d->was.more && !d->now.more)) {
			close_sides(d);
			d->at++;
		}
	}
	return d->at == d->n_parts;
}

/* ---- what it says ---- */

int64_t
delta_generation(const struct delta *d)
{
	return d->generation;
}

bool
delta_is_of(const struct delta *d, const uint8_t stamp[LIST_STAMP_BYTES])
{
	return memcmp(d->stamp, stamp, sizeof(d->stamp)) == 0;
}

bool
delta_is_whole(const struct delta *d)
{
	return d->whole;
}

size_t
delta_ops(const struct delta *d)
{
	return d->n;
}

bool
delta_write(
    const struct delta *d, uint32_t serial, size_t *io_at, struct buf *b)
{
	struct match_delta head = {.serial = serial};
	size_t bytes = 0;

	for (; *io_at + head.n < d->n && head.n < MATCH_OPS_MAX; head.n++) {
		bytes += 16 + d->op[*io_at + head.n].value.n;
		if (bytes > MATCH_BODY_MAX - 64)
			break;
	}
	match_delta_write(b, &head);
	for (uint32_t i = 0; i < head.n; i++)
		match_op_write(b, &d->op[*io_at + i]);
	*io_at += head.n;
	return !b->full;
}

bool
delta_file(const struct delta *d, uint32_t list, str *ret_file,
    int64_t *ret_generation)
{
	for (size_t i = 0; d != NULL && i < d->n_parts; i++) {
		const struct part *p = &d->part[i];

		if (p->list != list || !p->overlay)
			continue;
		*ret_file = p->now;
		*ret_generation = p->generation;
		return true;
	}
	return false;
}
