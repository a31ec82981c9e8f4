/* Index files that are not what was written, and builders that are asked too
 * much. */
#include "world.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "match/build.h"
#include "match/plan.h"

#define HITS ((size_t)1 << 20)

/* Two lists, a few values of several kinds, one video. */
static int
small_file(bool tables)
{
	struct err err;
	OWNED(match_builder) b = match_builder_new(1 << 26, &err);
	struct match_index_list list;
	struct world w = {.seed = 3, .bytes = 32};
	struct vpdq_frame frame[3] = {
	    {.quality = 90}, {.quality = 90}, {.quality = 20}};
	struct vpdq video = {frame, 3};
	int fd = world_file();

	assert_non_null(b);
	match_builder_tables(b, tables ? 1 : UINT64_MAX, false, 11);
	for (uint32_t n = 1; n < 3; n++) {
		match_index_list_init(&list, n);
		OK(match_builder_list(b, &list, e));
	}
	for (uint32_t i = 0; i < 40; i++) {
		uint8_t value[32];

		world_value(&w, UNIFORM, value);
		OK(match_builder_add(b, i % 4 == 0 ? HASH_SHA256 : HASH_PDQ,
		    (str){(char *)value, 32}, 1 + i % 2, i, e));
	}
	OK(match_builder_video(b, &video, 50, 2, 7, e));
	OK(match_builder_write(b, fd, 9, e));
	return fd;
}

static off_t
size_of(int fd)
{
	off_t n = lseek(fd, 0, SEEK_END);

	assert_true(n > 0);
	return n;
}

static void
flip(int fd, off_t at, uint8_t with)
{
	uint8_t byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= with;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
}

static void
a_file_says_what_it_holds(void **state)
{
	OWNED_FD fd = small_file(true);
	struct err e;
	const struct match_index_list *lists;

	(void)state;
	OWNED(match_index) ix = match_index_open(fd, MATCH_INDEX_MAPPED, &e);
	assert_non_null(ix);
	assert_int_equal(match_index_generation(ix), 9);
	assert_int_equal(match_index_values(ix, HASH_PDQ), 30);
	assert_int_equal(match_index_values(ix, HASH_SHA256), 10);
	assert_int_equal(match_index_values(ix, HASH_VPDQ), 1);
	assert_int_equal(match_index_values(ix, HASH_NONE), 41);
	assert_int_equal(match_index_bytes(ix), size_of(fd));
	assert_int_equal(match_index_lists(ix, &lists), 2);
	assert_int_equal(lists[1].number, 2);
}

static void
a_byte_that_changed_is_found_wherever_it_is(void **state)
{
	OWNED_FD fd = small_file(false);
	off_t n = size_of(fd);
	struct err e;

	(void)state;
	for (off_t at = 0; at < n; at++) {
		flip(fd, at, (uint8_t)(1u << at % 8));
		for (int how = 0; how < 2; how++) {
			e = (struct err){0};
			assert_null(match_index_open(
			    fd, (enum match_index_memory)how, &e));
			assert_int_equal(e.kind, ERR_CORRUPT);
			assert_non_null(strstr(e.msg, "byte"));
		}
		flip(fd, at, (uint8_t)(1u << at % 8));
	}
	OWNED(match_index) ix = match_index_open(fd, MATCH_INDEX_MAPPED, &e);
	assert_non_null(ix);
}

static void
the_place_of_the_damage_is_named(void **state)
{
	OWNED_FD fd = small_file(true);
	off_t n = size_of(fd), step = n / 97;
	struct err e;

	(void)state;
	for (off_t at = 5000; at < n; at += step) {
		unsigned long long begin, end;

		flip(fd, at, 0x10);
		assert_null(match_index_open(fd, MATCH_INDEX_MAPPED, &e));
		flip(fd, at, 0x10);
		assert_int_equal(
		    sscanf(e.msg, "bytes %llu to %llu", &begin, &end), 2);
		assert_in_range(at, begin, end - 1);
		assert_true(end - begin <= (unsigned long long)n);
	}
}

