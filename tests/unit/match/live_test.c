/* What changes beside an index, and videos. */
#include "world.h"

#include <math.h>

#include "match/video.h"

#define HITS ((size_t)1 << 22)

struct fixture {
	struct world w;
	struct match_live *live;
	struct match_index_list lists[3];
};

static struct match_index *
index_of(struct fixture *f, size_t n)
{
	size_t all = f->w.n;
	struct match_index *ix;

	f->w.n = n;
	ix = world_index(&f->w, true, false, f->lists, 3);
	f->w.n = all;
	return ix;
}

static void
fixture_init(struct fixture *f, enum hash_kind kind)
{
	struct err e;

	world_init(&f->w, kind, CLUSTERS, 600, 100, 25);
	for (uint32_t i = 0; i < 3; i++)
		match_index_list_init(&f->lists[i], i + 1);
	f->live = match_live_new(&e);
	assert_non_null(f->live);
}

static void
fixture_done(struct fixture *f)
{
	match_live_free(f->live);
	world_done(&f->w);
}

static void
insert(struct fixture *f, size_t i)
{
	const void *p = f->w.rows + i * f->w.bytes;

	OK(match_live_insert(f->live, f->w.kind, (str){p, f->w.bytes},
	    f->w.list[i], f->w.entry[i], e));
}

/* The live finds what is in the world. */
static void
check(struct fixture *f, const int64_t reach[3])
{
	CLEANUP(match_index_hits_done) struct match_index_hits want = {0};
	CLEANUP(match_index_hits_done)
	struct match_index_hits got = MATCH_INDEX_HITS(HITS);
	CLEANUP(match_index_hits_done)
	struct match_index_hits joined = MATCH_INDEX_HITS(HITS);

	world_look(&f->w, reach, &want);
	OK(match_live_query(
	    f->live, f->w.kind, f->w.queries, f->w.n_queries, NULL, &got, e));
	world_same(&want, &got);
	OK(match_live_join(f->live, f->w.kind, f->w.queries, f->w.n_queries,
	    NULL, &joined, e));
	world_same(&want, &joined);
}

static const int64_t usual[3] = {31, 31, 31};

static void
inserts_are_seen_by_the_next_query(void **state)
{
	CLEANUP(fixture_done) struct fixture f;
	size_t all;

	(void)state;
	fixture_init(&f, HASH_PDQ);
	all = f.w.n;
	match_live_swap(f.live, index_of(&f, 300), true);
	for (size_t i = 300; i < all; i += 100) {
		for (size_t j = i; j < i + 100; j++)
			insert(&f, j);
		f.w.n = i + 100;
		check(&f, usual);
	}
	assert_int_equal(match_live_changes(f.live), 300);
}

static void
without_an_index_what_was_inserted_matches(void **state)
{
	CLEANUP(fixture_done) struct fixture f;

	(void)state;
	fixture_init(&f, HASH_PDQ);
	assert_null(match_live_index(f.live));
	for (size_t i = 0; i < 3; i++)
		OK(match_live_list(f.live, &f.lists[i], e));
	for (size_t i = 0; i < f.w.n; i++)
		insert(&f, i);
	check(&f, usual);
}

/* Out of the world too. */
static void
delete_some(struct fixture *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->w.n; i++) {
		if (i % 3 == 0) {
			OK(match_live_delete(
			    f->live, f->w.list[i], f->w.entry[i], e));
			continue;
		}
		memcpy(f->w.rows + kept * f->w.bytes,
		    f->w.rows + i * f->w.bytes, f->w.bytes);
		f->w.list[kept] = f->w.list[i];
		f->w.entry[kept++] = f->w.entry[i];
	}
	f->w.n = kept;
}

static void
deleted_entries_match_no_more(void **state)
{
	CLEANUP(fixture_done) struct fixture f;

	(void)state;
	fixture_init(&f, HASH_PDQ);
	match_live_swap(f.live, index_of(&f, 300), true);
	for (size_t i = 300; i < f.w.n; i++)
		insert(&f, i);
	delete_some(&f);
	check(&f, usual);
}

static void
a_deleted_entry_may_come_back(void **state)
{
	CLEANUP(fixture_done) struct fixture f;

	(void)state;
	fixture_init(&f, HASH_PDQ);
	match_live_swap(f.live, index_of(&f, 300), true);
	f.w.n = 300;
	for (int round = 0; round < 2; round++) {
		OK(match_live_delete(f.live, f.w.list[0], f.w.entry[0], e));
		insert(&f, 0);
		check(&f, usual);
	}
}

