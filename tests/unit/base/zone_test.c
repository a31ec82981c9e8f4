/* Time zones and the calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/zone_tzif.h"

static struct zone *
open_zone(const char *name)
{
	struct err e;
	struct zone *z = zone_open(str_c(name), &e);

	if (z == NULL)
		fail_msg("%s: %s", name, e.msg);
	return z;
}

static void
assert_same(struct civil a, struct civil b)
{
	assert_true(a.year == b.year && a.month == b.month && a.day == b.day &&
		    a.hour == b.hour && a.minute == b.minute &&
		    a.second == b.second);
}

static void
assert_local(const struct zone *z, int64_t at, int day, int hour, int minute)
{
	struct civil c = zone_local(z, at);

	assert_int_equal(c.day, day);
	assert_int_equal(c.hour, hour);
	assert_int_equal(c.minute, minute);
}

static void
paris_jumps_forward_in_march_and_back_in_october(void **state)
{
	OWNED(zone) z = open_zone("Europe/Paris");

	(void)state;
	assert_local(z, 1711846799, 31, 1, 59);
	assert_local(z, 1711846800, 31, 3, 0);
	assert_local(z, 1729990799, 27, 2, 59);
	assert_local(z, 1729990800, 27, 2, 0);
}

static void
a_time_that_the_clock_skips_is_moved_forward(void **state)
{
	OWNED(zone) z = open_zone("Europe/Paris");
	int64_t at = zone_utc(z, (struct civil){2024, 3, 31, 2, 30, 0});

	(void)state;
	assert_int_equal(at, 1711848600);
	assert_local(z, at, 31, 3, 30);
}

static void
of_a_time_that_comes_twice_the_first_is_meant(void **state)
{
	OWNED(zone) z = open_zone("Europe/Paris");

	(void)state;
	assert_int_equal(
	    zone_utc(z, (struct civil){2024, 10, 27, 2, 30, 0}), 1729989000);
}

static void
montreal_is_behind_and_changes_on_other_days(void **state)
{
	OWNED(zone) z = open_zone("America/Montreal");

	(void)state;
	assert_local(z, 1710053999, 10, 1, 59); /* 2024-03-10 */
	assert_local(z, 1710054000, 10, 3, 0);
	assert_local(z, 1730613599, 3, 1, 59);
	assert_local(z, 1730613600, 3, 1, 0);
}

static void
the_rule_of_the_footer_holds_for_years_to_come(void **state)
{
	OWNED(zone) paris = open_zone("Europe/Paris");
	OWNED(zone) sydney = open_zone("Australia/Sydney");

	(void)state;
	assert_local(paris, 4102444800, 1, 1, 0);   /* 2100-01-01 */
	assert_local(paris, 4118040000, 30, 14, 0); /* 2100-06-30 */
	assert_local(sydney, 4102444800, 1, 11, 0);
	assert_local(sydney, 4118040000, 30, 22, 0);
}

static void
utc_and_no_zone_are_the_same(void **state)
{
	OWNED(zone) utc = open_zone("Etc/UTC");

	(void)state;
	for (int64_t at = -86401; at < 200000; at += 43199) {
		struct civil a = zone_local(utc, at), b = zone_local(NULL, at);

		assert_same(a, b);
		assert_int_equal(zone_utc(NULL, b), at);
	}
}

static void
every_hour_of_a_year_comes_back(void **state)
{
	static const char *const names[] = {"Europe/Paris", "America/Toronto",
	    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		OWNED(zone) z = open_zone(names[i]);

		for (int64_t at = 1704067200; at < 1735689600; at += 3600) {
			struct civil c = zone_local(z, at);
			int64_t back = zone_utc(z, c);

			assert_same(c, zone_local(z, back));
			assert_true(back <= at && at - back <= 3600);
		}
	}
}

static void
a_name_cannot_leave_the_folder(void **state)
{
	static const char *const names[] = {"", "..", "../etc/passwd",
	    "/etc/passwd", "Europe/../Paris", "Europe//Paris", "Europe/",
	    "Europe/Paris.", "Eur\\ope", "No/Such"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct err e;

		assert_null(zone_open(str_c(names[i]), &e));
	}
}

