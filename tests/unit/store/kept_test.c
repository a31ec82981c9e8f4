#include "store/kept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BYTES ((size_t)64 * 1024)

static const char sql[] = "SELECT", other[] = "SELECT";

static str
key_of(const int64_t *n)
{
	return (str){(const char *)n, sizeof(*n)};
}

/* Two rows that say n: as a text beside a number, and as nothing. */
static void
keep(struct kept *k, const char *by, int64_t n)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "row %lld", (long long)n);
	const struct kept_value v[] = {{kept_number, n}, {text, length}};
	const struct kept_value none[] = {{NULL, 0}, {"", 0}};

	assert_true(kept_begin(k, by, key_of(&n)));
	assert_true(kept_add_row(k, v, 2));
	assert_true(kept_add_row(k, none, 2));
	assert_non_null(kept_end(k));
}

static bool
is_kept(struct kept *k, const char *by, int64_t n)
{
	const struct kept_answer *a = kept_find(k, by, key_of(&n));
	char text[32];
	int length = snprintf(text, sizeof(text), "row %lld", (long long)n);

	if (a == NULL)
		return false;
	assert_ptr_equal(a->first->v[0].p, kept_number);
	assert_int_equal(a->first->v[0].n, n);
	assert_int_equal(a->first->v[1].n, length);
	assert_memory_equal(a->first->v[1].p, text, (size_t)length);
	assert_null(a->first->next->v[0].p);
	assert_non_null(a->first->next->v[1].p);
	assert_int_equal(a->first->next->v[1].n, 0);
	assert_null(a->first->next->next);
	return true;
}

static void
what_is_asked_for_again_outlives_what_is_not(void **state)
{
	OWNED(kept) k = kept_new(BYTES, false);
	int64_t kept = 0;

	(void)state;
	keep(k, sql, 0);
	for (int64_t n = 1; n < 5000; n++) {
		keep(k, sql, n);
		assert_true(is_kept(k, sql, n));
		assert_true(is_kept(k, sql, 0));
		assert_false(is_kept(k, other, n));
	}
	for (int64_t n = 1; n < 5000; n++)
		kept += is_kept(k, sql, n);
	assert_in_range(kept, 1, BYTES / 64);
	assert_false(is_kept(k, sql, 1));
}

static void
nothing_outlives_its_version(void **state)
{
	OWNED(kept) k = kept_new(BYTES, true);

	(void)state;
	for (int64_t version = 1; version < 20; version++) {
		kept_turn(k, version);
		for (int64_t n = 0; n < 1000; n++)
			assert_false(is_kept(k, sql, n));
		for (int64_t n = 0; n < 50 * version; n++) {
			keep(k, sql, n);
			assert_true(is_kept(k, sql, n));
		}
		kept_turn(k, version);
		assert_true(is_kept(k, sql, 50 * version - 1));
	}
	kept_forget(k);
	for (int64_t n = 0; n < 1000; n++)
		assert_false(is_kept(k, sql, n));
}

/* What could not be kept leaves nothing that is found, in either half. */
static void
what_is_given_up_was_never_there(void **state)
{
	static const char big[KEPT_ANSWER_BYTES];
	const struct kept_value v = {big, sizeof(big)};
	OWNED(kept) k = kept_new(BYTES, false);

	(void)state;
	keep(k, other, -1);
	for (int64_t n = 0; n < 3000; n++) {
		assert_true(kept_begin(k, sql, key_of(&n)));
		assert_false(kept_add_row(k, &v, 1));
		kept_give_up(k);
		assert_null(kept_find(k, sql, key_of(&n)));
		keep(k, other, n);
		assert_true(is_kept(k, other, -1));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_asked_for_again_outlives_what_is_not),
	    cmocka_unit_test(nothing_outlives_its_version),
	    cmocka_unit_test(what_is_given_up_was_never_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