static void
a_list_is_disabled_and_its_distance_changed_at_once(void **state)
{
	CLEANUP(fixture_done) struct fixture f;
	const int64_t reach[3] = {31, -1, 12};

	(void)state;
	fixture_init(&f, HASH_PDQ);
	match_live_swap(f.live, index_of(&f, 300), true);
	for (size_t i = 300; i < f.w.n; i++)
		insert(&f, i);
	f.lists[1].enabled = false;
	f.lists[2].distance[HASH_PDQ] = 12;
	OK(match_live_list(f.live, &f.lists[1], e));
	OK(match_live_list(f.live, &f.lists[2], e));
	check(&f, reach);
	f.lists[1].enabled = true;
	OK(match_live_list(f.live, &f.lists[1], e));
	check(&f, (const int64_t[]){31, 31, 12});
}

static void
a_merge_is_the_same_and_a_swap_takes_it(void **state)
{
	static const enum hash_kind kinds[] = {HASH_PDQ, HASH_PHASH, HASH_MD5};
	static const int64_t reach[3] = {31, 10, 0};

	(void)state;
	for (int k = 0; k < 3; k++) {
		CLEANUP(fixture_done) struct fixture f;
		const int64_t all[3] = {reach[k], reach[k], reach[k]};
		OWNED_FD fd = world_file();
		struct err err;
		struct match_index *ix;

		fixture_init(&f, kinds[k]);
		match_live_swap(f.live, index_of(&f, 300), true);
		for (size_t i = 300; i < f.w.n; i++)
			insert(&f, i);
		delete_some(&f);
		OK(match_live_merge(f.live, fd, 6, 1 << 26, e));
		ix = match_index_open(fd, MATCH_INDEX_MAPPED, &err);
		assert_non_null(ix);
		match_live_swap(f.live, ix, true);
		assert_int_equal(match_live_changes(f.live), 0);
		assert_int_equal(match_index_values(ix, kinds[k]), f.w.n);
		check(&f, all);
	}
}

static void
digests_and_photodna_are_inserted_too(void **state)
{
	static const enum hash_kind kinds[] = {
	    HASH_SHA1, HASH_PHOTODNA, HASH_DHASH16};

	(void)state;
	for (int k = 0; k < 3; k++) {
		CLEANUP(fixture_done) struct fixture f;
		int64_t at = hash_kind_facts(kinds[k])->distance;

		fixture_init(&f, kinds[k]);
		match_live_swap(f.live, index_of(&f, 200), true);
		for (size_t i = 200; i < f.w.n; i++)
			insert(&f, i);
		check(&f, (const int64_t[]){at, at, at});
	}
}

static void
what_cannot_be_inserted_is_refused(void **state)
{
	CLEANUP(fixture_done) struct fixture f;
	struct err e;

	(void)state;
	fixture_init(&f, HASH_PDQ);
	assert_false(match_live_insert(f.live, HASH_PDQ, S("short"), 1, 0, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(match_live_insert(
	    f.live, HASH_PDQ, (str){(const char *)f.w.rows, 32}, 1, 0, &e));
	assert_int_equal(e.kind, ERR_INPUT); /* no such list */
}

/* ---- videos ---- */

#define VIDEOS 12
#define FRAMES 60

static struct pdq_hash frame_pool[40];

/* Frames of few pictures, a little changed: many are equal, many near. */
static void
make_video(struct world *w, struct vpdq *ret, struct vpdq_frame *v)
{
	for (size_t i = 0; i < FRAMES; i++) {
		v[i] = (struct vpdq_frame){.number = (int64_t)i,
		    .quality = (int)world_below(w, 101),
		    .hash = frame_pool[world_below(w, 40)]};
		for (uint32_t n = world_below(w, 4) * 11; n > 0; n--) {
			uint32_t bit = world_below(w, 256);

			v[i].hash.w[bit / 64] ^= (uint64_t)1 << bit % 64;
		}
	}
	*ret = (struct vpdq){v, FRAMES - world_below(w, 20)};
}

struct videos {
	struct world w;
	struct vpdq_frame frame[VIDEOS][FRAMES];
	struct vpdq video[VIDEOS];
};

static void
make_videos(struct videos *v)
{
	*v = (struct videos){.w = {.seed = 11, .bytes = 32}};
	for (size_t i = 0; i < 40; i++)
		for (int j = 0; j < 4; j++)
			frame_pool[i].w[j] = world_next(&v->w);
	for (size_t i = 0; i < VIDEOS; i++)
		make_video(&v->w, &v->video[i], v->frame[i]);
}

static const struct match_video_hit *
hit_of(const struct match_video_hit *v, size_t n, uint32_t entry)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].entry == entry)
			return &v[i];
	return NULL;
}

