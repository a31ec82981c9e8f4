/* Days, times and sizes, as a table in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "house/house.h"
#include "web/view.h"

#define NB "\xc2\xa0"
#define NNB "\xe2\x80\xaf"

struct world {
	struct organisation org;
	struct view view;
};

static int
set_up(void **state)
{
	static struct world w;
	struct err e;

	w = (struct world){.org = {.zone = zone_open(S("Europe/Paris"), &e)}};
	assert_non_null(w.org.zone);
	w.view = (struct view){.org = &w.org,
	    .arena = arena_new(1 << 16),
	    .now = 1795168800 /* 2026-11-20 11:00 in Paris */};
	*state = &w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	arena_free(w->view.arena);
	zone_free(w->org.zone);
	return 0;
}

static void
assert_says(str got, const char *want)
{
	if (!str_eq(got, str_c(want)))
		fail_msg("said \"" STR_FMT "\", expected \"%s\"", STR_ARG(got),
		    want);
}

/* Both languages of one thing said. */
static void
both(struct world *w, str (*say)(struct view *, int64_t), int64_t what,
    const char *fr, const char *en)
{
	w->view.lang = LANG_FR;
	assert_says(say(&w->view, what), fr);
	w->view.lang = LANG_EN;
	assert_says(say(&w->view, what), en);
}

static void
a_day_has_its_name_and_a_year_when_it_is_another(void **state)
{
	struct world *w = *state;

	both(w, say_day, day_from_civil(2026, 11, 20), "vendredi 20 novembre",
	    "Friday 20 November");
	both(w, say_day, day_from_civil(2026, 8, 1), "samedi 1er août",
	    "Saturday 1 August");
	both(w, say_day, day_from_civil(2025, 2, 28),
	    "vendredi 28 février 2025", "Friday 28 February 2025");
	both(w, say_day, day_from_civil(2027, 1, 1),
	    "vendredi 1er janvier 2027", "Friday 1 January 2027");
	both(w, say_date, day_from_civil(2026, 11, 20), "20 novembre 2026",
	    "20 November 2026");
	both(w, say_date, day_from_civil(2015, 5, 1), "1er mai 2015",
	    "1 May 2015");
}

static void
days_that_are_near_have_words(void **state)
{
	struct world *w = *state;
	int64_t today = day_from_civil(2026, 11, 20);

	both(w, say_day_relative, today, "aujourd’hui", "today");
	both(w, say_day_relative, today - 1, "hier", "yesterday");
	both(w, say_day_relative, today + 1, "demain", "tomorrow");
	both(w, say_day_relative, today - 2, "mercredi 18 novembre",
	    "Wednesday 18 November");
}

static void
hours_are_french_and_english(void **state)
{
	struct world *w = *state;
	int64_t midnight = 1795129200; /* of the 20th */

	both(w, say_time, midnight, "0" NNB "h", "12:00" NB "am");
	both(w, say_time, midnight + 9 * 3600 + 15 * 60, "9" NNB "h" NNB "15",
	    "9:15" NB "am");
	both(w, say_time, midnight + 12 * 3600 + 5 * 60, "12" NNB "h" NNB "05",
	    "12:05" NB "pm");
	both(w, say_time, midnight + 18 * 3600, "18" NNB "h", "6:00" NB "pm");
	both(w, say_when, midnight + 18 * 3600, "aujourd’hui à 18" NNB "h",
	    "today at 6:00" NB "pm");
	both(w, say_when, midnight - 1, "hier à 23" NNB "h" NNB "59",
	    "yesterday at 11:59" NB "pm");
	both(w, say_when, midnight + 40 * 86400,
	    "mercredi 30 décembre à 0" NNB "h",
	    "Wednesday 30 December at 12:00" NB "am");
}

static void
sizes_have_one_decimal_below_ten(void **state)
{
	struct world *w = *state;

	both(w, say_bytes, 0, "0" NB "octet", "0" NB "bytes");
	both(w, say_bytes, 1, "1" NB "octet", "1" NB "byte");
	both(w, say_bytes, 999, "999" NB "octets", "999" NB "bytes");
	both(w, say_bytes, 1000, "1" NB "ko", "1" NB "kB");
	both(w, say_bytes, 2449999, "2,4" NB "Mo", "2.4" NB "MB");
	both(w, say_bytes, 9960000, "10" NB "Mo", "10" NB "MB");
	both(w, say_bytes, 999600, "1" NB "Mo", "1" NB "MB");
	both(w, say_bytes, 39500000, "40" NB "Mo", "40" NB "MB");
	both(w, say_bytes, 1234567890123, "1,2" NB "To", "1.2" NB "TB");
}

static void
inputs_get_the_iso_day(void **state)
{
	struct world *w = *state;

	both(
	    w, iso_day, day_from_civil(2026, 1, 2), "2026-01-02", "2026-01-02");
}

static void
nobody_signed_in_is_utc(void **state)
{
	struct world *w = *state;

	w->view.org = NULL;
	both(w, say_time, 18 * 3600, "18" NNB "h", "6:00" NB "pm");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_day_has_its_name_and_a_year_when_it_is_another),
	    T(days_that_are_near_have_words),
	    T(hours_are_french_and_english),
	    T(sizes_have_one_decimal_below_ten),
	    T(inputs_get_the_iso_day),
	    T(nobody_signed_in_is_utc),
	};

	return cmocka_run_group_tests_name("say", tests, NULL, NULL);
}
