/* What the hashes take, refuse and write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash/hash.h"

#define SIDE 80

static uint8_t grey[SIDE * SIDE];
static const struct pixels picture = {grey, SIDE, SIDE, 1, SIDE};

static void *
work_of(size_t n)
{
	void *p = aligned_alloc(64, (n + 63) / 64 * 64);

	assert_non_null(p);
	return p;
}

static struct pdq_block
block_of(const struct pixels *px)
{
	size_t n = pdq_work_bytes(px->width, px->height);
	void *work = work_of(n);
	struct pdq_block block;
	struct err e;

	assert_true(pdq_block(px, PDQ_CORE, true, work, n, &block, &e));
	free(work);
	return block;
}

static void
a_pdq_hash_is_the_same_after_writing_and_reading(void **state)
{
	struct pdq_hash h = {{1, 2, 3, UINT64_C(1) << 63}}, again;
	char text[PDQ_HEX + 1];

	(void)state;
	pdq_text(&h, text);
	assert_int_equal(text[0], '8');
	assert_int_equal(text[63], '1');
	assert_true(pdq_parse(str_c(text), &again));
	assert_int_equal(pdq_distance(&h, &again), 0);
	assert_false(pdq_parse(str_sub(str_c(text), 0, 63), &again));
	text[5] = 'g';
	assert_false(pdq_parse(str_c(text), &again));
}

static void
a_picture_under_five_pixels_has_no_bits(void **state)
{
	struct pixels px = {grey, 4, SIDE, 1, SIDE};
	struct pdq_block block = block_of(&px);
	struct pdq_hash h[PDQ_TURNS], none = {0};

	(void)state;
	assert_true(block.tiny);
	assert_int_equal(block.quality, 0);
	pdq_all_of_block(&block, h);
	for (int i = 0; i < PDQ_TURNS; i++)
		assert_int_equal(pdq_distance(&h[i], &none), 0);
}

static void
assert_reason(enum pdq_reason want, uint8_t *p, uint32_t side)
{
	struct pixels px = {p, side, SIDE, 1, SIDE};
	struct pdq_block block = block_of(&px);

	assert_int_equal(pdq_reason(&block, PDQ_QUALITY_MIN), want);
}

/* A picture that is not to be matched says why. */
static void
a_low_quality_has_its_reason(void **state)
{
	static uint8_t p[SIDE * SIDE];
	uint32_t seed = 1;

	(void)state;
	assert_reason(PDQ_FLAT, p, SIDE);
	assert_reason(PDQ_TINY, p, 4);
	for (int i = 0; i < SIDE * SIDE; i++)
		p[i] = (uint8_t)(90 + i / SIDE / 4);
	assert_reason(PDQ_FAINT, p, SIDE);
	assert_reason(PDQ_PLAIN, grey, SIDE);
	for (int i = 0; i < SIDE * SIDE; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = (uint8_t)(seed >> 24);
	}
	assert_reason(PDQ_FIT, p, SIDE);
	for (int i = 0; i < PDQ_REASONS; i++) {
		assert_non_null(pdq_reason_names[i]);
		assert_non_null(pdq_reason_texts[i]);
	}
}

static void
every_turn_alone_is_as_all_together(void **state)
{
	struct pdq_block block = block_of(&picture);
	struct pdq_hash h[PDQ_TURNS], one;

	(void)state;
	pdq_all_of_block(&block, h);
	for (int i = 0; i < PDQ_TURNS; i++) {
		one = pdq_of_block(&block, (enum pdq_turn)i);
		assert_int_equal(pdq_distance(&h[i], &one), 0);
	}
}

static void
assert_refused(
    const struct pixels *px, size_t n, size_t offset, enum err_kind kind)
{
	void *work = work_of(pdq_work_bytes(SIDE, SIDE) + 64);
	struct pdq_block block;
	struct err e;

	assert_false(pdq_block(
	    px, PDQ_CORE, false, (char *)work + offset, n, &block, &e));
	assert_int_equal(e.kind, kind);
	free(work);
}

static void
what_is_no_picture_is_refused(void **state)
{
	size_t n = pdq_work_bytes(SIDE, SIDE);

	(void)state;
	assert_refused(&(struct pixels){grey, 8, 8, 2, 16}, n, 0, ERR_INPUT);
	assert_refused(&(struct pixels){grey, 0, 8, 1, 16}, n, 0, ERR_INPUT);
	assert_refused(&(struct pixels){grey, 8, 8, 3, 16}, n, 0, ERR_INPUT);
	assert_refused(
	    &(struct pixels){grey, 65536, 8, 1, 65536}, n, 0, ERR_LIMIT);
	assert_refused(&picture, n - 1, 0, ERR_LIMIT);
	assert_refused(&picture, n, 4, ERR_INPUT);
}

