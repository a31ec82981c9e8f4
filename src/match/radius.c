/*
 * radius — queries one after another.  Each goes through five steps, and in
 * every turn each of the last queries takes its next one, so that whatever a
 * step asks of memory is there when it is read.
 */
#include <stdlib.h>

#include "match/plan.h"

#define IN_FLIGHT 5    /* queries, each at another step */
#define FOUND_MIN 4096 /* postings that pass the ring's test, per query */
#define FOUND_SHARE 64 /* or the n-th part of all; more: scan instead */
#define LINE 64        /* bytes of cache */
#define LINES_AHEAD 6  /* of one run; the processor goes on by itself */
#define SCAN_FOUND 1024

struct ask {
	uint32_t query;
	const uint8_t *value;
	uint16_t chunk[MATCH_CHUNKS_MAX + 1];
	const struct plan *plan;
	bool scan;                    /* too much is found: look at all rows */
	struct scan_run *run;         /* of each chunk, of each of its masks */
	uint32_t *found;              /* postings, then rows */
	size_t end[MATCH_CHUNKS_MAX]; /* in found, of those of each chunk */
	size_t n;
};

struct stream {
	const struct search *s;
	const struct table *t;
	const uint8_t *values;
	struct plan plan[2]; /* of values of even and odd bits */
	const uint16_t *masks;
	uint32_t masks_max; /* of a chunk */
	size_t found_max;
	struct ask ask[IN_FLIGHT];
};

static void
stream_done(struct stream *st)
{
	for (int i = 0; i < IN_FLIGHT; i++) {
		free(st->ask[i].run);
		free(st->ask[i].found);
	}
}

static uint32_t
masks_of(const struct plan *p)
{
	uint32_t most = 1;

	for (uint32_t c = 0; c < p->chunks && !p->scan; c++)
		if (p->t[c] >= 0 && plan_masks_end[p->t[c]] > most)
			most = plan_masks_end[p->t[c]];
	return most;
}

static bool
stream_init(struct stream *st, const struct search *s, const uint8_t *values,
    size_t n, struct err *e)
{
	const struct table *t = s->table;

	*st = (struct stream){
	    .s = s, .t = t, .values = values, .masks = plan_masks()};
	for (int odd = 0; odd < 2; odd++) {
		plan_make(&st->plan[odd], t, s->radius, odd != 0);
		if (masks_of(&st->plan[odd]) > st->masks_max)
			st->masks_max = masks_of(&st->plan[odd]);
	}
	st->found_max = t->head.n / FOUND_SHARE;
	if (st->found_max < FOUND_MIN)
		st->found_max = FOUND_MIN;
	for (size_t i = 0; i < IN_FLIGHT && i < n; i++) {
		struct ask *a = &st->ask[i];

		a->run = malloc(((size_t)t->l.chunks * st->masks_max + 1) *
				sizeof(*a->run));
		a->found = malloc(st->found_max * sizeof(*a->found));
		if (a->run == NULL || a->found == NULL)
			return err_sys(e, "query");
	}
	return true;
}

static bool
is_odd(const uint8_t *value, uint32_t bytes)
{
	uint64_t all = 0, word;

	for (uint32_t i = 0; i < bytes; i += sizeof(word)) {
		memcpy(&word, value + i, sizeof(word));
		all ^= word;
	}
	return __builtin_parityll(all) != 0;
}

static inline const uint32_t *
first_of(const struct table *t, uint32_t chunk)
{
	return t->first + (size_t)chunk * (MATCH_CHUNK_VALUES + 1);
}

/* Step 1: asks for where the runs begin. */
static void
ask_begin(struct stream *st, struct ask *a, size_t query)
{
	const struct table *t = st->t;

	a->query = (uint32_t)query;
	a->value = st->values + query * t->l.value_bytes;
	a->plan = &st->plan[is_odd(a->value, t->l.value_bytes)];
	a->scan = a->plan->scan;
	a->n = 0;
	if (a->scan || a->plan->nothing)
		return;
	memcpy(a->chunk, a->value, t->l.value_bytes);
	a->chunk[t->l.chunks] = a->chunk[0];
	for (uint32_t c = 0; c < t->l.chunks; c++) {
		const uint32_t *first = first_of(t, c);

		/* The lowest four flips are in the same line. */
		__builtin_prefetch(first + a->chunk[c]);
		for (uint32_t bit = 16; bit < 65536; bit <<= 1)
			__builtin_prefetch(first + (a->chunk[c] ^ bit));
	}
}

/* Step 2, of one chunk: where its runs are; asks for them. */
static inline void
ask_find(struct stream *st, struct ask *a, uint32_t c)
{
	const struct table *t = st->t;
	struct scan_run *run = a->run + (size_t)c * st->masks_max;
	const uint32_t *first = first_of(t, c);
	const uint16_t *next = table_next(t, c);
	uint32_t n;

	if (a->plan->t[c] < 0)
		return;
	n = plan_masks_end[a->plan->t[c]];
	for (uint32_t i = 0; i < n; i++) {
		uint32_t v = a->chunk[c] ^ (uint32_t)st->masks[i];
		uint32_t begin = first[v], end = first[v + 1];
		const char *p = (const char *)(next + begin);

		uint32_t lines = ((uint32_t)((uintptr_t)p % LINE) +
				     2 * (end - begin) + LINE - 1) /
				 LINE;

		run[i] = (struct scan_run){begin, end};
		__builtin_prefetch(p);
		for (uint32_t k = 1; k < lines && k < LINES_AHEAD; k++)
			__builtin_prefetch(p + (size_t)k * LINE);
	}
}

