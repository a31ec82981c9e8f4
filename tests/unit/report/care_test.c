/* How much of what was reported one person is shown: caps, breaks and hours, in
 * Paris, over the days on which an hour is missing or there twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/care.h"

static struct zone *paris;
static const struct care_rule *rule;

static int
open_zone(void **state)
{
	struct err e;

	(void)state;
	paris = zone_open(S("Europe/Paris"), &e);
	rule = care_rule_of(S("fr"));
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

#define MIN 60

/* One showing each minute. */
static size_t
minutes(int64_t from, size_t n, int64_t ret[])
{
	for (size_t i = 0; i < n; i++)
		ret[i] = from + (int64_t)i * MIN;
	return n;
}

static struct care
of(bool paid, const int64_t *v, size_t n, int64_t now)
{
	return care_of(rule, paris, paid, v, n, now);
}

static void
a_showing_counts_a_minute_and_two_at_once_count_once(void **state)
{
	const int64_t v[] = {100, 110, 130, 500};

	(void)state;
	assert_int_equal(care_seconds(v, 1, 0, 1000), 60);
	assert_int_equal(care_seconds(v, 2, 0, 1000), 70);
	assert_int_equal(care_seconds(v, 4, 0, 1000), 90 + 60);
	assert_int_equal(care_seconds(v, 4, 120, 1000), 70 + 60);
	assert_int_equal(care_seconds(v, 4, 0, 520), 90 + 20);
	assert_int_equal(care_seconds(v, 0, 0, 1000), 0);
}

static void
thirty_minutes_are_enough_for_a_volunteer(void **state)
{
	int64_t v[31];
	size_t n = minutes(at(6, 1, 9, 0), 15, v);
	struct care c;

	(void)state;
	n += minutes(at(6, 1, 11, 0), 14, v + n);
	c = of(false, v, n, at(6, 1, 12, 0));
	assert_int_equal(c.why, CARE_MAY);
	assert_int_equal(c.used_s, 29 * MIN);
	assert_int_equal(c.cap_s, 30 * MIN);
	v[n++] = at(6, 1, 12, 0);
	c = of(false, v, n, at(6, 1, 12, 30));
	assert_int_equal(c.why, CARE_CAP);
	assert_int_equal(c.again_at, at(6, 2, 8, 0));
	/* Paid work has more, and a new day begins anew. */
	assert_int_equal(of(true, v, n, at(6, 1, 12, 30)).why, CARE_MAY);
	c = of(false, v, n, at(6, 2, 9, 0));
	assert_int_equal(c.why, CARE_MAY);
	assert_int_equal(c.used_s, 0);
}

static void
four_hours_are_the_end_for_everybody(void **state)
{
	static int64_t v[240];
	size_t n = 0;

	(void)state;
	for (int h = 8; h < 16 && n < 240; h++)
		n += minutes(at(6, 1, h, 0), 30, v + n);
	assert_int_equal(n, 240);
	assert_int_equal(of(true, v, n, at(6, 1, 15, 50)).why, CARE_CAP);
	assert_int_equal(of(true, v, n - 1, at(6, 1, 15, 50)).why, CARE_MAY);
}

static void
each_hour_has_its_break(void **state)
{
	static int64_t v[60];
	int64_t begin = at(6, 1, 9, 0);
	size_t n = minutes(begin, 49, v);
	struct care c = of(true, v, n, begin + 49 * MIN);

	(void)state;
	assert_int_equal(c.why, CARE_MAY);
	v[n++] = begin + 49 * MIN;
	c = of(true, v, n, begin + 50 * MIN);
	assert_int_equal(c.why, CARE_BREAK);
	assert_int_equal(c.again_at, begin + 60 * MIN);
	assert_int_equal(of(true, v, n, c.again_at - 1).why, CARE_BREAK);
	assert_int_equal(of(true, v, n, c.again_at).why, CARE_MAY);
	/* A break that was taken meanwhile begins the hour anew; a shorter one
	 * does not. */
	n = minutes(begin, 20, v);
	n += minutes(begin + 30 * MIN, 25, v + n);
	assert_int_equal(of(true, v, n, begin + 55 * MIN).why, CARE_MAY);
	n = minutes(begin, 20, v);
	n += minutes(begin + 29 * MIN, 26, v + n);
	assert_int_equal(of(true, v, n, begin + 55 * MIN).why, CARE_BREAK);
}

static void
a_break_at_the_end_of_the_day_lasts_until_the_morning(void **state)
{
	static int64_t v[60];
	size_t n = minutes(at(6, 1, 15, 5), 50, v);
	struct care c = of(true, v, n, at(6, 1, 15, 56));

	(void)state;
	assert_int_equal(c.why, CARE_BREAK);
	assert_int_equal(c.again_at, at(6, 2, 8, 0));
}

