/* What is asked of Arachnid Shield, and what is believed of its answers. */
#include "shield/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Zeros, and 0, 1, 2 … 31, as base64. */
#define ZEROS "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define COUNT "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define CLEAN "{\"classification\":\"no-known-match\",\"match_type\":null}"
#define KNOWN                                                         \
	"{\"classification\":\"csam\",\"match_type\":\"near\","       \
	"\"near_match_details\":[{\"timestamp\":0.0,\"sha1_base32\":" \
	"\"X\",\"classification\":\"csam\"}]}"
#define SCANNED(inside) "{\"scanned_hashes\":{" inside "}}"

static uint8_t pdq[2][SHIELD_PDQ];

static int
setup(void **state)
{
	(void)state;
	for (uint8_t i = 0; i < SHIELD_PDQ; i++)
		pdq[1][i] = i;
	return 0;
}

static const uint8_t (*asked(void))[SHIELD_PDQ]
{
	return (const uint8_t(*)[SHIELD_PDQ])pdq;
}

static void
a_question_is_hashes_and_nothing_else(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);

	(void)state;
	shield_query_write(&b, asked(), 2);
	assert_true(str_eq(
	    buf_view(&b), S("{\"hashes\":[\"" ZEROS "\",\"" COUNT "\"]}")));
}

static void
a_whole_question_fits_a_message(void **state)
{
	static uint8_t many[SHIELD_BATCH_MAX][SHIELD_PDQ];
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);

	(void)state;
	shield_query_write(
	    &b, (const uint8_t(*)[SHIELD_PDQ])many, SHIELD_BATCH_MAX);
	assert_false(b.full);
}

static void
each_hash_has_its_own_answer(void **state)
{
	struct shield_said said[2];
	struct err e;

	(void)state;
	assert_true(shield_query_read(
	    S(SCANNED("\"" COUNT "\":" KNOWN ",\"" ZEROS "\":" CLEAN)), asked(),
	    2, said, &e));
	assert_false(said[0].known);
	assert_string_equal(said[0].classification, "no-known-match");
	assert_string_equal(said[0].match_type, "");
	assert_true(said[1].known);
	assert_string_equal(said[1].classification, "csam");
	assert_string_equal(said[1].match_type, "near");
}

static void
what_is_newer_is_passed_over(void **state)
{
	struct shield_said said[1];
	struct err e;

	(void)state;
	assert_true(shield_query_read(
	    S("{\"version\":{\"a\":[1,{}]},\"scanned_hashes\":{\"" ZEROS
	      "\":{\"score\":[0.5],\"classification\":\"no-known-match\","
	      "\"near_match_details\":null}},\"took\":3}"),
	    asked(), 1, said, &e));
	assert_false(said[0].known);
}

static void
a_word_that_is_newer_is_a_match(void **state)
{
	static const char *const words[] = {
	    "csam", "harmful-abusive-material", "test", "something-new"};
	struct shield_said said[1];
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		char text[256];

		(void)snprintf(text, sizeof(text),
		    SCANNED("\"" ZEROS "\":{\"match_type\":\"exact\","
			    "\"classification\":\"%s\"}"),
		    words[i]);
		assert_true(
		    shield_query_read(str_c(text), asked(), 1, said, &e));
		assert_true(said[0].known);
		assert_string_equal(said[0].classification, words[i]);
	}
}

static void
refused(size_t n, const char *answer)
{
	struct shield_said said[2], before[2];
	struct err e;

	memset(said, 0x55, sizeof(said));
	memcpy(before, said, sizeof(said));
	if (shield_query_read(str_c(answer), asked(), n, said, &e))
		fail_msg("believed: %s", answer);
	assert_memory_equal(said, before, sizeof(said));
}

