/* A search finds what looking at every value finds, no more and no less. */
#include "world.h"

#include "match/plan.h"

#define HITS ((size_t)1 << 26)
#define VALUES 1500
#define QUERIES 150

static void
make_lists(struct match_index_list v[3], uint32_t distance)
{
	for (uint32_t i = 0; i < 3; i++) {
		match_index_list_init(&v[i], i + 1);
		for (int k = 0; k < HASH_KINDS; k++) {
			const struct hash_kind_facts *f =
			    hash_kind_facts((enum hash_kind)k);

			v[i].distance[k] =
			    f != NULL && distance > f->distance_max
				? f->distance_max
				: distance;
			v[i].distance[k] = f == NULL ? 0 : v[i].distance[k];
		}
	}
}

static void
search_all(const struct world *w, const struct match_index *ix,
    const struct match_index_scope *scope, const struct match_index_hits *want)
{
	CLEANUP(match_index_hits_done)
	struct match_index_hits one = MATCH_INDEX_HITS(HITS);
	CLEANUP(match_index_hits_done)
	struct match_index_hits many = MATCH_INDEX_HITS(HITS);

	OK(match_index_query(
	    ix, w->kind, w->queries, w->n_queries, scope, &one, e));
	world_same(want, &one);
	OK(match_index_join(
	    ix, w->kind, w->queries, w->n_queries, scope, &many, e));
	world_same(want, &many);
}

static void
check(enum hash_kind kind, enum shape shape, size_t n, uint32_t radius)
{
	CLEANUP(world_done) struct world w;
	CLEANUP(match_index_hits_done) struct match_index_hits want = {0};
	struct match_index_list lists[3];
	int64_t reach[3] = {radius, radius, radius};

	world_init(&w, kind, shape, n, QUERIES, radius);
	make_lists(lists, radius);
	world_look(&w, reach, &want);
	for (int how = 0; how < 3; how++) {
		OWNED(match_index)
		ix = world_index(&w, how > 0, how > 1, lists, 3);

		search_all(&w, ix, NULL, &want);
	}
}

static void
whatever_is_within_the_radius_is_found_and_nothing_else(void **state)
{
	static const uint32_t radius[] = {
	    0, 1, 2, 14, 15, 16, 29, 30, 31, 32, 33, 47, 48, 62, 63};

	(void)state;
	for (int shape = 0; shape < SHAPES; shape++)
		for (size_t i = 0; i < sizeof(radius) / sizeof(*radius); i++)
			check(HASH_PDQ, (enum shape)shape, VALUES, radius[i]);
}

static void
short_hashes_are_found_as_exactly(void **state)
{
	static const uint32_t radius[] = {0, 1, 2, 3, 4, 7, 10, 11, 15, 16, 26};

	(void)state;
	for (int shape = 0; shape < SHAPES; shape++)
		for (size_t i = 0; i < sizeof(radius) / sizeof(*radius); i++)
			check(HASH_PHASH, (enum shape)shape, VALUES, radius[i]);
}

static void
a_plan_looks_up_enough_for_its_radius(void **state)
{
	struct table t = {.head = {.n = (uint64_t)1 << 31},
	    .l = {.chunks = 16, .value_bytes = 32}};

	(void)state;
	for (unsigned i = 0; i < 16; i++)
		t.heavy[i] = (uint8_t)(i * 5 % 16);
	for (unsigned radius = 0; radius <= 63; radius++) {
		struct plan p;
		int sum = 0;

		plan_make(&p, &t, radius, false);
		assert_false(p.scan);
		for (int c = 0; c < 16; c++)
			sum += p.t[c];
		assert_int_equal(sum, (int)radius - 15);
	}
}

static void
large_tables_are_looked_up_and_exact(void **state)
{
	(void)state;
	for (int shape = 0; shape < SHAPES - 1; shape++) {
		CLEANUP(world_done) struct world w;
		CLEANUP(match_index_hits_done)
		struct match_index_hits want = {0};
		struct match_index_list lists[3];
		int64_t reach[3] = {31, 31, 31};

		world_init(&w, HASH_PDQ, (enum shape)shape, 20000, 200, 31);
		make_lists(lists, 31);
		world_look(&w, reach, &want);
		assert_true(want.n > 50);
		OWNED(match_index) ix = world_index(&w, true, false, lists, 3);
		search_all(&w, ix, NULL, &want);
	}
}

static void
each_list_has_its_own_distance_and_may_be_disabled(void **state)
{
	CLEANUP(world_done) struct world w;
	struct match_index_list lists[3];

	(void)state;
	world_init(&w, HASH_PDQ, CLUSTERS, VALUES, QUERIES, 20);
	make_lists(lists, 20);
	lists[0].distance[HASH_PDQ] = 8;
	lists[2].distance[HASH_PDQ] = 40;
	for (int off = 0; off < 2; off++) {
		CLEANUP(match_index_hits_done)
		struct match_index_hits want = {0};
		int64_t reach[3] = {8, 20, off ? -1 : 40};

		lists[2].enabled = !off;
		OWNED(match_index) ix = world_index(&w, true, false, lists, 3);
		world_look(&w, reach, &want);
		search_all(&w, ix, NULL, &want);
	}
}