static void
no_picture_in_the_evening_nor_at_night(void **state)
{
	(void)state;
	assert_int_equal(of(true, NULL, 0, at(6, 1, 7, 59)).why, CARE_HOURS);
	assert_int_equal(
	    of(true, NULL, 0, at(6, 1, 7, 59)).again_at, at(6, 1, 8, 0));
	assert_int_equal(of(true, NULL, 0, at(6, 1, 8, 0)).why, CARE_MAY);
	assert_int_equal(of(true, NULL, 0, at(6, 1, 15, 59)).why, CARE_MAY);
	assert_int_equal(of(true, NULL, 0, at(6, 1, 16, 0)).why, CARE_HOURS);
	assert_int_equal(
	    of(true, NULL, 0, at(6, 1, 23, 30)).again_at, at(6, 2, 8, 0));
}

static void
the_clock_change_moves_no_hour_and_loses_no_minute(void **state)
{
	int64_t v[2];

	(void)state;
	/* 2:00 is missing on 29 March, and there twice on 25 October. */
	assert_int_equal(
	    of(true, NULL, 0, at(3, 28, 18, 0)).again_at, at(3, 29, 8, 0));
	assert_int_equal(at(3, 29, 8, 0) - at(3, 28, 8, 0), 23 * 3600);
	assert_int_equal(
	    of(true, NULL, 0, at(10, 24, 18, 0)).again_at, at(10, 25, 8, 0));
	assert_int_equal(at(10, 25, 8, 0) - at(10, 24, 8, 0), 25 * 3600);
	/* A day is the local one, be it of 23 hours or of 25. */
	v[0] = at(10, 24, 23, 59);
	v[1] = at(10, 25, 8, 0);
	assert_int_equal(of(true, v, 2, at(10, 25, 15, 0)).used_s, 60);
	v[0] = at(3, 29, 0, 0);
	v[1] = at(3, 29, 15, 0);
	assert_int_equal(of(true, v, 2, at(3, 29, 15, 30)).used_s, 120);
}

static void
danger_is_told_by_day_and_in_the_morning(void **state)
{
	(void)state;
	assert_int_equal(
	    care_alert_at(rule, paris, at(6, 1, 12, 0)), at(6, 1, 12, 0));
	assert_int_equal(
	    care_alert_at(rule, paris, at(6, 1, 6, 0)), at(6, 1, 7, 0));
	assert_int_equal(
	    care_alert_at(rule, paris, at(6, 1, 21, 0)), at(6, 2, 7, 0));
	assert_int_equal(
	    care_alert_at(rule, paris, at(10, 24, 23, 0)), at(10, 25, 7, 0));
}

static void
minutes_are_told_to_those_whom_the_case_leads_to(void **state)
{
	static const int64_t path[] = {1, 2}, other[] = {1};
	const struct care_shown v[] = {
	    {1, 100, path, 2}, {1, 130, other, 1}, {2, 100, path, 2}};

	(void)state;
	assert_int_equal(care_counted(v, 3, 1, 1), 90);
	assert_int_equal(care_counted(v, 3, 1, 2), 60);
	assert_int_equal(care_counted(v, 3, 1, 3), 0);
	assert_int_equal(care_counted(v, 3, 2, 1), 60);
	/* Her own, whatever became of the path. */
	assert_int_equal(care_counted(v, 3, 2, 2), 60);
}

static void
every_profile_cares(void **state)
{
	static const char *const words[] = {"fr", "ca", "ca-qc", "??"};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct care_rule *r = care_rule_of(str_c(words[i]));

		assert_true(
		    r->volunteer_min > 0 && r->volunteer_min <= r->paid_min);
		assert_true(r->paid_min <= 240);
		assert_true(r->break_min >= 10 && r->stretch_min <= 60);
		assert_true(
		    r->from_min < r->until_min && r->until_min <= 16 * 60);
		assert_true(r->alert_from_min >= 6 * 60 &&
			    r->alert_until_min <= 22 * 60);
		assert_true(r->source[0] != '\0' && r->read_on[0] != '\0');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_showing_counts_a_minute_and_two_at_once_count_once),
	    cmocka_unit_test(thirty_minutes_are_enough_for_a_volunteer),
	    cmocka_unit_test(four_hours_are_the_end_for_everybody),
	    cmocka_unit_test(each_hour_has_its_break),
	    cmocka_unit_test(
		a_break_at_the_end_of_the_day_lasts_until_the_morning),
	    cmocka_unit_test(no_picture_in_the_evening_nor_at_night),
	    cmocka_unit_test(
		the_clock_change_moves_no_hour_and_loses_no_minute),
	    cmocka_unit_test(danger_is_told_by_day_and_in_the_morning),
	    cmocka_unit_test(minutes_are_told_to_those_whom_the_case_leads_to),
	    cmocka_unit_test(every_profile_cares),
	};

	return cmocka_run_group_tests(tests, open_zone, close_zone);
}
