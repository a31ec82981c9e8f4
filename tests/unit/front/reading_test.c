/* Renditions that several answers read at the same time: real blobs, opened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/clock.h"
#include "front/reading.h"
#include "segment/cut.h"
#include "store/blob.h"

#define SIDE 1024u
#define MANY 20
#define KEEP ((size_t)8 << 20)
#define SMALL (READING_KEPT_MAX + 8)

static const struct key key = {{1, 2, 3}}, other = {{3, 2, 1}};
static struct buf file = BUF_MAX(FILE_BYTES_MAX);
static struct err e;

/* A rendition of noise, so that it has many pages. */
static int
make_file(uint32_t side, struct buf *ret)
{
	static uint8_t noise[SIDE * SIDE];
	struct segment_samples s = {side, side, 1, {{noise, side, side, side}}};
	struct cut_recipe recipe = {.interval = 32};
	struct segment_picture p;
	uint32_t x = 7;
	bool done;

	for (size_t i = 0; i < sizeof(noise); i++) {
		x = x * 1664525u + 1013904223u;
		noise[i] = (uint8_t)(x >> 24);
	}
	if (!segment_picture_of(&s, 95, &p, &e))
		return -1;
	done = segment_cut(&p, &recipe, ret, &e);
	segment_picture_done(&p);
	return done ? 0 : -1;
}

static int
setup(void **state)
{
	(void)state;
	reading_init(0);
	return make_file(SIDE, &file);
}

static int
teardown(void **state)
{
	(void)state;
	buf_done(&file);
	return 0;
}

static size_t
pages(void)
{
	return (file.n + FILE_PAGE - 1) / FILE_PAGE;
}

static int
stored_of(const struct buf *b, const struct key *k)
{
	int fd = memfd_create("blob", MFD_CLOEXEC);
	OWNED(blob_writer) w = blob_writer_new(fd, k, &e);
	int64_t n;

	assert_non_null(w);
	assert_true(blob_write(w, b->p, b->n, &e));
	assert_true(blob_finish(w, &n, &e));
	return fd;
}

static int
stored(const struct key *k)
{
	return stored_of(&file, k);
}

static struct reading *
begin(int fd, const struct key *k)
{
	int mine = dup(fd);
	struct reading *r = reading_new(&mine, k, &e);

	assert_int_equal(mine, -1);
	if (r == NULL)
		fail_msg("%s", e.msg);
	return r;
}

