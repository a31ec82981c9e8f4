/* The heads of an upload in pieces, and what a file becomes that comes so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "front/begun.h"
#include "front/tus.h"
#include "front/upload.h"

#define ARENA_MAX ((size_t)1 << 20)
#define TOTAL (4 * BLOB_CHUNK + 321)

static struct key key;
static uint8_t plain[TOTAL];

static void
a_number_is_decimal_and_nothing_else(void **state)
{
	static const char *const wrong[] = {"", "-1", "+1", "1e2", "0x10",
	    "1 2", "1.5", " 1", "1099511627775", "18446744073709551616"};
	uint64_t n = 7;

	(void)state;
	assert_true(tus_number(S("0"), &n));
	assert_int_equal(n, 0);
	assert_true(tus_number(S("41943040"), &n));
	assert_int_equal(n, 41943040);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(tus_number(str_c(wrong[i]), &n));
	assert_int_equal(n, 41943040);
}

static void
a_checksum_is_a_name_and_as_many_bytes_as_it_has(void **state)
{
	static const char *const wrong[] = {"", "sha1", "sha1 ", "sha1 AAAA",
	    "md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk",
	    "sha1  2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
	    "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk= ",
	    "sha256 2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
	    "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=AAAA"};
	struct tus_checksum c;

	(void)state;
	assert_true(tus_checksum(S("sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk="), &c));
	assert_int_equal(c.kind, SUM_SHA1);
	assert_int_equal(c.sum[0], 0xda);
	assert_int_equal(c.sum[19], 0x09);
	assert_true(tus_checksum(
	    S("SHA256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), &c));
	assert_int_equal(c.kind, SUM_SHA256);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(tus_checksum(str_c(wrong[i]), &c));
}

static void
words_are_pairs_and_one_is_the_name(void **state)
{
	static const char *const wrong[] = {"filename !", "a YQ==,",
	    ",a YQ==", "a YQ==,a Yg==", "a Y",
	    "\303\251 YQ==", "a YQ== YQ==", " "};
	OWNED(arena) a = arena_new(ARENA_MAX);
	str name;

	(void)state;
	assert_true(tus_words(a, S(""), &name));
	assert_int_equal(name.n, 0);
	assert_true(tus_words(
	    a, S("secret,filename SU1HLmpwZw==, filetype aW1hZ2U="), &name));
	assert_true(str_eq(name, S("IMG.jpg")));
	assert_true(tus_words(a, S("filename"), &name));
	assert_int_equal(name.n, 0);
	/* A NUL inside. */
	assert_true(tus_words(a, S("filename YQBi"), &name));
	assert_int_equal(name.n, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(tus_words(a, str_c(wrong[i]), &name));
}

/* ---- a file in pieces ---- */

#define FILE_NO 9

static void
open_piece(struct upload *u, int fd, uint64_t from, uint64_t announced,
    const struct tus_checksum *c)
{
	const struct http_file_go go = {.handle = FILE_NO,
	    .max_bytes = TOTAL,
	    .from = from,
	    .total = TOTAL,
	    .key = key};

	upload_blob(u, dup(fd), &go, announced, c);
}

/* As another front would find it. */
static void
forget(void)
{
	assert_null(begun_take(FILE_NO, UINT64_MAX));
}

/* In parts of the size that a connection hands over. */
static void
feed(struct upload *u, size_t from, size_t to)
{
	for (size_t at = from; at < to; at += 16000)
		upload_write(u, plain + at, to - at < 16000 ? to - at : 16000);
}

static struct http_file
piece(int fd, size_t from, size_t to, bool announced)
{
	struct http_file f = {0};
	struct upload u;

	upload_init(&u);
	open_piece(&u, fd, from, announced ? to - from : HTTP_NO_BYTES, NULL);
	feed(&u, from, to);
	upload_finish(&u, &f);
	upload_done(&u);
	return f;
}

static void
digest_of_plain(uint8_t ret[32])
{
	OWNED(sum) s = sum_new(SUM_SHA256);

	sum_add(s, plain, TOTAL);
	sum_end(s, ret);
}

static size_t
durable(int fd)
{
	struct err e;
	int64_t n;

	assert_true(blob_durable(fd, &key, &n, &e));
	return (size_t)n;
}

static void
the_digest_is_the_same_however_a_file_came(void **state)
{
	static const size_t steps[] = {1000, 16000, BLOB_CHUNK - 1, BLOB_CHUNK,
	    BLOB_CHUNK + 1, TOTAL - 1, TOTAL};
	uint8_t want[32];

	(void)state;
	digest_of_plain(want);
	for (size_t i = 0; i < 4 * sizeof(steps) / sizeof(*steps); i++) {
		OWNED_FD fd = memfd_create("blob", MFD_CLOEXEC);
		size_t step = steps[i / 4], to = 0;
		struct http_file f = {0};

		for (size_t at = 0; at < TOTAL; at = to) {
			to = at + step < TOTAL ? at + step : TOTAL;
			f = piece(fd, at, to, i % 2 == 0);
			if (i % 4 > 1 || to / step % 3 == 2)
				forget();
			assert_int_equal(f.bytes, to);
			assert_int_equal(f.state,
			    to == TOTAL ? HTTP_FILE_WHOLE : HTTP_FILE_PART);
		}
		assert_memory_equal(f.digest, want, sizeof(want));
	}
}

