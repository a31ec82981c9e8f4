/* Kinds of hashes: their numbers, words, and how lists write their values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hash/hash.h"

static void
numbers_and_words_stay_as_files_hold_them(void **state)
{
	static const struct {
		int number;
		const char *name;
		uint32_t bytes;
	} known[] = {{1, "pdq", 32}, {2, "phash", 8}, {3, "phash16", 32},
	    {4, "phash_simple", 8}, {5, "phash_org", 8}, {6, "ahash", 8},
	    {7, "ahash16", 32}, {8, "dhash", 8}, {9, "dhash16", 32},
	    {10, "dhash_vertical", 8}, {11, "dhash_vertical16", 32},
	    {16, "md5", 16}, {17, "sha1", 20}, {18, "sha256", 32},
	    {24, "photodna", 144}, {32, "tmk", TMK_BYTES}, {33, "vpdq", 0},
	    {34, "photodna_video", 0}};
	int n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct hash_kind_facts *f =
		    hash_kind_facts((enum hash_kind)known[i].number);
		enum hash_kind kind;

		assert_non_null(f);
		assert_string_equal(f->name, known[i].name);
		assert_int_equal(f->bytes, known[i].bytes);
		assert_true(hash_kind_of(str_c(f->name), &kind));
		assert_int_equal(kind, known[i].number);
	}
	for (int k = -1; k <= HASH_KINDS; k++)
		n += hash_kind_facts((enum hash_kind)k) != NULL;
	assert_int_equal(n, sizeof(known) / sizeof(known[0]));
}

static void
the_small_hashes_and_digests_have_their_own_words(void **state)
{
	enum hash_kind kind;

	(void)state;
	for (int i = 0; i < PHASH_KINDS; i++) {
		assert_true(hash_kind_of(str_c(phash_names[i]), &kind));
		assert_int_equal(kind, hash_kind_of_phash((enum phash_kind)i));
	}
	for (int i = 0; i < DIGEST_KINDS; i++) {
		assert_true(hash_kind_of(str_c(digest_names[i]), &kind));
		assert_int_equal(kind, HASH_MD5 + i);
		assert_int_equal(hash_kind_facts(kind)->bytes, digest_bytes[i]);
	}
	assert_true(hash_kind_of(S("SHA-256"), &kind));
	assert_int_equal(kind, HASH_SHA256);
	assert_true(hash_kind_of(S("PhotoDNA"), &kind));
	assert_int_equal(kind, HASH_PHOTODNA);
	assert_false(hash_kind_of(S(""), &kind));
	assert_false(hash_kind_of(S("sha512"), &kind));
}

static void
every_fixed_kind_is_the_same_after_writing_and_reading(void **state)
{
	(void)state;
	for (int k = 0; k < HASH_KINDS; k++) {
		CLEANUP(buf_done) struct buf hex = BUF_MAX(1024);
		CLEANUP(buf_done) struct buf text = BUF_MAX(1024);
		uint8_t value[HASH_VALUE_MAX], got[HASH_VALUE_MAX];
		enum hash_kind kind = (enum hash_kind)k;

		if (!hash_kind_is_fixed(kind))
			continue;
		for (unsigned i = 0; i < HASH_VALUE_MAX; i++)
			value[i] = (uint8_t)(i * 73 + 190 + (unsigned)k);
		hash_value_text(kind, value, &text);
		buf_hex(&hex, value, hash_kind_facts(kind)->bytes);
		assert_true(hash_value_parse(kind, buf_view(&text), got));
		assert_memory_equal(value, got, hash_kind_facts(kind)->bytes);
		assert_true(hash_value_parse(kind, buf_view(&hex), got));
		assert_memory_equal(value, got, hash_kind_facts(kind)->bytes);
		assert_int_equal(hash_value_distance(kind, value, got), 0);
		hex.n--;
		assert_false(hash_value_parse(kind, buf_view(&hex), got));
	}
}

static void
values_are_read_in_every_form_that_lists_use(void **state)
{
	uint8_t v[HASH_VALUE_MAX], want[8] = {0, 1, 2, 3, 0xfb, 0xff, 6, 7};
	CLEANUP(buf_done) struct buf numbers = BUF_MAX(1024);

	(void)state;
	assert_true(hash_value_parse(HASH_PHASH, S(" 00010203FBff0607\r"), v));
	assert_memory_equal(v, want, 8);
	assert_true(hash_value_parse(HASH_PHASH, S("AAECA/v/Bgc="), v));
	assert_memory_equal(v, want, 8);
	assert_true(hash_value_parse(HASH_PHASH, S("AAECA_v_Bgc"), v));
	assert_memory_equal(v, want, 8);
	for (int i = 0; i < 144; i++)
		buf_printf(&numbers, i == 0 ? "%d" : ", %d", i);
	assert_true(hash_value_parse(HASH_PHOTODNA, buf_view(&numbers), v));
	assert_int_equal(v[143], 143);
	buf_printf(&numbers, ",0");
	assert_false(hash_value_parse(HASH_PHOTODNA, buf_view(&numbers), v));
}

static void
what_is_no_value_is_refused(void **state)
{
	static const char *const wrong[] = {"", "0001020304ff060",
	    "AAECAwT/Bg=", "AAECAwT/Bgd=", "AAECAwT/Bg=c", "00010203 4ff0607",
	    "0001020304ff06070", "AAECAwT/Bgc==", "AAECAwT*Bgc="};
	uint8_t v[HASH_VALUE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (hash_value_parse(HASH_PHASH, str_c(wrong[i]), v))
			fail_msg("taken: %s", wrong[i]);
	assert_false(
	    hash_value_parse(HASH_MD5, S("1B2M2Y8AsgTpgAmY7PhCfg=="), v));
	assert_false(hash_value_parse(HASH_VPDQ, S("00"), v));
	assert_false(hash_value_parse((enum hash_kind)99, S("00"), v));
}

static void
distances_are_bits_squares_or_equality(void **state)
{
	uint8_t a[HASH_VALUE_MAX] = {0}, b[HASH_VALUE_MAX] = {255, 3};

	(void)state;
	assert_int_equal(hash_value_distance(HASH_PDQ, a, b), 10);
	assert_int_equal(hash_value_distance(HASH_PHOTODNA, a, b), 65034);
	assert_int_equal(hash_value_distance(HASH_MD5, a, b), 1);
	assert_int_equal(hash_value_distance(HASH_TMK, a, b), UINT32_MAX);
}

static void
pdq_words_and_bytes_are_the_same_number(void **state)
{
	struct pdq_hash h, again;
	uint8_t bytes[32], parsed[HASH_VALUE_MAX];
	char text[PDQ_HEX + 1];

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		h.w[i] = UINT64_C(0x9e3779b97f4a7c15) * (i + 1);
	pdq_text(&h, text);
	pdq_bytes(&h, bytes);
	assert_true(hash_value_parse(HASH_PDQ, str_c(text), parsed));
	assert_memory_equal(bytes, parsed, 32);
	again = pdq_of_bytes(bytes);
	assert_int_equal(pdq_distance(&h, &again), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_and_words_stay_as_files_hold_them),
	    cmocka_unit_test(the_small_hashes_and_digests_have_their_own_words),
	    cmocka_unit_test(
		every_fixed_kind_is_the_same_after_writing_and_reading),
	    cmocka_unit_test(values_are_read_in_every_form_that_lists_use),
	    cmocka_unit_test(what_is_no_value_is_refused),
	    cmocka_unit_test(distances_are_bits_squares_or_equality),
	    cmocka_unit_test(pdq_words_and_bytes_are_the_same_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
