/* Digests of bytes that come in parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/num.h"
#include "crypto/sum.h"

/* FIPS 180-4, of "abc". */
static const char *const abc[SUM_KINDS] = {
    "a9993e364706816aba3e25717850c26c9cd0d89d",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
};

static void
the_known_digests_come_out_however_the_bytes_come(void **state)
{
	(void)state;
	for (int k = 0; k < SUM_KINDS; k++)
		for (size_t cut = 0; cut <= 3; cut++) {
			OWNED(sum) s = sum_new((enum sum_kind)k);
			uint8_t want[SUM_MAX];

			assert_int_equal(strlen(abc[k]), 2 * sum_bytes[k]);
			assert_true(num_hex(str_c(abc[k]), want, sum_bytes[k]));
			sum_add(s, "abc", cut);
			sum_add(s, &"abc"[cut], 3 - cut);
			assert_true(
			    sum_is(s, (str){(const char *)want, sum_bytes[k]}));
		}
}

static void
another_digest_or_a_shorter_one_is_not_it(void **state)
{
	uint8_t d[SUM_MAX];

	(void)state;
	for (int i = 0; i < 3; i++) {
		OWNED(sum) s = sum_new(SUM_SHA256);
		OWNED(sum) t = sum_new(SUM_SHA256);

		sum_add(s, "x", 1);
		sum_add(t, "x", 1);
		sum_end(s, d);
		d[31] ^= i == 0;
		assert_int_equal(
		    sum_is(t, (str){(const char *)d, i == 1 ? 31 : 32}),
		    i == 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_known_digests_come_out_however_the_bytes_come),
	    cmocka_unit_test(another_digest_or_a_shorter_one_is_not_it),
	};

	return cmocka_run_group_tests_name("crypto/sum", tests, NULL, NULL);
}