/* Every listed video is hit with the percents of vpdq_compare. */
static void
compare_videos(
    struct match_live *live, const struct videos *v, enum vpdq_rule rule)
{
	OWNED(arena) a = arena_new(1 << 24);
	struct match_video_rule r = {rule, 50, 0, 0};
	struct match_video_hit *hits;
	size_t n;

	for (size_t q = 0; q < VIDEOS; q++) {
		OK(match_live_video(
		    live, a, &v->video[q], &r, NULL, &hits, &n, e));
		for (uint32_t t = 0; t < VIDEOS; t++) {
			const struct match_video_hit *hit = hit_of(hits, n, t);
			struct vpdq_match want;

			OK(vpdq_compare(a, &v->video[q], &v->video[t], rule, 31,
			    50, &want, e));
			if (hit == NULL) {
				assert_true(want.query_percent == 0);
				continue;
			}
			assert_int_equal(
			    hit->match.query_frames, want.query_frames);
			assert_int_equal(
			    hit->match.target_frames, want.target_frames);
			assert_float_equal(
			    hit->match.query_percent, want.query_percent, 1e-9);
			assert_float_equal(hit->match.target_percent,
			    want.target_percent, 1e-9);
		}
	}
}

static void
videos_match_listed_ones_by_both_rules(void **state)
{
	static struct videos v;
	struct err err;
	OWNED(match_builder) b = match_builder_new(1 << 26, &err);
	OWNED(match_live) live = match_live_new(&err);
	OWNED_FD fd = world_file();
	OWNED_FD again = world_file();
	struct match_index_list list;

	(void)state;
	make_videos(&v);
	match_index_list_init(&list, 1);
	OK(match_builder_list(b, &list, e));
	for (uint32_t i = 0; i < VIDEOS / 2; i++)
		OK(match_builder_video(b, &v.video[i], 50, 1, i, e));
	OK(match_builder_write(b, fd, 1, e));
	match_live_swap(
	    live, match_index_open(fd, MATCH_INDEX_MAPPED, &err), true);
	assert_non_null(match_live_index(live));
	for (uint32_t i = VIDEOS / 2; i < VIDEOS; i++)
		OK(match_live_insert_video(live, &v.video[i], 50, 1, i, e));
	compare_videos(live, &v, VPDQ_PYTHON);
	compare_videos(live, &v, VPDQ_BRUTE);
	OK(match_live_merge(live, again, 2, 1 << 26, e));
	match_live_swap(
	    live, match_index_open(again, MATCH_INDEX_MAPPED, &err), true);
	compare_videos(live, &v, VPDQ_PYTHON);
	compare_videos(live, &v, VPDQ_BRUTE);
}

static void
a_deleted_video_matches_no_more(void **state)
{
	static struct videos v;
	struct err err;
	OWNED(arena) a = arena_new(1 << 24);
	OWNED(match_live) live = match_live_new(&err);
	struct match_index_list list;
	struct match_video_rule rule = MATCH_VIDEO_RULE;
	struct match_video_hit *hits;
	size_t n;

	(void)state;
	make_videos(&v);
	match_index_list_init(&list, 1);
	OK(match_live_list(live, &list, e));
	OK(match_live_insert_video(live, &v.video[0], 50, 1, 3, e));
	OK(match_live_video(live, a, &v.video[0], &rule, NULL, &hits, &n, e));
	assert_int_equal(n, 1);
	assert_int_equal(hits[0].entry, 3);
	assert_float_equal(hits[0].match.query_percent, 100, 0);
	OK(match_live_delete(live, 1, 3, e));
	OK(match_live_video(live, a, &v.video[0], &rule, NULL, &hits, &n, e));
	assert_int_equal(n, 0);
}