static void
a_file_cut_short_anywhere_is_refused(void **state)
{
	OWNED_FD fd = small_file(false);
	off_t n = size_of(fd);
	struct err e;

	(void)state;
	while (--n >= 0) {
		assert_int_equal(ftruncate(fd, n), 0);
		e = (struct err){0};
		assert_null(match_index_open(fd, MATCH_INDEX_COPIED, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
		assert_non_null(strstr(e.msg, "byte"));
	}
}

static void
a_file_with_more_behind_it_is_refused(void **state)
{
	OWNED_FD fd = small_file(false);
	struct err e;

	(void)state;
	assert_int_equal(ftruncate(fd, size_of(fd) + 8), 0);
	assert_null(match_index_open(fd, MATCH_INDEX_MAPPED, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
what_is_no_file_is_refused(void **state)
{
	int fd[2];
	struct err e;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_null(match_index_open(fd[0], MATCH_INDEX_MAPPED, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	close(fd[0]);
	close(fd[1]);
}

/* ---- files whose sums are right, made by an enemy ---- */

static uint8_t *
bytes_of(int fd, size_t *ret_n)
{
	size_t n = (size_t)size_of(fd);
	uint8_t *p = malloc(n);

	assert_non_null(p);
	assert_int_equal(pread(fd, p, n, 0), n);
	*ret_n = n;
	return p;
}

/* Sums of what is there now. */
static void
seal(uint8_t *p, size_t n)
{
	struct match_file_head head;
	size_t each = MATCH_FILE_BLOCK + 8, rest = n - MATCH_FILE_HEAD;
	size_t blocks = (rest + each - 1) / each, summed = rest - 8 * blocks;
	uint8_t *sums = p + MATCH_FILE_HEAD + summed;

	for (size_t i = 0; i < blocks; i++) {
		size_t at = i * MATCH_FILE_BLOCK;
		size_t part = summed - at < MATCH_FILE_BLOCK ? summed - at
							     : MATCH_FILE_BLOCK;
		uint64_t sum = match_sum(0, p + MATCH_FILE_HEAD + at, part);

		memcpy(sums + 8 * i, &sum, 8);
	}
	memcpy(&head, p, sizeof(head));
	head.sums_sum = match_sum(0, sums, 8 * blocks);
	head.sum = 0;
	memcpy(p, &head, sizeof(head));
	head.sum = match_sum(0, p, MATCH_FILE_HEAD);
	memcpy(p, &head, sizeof(head));
}

/* The file with 0xff in n bytes from `at` on; what comes of asking it. */
static enum err_kind
asked_after(const uint8_t *good, size_t n, size_t at, size_t length)
{
	CLEANUP(match_index_hits_done)
	struct match_index_hits hits = MATCH_INDEX_HITS(HITS);
	uint8_t *p = malloc(n), values[20 * 32];
	OWNED_FD fd = world_file();
	struct world w = {.seed = 3, .bytes = 32};
	struct err e = {0};

	assert_non_null(p);
	memcpy(p, good, n);
	memset(p + at, 0xff, length);
	seal(p, n);
	assert_int_equal(write(fd, p, n), n);
	free(p);
	for (int i = 0; i < 20; i++)
		world_value(&w, UNIFORM, values + 32 * i);
	OWNED(match_index) ix = match_index_open(fd, MATCH_INDEX_COPIED, &e);
	if (ix == NULL ||
	    !match_index_query(ix, HASH_PDQ, values, 20, NULL, &hits, &e) ||
	    !match_index_join(ix, HASH_PDQ, values, 20, NULL, &hits, &e))
		return e.kind;
	return ERR_NONE;
}

static void
a_file_made_by_an_enemy_is_refused_or_answers_wrongly(void **state)
{
	OWNED_FD fd = small_file(true);
	size_t n;
	uint8_t *good = bytes_of(fd, &n);
	struct match_file_head head;
	struct match_layout l;

	(void)state;
	memcpy(&head, good, sizeof(head));
	assert_int_equal(head.table[0].kind, HASH_PDQ);
	assert_true(match_layout_of(&head.table[0],
	    MATCH_FILE_HEAD + 2 * sizeof(struct match_file_list), &l));
	assert_int_equal(asked_after(good, n, 0, 0), ERR_NONE);
	/* Owners that are nobody's, runs that overlap or reach too far. */
	assert_int_equal(asked_after(good, n, l.owners, 30 * 4), ERR_CORRUPT);
	for (uint32_t c = 0; c < l.chunks; c++) {
		size_t first = l.first + 4ul * c * (MATCH_CHUNK_VALUES + 1);

		assert_int_equal(asked_after(good, n, first, 4), ERR_CORRUPT);
		assert_int_equal(
		    asked_after(good, n, first + 40000, 4), ERR_CORRUPT);
		assert_int_equal(
		    asked_after(good, n, first + 4ul * MATCH_CHUNK_VALUES, 4),
		    ERR_CORRUPT);
	}
	/* Rows that are not there, through every chunk but the first. */
	for (uint32_t c = 1; c < l.chunks; c++)
		assert_int_equal(
		    asked_after(good, n, match_layout_ids(&l, c), 30 * 3),
		    ERR_CORRUPT);
	/* Any value may follow any other. */
	assert_int_equal(
	    asked_after(good, n, match_layout_next(&l, 3), 60), ERR_NONE);
	free(good);
}

static void
a_value_of_an_unknown_list_or_of_another_length_is_refused(void **state)
{
	struct err e;
	OWNED(match_builder) b = match_builder_new(1 << 26, &e);
	struct match_index_list list;
	static char value[300];

	(void)state;
	assert_non_null(b);
	match_index_list_init(&list, 4);
	assert_true(match_builder_list(b, &list, &e));
	assert_false(match_builder_list(b, &list, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_false(
	    match_builder_add(b, HASH_PDQ, (str){value, 32}, 5, 0, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(
	    match_builder_add(b, HASH_PDQ, (str){value, 31}, 4, 0, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(
	    match_builder_add(b, HASH_TMK, (str){value, 300}, 4, 0, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(
	    match_builder_add(b, HASH_NONE, (str){value, 32}, 4, 0, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	list.number = 5;
	list.distance[HASH_PDQ] = 64;
	assert_false(match_builder_list(b, &list, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
more_than_the_memory_that_is_set_is_refused(void **state)
{
	struct err e = {0};
	OWNED(match_builder) b = match_builder_new(1 << 20, &e);
	struct match_index_list list;
	static char value[32];
	uint32_t n = 0;

	(void)state;
	assert_non_null(b);
	match_index_list_init(&list, 1);
	assert_true(match_builder_list(b, &list, &e));
	while (n < 1000000 &&
	       match_builder_add(b, HASH_PDQ, (str){value, 32}, 1, n, &e))
		n++;
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_in_range(n, 10000, 30000);
}

static void
a_full_disk_is_said_and_what_is_there_is_refused(void **state)
{
	struct err err;
	OWNED(match_builder) b = match_builder_new(1 << 26, &err);
	struct match_index_list list;
	static char value[32];
	OWNED_FD fd = world_file();

	(void)state;
	assert_non_null(b);
	match_index_list_init(&list, 1);
	OK(match_builder_list(b, &list, e));
	OK(match_builder_add(b, HASH_PDQ, (str){value, 32}, 1, 0, e));
	/* Nothing may grow any more. */
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_int_equal(
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK), 0);
	assert_false(match_builder_write(b, fd, 1, &err));
	assert_null(match_index_open(fd, MATCH_INDEX_MAPPED, &err));
	assert_int_equal(err.kind, ERR_CORRUPT);
}

#define STEP_ROWS 100

static void
put_made_up(struct match_builder *b, enum hash_kind kind, uint32_t n)
{
	struct world w = {.seed = 5, .bytes = 32};
	uint8_t value[32];
	struct err e;

	for (uint32_t i = 0; i < n; i++) {
		world_value(&w, UNIFORM, value);
		assert_true(match_builder_add(
		    b, kind, (str){(char *)value, 32}, 1, i, &e));
	}
}

/* Whoever makes it has time for others in between. */
static void
an_index_is_written_in_many_steps_and_is_none_before_the_last(void **state)
{
	struct err err;
	OWNED(match_builder) b = match_builder_new(1 << 26, &err);
	OWNED(match_index) whole = NULL;
	struct match_index_list list;
	OWNED_FD fd = world_file();
	int steps = 0;
	bool done;

	(void)state;
	assert_non_null(b);
	match_builder_tables(b, 1, false, STEP_ROWS);
	match_index_list_init(&list, 1);
	OK(match_builder_list(b, &list, e));
	put_made_up(b, HASH_PDQ, 10 * STEP_ROWS);
	put_made_up(b, HASH_SHA256, 10 * STEP_ROWS);
	OK(match_builder_begin(b, fd, 1, e));
	for (;; steps++) {
		OK(match_builder_step(b, &done, e));
		if (done)
			break;
		assert_null(match_index_open(fd, MATCH_INDEX_COPIED, &err));
	}
	/* Rows put in order, written, counted, and two for most chunks. */
	assert_in_range(steps, 10 + 10 + 10 + 30 + 10 + 10, 200);
	whole = match_index_open(fd, MATCH_INDEX_COPIED, &err);
	assert_non_null(whole);
	assert_int_equal(match_index_values(whole, HASH_NONE), 20 * STEP_ROWS);
}

int
main(void)
{
	plan_lookup_rows = 0;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_says_what_it_holds),
	    cmocka_unit_test(
		an_index_is_written_in_many_steps_and_is_none_before_the_last),
	    cmocka_unit_test(a_byte_that_changed_is_found_wherever_it_is),
	    cmocka_unit_test(the_place_of_the_damage_is_named),
	    cmocka_unit_test(a_file_cut_short_anywhere_is_refused),
	    cmocka_unit_test(a_file_with_more_behind_it_is_refused),
	    cmocka_unit_test(what_is_no_file_is_refused),
	    cmocka_unit_test(
		a_file_made_by_an_enemy_is_refused_or_answers_wrongly),
	    cmocka_unit_test(
		a_value_of_an_unknown_list_or_of_another_length_is_refused),
	    cmocka_unit_test(more_than_the_memory_that_is_set_is_refused),
	    cmocka_unit_test(a_full_disk_is_said_and_what_is_there_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
