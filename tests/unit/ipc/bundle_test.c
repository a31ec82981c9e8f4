/* A bundle as it is promised, and one that is not what it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/bundle.h"

#define PIECES 1000u

static int
memory_file(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_int_not_equal(fd, -1);
	return fd;
}

/* Pieces of 3 literal bytes and a copy of 10 + i; the last has none. */
static struct bundle_head
make(struct bundle_piece v[PIECES])
{
	struct bundle_head h = {
	    .owner = 7, .pieces = PIECES, .seal = BUNDLE_SEAL};

	for (uint32_t i = 0; i < PIECES; i++) {
		v[i] = (struct bundle_piece){.at = h.bytes,
		    .text_at = 3 * i,
		    .text_n = 3,
		    .copy_n = i + 1 < PIECES ? 10 + i : 0,
		    .copy = i + 1 < PIECES ? 100 + i : 0,
		    .mark = {(uint8_t)i, [15] = 9}};
		h.copies += v[i].copy_n > 0;
		h.bytes = bundle_piece_end(&v[i]);
	}
	return h;
}

static void
write_it(int fd, const struct bundle_head *h, const struct bundle_piece *v)
{
	static char text[3 * PIECES];
	struct err e;

	memset(text, 'x', sizeof(text));
	assert_true(bundle_write(fd, h, v, (str){text, sizeof(text)}, &e));
}

static void
every_byte_is_found_in_its_piece(void **state)
{
	static struct bundle_piece v[PIECES];
	struct bundle_head h = make(v), got;
	OWNED_FD fd = memory_file();
	struct bundle_piece p;
	struct err e;

	(void)state;
	write_it(fd, &h, v);
	assert_true(bundle_read_head(fd, &got, &e));
	assert_int_equal(got.owner, 7);
	assert_int_equal(got.pieces, PIECES);
	assert_int_equal(got.bytes, h.bytes);
	assert_int_equal(got.copies, PIECES - 1);
	for (uint32_t i = 0; i < PIECES; i++) {
		uint64_t ends[] = {v[i].at, bundle_piece_end(&v[i]) - 1};

		for (size_t k = 0; k < 2; k++) {
			assert_true(bundle_find(fd, &got, ends[k], &p, &e));
			assert_int_equal(p.at, v[i].at);
			assert_int_equal(p.text_n, 3);
			assert_int_equal(
			    p.text_at, (PIECES + 1) * BUNDLE_ROW + 3 * i);
			assert_int_equal(p.copy_n, v[i].copy_n);
			assert_int_equal(p.copy, v[i].copy);
			assert_memory_equal(p.mark, v[i].mark, BUNDLE_MARK);
		}
	}
	assert_false(bundle_find(fd, &got, h.bytes, &p, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
a_gap_is_found_and_nothing_stands_for_it(void **state)
{
	static struct bundle_piece v[PIECES];
	struct bundle_head h = make(v);
	OWNED_FD fd = memory_file();
	struct bundle_piece p;
	struct err e;

	(void)state;
	v[500].at++;
	write_it(fd, &h, v);
	assert_false(bundle_find(fd, &h, v[500].at - 1, &p, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
what_is_no_bundle_is_refused(void **state)
{
	static struct bundle_piece v[PIECES];
	struct bundle_head h = make(v), got;
	struct bundle_piece p;
	struct err e;

	(void)state;
	for (size_t cut = 0; cut < BUNDLE_ROW; cut += 8) {
		OWNED_FD fd = memory_file();

		write_it(fd, &h, v);
		assert_int_equal(ftruncate(fd, (off_t)cut), 0);
		assert_false(bundle_read_head(fd, &got, &e));
	}
	for (size_t i = 0; i < 8; i++) {
		OWNED_FD fd = memory_file();

		write_it(fd, &h, v);
		assert_int_equal(pwrite(fd, "?", 1, (off_t)i), 1);
		assert_false(bundle_read_head(fd, &got, &e));
	}
	for (size_t i = 0; i < 2; i++) {
		OWNED_FD fd = memory_file();

		v[3].copy_n = i == 0 ? BUNDLE_SEAL : UINT32_MAX;
		write_it(fd, &h, v);
		assert_false(bundle_find(fd, &h, v[3].at, &p, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_byte_is_found_in_its_piece),
	    cmocka_unit_test(a_gap_is_found_and_nothing_stands_for_it),
	    cmocka_unit_test(what_is_no_bundle_is_refused),
	};

	return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
