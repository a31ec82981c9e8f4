/*
 * join — very many values at once.  For each chunk the values are put in its
 * order, so that the runs they look at, and what comes before and behind, are
 * in the cache; what passes is checked some thousands at a time.
 */
#include <stdlib.h>

#include "match/plan.h"

#define FOUND 8192 /* postings that wait for their check */
#define AHEAD 12   /* of them, how far rows' numbers are asked for */

struct join {
	const struct search *s;
	const struct table *t;
	const uint8_t *values;
	uint64_t *aligned; /* the same */
	size_t n;
	struct plan plan[2];
	const uint16_t *masks;
	uint32_t chunk;
	uint32_t *order; /* values by their chunk */
	uint8_t *odd;    /* of each value: which plan */
	struct scan_run *run;
	uint32_t *found;
	struct scan_pair *waiting; /* a posting in place of the row */
	size_t n_waiting;
};

static void
join_done(struct join *j)
{
	free(j->aligned);
	free(j->order);
	free(j->odd);
	free(j->run);
	free(j->found);
	free(j->waiting);
}

static uint32_t
chunk_of(const struct join *j, size_t i, uint32_t chunk)
{
	uint16_t v;

	memcpy(&v, j->values + i * j->t->l.value_bytes + 2 * (size_t)chunk, 2);
	return v;
}

static uint8_t
is_odd(const uint8_t *value, uint32_t bytes)
{
	uint64_t all = 0, word;

	for (uint32_t i = 0; i < bytes; i += sizeof(word)) {
		memcpy(&word, value + i, sizeof(word));
		all ^= word;
	}
	return (uint8_t)__builtin_parityll(all);
}

static bool
join_init(struct join *j, const struct search *s, const uint8_t *values,
    size_t n, struct err *e)
{
	*j = (struct join){.s = s,
	    .t = s->table,
	    .values = values,
	    .n = n,
	    .masks = plan_masks()};
	plan_make(&j->plan[0], j->t, s->radius, false);
	plan_make(&j->plan[1], j->t, s->radius, true);
	j->aligned = malloc(n * j->t->l.value_bytes);
	j->order = calloc(n, sizeof(*j->order));
	j->odd = calloc(n, sizeof(*j->odd));
	j->run = calloc(PLAN_MASKS, sizeof(*j->run));
	j->found = calloc(FOUND, sizeof(*j->found));
	j->waiting = calloc(FOUND, sizeof(*j->waiting));
	if (j->aligned == NULL || j->order == NULL || j->odd == NULL ||
	    j->run == NULL || j->found == NULL || j->waiting == NULL)
		return err_sys(e, "join");
	memcpy(j->aligned, values, n * j->t->l.value_bytes);
	for (size_t i = 0; i < n; i++)
		j->odd[i] = is_odd(
		    values + i * j->t->l.value_bytes, j->t->l.value_bytes);
	return true;
}

static bool
join_order(struct join *j, struct err *e)
{
	uint32_t *at = calloc(MATCH_CHUNK_VALUES + 1, sizeof(*at));

	if (at == NULL)
		return err_sys(e, "join");
	for (size_t i = 0; i < j->n; i++)
		at[chunk_of(j, i, j->chunk) + 1]++;
	for (size_t v = 0; v < MATCH_CHUNK_VALUES; v++)
		at[v + 1] += at[v];
	for (size_t i = 0; i < j->n; i++)
		j->order[at[chunk_of(j, i, j->chunk)]++] = (uint32_t)i;
	free(at);
	return true;
}

/* Postings to rows. */
static bool
fetch_waiting(struct join *j, struct err *e)
{
	const struct table *t = j->t;
	const uint8_t *ids = t->file + match_layout_ids(&t->l, j->chunk);

	for (size_t i = 0; i < j->n_waiting; i++) {
		struct scan_pair *w = &j->waiting[i];

		if (i + AHEAD < j->n_waiting)
			__builtin_prefetch(
			    ids +
			    (size_t)j->waiting[i + AHEAD].row * t->l.id_bytes);
		w->row = table_row(t, ids, j->chunk, w->row);
		if (w->row >= t->head.n)
			return err_set(e, ERR_CORRUPT,
			    "the index names a row that is not there");
	}
	return true;
}

