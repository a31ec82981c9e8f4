/* The ZIP around files, byte by byte; read.sh gives it to a real reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "zip/name.h"
#include "zip/zip.h"

#define GB ((uint64_t)1 << 30)

static const struct zip_entry small = {.name = {"a/\xc3\xa9.txt", 8},
    .crc = 0x12345678,
    .bytes = 5,
    .at = 7,
    .local = {2026, 7, 12, 16, 30, 5},
    .utc = 1783866605};

static void
assert_bytes(const struct buf *b, const void *want, size_t n)
{
	assert_false(b->full);
	assert_int_equal(b->n, n);
	assert_memory_equal(b->p, want, n);
}

static uint32_t
number(const struct buf *b, size_t at, size_t n)
{
	uint32_t ret = 0;

	for (size_t i = n; i > 0; i--)
		ret = ret << 8 | (uint8_t)b->p[at + i - 1];
	return ret;
}

static void
a_header_is_what_the_standard_says(void **state)
{
	static const char want[] =
	    "PK\x03\x04\x14\0\0\x08\0\0" /* version 2.0, UTF-8, stored */
	    "\xc2\x83\xec\x5c"           /* 16:30:04, 2026-07-12 */
	    "\x78\x56\x34\x12\x05\0\0\0\x05\0\0\0"
	    "\x08\0\x09\0"
	    "a/\xc3\xa9.txt"
	    "UT\x05\0\x01\xed\xa4\x53\x6a";
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);

	(void)state;
	zip_local(&b, &small);
	assert_bytes(&b, want, sizeof(want) - 1);
}

static void
the_directory_says_the_same_and_where(void **state)
{
	static const char want[] =
	    "PK\x01\x02\x2d\x03\x14\0\0\x08\0\0"
	    "\xc2\x83\xec\x5c"
	    "\x78\x56\x34\x12\x05\0\0\0\x05\0\0\0"
	    "\x08\0\x09\0\0\0\0\0\0\0\0\0\xa4\x81\x07\0\0\0"
	    "a/\xc3\xa9.txt"
	    "UT\x05\0\x01\xed\xa4\x53\x6a";
	static const char end[] =
	    "PK\x05\x06\0\0\0\0\x01\0\x01\0\x3f\0\0\0\x31\0\0\0\0\0";
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);

	(void)state;
	zip_central(&b, &small);
	assert_bytes(&b, want, sizeof(want) - 1);
	buf_clear(&b);
	zip_end(&b, 1, 0x31, 0x3f);
	assert_bytes(&b, end, sizeof(end) - 1);
}

static void
numbers_past_four_gigabytes_stand_where_there_is_room(void **state)
{
	struct zip_entry z = small;
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);

	(void)state;
	z.at = 5 * GB + 3;
	zip_central(&b, &z);
	assert_int_equal(number(&b, 6, 2), 45);
	assert_int_equal(number(&b, 20, 4), 5);
	assert_int_equal(number(&b, 30, 2), 12 + 9);
	assert_int_equal(number(&b, 42, 4), UINT32_MAX);
	assert_int_equal(number(&b, 46 + 8, 2), 1);
	assert_int_equal(number(&b, 46 + 8 + 2, 2), 8);
	assert_int_equal(number(&b, 46 + 8 + 4, 4), GB + 3);
	assert_int_equal(number(&b, 46 + 8 + 8, 4), 1);
	assert_int_equal(b.n, 46 + 8 + 12 + 9);
	buf_clear(&b);
	z.bytes = 4 * GB - 1; /* the mark of « elsewhere » itself */
	zip_local(&b, &z);
	assert_int_equal(number(&b, 18, 4), UINT32_MAX);
	assert_int_equal(number(&b, 28, 2), 20 + 9);
	assert_int_equal(number(&b, 30 + 8 + 4, 4), UINT32_MAX);
	assert_int_equal(number(&b, 30 + 8 + 8, 4), 0);
}

