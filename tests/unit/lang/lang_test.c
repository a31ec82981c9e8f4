/* Which language, which form, and where arguments go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lang/message.h"

static void
assert_str(str got, const char *want)
{
	if (!str_eq(got, str_c(want)))
		fail_msg(
		    "got \"" STR_FMT "\", expected \"%s\"", STR_ARG(got), want);
}

static void
a_text_is_found_in_both_languages(void **state)
{
	(void)state;
	/* The key comes from base.html, the French from po/fr.d. */
	assert_str(lang_text(LANG_EN, "Report"), "Report");
	assert_str(lang_text(LANG_FR, "Report"), "Signaler");
	assert_str(
	    lang_text(LANG_FR, "not a text of ours"), "not a text of ours");
}

static void
every_text_is_found_by_its_key(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i <= message_mask; i++) {
		const struct message *m = message_table[i];

		if (m == NULL)
			continue;
		n++;
		assert_str(lang_text(LANG_EN, m->key), m->key);
		assert_true(
		    str_eq(lang_text(LANG_FR, m->key), m->text[LANG_FR]));
		assert_true(m->text[LANG_FR].n > 0);
	}
	assert_true(n > 0 && n * 2 <= message_mask + 1);
}

static void
zero_is_singular_in_french_only(void **state)
{
	(void)state;
	assert_true(lang_is_one(LANG_FR, 0));
	assert_true(lang_is_one(LANG_FR, 1));
	assert_false(lang_is_one(LANG_FR, 2));
	assert_false(lang_is_one(LANG_EN, 0));
	assert_true(lang_is_one(LANG_EN, 1));
	assert_false(lang_is_one(LANG_EN, 21));
	/* The catalogue is not asked about words that are not marked. */
	assert_str(lang_plural(LANG_FR, "x-one", "x-many", 0), "x-one");
	assert_str(lang_plural(LANG_EN, "x-one", "x-many", 0), "x-many");
}

static void
arguments_go_where_the_text_says(void **state)
{
	const str arg[] = {S("a"), S("%1"), {0}};
	OWNED(arena) a = arena_new(4096);

	(void)state;
	assert_str(lang_fill(a, S("%2-%1-%2"), arg, 2), "%1-a-%1");
	assert_str(lang_fill(a, S("[%3]"), arg, 3), "[]");
	assert_str(
	    lang_fill(a, S("%3 %9 % %0 100%"), arg, 2), "%3 %9 % %0 100%");
	assert_str(lang_fill(a, S(""), arg, 2), "");
	assert_str(lang_fill(a, S("%1"), arg, 1), "a");
}

static void
a_text_past_the_arena_is_nothing(void **state)
{
	static char big[70000];
	const str arg = {big, sizeof(big)};
	OWNED(arena) a = arena_new(4096);
	str s = lang_fill(a, S("%1"), &arg, 1);

	(void)state;
	assert_null(s.p);
	assert_int_equal(s.n, 0);
}

static void
the_browser_says_its_language(void **state)
{
	static const struct {
		const char *header;
		enum lang want;
	} rows[] = {
	    {"", LANG_FR},
	    {"en", LANG_EN},
	    {"EN-gb", LANG_EN},
	    {"fr-CA,fr;q=0.9,en;q=0.8", LANG_FR},
	    {"en;q=0.8,fr;q=0.9", LANG_FR},
	    {"de,en;q=0.1", LANG_EN},
	    {"de, *;q=0.5", LANG_FR},
	    {"en;q=0", LANG_FR},
	    {"en;q=oh", LANG_FR},
	    {"en;q=1.000, fr;q=0.999", LANG_EN},
	    {"english", LANG_FR},
	    {",,;;=,en", LANG_EN},
	    {"en;q=9", LANG_FR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (lang_accept(str_c(rows[i].header), LANG_FR) != rows[i].want)
			fail_msg("%s", rows[i].header);
	assert_int_equal(lang_accept(S("de"), LANG_EN), LANG_EN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_text_is_found_in_both_languages),
	    cmocka_unit_test(every_text_is_found_by_its_key),
	    cmocka_unit_test(zero_is_singular_in_french_only),
	    cmocka_unit_test(arguments_go_where_the_text_says),
	    cmocka_unit_test(a_text_past_the_arena_is_nothing),
	    cmocka_unit_test(the_browser_says_its_language),
	};

	return cmocka_run_group_tests_name("lang", tests, NULL, NULL);
}