static size_t
read_paris(char *bytes, size_t cap)
{
	FILE *f = fopen("/usr/share/zoneinfo/Europe/Paris", "rbe");
	size_t n;

	assert_non_null(f);
	n = fread(bytes, 1, cap, f);
	(void)fclose(f);
	return n;
}

/* Each is copied to a block of its own, so that a read too far is seen. */
static void
every_truncation_is_refused(void **state)
{
	static char bytes[16384];
	size_t n = read_paris(bytes, sizeof(bytes));

	(void)state;
	for (size_t i = 0; i < n; i++) {
		char *copy = malloc(i + 1);
		struct err e;

		assert_non_null(copy);
		memcpy(copy, bytes, i);
		assert_null(zone_parse((str){copy, i}, &e));
		assert_int_equal(e.kind, ERR_CORRUPT);
		free(copy);
	}
}

static void
lying_counts_are_refused_or_harmless(void **state)
{
	static char bytes[16384];
	size_t n = read_paris(bytes, sizeof(bytes));

	(void)state;
	for (size_t i = 0; i < n; i++) {
		char was = bytes[i];
		struct err e;
		struct zone *z;

		bytes[i] = (char)(was ^ 0xff);
		z = zone_parse((str){bytes, n}, &e);
		if (z != NULL)
			(void)zone_offset(z, 1711846800);
		zone_free(z);
		bytes[i] = was;
	}
}

static void
days_are_counted_both_ways(void **state)
{
	(void)state;
	assert_int_equal(day_from_civil(1970, 1, 1), 0);
	assert_int_equal(day_from_civil(2000, 3, 1), 11017);
	assert_int_equal(day_of_week(0), 3);
	assert_int_equal(day_of_week(-1), 2);
	assert_int_equal(day_of_week(day_from_civil(2026, 11, 21)), 5);
	for (int64_t day = -800000; day < 800000; day += 13) {
		struct civil c = day_to_civil(day);

		assert_int_equal(day_from_civil(c.year, c.month, c.day), day);
	}
}

static void
only_days_of_the_calendar_are_parsed(void **state)
{
	static const char *const bad[] = {"", "2026-11-2", "2026-02-29",
	    "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
	    "1899-12-31", "2200-01-01", "2026/01/01", "2026-01-01 ",
	    "-026-01-01", "2026-1a-01", "2100-02-29"};
	int64_t day = -1;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(day_parse(str_c(bad[i]), &day));
	assert_int_equal(day, -1);
	assert_true(day_parse(S("2024-02-29"), &day));
	assert_int_equal(day, 19782);
	assert_true(day_parse(S("1970-01-01"), &day));
	assert_int_equal(day, 0);
}

static void
midnight_is_the_zones_own(void **state)
{
	OWNED(zone) z = open_zone("Europe/Paris");

	(void)state;
	assert_int_equal(
	    day_of(z, 1711839599), 19812); /* 2024-03-30 23:59:59 */
	assert_int_equal(day_of(z, 1711839600), 19813);
	assert_int_equal(day_of(NULL, -1), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(paris_jumps_forward_in_march_and_back_in_october),
	    cmocka_unit_test(a_time_that_the_clock_skips_is_moved_forward),
	    cmocka_unit_test(of_a_time_that_comes_twice_the_first_is_meant),
	    cmocka_unit_test(montreal_is_behind_and_changes_on_other_days),
	    cmocka_unit_test(the_rule_of_the_footer_holds_for_years_to_come),
	    cmocka_unit_test(utc_and_no_zone_are_the_same),
	    cmocka_unit_test(every_hour_of_a_year_comes_back),
	    cmocka_unit_test(a_name_cannot_leave_the_folder),
	    cmocka_unit_test(every_truncation_is_refused),
	    cmocka_unit_test(lying_counts_are_refused_or_harmless),
	    cmocka_unit_test(days_are_counted_both_ways),
	    cmocka_unit_test(only_days_of_the_calendar_are_parsed),
	    cmocka_unit_test(midnight_is_the_zones_own),
	};

	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