/* Step 3, of one chunk: which postings pass; asks for their rows' numbers. */
static inline void
ask_filter(struct stream *st, struct ask *a, uint32_t c)
{
	const struct table *t = st->t;
	struct scan_run *run = a->run + (size_t)c * st->masks_max;
	const uint16_t *next = table_next(t, c);
	const uint8_t *ids = t->file + match_layout_ids(&t->l, c);
	size_t from = a->n, begin = 0;

	for (int d = 0; d <= a->plan->t[c] && d <= a->plan->pair[c]; d++) {
		size_t n = plan_masks_end[d] - begin, all = n;

		a->n += st->s->ops->runs(next, run + begin, &n, a->chunk[c + 1],
		    (unsigned)(a->plan->pair[c] - d), a->found + a->n,
		    st->found_max - a->n);
		if (n < all)
			a->scan = true;
		begin = plan_masks_end[d];
	}
	a->end[c] = a->n;
	for (size_t i = from; i < a->n && c > 0; i++)
		__builtin_prefetch(ids + (size_t)a->found[i] * t->l.id_bytes);
}

/* Step 4: the rows' numbers; asks for the rows. */
static bool
ask_fetch(struct stream *st, struct ask *a, struct err *e)
{
	const struct table *t = st->t;
	size_t i = 0;

	for (uint32_t c = 0; c < t->l.chunks; c++) {
		const uint8_t *ids = t->file + match_layout_ids(&t->l, c);

		for (; i < a->end[c]; i++) {
			uint32_t row = table_row(t, ids, c, a->found[i]);

			if (row >= t->head.n)
				return err_set(e, ERR_CORRUPT,
				    "the index names a row that is not there");
			a->found[i] = row;
			__builtin_prefetch(
			    t->rows + (size_t)row * t->l.row_bytes);
		}
	}
	return true;
}

/* Step 5: what is near enough; a row found through several chunks counts for
 * the first of them. */
static bool
ask_check(struct stream *st, struct ask *a, struct err *e)
{
	const struct table *t = st->t;
	const void *rows = t->rows;
	size_t begin = 0;
	uint64_t q[4];

	memcpy(q, a->value, t->l.value_bytes);
	for (uint32_t c = 0; c < t->l.chunks; begin = a->end[c++]) {
		uint32_t *row = a->found + begin;
		size_t n = st->s->ops->check(rows, t->l.value_bytes / 8, row,
		    a->end[c] - begin, q, a->plan->radius);

		for (size_t i = 0; i < n; i++)
			if (plan_is_first(
				a->plan, table_value(t, row[i]), a->value, c) &&
			    !search_near(st->s, a->query, row[i], a->value, e))
				return false;
	}
	return true;
}

static bool
ask_end(struct stream *st, struct ask *a, struct err *e)
{
	if (a->plan->nothing)
		return true;
	if (a->scan)
		return radius_scan(st->s, a->value, a->query, e);
	return ask_check(st, a, e);
}

static bool
is_looked_up(const struct ask *a)
{
	return !a->scan && !a->plan->nothing;
}

/* The query that entered `ago` turns before; NULL before the first and behind
 * the last one. */
static struct ask *
asked(struct stream *st, size_t turn, size_t ago, size_t n)
{
	if (turn < ago || turn - ago >= n)
		return NULL;
	return &st->ask[(turn - ago) % IN_FLIGHT];
}

static bool
take_turn(struct stream *st, size_t turn, size_t n, struct err *e)
{
	struct ask *fetch = asked(st, turn, 3, n), *end = asked(st, turn, 4, n);
	struct ask *find = asked(st, turn, 1, n),
		   *filter = asked(st, turn, 2, n);

	if (end != NULL && !ask_end(st, end, e))
		return false;
	if (turn < n)
		ask_begin(st, &st->ask[turn % IN_FLIGHT], turn);
	for (uint32_t c = 0; c < st->t->l.chunks; c++) {
		if (find != NULL && is_looked_up(find))
			ask_find(st, find, c);
		if (filter != NULL && is_looked_up(filter))
			ask_filter(st, filter, c);
	}
	return fetch == NULL || !is_looked_up(fetch) || ask_fetch(st, fetch, e);
}

bool
radius_stream(
    const struct search *s, const uint8_t *values, size_t n, struct err *e)
{
	CLEANUP(stream_done) struct stream st;

	if (!stream_init(&st, s, values, n, e))
		return false;
	for (size_t turn = 0; turn < n + IN_FLIGHT - 1; turn++)
		if (!take_turn(&st, turn, n, e))
			return false;
	return true;
}

bool
radius_scan(
    const struct search *s, const uint8_t *value, uint32_t query, struct err *e)
{
	const struct table *t = s->table;
	unsigned words = t->l.value_bytes / 8;
	const void *rows = t->rows;
	uint64_t q[4];
	uint32_t found[SCAN_FOUND];
	size_t from = 0;

	memcpy(q, value, t->l.value_bytes);
	while (from < t->head.n) {
		size_t n = s->ops->rows(rows, words, &from, t->head.n, q,
		    s->radius, found, SCAN_FOUND);

		for (size_t i = 0; i < n; i++)
			if (!search_near(s, query, found[i], value, e))
				return false;
	}
	return true;
}
