/* When families are told that the photos of a season are to be taken home. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "life/farewell.h"

#define UNTIL 20000
#define LAST 20365

static void
it_is_told_when_the_season_is_over_and_twice_before_its_photos_end(void **state)
{
	static const struct {
		int64_t today;
		enum farewell_window window;
	} days[] = {
	    {UNTIL, FAREWELL_NONE},
	    {UNTIL + 1, FAREWELL_OVER},
	    {UNTIL + FAREWELL_AFTER_DAYS, FAREWELL_OVER},
	    {UNTIL + FAREWELL_AFTER_DAYS + 1, FAREWELL_NONE},
	    {LAST - FAREWELL_FIRST_DAYS - 1, FAREWELL_NONE},
	    {LAST - FAREWELL_FIRST_DAYS, FAREWELL_FIRST},
	    {LAST - FAREWELL_LAST_DAYS - 1, FAREWELL_FIRST},
	    {LAST - FAREWELL_LAST_DAYS, FAREWELL_LAST},
	    {LAST, FAREWELL_LAST},
	    {LAST + 1, FAREWELL_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++)
		if (farewell_window(UNTIL, LAST, days[i].today) !=
		    days[i].window)
			fail_msg("on day %d", (int)days[i].today);
}

static void
where_the_end_is_not_known_it_is_told_after_the_season(void **state)
{
	(void)state;
	assert_int_equal(
	    farewell_window(UNTIL, DB_NULL, UNTIL + 1), FAREWELL_OVER);
	assert_int_equal(farewell_window(UNTIL, DB_NULL, LAST), FAREWELL_NONE);
}

static void
photos_that_end_with_their_season_are_never_told_of_too_late(void **state)
{
	(void)state;
	assert_int_equal(
	    farewell_window(UNTIL, UNTIL + 10, UNTIL + 1), FAREWELL_LAST);
	assert_int_equal(
	    farewell_window(UNTIL, UNTIL + 10, UNTIL + 11), FAREWELL_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		it_is_told_when_the_season_is_over_and_twice_before_its_photos_end),
	    cmocka_unit_test(
		where_the_end_is_not_known_it_is_told_after_the_season),
	    cmocka_unit_test(
		photos_that_end_with_their_season_are_never_told_of_too_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
