/* Numbers and short texts, as they are written. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"

static void
a_number_is_written_as_printf_would(void **state)
{
	static const int64_t v[] = {0, 7, -1, 9, 10, 99, 100, -1234567890123,
	    INT64_MAX, INT64_MIN, INT64_MIN + 1};
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	OWNED(arena) a = arena_new(4096);

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char want[32], room[NUM_DIGITS];
		int64_t back = 0;
		str s = num_digits(v[i], room), t = arena_i64(a, v[i]);

		(void)snprintf(want, sizeof(want), "%" PRId64, v[i]);
		assert_true(str_eq(s, str_c(want)));
		assert_true(str_eq(t, s));
		assert_int_equal(t.p[t.n], 0);
		buf_clear(&b);
		buf_i64(&b, v[i]);
		assert_true(str_eq(buf_view(&b), s));
		assert_true(num_i64(s, INT64_MIN, INT64_MAX, &back));
		assert_int_equal(back, v[i]);
	}
}

/* Around the length up to which a text is written only once. */
static void
a_text_of_any_length_is_whole(void **state)
{
	static char bytes[400];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	for (size_t n = 0; n < sizeof(bytes); n++) {
		OWNED(arena) a = arena_new(4096);
		str s = arena_fmt(a, "%.*s|", (int)n, bytes);

		assert_int_equal(s.n, n + 1);
		assert_memory_equal(s.p, bytes, n);
		assert_int_equal(s.p[n], '|');
		assert_int_equal(s.p[n + 1], 0);
	}
}

static void
what_the_arena_has_no_room_for_is_nothing(void **state)
{
	OWNED(arena) a = arena_new(16);

	(void)state;
	assert_null(arena_fmt(a, "%s", "a text of seventeen").p);
	assert_null(arena_i64(a, INT64_MIN).p);
	assert_true(str_eq(arena_i64(a, 12), S("12")));
	assert_null(arena_i64(a, 3).p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_number_is_written_as_printf_would),
	    cmocka_unit_test(a_text_of_any_length_is_whole),
	    cmocka_unit_test(what_the_arena_has_no_room_for_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
