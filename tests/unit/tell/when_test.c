/* The hours at which somebody is told, in Paris, over the days on which an hour
 * is missing or there twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tell/when.h"

static struct zone *paris;

static int
open_zone(void **state)
{
	struct err e;

	(void)state;
	paris = zone_open(S("Europe/Paris"), &e);
	return paris == NULL;
}

static int
close_zone(void **state)
{
	(void)state;
	zone_free(paris);
	return 0;
}

static int64_t
at(int month, int day, int hour, int minute)
{
	struct civil c = {.year = 2026,
	    .month = (uint8_t)month,
	    .day = (uint8_t)day,
	    .hour = (uint8_t)hour,
	    .minute = (uint8_t)minute};

	return zone_utc(paris, c);
}

#define H(hour, minute) ((hour)*60 + (minute))

static void
quiet_hours_end_in_the_morning(void **state)
{
	const int64_t from = H(21, 0), to = H(7, 0);

	(void)state;
	assert_int_equal(
	    when_loud(paris, from, to, at(6, 1, 20, 59)), at(6, 1, 20, 59));
	assert_int_equal(
	    when_loud(paris, from, to, at(6, 1, 21, 0)), at(6, 2, 7, 0));
	assert_int_equal(
	    when_loud(paris, from, to, at(6, 2, 0, 0)), at(6, 2, 7, 0));
	assert_int_equal(
	    when_loud(paris, from, to, at(6, 2, 6, 59)), at(6, 2, 7, 0));
	assert_int_equal(
	    when_loud(paris, from, to, at(6, 2, 7, 0)), at(6, 2, 7, 0));
	/* The night of 29 March is an hour short, the one of 25 October long.
	 */
	assert_int_equal(
	    when_loud(paris, from, to, at(3, 28, 23, 0)), at(3, 29, 7, 0));
	assert_int_equal(at(3, 29, 7, 0) - at(3, 28, 23, 0), 7 * 3600);
	assert_int_equal(
	    when_loud(paris, from, to, at(10, 24, 23, 0)), at(10, 25, 7, 0));
	assert_int_equal(at(10, 25, 7, 0) - at(10, 24, 23, 0), 9 * 3600);
}

static void
quiet_hours_may_lie_within_a_day_or_be_none(void **state)
{
	(void)state;
	assert_int_equal(when_loud(paris, H(12, 0), H(14, 0), at(6, 1, 13, 0)),
	    at(6, 1, 14, 0));
	assert_int_equal(when_loud(paris, H(12, 0), H(14, 0), at(6, 1, 14, 0)),
	    at(6, 1, 14, 0));
	assert_int_equal(when_loud(paris, H(12, 0), H(14, 0), at(6, 1, 11, 59)),
	    at(6, 1, 11, 59));
	assert_int_equal(
	    when_loud(paris, H(9, 0), H(9, 0), at(6, 1, 9, 0)), at(6, 1, 9, 0));
}

static void
the_next_time_is_of_a_day_that_was_not_told(void **state)
{
	const int64_t today = day_of(paris, at(6, 10, 12, 0));
	const int64_t evening = H(18, 0);

	(void)state;
	assert_int_equal(
	    when_next(paris, evening, today - 1, 0, at(6, 10, 12, 0)),
	    at(6, 10, 18, 0));
	/* The hour has passed, and the day was not told: now. */
	assert_int_equal(
	    when_next(paris, evening, today - 1, 0, at(6, 10, 19, 0)),
	    at(6, 10, 19, 0));
	assert_int_equal(when_next(paris, evening, today, 0, at(6, 10, 19, 0)),
	    at(6, 11, 18, 0));
	/* The clock went back to the day before, at noon. */
	assert_int_equal(when_next(paris, evening, today, 0, at(6, 9, 12, 0)),
	    at(6, 11, 18, 0));
	assert_int_equal(
	    when_next(paris, evening, today - 1, today + 2, at(6, 10, 12, 0)),
	    at(6, 13, 18, 0));
	/* 2:30 on the night without: an hour later on the clock. */
	assert_int_equal(
	    when_next(paris, H(2, 30), day_of(paris, at(3, 28, 12, 0)), 0,
		at(3, 28, 12, 0)),
	    at(3, 29, 3, 30));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(quiet_hours_end_in_the_morning),
	    cmocka_unit_test(quiet_hours_may_lie_within_a_day_or_be_none),
	    cmocka_unit_test(the_next_time_is_of_a_day_that_was_not_told),
	};

	return cmocka_run_group_tests(tests, open_zone, close_zone);
}