static void
make_tmk(struct tmk *ret, uint8_t *file, unsigned salt)
{
	float frame[PDQ_BITS];

	tmk_begin(ret);
	for (unsigned t = 0; t < 40; t++) {
		for (unsigned k = 0; k < PDQ_BITS; k++)
			frame[k] = sinf((float)(k * (salt + 1) + t * t % 31)) +
				   (salt < 2 ? 0.01f * (float)salt : 0);
		OK(tmk_add(ret, frame, e));
	}
	tmk_end(ret);
	tmk_write(ret, file);
}

static void
tmk_is_asked_by_two_levels(void **state)
{
	static struct tmk video[4];
	static uint8_t file[4][TMK_BYTES];
	static float memory[2 * TMK_OFFSETS];
	struct tmk_offsets offsets;
	struct err err;
	OWNED(arena) a = arena_new(1 << 20);
	OWNED(match_builder) b = match_builder_new(1 << 26, &err);
	OWNED(match_live) live = match_live_new(&err);
	OWNED_FD fd = world_file();
	struct match_index_list list;
	struct match_tmk_hit *hits;
	size_t n, want;

	(void)state;
	tmk_offsets_init(&offsets, memory);
	match_index_list_init(&list, 1);
	OK(match_builder_list(b, &list, e));
	for (uint32_t i = 0; i < 4; i++) {
		str s = {(char *)file[i], TMK_BYTES};

		make_tmk(&video[i], file[i], i);
		if (i == 0) {
			OK(match_live_list(live, &list, e));
			OK(match_live_insert(live, HASH_TMK, s, 1, 0, e));
		} else {
			OK(match_builder_add(b, HASH_TMK, s, 1, i, e));
		}
	}
	OK(match_builder_write(b, fd, 1, e));
	match_live_swap(
	    live, match_index_open(fd, MATCH_INDEX_MAPPED, &err), false);
	for (int q = 0; q < 4; q++) {
		OK(match_live_tmk(live, a, &video[q], NULL, &hits, &n, e));
		want = 0;
		for (int t = 0; t < 4; t++)
			want +=
			    tmk_level1(&video[q], &video[t]) >= 0.7f &&
			    tmk_level2(&offsets, &video[q], &video[t]) >= 0.7f;
		assert_int_equal(n, want);
		assert_true(n >= 1);
		for (size_t i = 0; i < n; i++)
			assert_true(
			    hits[i].level1 ==
			    tmk_level1(&video[q], &video[hits[i].entry]));
	}
}

static void
tmk_is_asked_in_eight_turns(void **state)
{
	static struct tmk video, turned;
	static uint8_t file[TMK_BYTES];
	struct err err;
	OWNED(arena) a = arena_new(1 << 20);
	OWNED(match_live) live = match_live_new(&err);
	struct match_index_list list;
	struct match_tmk_hit *hits;
	size_t n;

	(void)state;
	match_index_list_init(&list, 1);
	OK(match_live_list(live, &list, e));
	make_tmk(&video, file, 3);
	OK(match_live_insert(
	    live, HASH_TMK, (str){(char *)file, TMK_BYTES}, 1, 0, e));
	for (int t = 0; t < PDQ_TURNS; t++) {
		enum pdq_turn back = t == PDQ_ROT90    ? PDQ_ROT270
				     : t == PDQ_ROT270 ? PDQ_ROT90
						       : (enum pdq_turn)t;

		tmk_turn(&video, (enum pdq_turn)t, &turned);
		OK(match_live_tmk(live, a, &turned, NULL, &hits, &n, e));
		assert_int_equal(n, 1);
		assert_int_equal(hits[0].turn, back);
		assert_float_equal(hits[0].level1, 1, 1e-5);
		assert_float_equal(hits[0].level2, 1, 1e-5);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(inserts_are_seen_by_the_next_query),
	    cmocka_unit_test(without_an_index_what_was_inserted_matches),
	    cmocka_unit_test(deleted_entries_match_no_more),
	    cmocka_unit_test(a_deleted_entry_may_come_back),
	    cmocka_unit_test(
		a_list_is_disabled_and_its_distance_changed_at_once),
	    cmocka_unit_test(a_merge_is_the_same_and_a_swap_takes_it),
	    cmocka_unit_test(digests_and_photodna_are_inserted_too),
	    cmocka_unit_test(what_cannot_be_inserted_is_refused),
	    cmocka_unit_test(videos_match_listed_ones_by_both_rules),
	    cmocka_unit_test(a_deleted_video_matches_no_more),
	    cmocka_unit_test(tmk_is_asked_by_two_levels),
	    cmocka_unit_test(tmk_is_asked_in_eight_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