static void
a_scope_asks_some_lists_within_another_distance(void **state)
{
	CLEANUP(world_done) struct world w;
	CLEANUP(match_index_hits_done) struct match_index_hits want = {0};
	struct match_index_list lists[3];
	const uint32_t some[] = {3, 1, 99};
	struct match_index_scope scope = {
	    .list = some, .n_lists = 3, .one_distance = true, .distance = 35};
	int64_t reach[3] = {35, -1, 35};

	(void)state;
	world_init(&w, HASH_PDQ, CLUSTERS, VALUES, QUERIES, 35);
	make_lists(lists, 31);
	world_look(&w, reach, &want);
	OWNED(match_index) ix = world_index(&w, true, false, lists, 3);
	search_all(&w, ix, &scope, &want);
}

static void
lists_of_one_entry_and_of_none_match_as_any_other(void **state)
{
	(void)state;
	for (size_t n = 0; n < 3; n++) {
		check(HASH_PDQ, UNIFORM, n, 31);
		check(HASH_PHASH, SKEWED, n, 10);
		check(HASH_MD5, UNIFORM, n, 0);
	}
}

static void
digests_are_equal_or_not(void **state)
{
	(void)state;
	check(HASH_MD5, UNIFORM, VALUES, 0);
	check(HASH_SHA1, UNIFORM, VALUES, 0);
	check(HASH_SHA256, CLUSTERS, VALUES, 0);
}

static void
photodna_is_compared_by_squares(void **state)
{
	CLEANUP(world_done) struct world w;
	CLEANUP(match_index_hits_done) struct match_index_hits want = {0};
	struct match_index_list lists[3];
	int64_t reach[3] = {900000, 50000, 1000000};

	(void)state;
	world_init(&w, HASH_PHOTODNA, CLUSTERS, 1000, 200, 10);
	make_lists(lists, 0);
	for (int i = 0; i < 3; i++)
		lists[i].distance[HASH_PHOTODNA] = (uint32_t)reach[i];
	world_look(&w, reach, &want);
	assert_true(want.n > 100);
	OWNED(match_index) ix = world_index(&w, true, false, lists, 3);
	search_all(&w, ix, NULL, &want);
}

