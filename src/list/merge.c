#include "list/merge.h"

struct merge {
	struct sort *import;
	struct entries *old; /* NULL: none */
	struct entries_writer *to;
	int64_t now;
	const struct merge_past *past;
	struct merge_counts n;
	struct entry in, was; /* the next of each */
	bool gone, more_in, more_was;
};

enum sort_by
merge_sort_by(enum merge_how how)
{
	return how == MERGE_WHOLE ? SORT_ENTRIES : SORT_VERSIONS;
}

static bool
next_in(struct merge *m, struct err *e)
{
	return sort_next(m->import, &m->in, &m->gone, &m->more_in, e);
}

static bool
next_was(struct merge *m, struct err *e)
{
	m->more_was = false;
	return m->old == NULL || entries_next(m->old, &m->was, &m->more_was, e);
}

static bool
put(struct merge *m, struct entry t, int64_t first_seen, struct err *e)
{
	t.first_seen = first_seen;
	m->n.kept++;
	return entries_write(m->to, &t, e);
}

static bool
told_otherwise(const struct entry *a, const struct entry *b)
{
	return a->media != b->media || a->quality != b->quality ||
	       a->stamp != b->stamp || !str_eq(a->scheme, b->scheme) ||
	       !str_eq(a->category, b->category) ||
	       !str_eq(a->detail, b->detail);
}

static bool
put_new(struct merge *m, struct err *e)
{
	m->n.added++;
	return put(m, m->in, m->now, e);
}

static bool
put_again(struct merge *m, struct err *e)
{
	m->n.changed += told_otherwise(&m->in, &m->was);
	return put(m, m->in, m->was.first_seen, e);
}

static bool
put_old(struct merge *m, struct err *e)
{
	return put(m, m->was, m->was.first_seen, e) && next_was(m, e);
}

/* What is of a group is told apart from what is of the next by a copy, since
 * the entries move on. */
struct group {
	struct entry entry;
	char bytes[ENTRY_VALUE_MAX + ENTRY_TEXT_MAX];
};

static void
group_of(struct group *g, const struct entry *t)
{
	g->entry = (struct entry){.kind = t->kind,
	    .stamp = t->stamp,
	    .record = t->record,
	    .value = {g->bytes, t->value.n},
	    .id = {g->bytes + ENTRY_VALUE_MAX, t->id.n}};
	memcpy(g->bytes, t->value.p, t->value.n);
	memcpy(g->bytes + ENTRY_VALUE_MAX, t->id.p, t->id.n);
}

/* Entries of one name, or of one value that has no name. */
static int
order_groups(const struct entry *a, const struct entry *b)
{
	struct entry x = {.id = a->id}, y = {.id = b->id};

	return a->id.n > 0 || b->id.n > 0 ? entry_order(&x, &y)
					  : entry_order(a, b);
}

static bool
in_group(const struct group *g, bool more, const struct entry *t)
{
	return more && order_groups(&g->entry, t) == 0;
}

static bool
of_version(const struct group *g, const struct entry *t)
{
	return g->entry.stamp == t->stamp && g->entry.record == t->record;
}

/* Past the rest of the group, and past other versions of it. */
static bool
skip_in(struct merge *m, const struct group *g, struct err *e)
{
	while (in_group(g, m->more_in, &m->in))
		if (!next_in(m, e))
			return false;
	return true;
}

static bool
drop_was(struct merge *m, const struct group *g, struct err *e)
{
	while (in_group(g, m->more_was, &m->was)) {
		m->n.removed++;
		if (!next_was(m, e))
			return false;
	}
	return true;
}

static bool
keep_was(struct merge *m, const struct group *g, struct err *e)
{
	while (in_group(g, m->more_was, &m->was))
		if (!put_old(m, e))
			return false;
	return true;
}

/* The same entry once more, as a file may have it. */
static bool
skip_same(struct merge *m, const struct group *last, struct err *e)
{
	while (m->more_in && entry_order(&last->entry, &m->in) == 0)
		if (!next_in(m, e))
			return false;
	return true;
}

/* The version in the import takes the place of what the list has: what is in
 * both goes on being known since it was. */