static void
the_end_says_so_when_it_is_far_or_long(void **state)
{
	static const struct {
		uint64_t n, at, bytes;
		size_t length;
	} row[] = {
	    {65534, 4 * GB - 2, 4 * GB - 2, 22},
	    {65535, 1, 1, 98},
	    {1, 4 * GB - 1, 1, 98},
	    {1, 1, 4 * GB - 1, 98},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		CLEANUP(buf_done) struct buf b = BUF_MAX(1024);

		zip_end(&b, row[i].n, row[i].at, row[i].bytes);
		assert_int_equal(b.n, row[i].length);
		if (b.n == 22)
			continue;
		assert_int_equal(number(&b, 24, 4), row[i].n);
		assert_int_equal(number(&b, 40, 4), (uint32_t)row[i].bytes);
		assert_int_equal(number(&b, 48, 4), (uint32_t)row[i].at);
		assert_int_equal(
		    number(&b, 64, 4), (uint32_t)(row[i].at + row[i].bytes));
	}
}

static void
a_year_that_dos_does_not_know_is_moved(void **state)
{
	struct zip_entry z = small;
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);

	(void)state;
	z.local.year = 1850;
	z.utc = -1;
	zip_local(&b, &z);
	assert_int_equal(number(&b, 12, 2), 1 << 5 | 1);
	assert_int_equal(number(&b, 28, 2), 0);
	buf_clear(&b);
	z.local.year = 2500;
	zip_local(&b, &z);
	assert_int_equal(number(&b, 12, 2), 127 << 9 | 12 << 5 | 31);
}

static void
a_file_with_its_own_sum_behind_has_always_the_same(void **state)
{
	char file[1000];

	(void)state;
	for (size_t i = 0; i + 4 <= sizeof(file); i++) {
		uint32_t sum = zip_sum((str){file, i});

		for (size_t k = 0; k < 4; k++)
			file[i + k] = (char)(sum >> 8 * k);
		assert_int_equal(zip_sum((str){file, i + 4}), 0x2144df1c);
		file[i] = (char)(i * 7919);
	}
}

static void
names_are_fit_for_every_system(void **state)
{
	static const struct {
		str text, want;
	} row[] = {
	    {S("Sortie \xc3\xa0 la mer"), S("Sortie \xc3\xa0 la mer")},
	    {S("a/b\\c:d*e?f\"g<h>i|j"), S("a-b-c-d-e-f-g-h-i-j")},
	    {S(" .. x. . "), S("x")},
	    {S("..."), S("")},
	    {S(""), S("")},
	    {S("a\nb\x7f"), S("a-b-")},
	    {S("\xff"), S("")},
	    {S("con"), S("_con")},
	    {S("AUX.txt"), S("_AUX.txt")},
	    {S("Com1"), S("_Com1")},
	    {S("Comme"), S("Comme")},
	    {S("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
	       "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"),
		S("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		  "\xc3\xa9\xc3\xa9\xc3\xa9")},
	};
	OWNED(arena) a = arena_new((size_t)1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		size_t max = i + 1 < sizeof(row) / sizeof(row[0]) ? 60 : 10;
		str have = zip_name_part(a, row[i].text, max);

		assert_int_equal(have.n, row[i].want.n);
		assert_memory_equal(have.p, row[i].want.p, have.n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_header_is_what_the_standard_says),
	    cmocka_unit_test(the_directory_says_the_same_and_where),
	    cmocka_unit_test(
		numbers_past_four_gigabytes_stand_where_there_is_room),
	    cmocka_unit_test(the_end_says_so_when_it_is_far_or_long),
	    cmocka_unit_test(a_year_that_dos_does_not_know_is_moved),
	    cmocka_unit_test(
		a_file_with_its_own_sum_behind_has_always_the_same),
	    cmocka_unit_test(names_are_fit_for_every_system),
	};

	return cmocka_run_group_tests_name("zip", tests, NULL, NULL);
}