static void
a_kind_that_has_no_distance_is_refused(void **state)
{
	CLEANUP(world_done) struct world w;
	CLEANUP(match_index_hits_done)
	struct match_index_hits hits = MATCH_INDEX_HITS(10);
	struct match_index_list lists[3];
	struct err e;

	(void)state;
	world_init(&w, HASH_PDQ, UNIFORM, 10, 1, 0);
	make_lists(lists, 0);
	OWNED(match_index) ix = world_index(&w, false, false, lists, 3);
	assert_false(
	    match_index_query(ix, HASH_NONE, w.queries, 1, NULL, &hits, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
too_many_hits_are_an_error(void **state)
{
	CLEANUP(world_done) struct world w;
	CLEANUP(match_index_hits_done)
	struct match_index_hits hits = MATCH_INDEX_HITS(10);
	struct match_index_list lists[3];
	struct err e;

	(void)state;
	world_init(&w, HASH_PDQ, CLUSTERS, VALUES, QUERIES, 0);
	make_lists(lists, 31);
	OWNED(match_index) ix = world_index(&w, true, false, lists, 3);
	assert_false(match_index_query(
	    ix, HASH_PDQ, w.queries, w.n_queries, NULL, &hits, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(hits.n, 10);
}

/* The loops of every processor that this one can run. */

#define POSTINGS 2000
#define RUNS 8

struct loops {
	uint16_t next[POSTINGS + MATCH_OVERREAD], q;
	struct scan_run run[RUNS];
	unsigned limit;
	size_t room;
};

static void
make_postings(struct world *w, struct loops *l)
{
	l->q = (uint16_t)world_next(w);
	l->limit = world_below(w, 9);
	l->room = SCAN_STEP + world_below(w, 200);
	for (size_t i = 0; i < POSTINGS; i++) {
		l->next[i] = l->q;
		for (uint32_t k = world_below(w, 9); k > 0; k--)
			l->next[i] ^= (uint16_t)(1u << world_below(w, 16));
	}
	for (int i = 0; i < RUNS; i++) {
		uint32_t begin = world_below(w, POSTINGS - 100);

		l->run[i] =
		    (struct scan_run){begin, begin + world_below(w, 100)};
	}
}

/* In as many calls as the room asks for. */
static size_t
pass(const struct scan_ops *ops, const struct loops *l, uint32_t *ret)
{
	struct scan_run run[RUNS];
	size_t n = 0;

	memcpy(run, l->run, sizeof(run));
	for (size_t at = 0, done; at < RUNS; at += done) {
		done = RUNS - at;
		n += ops->runs(
		    l->next, run + at, &done, l->q, l->limit, ret + n, l->room);
	}
	return n;
}

static void
all_loops_pass_the_same_postings(void **state)
{
	const struct scan_ops *all[SCAN_OPS_KINDS];
	size_t kinds = scan_ops_all(all);
	struct world w = {.seed = 77};
	static struct loops l;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		uint32_t want[RUNS * 100], got[RUNS * 100 + 256];
		size_t n = 0;

		make_postings(&w, &l);
		for (size_t i = 0; i < RUNS; i++)
			for (uint32_t p = l.run[i].begin; p < l.run[i].end; p++)
				if (__builtin_popcount(
					(unsigned)(l.next[p] ^ l.q)) <=
				    (int)l.limit)
					want[n++] = p;
		for (size_t k = 0; k < kinds; k++) {
			assert_int_equal(pass(all[k], &l, got), n);
			assert_memory_equal(got, want, n * sizeof(*want));
		}
	}
}

/* All rows within 9 bits, in rooms of 100. */
static size_t
rows_near(const struct scan_ops *ops, const struct world *w,
    const uint8_t *query, uint32_t *ret)
{
	const void *rows = w->rows;
	uint64_t q[4] = {0};
	size_t n = 0, from = 0;

	memcpy(q, query, w->bytes);
	while (from < w->n)
		n += ops->rows(
		    rows, w->bytes / 8, &from, w->n, q, 9, ret + n, 100);
	return n;
}

static void
all_loops_find_the_same_rows(void **state)
{
	static uint32_t want[5100], got[5100];
	const struct scan_ops *all[SCAN_OPS_KINDS];
	size_t kinds = scan_ops_all(all);

	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		CLEANUP(world_done) struct world w;

		world_init(&w, kind == 0 ? HASH_PDQ : HASH_PHASH, CLUSTERS,
		    5000, 100, 9);
		for (size_t i = 0; i < w.n_queries; i++) {
			const uint8_t *q = w.queries + i * w.bytes;
			size_t n = 0;

			for (uint32_t row = 0; row < w.n; row++)
				if (hash_value_distance(
					w.kind, q, w.rows + row * w.bytes) <= 9)
					want[n++] = row;
			for (size_t k = 0; k < kinds; k++) {
				assert_int_equal(
				    rows_near(all[k], &w, q, got), n);
				assert_memory_equal(
				    got, want, n * sizeof(*want));
			}
		}
	}
}

static void
all_loops_check_the_same_rows(void **state)
{
	const struct scan_ops *all[SCAN_OPS_KINDS];
	size_t kinds = scan_ops_all(all);

	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		CLEANUP(world_done) struct world w;
		const void *rows, *queries;
		uint32_t row[300];
		struct scan_pair pair[300];

		world_init(&w, kind == 0 ? HASH_PDQ : HASH_PHASH, CLUSTERS, 300,
		    300, 9);
		rows = w.rows;
		queries = w.queries;
		for (size_t k = 0; k < kinds; k++) {
			size_t n, kept = 0;

			for (uint32_t i = 0; i < 300; i++) {
				row[i] = i;
				pair[i] = (struct scan_pair){299 - i, i};
			}
			n = all[k]->check(
			    rows, w.bytes / 8, row, 300, queries, 12);
			for (uint32_t i = 0; i < 300; i++)
				if (hash_value_distance(w.kind, w.queries,
					w.rows + i * w.bytes) <= 12)
					assert_int_equal(row[kept++], i);
			assert_int_equal(n, kept);
			n = all[k]->check_pairs(
			    rows, queries, w.bytes / 8, pair, 300, 12);
			kept = 0;
			for (uint32_t i = 0; i < 300; i++)
				if (hash_value_distance(w.kind,
					w.queries + (299 - i) * w.bytes,
					w.rows + i * w.bytes) <= 12)
					assert_int_equal(pair[kept++].row, i);
			assert_int_equal(n, kept);
		}
	}
}

int
main(void)
{
	plan_lookup_rows = 0;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		whatever_is_within_the_radius_is_found_and_nothing_else),
	    cmocka_unit_test(short_hashes_are_found_as_exactly),
	    cmocka_unit_test(a_plan_looks_up_enough_for_its_radius),
	    cmocka_unit_test(large_tables_are_looked_up_and_exact),
	    cmocka_unit_test(
		each_list_has_its_own_distance_and_may_be_disabled),
	    cmocka_unit_test(a_scope_asks_some_lists_within_another_distance),
	    cmocka_unit_test(lists_of_one_entry_and_of_none_match_as_any_other),
	    cmocka_unit_test(digests_are_equal_or_not),
	    cmocka_unit_test(photodna_is_compared_by_squares),
	    cmocka_unit_test(a_kind_that_has_no_distance_is_refused),
	    cmocka_unit_test(too_many_hits_are_an_error),
	    cmocka_unit_test(all_loops_pass_the_same_postings),
	    cmocka_unit_test(all_loops_find_the_same_rows),
	    cmocka_unit_test(all_loops_check_the_same_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