static bool
replace(struct merge *m, const struct group *g, struct err *e)
{
	struct group last;

	while (in_group(g, m->more_in, &m->in) && of_version(g, &m->in)) {
		bool there = in_group(g, m->more_was, &m->was);
		int c = there ? entry_order(&m->in, &m->was) : -1;

		if (c > 0) {
			m->n.removed++;
			if (!next_was(m, e))
				return false;
			continue;
		}
		group_of(&last, &m->in);
		if (!(c == 0 ? put_again(m, e) && next_was(m, e)
			     : put_new(m, e)) ||
		    !next_in(m, e) || !skip_same(m, &last, e))
			return false;
	}
	return drop_was(m, g, e) && skip_in(m, g, e);
}

static bool
is_older(const struct merge *m)
{
	return m->in.stamp != 0 && m->was.stamp != 0 &&
	       m->in.stamp < m->was.stamp;
}

/* A version from before its withdrawal: it does not come back. */
static bool
was_gone_later(const struct merge *m, bool *ret, struct err *e)
{
	int64_t at = 0;

	if (m->past != NULL && m->in.stamp != 0 &&
	    !m->past->gone_at(m->past->ctx, &m->in, &at, e))
		return false;
	*ret = at != 0 && m->in.stamp <= at;
	return true;
}

static bool
withdraw(struct merge *m, const struct group *g, struct err *e)
{
	if (m->past != NULL && m->in.stamp != 0 &&
	    !m->past->goes(m->past->ctx, &m->in, e))
		return false;
	return drop_was(m, g, e) && skip_in(m, g, e);
}

static bool
merge_group(struct merge *m, struct err *e)
{
	struct group g;
	bool there, late = false;

	group_of(&g, &m->in);
	there = in_group(&g, m->more_was, &m->was);
	if (there && is_older(m))
		return keep_was(m, &g, e) && skip_in(m, &g, e);
	if (m->gone)
		return withdraw(m, &g, e);
	if (!there && !was_gone_later(m, &late, e))
		return false;
	return late ? skip_in(m, &g, e) : replace(m, &g, e);
}

static bool
merge_changes(struct merge *m, struct err *e)
{
	while (m->more_in || m->more_was) {
		bool old_first =
		    !m->more_in ||
		    (m->more_was && order_groups(&m->was, &m->in) < 0);

		if (!(old_first ? put_old(m, e) : merge_group(m, e)))
			return false;
	}
	return true;
}

/* A withdrawal in a file that is the whole list is as good as nothing: what is
 * not in it is gone anyway. */
static bool
merge_whole_step(struct merge *m, struct err *e)
{
	int c = !m->more_in    ? 1
		: !m->more_was ? -1
			       : entry_order(&m->in, &m->was);
	struct group last;

	if (c > 0) {
		m->n.removed++;
		return next_was(m, e);
	}
	if (m->gone)
		return next_in(m, e);
	group_of(&last, &m->in);
	return (c == 0 ? put_again(m, e) && next_was(m, e) : put_new(m, e)) &&
	       next_in(m, e) && skip_same(m, &last, e);
}

static bool
merge_whole(struct merge *m, struct err *e)
{
	while (m->more_in || m->more_was)
		if (!merge_whole_step(m, e))
			return false;
	return true;
}

bool
merge_run(enum merge_how how, struct sort *import, struct entries *old,
    struct entries_writer *to, int64_t now, const struct merge_past *past,
    struct merge_counts *ret, struct err *e)
{
	struct merge m = {
	    .import = import, .old = old, .to = to, .now = now, .past = past};

	if (!next_in(&m, e) || !next_was(&m, e))
		return false;
	if (!(how == MERGE_WHOLE ? merge_whole(&m, e) : merge_changes(&m, e)))
		return false;
	*ret = m.n;
	return true;
}

bool
merge_compare(struct entries *old, struct entries *new,
    merge_difference_fn *difference, void *ctx, struct merge_counts *ret,
    struct err *e)
{
	struct merge_counts n = {.kept = entries_count(new)};
	bool more_a = false, more_b = false;
	struct entry a, b;

	if (!entries_next(old, &a, &more_a, e) ||
	    !entries_next(new, &b, &more_b, e))
		return false;
	while (more_a || more_b) {
		int c = !more_a ? 1 : !more_b ? -1 : entry_order(&a, &b);

		if (c < 0 && !difference(ctx, '-', &a, e))
			return false;
		if (c > 0 && !difference(ctx, '+', &b, e))
			return false;
		n.removed += c < 0;
		n.added += c > 0;
		n.changed += c == 0 && told_otherwise(&a, &b);
		if (c <= 0 && !entries_next(old, &a, &more_a, e))
			return false;
		if (c >= 0 && !entries_next(new, &b, &more_b, e))
			return false;
	}
	*ret = n;
	return true;
}
