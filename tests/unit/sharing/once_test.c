/* What a telephone asks again and again, on a real database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sharing/once.h"
#include "village.h"

#define WORD S("0f8fad5b-d9cb-469f-a165-70867728950e")

static struct village v;

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

static int64_t
found(int64_t account, str word)
{
	struct deed d = village_deed(&v, account);
	int64_t post = -1;

	if (!once_find(&d, word, &post, &v.e))
		fail_msg("%s", v.e.msg);
	return post;
}

static void
note(int64_t account, str word, int64_t post)
{
	struct deed d = village_deed(&v, account);

	if (!once_note(&d, word, post, &v.e))
		fail_msg("%s", v.e.msg);
}

static void
a_word_leads_to_what_was_made_of_it_for_its_account_alone(void **state)
{
	(void)state;
	assert_int_equal(found(SAMI, WORD), 0);
	note(SAMI, WORD, 1);
	note(DIRECTOR, WORD, INT64_MAX);
	note(SAMI, S("another word of sixteen"), 0x0102030405060708);
	assert_int_equal(found(SAMI, WORD), 1);
	assert_int_equal(found(DIRECTOR, WORD), INT64_MAX);
	assert_int_equal(
	    found(SAMI, S("another word of sixteen")), 0x0102030405060708);
	assert_int_equal(found(FOX_STAFF, WORD), 0);
}

static void
a_word_that_is_too_short_or_too_long_is_none(void **state)
{
	char text[ONCE_MAX + 1];
	struct deed d = village_deed(&v, SAMI);
	int64_t post;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(found(SAMI, (str){text, ONCE_MIN}), 0);
	assert_int_equal(found(SAMI, (str){text, ONCE_MAX}), 0);
	assert_false(once_find(&d, (str){text, ONCE_MIN - 1}, &post, &v.e));
	assert_int_equal(v.e.kind, ERR_INPUT);
	assert_false(once_find(&d, (str){text, ONCE_MAX + 1}, &post, &v.e));
	assert_false(once_note(&d, S(""), 1, &v.e));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(a_word_leads_to_what_was_made_of_it_for_its_account_alone),
	    T(a_word_that_is_too_short_or_too_long_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
