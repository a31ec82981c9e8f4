/* Renditions that several answers read at the same time: real blobs, opened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "front/reading.h"
#include "segment/cut.h"
#include "store/blob.h"

#define SIDE 1024u
#define MANY 20

static const struct key key = {{1, 2, 3}}, other = {{3, 2, 1}};
static struct buf file = BUF_MAX(FILE_BYTES_MAX);
static struct err e;

/* A rendition of noise, so that it has many pages. */
static int
setup(void **state)
{
	static uint8_t noise[SIDE * SIDE];
	struct segment_samples s = {SIDE, SIDE, 1, {{noise, SIDE, SIDE, SIDE}}};
	struct cut_recipe recipe = {.interval = 32};
	struct segment_picture p;
	uint32_t x = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++) {
		x = x * 1664525u + 1013904223u;
		noise[i] = (uint8_t)(x >> 24);
	}
	if (!segment_picture_of(&s, 95, &p, &e) ||
	    !segment_cut(&p, &recipe, &file, &e))
		return -1;
	segment_picture_done(&p);
	return 0;
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
stored(const struct key *k)
{
	int fd = memfd_create("blob", MFD_CLOEXEC);
	OWNED(blob_writer) w = blob_writer_new(fd, k, &e);
	int64_t n;

	assert_non_null(w);
	assert_true(blob_write(w, file.p, file.n, &e));
	assert_true(blob_finish(w, &n, &e));
	return fd;
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

	return cmocka_run_group_tests(tests, setup, teardown);
}