static void
brighter_to_the_right_and_below_is_all_ones(void **state)
{
	size_t n = phash_work_bytes(SIDE, SIDE);
	struct phash h[PHASH_KINDS];
	void *work = work_of(n);
	struct err e;
	static const enum phash_kind kinds[] = {
	    DHASH, DHASH16, DHASH_VERTICAL, DHASH_VERTICAL16};

	(void)state;
	assert_true(phash_all(&picture, PHASH_ALL, work, n, h, &e));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		for (unsigned k = 0; k < h[kinds[i]].bits / 8; k++)
			assert_int_equal(h[kinds[i]].bytes[k], 0xff);
	assert_int_equal(phash_distance(&h[DHASH], &h[DHASH_VERTICAL]), 0);
	assert_int_equal(phash_distance(&h[DHASH16], &h[DHASH_VERTICAL16]), 0);
	assert_false(phash_all(&picture, PHASH_ALL, work, n - 1, h, &e));
	free(work);
}

static void
every_name_is_understood(void **state)
{
	(void)state;
	for (int i = 0; i < PHASH_KINDS; i++) {
		enum phash_kind kind;

		assert_true(phash_kind_of(str_c(phash_names[i]), &kind));
		assert_int_equal(kind, i);
	}
	for (int i = 0; i < PDQ_PIPELINES; i++) {
		enum pdq_pipeline p;

		assert_true(pdq_pipeline_of(str_c(pdq_pipeline_names[i]), &p));
		assert_int_equal(p, i);
	}
}

static void
assert_pnm(str file, const char *want, size_t n)
{
	OWNED(arena) a = arena_new(4096);
	struct pixels px;
	struct err e;

	assert_true(pnm_read(a, file, &px, &e));
	assert_int_equal(px.stride * px.height, n);
	assert_memory_equal(px.p, want, n);
}

static void
every_kind_of_pnm_is_read(void **state)
{
	(void)state;
	assert_pnm(S("P1 # x\n2 2\n0 110"), "\xff\0\0\xff", 4);
	assert_pnm(S("P2\n2 1 15\n0 15"), "\0\xff", 2);
	assert_pnm(S("P3 1 1 255 1 2 3\n"), "\1\2\3", 3);
	assert_pnm(S("P4\n3 1\n\x40"), "\xff\0\xff", 3);
	assert_pnm(S("P5\n#a\n2 1\n255\nab"), "ab", 2);
	assert_pnm(S("P5 1 1 65535\n\x12\xff"), "\x12", 1);
	assert_pnm(S("P6 1 1 255\nabcd"), "abc", 3);
}

static void
a_pnm_that_is_cut_or_lies_is_refused(void **state)
{
	static const char *const wrong[] = {"", "P6", "P7 1 1 255 a",
	    "P6 1 1 255\nab", "P6 0 1 255\nabc", "P6 1 1 0\nabc",
	    "P6 1 1 65536\nabcdef", "P6 65536 1 255\nabc", "P5 1 1 255",
	    "P2 1 1 15 16", "P2 2 1 15 1", "P1 1 1 2", "P6 65535 65535 255\na",
	    "P5 -1 1 255\na"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		OWNED(arena) a = arena_new(4096);
		struct pixels px;
		struct err e;

		if (pnm_read(a, str_c(wrong[i]), &px, &e))
			fail_msg("taken: %s", wrong[i]);
		assert_int_equal(e.kind, ERR_INPUT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pdq_hash_is_the_same_after_writing_and_reading),
	    cmocka_unit_test(a_picture_under_five_pixels_has_no_bits),
	    cmocka_unit_test(a_low_quality_has_its_reason),
	    cmocka_unit_test(every_turn_alone_is_as_all_together),
	    cmocka_unit_test(what_is_no_picture_is_refused),
	    cmocka_unit_test(brighter_to_the_right_and_below_is_all_ones),
	    cmocka_unit_test(every_name_is_understood),
	    cmocka_unit_test(every_kind_of_pnm_is_read),
	    cmocka_unit_test(a_pnm_that_is_cut_or_lies_is_refused),
	};

	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++)
			grey[y * SIDE + x] = (uint8_t)(x + y);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
