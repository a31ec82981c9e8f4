/* The code: what it is drawn from, what it must look like. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "mark/code.h"

#define N 20000
#define ACCOUNTS 40

static const struct key key = {{1, 2, 3}}, other_key = {{1, 2, 4}};
static uint8_t first[N], second[N], bias[N];

static double
equal_share(const uint8_t *a, const uint8_t *b)
{
	size_t same = 0;

	for (size_t i = 0; i < N; i++)
		same += a[i] == b[i];
	return (double)same / N;
}

static void
the_same_question_gives_the_same_bits(void **state)
{
	struct mark_code c, again;

	(void)state;
	mark_code_init(&c, &key, 12, 2048);
	mark_code_init(&again, &key, 12, 2048);
	mark_code_bits(&c, 77, N, first);
	mark_code_bits(&again, 77, 1500, second);
	assert_memory_equal(first, second, 1500);
	mark_code_bits(&again, 77, N, second);
	assert_memory_equal(first, second, N);
}

/* Two independent words agree where p^2 + q^2 says: 2/3 of the places; with
 * biases of their own in p p' + … : half. */
static void
another_account_medium_side_or_key_has_another_code(void **state)
{
	const struct {
		const struct key *key;
		int64_t medium;
		uint32_t side;
		int64_t account;
		double agree;
	} cases[] = {{&key, 12, 2048, 78, 2.0 / 3}, {&key, 13, 2048, 77, 0.5},
	    {&key, 12, 1024, 77, 0.5}, {&other_key, 12, 2048, 77, 0.5},
	    {&key, 12, 2048, -77, 2.0 / 3}};
	struct mark_code c;

	(void)state;
	mark_code_init(&c, &key, 12, 2048);
	mark_code_bits(&c, 77, N, first);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mark_code d;

		mark_code_init(
		    &d, cases[i].key, cases[i].medium, cases[i].side);
		mark_code_bits(&d, cases[i].account, N, second);
		assert_true(fabs(equal_share(first, second) - cases[i].agree) <
			    5 * 0.5 / sqrt(N));
	}
}

static void
both_biases_come_equally_often(void **state)
{
	struct mark_code c;
	double ones = 0;

	(void)state;
	mark_code_init(&c, &key, 12, 2048);
	mark_code_biases(&c, N, bias);
	for (size_t i = 0; i < N; i++) {
		assert_true(bias[i] < MARK_BIASES);
		ones += bias[i];
	}
	assert_true(fabs(ones / N - 0.5) < 5 * 0.5 / sqrt(N));
	assert_true(fabs(mark_code_bias[0] - (1 - 1 / sqrt(3)) / 2) < 2e-5);
	assert_true(fabs(mark_code_bias[1] - (1 + 1 / sqrt(3)) / 2) < 2e-5);
}

static void
bits_are_one_as_often_as_their_bias_says(void **state)
{
	struct mark_code c;
	double ones[MARK_BIASES] = {0}, n[MARK_BIASES] = {0};

	(void)state;
	mark_code_init(&c, &key, 12, 2048);
	mark_code_biases(&c, N, bias);
	for (int64_t who = 0; who < ACCOUNTS; who++) {
		mark_code_bits(&c, who, N, first);
		for (size_t i = 0; i < N; i++) {
			ones[bias[i]] += first[i];
			n[bias[i]]++;
		}
	}
	for (int b = 0; b < MARK_BIASES; b++) {
		double p = mark_code_bias[b];

		assert_true(
		    fabs(ones[b] / n[b] - p) < 5 * sqrt(p * (1 - p) / n[b]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_same_question_gives_the_same_bits),
	    cmocka_unit_test(
		another_account_medium_side_or_key_has_another_code),
	    cmocka_unit_test(both_biases_come_equally_often),
	    cmocka_unit_test(bits_are_one_as_often_as_their_bias_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