static void
an_answer_about_something_else_says_nothing(void **state)
{
	(void)state;
	refused(1, SCANNED(""));
	refused(2, SCANNED("\"" ZEROS "\":" CLEAN));
	refused(1, SCANNED("\"" COUNT "\":" CLEAN));
	refused(1, SCANNED("\"" ZEROS "\":" CLEAN ",\"" COUNT "\":" CLEAN));
	refused(1, SCANNED("\"" ZEROS "\":" CLEAN ",\"" ZEROS "\":" CLEAN));
	refused(1, SCANNED("\"" ZEROS "\":" KNOWN ",\"" ZEROS "\":" CLEAN));
	refused(1, SCANNED("\"\":" CLEAN));
	refused(1, "{}");
	refused(1, "{\"detail\":\"no\"}");
}

static void
a_form_that_is_not_the_one_says_nothing(void **state)
{
	static const char *const bad[] = {"", " ", "null", "[]", "\"\"", "{",
	    "no-known-match", "{\"scanned_hashes\":[]}",
	    "{\"scanned_hashes\":null}", "{\"scanned_hashes\":true}",
	    SCANNED("\"" ZEROS "\":null"), SCANNED("\"" ZEROS "\":[]"),
	    SCANNED("\"" ZEROS "\":\"no-known-match\""),
	    SCANNED("\"" ZEROS "\":{}"),
	    SCANNED("\"" ZEROS "\":{\"classification\":null}"),
	    SCANNED("\"" ZEROS "\":{\"classification\":1}"),
	    SCANNED("\"" ZEROS "\":{\"classification\":\"\"}"),
	    SCANNED("\"" ZEROS "\":{\"classification\":\"CSAM\"}"),
	    SCANNED("\"" ZEROS "\":{\"classification\":\"a\\nb\"}"),
	    SCANNED("\"" ZEROS "\":{\"classification\":\"no-known-match\","
		    "\"match_type\":7}"),
	    SCANNED("\"" ZEROS "\":" CLEAN) "x",
	    SCANNED("\"" ZEROS "\":" CLEAN) SCANNED("")};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(1, bad[i]);
}

static void
an_answer_that_contradicts_itself_says_nothing(void **state)
{
	(void)state;
	refused(1, SCANNED("\"" ZEROS "\":{\"classification\":"
			   "\"no-known-match\",\"match_type\":\"near\"}"));
	refused(1, SCANNED("\"" ZEROS "\":{\"classification\":\"csam\","
			   "\"classification\":\"no-known-match\"}"));
	refused(1, SCANNED("\"" ZEROS "\":{\"classification\":"
			   "\"no-known-match\",\"classification\":\"csam\"}"));
}

static void
a_cut_answer_says_nothing(void **state)
{
	static const char whole[] =
	    SCANNED("\"" ZEROS "\":" CLEAN ",\"" COUNT "\":" KNOWN);
	struct shield_said said[2];
	struct err e;

	(void)state;
	assert_true(shield_query_read(
	    (str){whole, sizeof(whole) - 1}, asked(), 2, said, &e));
	for (size_t n = 0; n < sizeof(whole) - 1; n++)
		assert_false(
		    shield_query_read((str){whole, n}, asked(), 2, said, &e));
}

static void
a_long_word_is_not_cut_into_another(void **state)
{
	char text[512];

	(void)state;
	(void)snprintf(text, sizeof(text),
	    SCANNED("\"" ZEROS "\":{\"classification\":\"no-known-match%0200d"
		    "\"}"),
	    0);
	refused(1, text);
	(void)snprintf(
	    text, sizeof(text), SCANNED("\"" ZEROS "%0200d\":" CLEAN), 0);
	refused(1, text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_question_is_hashes_and_nothing_else),
	    cmocka_unit_test(a_whole_question_fits_a_message),
	    cmocka_unit_test(each_hash_has_its_own_answer),
	    cmocka_unit_test(what_is_newer_is_passed_over),
	    cmocka_unit_test(a_word_that_is_newer_is_a_match),
	    cmocka_unit_test(an_answer_about_something_else_says_nothing),
	    cmocka_unit_test(a_form_that_is_not_the_one_says_nothing),
	    cmocka_unit_test(an_answer_that_contradicts_itself_says_nothing),
	    cmocka_unit_test(a_cut_answer_says_nothing),
	    cmocka_unit_test(a_long_word_is_not_cut_into_another),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