static str
page_of(struct reading *r, uint32_t i)
{
	str want = str_sub(buf_view(&file), (size_t)i * FILE_PAGE, FILE_PAGE);
	str got;

	if (!reading_page(r, i, &got, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.p, want.p, want.n);
	return got;
}

static void
assert_kept(size_t readings, size_t n)
{
	struct reading_load have = reading_load();

	assert_int_equal(have.readings, readings);
	assert_int_equal(have.pages, n);
}

static void
two_at_a_time_open_a_page_once(void **state)
{
	int fd = stored(&key);
	struct reading *a = begin(fd, &key), *b = begin(fd, &key);
	str first;

	(void)state;
	assert_ptr_equal(a, b);
	for (uint32_t i = 0; i < pages(); i++) {
		first = page_of(a, i);
		assert_ptr_equal(page_of(b, i).p, first.p);
	}
	assert_kept(1, pages() - 1); /* the last is the blob's own */
	reading_free(a);
	for (uint32_t i = 0; i < pages(); i++)
		(void)page_of(b, i);
	reading_free(b);
	assert_kept(0, 0);
	(void)close(fd);
}

static void
nothing_stays_readable_behind_the_last_reader(void **state)
{
	int fd = stored(&key);
	struct reading *a = begin(fd, &key), *b = begin(fd, &key);
	/* The memory is kept for later pages, so it can be looked at. */
	str one = page_of(a, 1), two = page_of(b, 2);

	(void)state;
	reading_free(b);
	reading_free(a);
	for (size_t i = 0; i < FILE_PAGE; i++)
		if (one.p[i] != 0 || two.p[i] != 0)
			fail_msg("byte %zu is still there", i);
	(void)close(fd);
}

static void
who_reads_alone_keeps_two_pages(void **state)
{
	int fd = stored(&key);
	struct reading *r = begin(fd, &key);

	(void)state;
	for (uint32_t i = 0; i + 1 < pages(); i++) {
		(void)page_of(r, i);
		assert_true(reading_load().pages <= 2);
	}
	reading_free(r);
	(void)close(fd);
}

static void
another_file_or_key_is_another_reading(void **state)
{
	int fd = stored(&key), same = stored(&key), else_fd = stored(&other);
	struct reading *a = begin(fd, &key), *b = begin(same, &key);
	struct reading *c = begin(else_fd, &other);
	int mine = dup(fd);

	(void)state;
	assert_ptr_not_equal(a, b);
	assert_ptr_not_equal(a, c);
	/* Not for a wrong key, though the right one reads. */
	assert_null(reading_new(&mine, &other, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	assert_int_equal(mine, -1);
	assert_int_equal(reading_load().readings, 3);
	reading_free(a);
	reading_free(b);
	reading_free(c);
	assert_kept(0, 0);
	(void)close(fd);
	(void)close(same);
	(void)close(else_fd);
}

static void
all_together_keep_no_more_than_the_limit(void **state)
{
	struct reading *r[MANY][2];
	int fd[MANY];

	(void)state;
	assert_true(MANY * (pages() - 1) > READING_PAGES);
	for (int i = 0; i < MANY; i++) {
		fd[i] = stored(&key);
		r[i][0] = begin(fd[i], &key);
		r[i][1] = begin(fd[i], &key);
	}
	for (uint32_t k = 0; k < pages(); k++)
		for (int i = 0; i < MANY; i++) {
			(void)page_of(r[i][k % 2], k);
			assert_true(reading_load().pages <= READING_PAGES);
		}
	assert_kept(MANY, READING_PAGES);
	for (int i = 0; i < MANY; i++) {
		reading_free(r[i][0]);
		reading_free(r[i][1]);
		(void)close(fd[i]);
	}
	assert_kept(0, 0);
}

static void
a_damaged_page_is_refused_and_not_kept(void **state)
{
	int fd = stored(&key);
	struct reading *r = begin(fd, &key), *s = begin(fd, &key);
	off_t at = (off_t)(32 + 2 * BLOB_WORK + 9);
	char byte;
	str got;

	(void)state;
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	for (int i = 0; i < 2; i++) {
		assert_false(reading_page(r, 2, &got, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
	}
	(void)page_of(s, 3);
	assert_false(reading_page(s, (uint32_t)pages(), &got, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	reading_free(r);
	reading_free(s);
	assert_kept(0, 0);
	(void)close(fd);
}

/* ---- what is kept ---- */

static int old[MANY], small[SMALL];

/* Files that were written some seconds ago. */
static int
setup_old(void **state)
{
	struct buf little = BUF_MAX(FILE_BYTES_MAX);
	struct stat st;

	if (setup(state) != 0 || make_file(64, &little) != 0)
		return -1;
	reading_init(KEEP);
	for (int i = 0; i < MANY; i++)
		old[i] = stored(&key);
	for (size_t i = 0; i < SMALL; i++)
		small[i] = stored_of(&little, &key);
	buf_done(&little);
	if (fstat(small[SMALL - 1], &st) == -1)
		return -1;
	while (clock_now() < st.st_ctim.tv_sec + 3)
		(void)usleep(50000);
	return 0;
}

static int
teardown_old(void **state)
{
	reading_done();
	for (int i = 0; i < MANY; i++)
		(void)close(old[i]);
	for (size_t i = 0; i < SMALL; i++)
		(void)close(small[i]);
	return teardown(state);
}

static int
forget(void **state)
{
	(void)state;
	reading_done();
	return reading_load().readings == 0 && reading_load().pages == 0 &&
		       reading_load().bytes == 0
		   ? 0
		   : -1;
}

/* All of it is asked for, and then nobody reads it. */
static const struct reading *
pass(int fd)
{
	struct reading *r = begin(fd, &key);
	const struct reading *same = r;

	for (uint32_t i = 0; i < pages(); i++)
		(void)page_of(r, i);
	reading_free(r);
	return same;
}

static void
who_asks_a_moment_later_finds_it_open(void **state)
{
	const struct reading *first = pass(old[0]);
	struct reading *r;

	(void)state;
	assert_kept(1, pages() - 1);
	assert_int_equal(reading_load().kept, 1);
	r = begin(old[0], &key);
	assert_ptr_equal(r, first);
	assert_int_equal(reading_load().kept, 0);
	assert_int_equal(reading_load().pages, pages() - 1);
	(void)page_of(r, 1);
	reading_free(r);
	assert_int_equal(reading_load().kept, 1);
}

static void
what_is_kept_is_for_its_key_and_its_file_alone(void **state)
{
	const struct reading *first = pass(old[0]);
	int mine = dup(old[0]);

	(void)state;
	assert_null(reading_new(&mine, &other, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	assert_ptr_not_equal(pass(old[1]), first);
	assert_int_equal(reading_load().kept, 2);
}

static void
a_file_that_changed_is_not_given_as_it_was(void **state)
{
	off_t at = (off_t)(32 + 2 * BLOB_WORK + 9);
	struct reading *r;
	char byte;
	str got;

	(void)state;
	(void)pass(old[2]);
	assert_int_equal(pread(old[2], &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(old[2], &byte, 1, at), 1);
	r = begin(old[2], &key);
	assert_false(reading_page(r, 2, &got, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	reading_free(r);
	byte ^= 1;
	assert_int_equal(pwrite(old[2], &byte, 1, at), 1);
	r = begin(old[2], &key);
	(void)page_of(r, 2);
	reading_free(r);
}

/* On a machine that stands still the moment may pass: then once more. */
static void
what_was_written_a_moment_ago_is_not_kept(void **state)
{
	size_t kept = 1;

	(void)state;
	for (int tries = 0; kept > 0 && tries < 100; tries++) {
		int fd = stored(&key);

		(void)pass(fd);
		kept = reading_load().kept;
		reading_done();
		(void)close(fd);
	}
	assert_int_equal(kept, 0);
	assert_kept(0, 0);
}

static void
after_some_seconds_it_is_gone(void **state)
{
	struct reading *r = begin(old[0], &key), *s = begin(old[1], &key);
	str one = page_of(r, 1);
	int64_t now;

	(void)state;
	(void)page_of(s, 1);
	now = clock_ms();
	reading_free(r);
	reading_tick(now + READING_KEPT_MS);
	assert_int_equal(reading_load().readings, 2);
	assert_false(reading_at_rest());
	reading_tick(clock_ms() + READING_KEPT_MS + 1);
	assert_int_equal(reading_load().readings, 1); /* s is being read */
	for (size_t i = 0; i < FILE_PAGE; i++)
		assert_int_equal(one.p[i], 0);
	(void)page_of(s, 1);
	reading_free(s);
	reading_tick(clock_ms() + READING_KEPT_MS + 1);
	assert_kept(0, 0);
	assert_true(reading_at_rest());
}

static void
the_one_longest_not_used_makes_room(void **state)
{
	const struct reading *first = pass(old[0]);
	size_t before;

	(void)state;
	(void)pass(old[1]);
	assert_true(MANY * pages() * FILE_PAGE > KEEP);
	for (int i = 2; i < MANY; i++) {
		(void)pass(old[i]);
		assert_true(reading_load().bytes <= KEEP);
		assert_ptr_equal(pass(old[0]), first);
	}
	assert_true(reading_load().kept > 2);
	assert_true(reading_load().kept < MANY);
	/* The second is not among them: it is one more for a moment. */
	before = reading_load().pages;
	reading_free(begin(old[1], &key));
	assert_true(reading_load().pages != before);
}

static void
answers_under_way_are_not_pushed_out_by_what_is_kept(void **state)
{
	struct reading *r = begin(old[0], &key);

	(void)state;
	for (uint32_t i = 0; i < pages(); i++)
		(void)page_of(r, i);
	for (int i = 1; i < MANY; i++)
		(void)pass(old[i]);
	for (uint32_t i = 0; i < pages(); i++)
		(void)page_of(r, i);
	reading_free(r);
}

static void
no_more_descriptors_are_kept_than_the_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < SMALL; i++)
		reading_free(begin(small[i], &key));
	assert_int_equal(reading_load().kept, READING_KEPT_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_at_a_time_open_a_page_once),
	    cmocka_unit_test(nothing_stays_readable_behind_the_last_reader),
	    cmocka_unit_test(who_reads_alone_keeps_two_pages),
	    cmocka_unit_test(another_file_or_key_is_another_reading),
	    cmocka_unit_test(all_together_keep_no_more_than_the_limit),
	    cmocka_unit_test(a_damaged_page_is_refused_and_not_kept),
	};

	const struct CMUnitTest kept[] = {
	    cmocka_unit_test_teardown(
		who_asks_a_moment_later_finds_it_open, forget),
	    cmocka_unit_test_teardown(
		what_is_kept_is_for_its_key_and_its_file_alone, forget),
	    cmocka_unit_test_teardown(
		a_file_that_changed_is_not_given_as_it_was, forget),
	    cmocka_unit_test_teardown(
		what_was_written_a_moment_ago_is_not_kept, forget),
	    cmocka_unit_test_teardown(after_some_seconds_it_is_gone, forget),
	    cmocka_unit_test_teardown(
		the_one_longest_not_used_makes_room, forget),
	    cmocka_unit_test_teardown(
		answers_under_way_are_not_pushed_out_by_what_is_kept, forget),
	    cmocka_unit_test_teardown(
		no_more_descriptors_are_kept_than_the_limit, forget),
	};
	int failed = cmocka_run_group_tests(tests, setup, teardown);

	return failed + cmocka_run_group_tests(kept, setup_old, teardown_old);
}