static void
a_piece_that_is_cut_keeps_what_came(void **state)
{
	OWNED_FD fd = memfd_create("blob", MFD_CLOEXEC);
	uint8_t want[32];
	struct http_file f;
	struct upload u;

	(void)state;
	upload_init(&u);
	for (size_t at = 0; at + 70001 < TOTAL; at += 70001) {
		open_piece(&u, fd, at, TOTAL - at, NULL);
		feed(&u, at, at + 70001);
		upload_done(&u);
		assert_int_equal(durable(fd), at + 70001);
	}
	f = piece(fd, durable(fd), TOTAL, true);
	assert_int_equal(f.state, HTTP_FILE_WHOLE);
	digest_of_plain(want);
	assert_memory_equal(f.digest, want, sizeof(want));
}

static void
more_than_the_file_will_have_is_too_big(void **state)
{
	OWNED_FD fd = memfd_create("blob", MFD_CLOEXEC);
	struct http_file f;
	struct upload u;

	(void)state;
	upload_init(&u);
	open_piece(&u, fd, 0, HTTP_NO_BYTES, NULL);
	feed(&u, 0, TOTAL);
	upload_write(&u, "x", 1);
	upload_finish(&u, &f);
	assert_int_equal(f.state, HTTP_FILE_TOO_BIG);
	upload_done(&u);
	assert_true(durable(fd) < TOTAL);
}

static void
a_piece_is_what_its_checksum_says_or_does_not_count(void **state)
{
	OWNED_FD fd = memfd_create("blob", MFD_CLOEXEC);
	struct tus_checksum right = {.kind = SUM_SHA1}, wrong;
	OWNED(sum) s = sum_new(SUM_SHA1);
	struct http_file f;
	struct upload u;

	(void)state;
	sum_add(s, plain, 1000);
	sum_end(s, right.sum);
	wrong = right;
	wrong.sum[19] ^= 1;
	upload_init(&u);
	open_piece(&u, fd, 0, 1000, &wrong);
	feed(&u, 0, 1000);
	upload_finish(&u, &f);
	assert_int_equal(f.state, HTTP_FILE_WRONG);
	upload_done(&u);
	assert_int_equal(durable(fd), 0);
	open_piece(&u, fd, 0, 1000, &right);
	feed(&u, 0, 500);
	upload_done(&u);
	assert_int_equal(durable(fd), 0);
	open_piece(&u, fd, 0, 1000, &right);
	feed(&u, 0, 1000);
	upload_finish(&u, &f);
	assert_int_equal(f.state, HTTP_FILE_PART);
	upload_done(&u);
	assert_int_equal(durable(fd), 1000);
}

static void
a_chunk_that_was_damaged_meanwhile_is_found_before_the_end(void **state)
{
	OWNED_FD fd = memfd_create("blob", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(
	    piece(fd, 0, 3 * BLOB_CHUNK, true).state, HTTP_FILE_PART);
	assert_int_equal(pwrite(fd, "damage", 6, 1000), 6);
	forget();
	assert_int_equal(
	    piece(fd, 3 * BLOB_CHUNK, TOTAL, true).state, HTTP_FILE_DAMAGED);
}

/* What would be read again is damaged, so it was not. */
static void
a_digest_goes_on_where_the_last_piece_left_it(void **state)
{
	OWNED_FD fd = memfd_create("blob", MFD_CLOEXEC);
	uint8_t want[32];
	struct http_file f;

	(void)state;
	assert_int_equal(
	    piece(fd, 0, 3 * BLOB_CHUNK + 5, false).state, HTTP_FILE_PART);
	assert_int_equal(pwrite(fd, "damage", 6, 1000), 6);
	f = piece(fd, 3 * BLOB_CHUNK + 5, TOTAL, true);
	assert_int_equal(f.state, HTTP_FILE_WHOLE);
	digest_of_plain(want);
	assert_memory_equal(f.digest, want, sizeof(want));
	assert_null(begun_take(FILE_NO, TOTAL));
}

static void
what_is_kept_of_a_file_is_for_its_next_bytes_alone(void **state)
{
	struct sum *s;

	(void)state;
	begun_keep(1, 100, sum_new(SUM_SHA256));
	begun_keep(2, 100, sum_new(SUM_SHA256));
	assert_null(begun_take(1, 99));
	assert_null(begun_take(1, 100));
	begun_keep(2, 200, s = sum_new(SUM_SHA256));
	assert_ptr_equal(begun_take(2, 200), s);
	sum_free(s);
	assert_null(begun_take(2, 200));
	for (uint64_t i = 0; i <= BEGUN_MAX; i++)
		begun_keep(10 + i, 1, sum_new(SUM_SHA256));
	assert_null(begun_take(10, 1));
	for (uint64_t i = 1; i <= BEGUN_MAX; i++) {
		assert_non_null(s = begun_take(10 + i, 1));
		sum_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_number_is_decimal_and_nothing_else),
	    cmocka_unit_test(a_checksum_is_a_name_and_as_many_bytes_as_it_has),
	    cmocka_unit_test(words_are_pairs_and_one_is_the_name),
	    cmocka_unit_test(the_digest_is_the_same_however_a_file_came),
	    cmocka_unit_test(a_piece_that_is_cut_keeps_what_came),
	    cmocka_unit_test(more_than_the_file_will_have_is_too_big),
	    cmocka_unit_test(
		a_piece_is_what_its_checksum_says_or_does_not_count),
	    cmocka_unit_test(
		a_chunk_that_was_damaged_meanwhile_is_found_before_the_end),
	    cmocka_unit_test(a_digest_goes_on_where_the_last_piece_left_it),
	    cmocka_unit_test(
		what_is_kept_of_a_file_is_for_its_next_bytes_alone),
	};
	struct err e;

	if (!crypto_init(&e))
		return 1;
	key_random(&key);
	for (size_t i = 0; i < TOTAL; i++)
		plain[i] = (uint8_t)(i * 31 + i / 251);
	return cmocka_run_group_tests_name("front/tus", tests, NULL, NULL);
}