static bool
check_waiting(struct join *j, struct err *e)
{
	const struct table *t = j->t;
	const void *rows = t->rows;
	size_t n;

	if (!fetch_waiting(j, e))
		return false;
	n = j->s->ops->check_pairs(rows, j->aligned, t->l.value_bytes / 8,
	    j->waiting, j->n_waiting, j->s->radius);
	for (size_t i = 0; i < n; i++) {
		struct scan_pair w = j->waiting[i];
		const uint8_t *value =
		    j->values + (size_t)w.query * t->l.value_bytes;

		if (plan_is_first(&j->plan[j->odd[w.query]],
			table_value(t, w.row), value, j->chunk) &&
		    !search_near(j->s, w.query, w.row, value, e))
			return false;
	}
	j->n_waiting = 0;
	return true;
}

/* Runs that differ from the value by d bits. */
static bool
look(struct join *j, uint32_t query, struct scan_run *run, size_t n,
    unsigned limit, struct err *e)
{
	const uint16_t *next = table_next(j->t, j->chunk);
	uint32_t after = (j->chunk + 1) % j->t->l.chunks;
	uint16_t q = (uint16_t)chunk_of(j, query, after);

	while (n > 0) {
		size_t done = n, room = FOUND - j->n_waiting;
		size_t found =
		    j->s->ops->runs(next, run, &done, q, limit, j->found, room);

		for (size_t i = 0; i < found; i++)
			j->waiting[j->n_waiting++] =
			    (struct scan_pair){query, j->found[i]};
		run += done;
		n -= done;
		if (n > 0 && !check_waiting(j, e))
			return false;
	}
	return true;
}

static bool
join_value(struct join *j, uint32_t query, struct err *e)
{
	const struct plan *plan = &j->plan[j->odd[query]];
	const uint32_t *first =
	    j->t->first + (size_t)j->chunk * (MATCH_CHUNK_VALUES + 1);
	uint32_t v = chunk_of(j, query, j->chunk), begin = 0;
	int pair = plan->pair[j->chunk];

	for (int d = 0; d <= plan->t[j->chunk] && d <= pair; d++) {
		for (uint32_t i = begin; i < plan_masks_end[d]; i++)
			j->run[i] = (struct scan_run){first[v ^ j->masks[i]],
			    first[(v ^ j->masks[i]) + 1]};
		if (!look(j, query, j->run + begin, plan_masks_end[d] - begin,
			(unsigned)(pair - d), e))
			return false;
		begin = plan_masks_end[d];
	}
	return true;
}

static bool
join_chunk(struct join *j, struct err *e)
{
	if (!join_order(j, e))
		return false;
	for (size_t i = 0; i < j->n; i++) {
		uint32_t query = j->order[i];
		const struct plan *plan = &j->plan[j->odd[query]];

		if (!plan->scan && !plan->nothing && !join_value(j, query, e))
			return false;
	}
	return check_waiting(j, e);
}

static bool
scan_rest(const struct join *j, struct err *e)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->plan[j->odd[i]].scan && !j->plan[j->odd[i]].nothing &&
		    !radius_scan(j->s, j->values + i * j->t->l.value_bytes,
			(uint32_t)i, e))
			return false;
	return true;
}

bool
radius_join(
    const struct search *s, const uint8_t *values, size_t n, struct err *e)
{
	CLEANUP(join_done) struct join j;

	if (!join_init(&j, s, values, n, e) || !scan_rest(&j, e))
		return false;
	for (j.chunk = 0; j.chunk < j.t->l.chunks; j.chunk++)
		if (!join_chunk(&j, e))
			return false;
	return true;
}
