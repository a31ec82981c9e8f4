/* JSON as a stream: what is there, what is refused, and how deep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json.h"

struct bytes {
	str s;
	size_t step; /* so many at a time */
};

static bool
give(void *ctx, char *p, size_t cap, size_t *ret_n, struct err *e)
{
	struct bytes *b = ctx;
	size_t n = b->s.n < b->step ? b->s.n : b->step;

	(void)e;
	n = n < cap ? n : cap;
	if (n > 0)
		memcpy(p, b->s.p, n);
	b->s = str_sub(b->s, n, b->s.n);
	*ret_n = n;
	return true;
}

/* Every token as a letter, texts behind it. */
static bool
read_all(str s, size_t step, char *ret, size_t cap, struct err *e)
{
	static const char letters[] = ".{}[]:\"#tfn";
	struct bytes b = {s, step};
	OWNED(json) j = json_new(give, &b, 64);
	enum json_token t = JSON_NULL;
	size_t n = 0;

	for (ret[0] = '\0'; t != JSON_END;) {
		if (!json_next(j, &t, e))
			return false;
		n += (size_t)snprintf(ret + n, cap - n, "%c" STR_FMT,
		    letters[t], STR_ARG(json_text(j)));
	}
	return true;
}

static void
must_read(str s, const char *tokens)
{
	char got[512];
	struct err e = {0};

	for (size_t step = 1; step < 9; step += 3) {
		if (!read_all(s, step, got, sizeof(got), &e))
			fail_msg("%s", e.msg);
		assert_string_equal(got, tokens);
	}
}

static void
must_refuse(str s, enum err_kind kind, const char *why)
{
	char got[4096];
	struct err e = {0};

	assert_false(read_all(s, 7, got, sizeof(got), &e));
	assert_int_equal(e.kind, kind);
	if (strstr(e.msg, why) == NULL)
		fail_msg("%s, not %s", e.msg, why);
}

static void
values_come_as_they_stand(void **state)
{
	(void)state;
	must_read(S("{\"a\":[1,-2.5e+3,true,false,null],\"b\":{}}"),
	    "{:a[#1#-2.5e+3tfn]:b{}}.");
	must_read(S(" [ ] "), "[].");
	must_read(S("\"x\""), "\"x.");
	must_read(S("0"), "#0.");
	must_read(S("\xef\xbb\xbf[]"), "[].");
	must_read(S("\"\\u00e9\\u20AC\\ud83d\\ude00\\n\""),
	    "\"é€\xf0\x9f\x98\x80\n.");
	must_read(S("\"\\ud800x\\udc00\\ud800\\u0041\\ud800\\t\""),
	    "\"\xef\xbf\xbdx\xef\xbf\xbd\xef\xbf\xbd"
	    "A\xef\xbf\xbd\t.");
}

static void
what_is_no_json_is_refused_with_its_place(void **state)
{
	static const char *const wrong[] = {"", "[", "{", "[1,]", "{\"a\"}",
	    "{\"a\":}", "{\"a\":1,}", "[1 2]", "01", "1.", "-", "1e", "tru",
	    "nul", "\"a", "\"\\x\"", "\"\\u12g4\"", "[}", "{]", "]", "1 1",
	    "{1:2}", "'a'", "\"\x01\"", "[1]x", "+1", ".5"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		must_refuse(str_c(wrong[i]), ERR_INPUT, "line 1, byte ");
	must_refuse(S("[\n\n  x"), ERR_INPUT, "line 3, byte 5");
	must_refuse(S("\xff\xfe[\0]\0"), ERR_INPUT, "UTF-16");
}

static void
depth_is_bounded_and_said(void **state)
{
	static char deep[4 * JSON_DEPTH_MAX];
	char got[2048];
	struct err e;

	(void)state;
	memset(deep, '[', JSON_DEPTH_MAX);
	memset(deep + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_true(read_all(
	    (str){deep, 2 * JSON_DEPTH_MAX}, 50, got, sizeof(got), &e));
	memset(deep, '[', sizeof(deep));
	must_refuse((str){deep, sizeof(deep)}, ERR_LIMIT,
	    "line 1, byte 128: nested deeper than 128");
}

static void
a_long_text_is_cut_and_says_so(void **state)
{
	static char text[300];
	struct bytes b = {{text, sizeof(text)}, 11};
	OWNED(json) j = json_new(give, &b, 64);
	enum json_token t;
	struct err e;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[0] = '[';
	text[1] = '"';
	memcpy(text + 296, "\",7]", 4);
	assert_true(json_next(j, &t, &e));
	assert_true(json_next(j, &t, &e));
	assert_int_equal(t, JSON_STRING);
	assert_true(json_cut(j));
	assert_int_equal(json_text(j).n, 64);
	assert_true(json_next(j, &t, &e));
	assert_int_equal(t, JSON_NUMBER);
	assert_false(json_cut(j));
}

static void
what_nobody_wants_is_read_past(void **state)
{
	struct bytes b = {S("{\"a\":[1,{\"b\":[2]}],\"c\":3}"), 3};
	OWNED(json) j = json_new(give, &b, 64);
	enum json_token t;
	struct err e;

	(void)state;
	assert_true(json_next(j, &t, &e)); /* { */
	assert_true(json_next(j, &t, &e)); /* a */
	assert_true(json_skip(j, &e));
	assert_true(json_next(j, &t, &e));
	assert_int_equal(t, JSON_NAME);
	assert_true(str_eq(json_text(j), S("c")));
	assert_int_equal(json_depth(j), 1);
	assert_true(json_skip_rest(j, &e));
	assert_true(json_next(j, &t, &e));
	assert_int_equal(t, JSON_END);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_come_as_they_stand),
	    cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
	    cmocka_unit_test(depth_is_bounded_and_said),
	    cmocka_unit_test(a_long_text_is_cut_and_says_so),
	    cmocka_unit_test(what_nobody_wants_is_read_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
