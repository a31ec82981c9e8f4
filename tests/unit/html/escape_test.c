/* Every byte, in every place where a value may stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "web/asset.h"
#include "web/escape.h"

struct world {
	struct buf out;
	struct view view;
};

static int
set_up(void **state)
{
	static struct world w;

	w = (struct world){.out = BUF_MAX(1 << 16)};
	w.view = (struct view){.out = &w.out, .lang = LANG_EN};
	*state = &w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	buf_done(&w->out);
	return 0;
}

static void
assert_written(struct world *w, const char *want)
{
	buf_byte(&w->out, '\0');
	assert_string_equal(w->out.p, want);
	buf_clear(&w->out);
}

static void
only_five_bytes_and_nul_change_in_text(void **state)
{
	struct world *w = *state;

	for (int c = 0; c < 256; c++) {
		char byte = (char)c, text[3] = {'a', byte, 'b'};

		view_text(&w->view, (str){text, 3});
		if (c == 0 || strchr("&<>\"'", c) != NULL)
			assert_true(w->out.n >= 5);
		else
			assert_memory_equal(w->out.p, text, 3);
		assert_int_equal(w->out.p[0], 'a');
		assert_int_equal(w->out.p[w->out.n - 1], 'b');
		buf_clear(&w->out);
	}
}

static void
what_ends_a_value_is_always_escaped(void **state)
{
	struct world *w = *state;

	view_text(&w->view, S("<a href=\"x\" b='y'>&amp;"));
	assert_written(w, "&lt;a href=&#34;x&#34; b=&#39;y&#39;&gt;&amp;amp;");
	view_text(&w->view, S("&&"));
	assert_written(w, "&amp;&amp;");
	view_text(&w->view, (str){0});
	view_cstr(&w->view, NULL);
	assert_written(w, "");
}

static void
only_unreserved_bytes_stay_in_a_part_of_a_url(void **state)
{
	static const char stay[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	struct world *w = *state;

	for (int c = 0; c < 256; c++) {
		char byte = (char)c, want[4];

		view_url_part(&w->view, (str){&byte, 1});
		if (c != 0 && strchr(stay, c) != NULL) {
			assert_int_equal(w->out.n, 1);
			assert_int_equal(w->out.p[0], byte);
		} else {
			(void)snprintf(want, sizeof(want), "%%%02X", c);
			assert_int_equal(w->out.n, 3);
			assert_memory_equal(w->out.p, want, 3);
		}
		buf_clear(&w->out);
	}
}

static void
only_local_urls_are_written(void **state)
{
	static const char *const foreign[] = {"", "//evil", "/\\evil", "x",
	    "https://x", "javascript:alert(1)", " /x", "/\t/evil", "/a b",
	    "/a\nb", "\\x", "?x", "/\x7f"};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		view_url(&w->view, str_c(foreign[i]));
		assert_written(w, "#");
	}
	view_url(&w->view, S("/"));
	assert_written(w, "/");
	view_url(&w->view, S("/a/b?c=%20&d='#e//f"));
	assert_written(w, "/a/b?c=%20&amp;d=&#39;#e//f");
}

static void
the_macros_choose_by_type(void **state)
{
	struct world *w = *state;
	const int64_t low = INT64_MIN;
	const uint8_t small = 255;
	const size_t size = 7;
	char word[] = "<";

	VIEW_TEXT(&w->view, low);
	VIEW_TEXT(&w->view, small);
	VIEW_TEXT(&w->view, size);
	VIEW_TEXT(&w->view, word);
	VIEW_TEXT(&w->view, html_raw(S("<")));
	assert_written(w, "-92233720368547758082557&lt;<");
	VIEW_URL_PART(&w->view, word);
	VIEW_URL_PART(&w->view, low);
	VIEW_URL(&w->view, "/<");
	assert_written(w, "%3C-9223372036854775808/&lt;");
}

static void
arguments_of_a_text_are_escaped_and_its_own_words_are_not(void **state)
{
	const struct message m = {
	    .html = {[LANG_EN] = S("%2 &amp; %1%1 %3 100%")},
	    .html_many = {[LANG_EN] = S("many %1")},
	};
	const struct view_arg arg[] = {
	    VIEW_ARG("<%2>"), VIEW_ARG(html_raw(S("<b>%1</b>")))};
	struct view_arg n = VIEW_ARG(2);
	struct world *w = *state;

	view_message(&w->view, &m, arg, 2);
	assert_written(w, "<b>%1</b> &amp; &lt;%2&gt;&lt;%2&gt; %3 100%");
	view_plural(&w->view, &m, &n, 1);
	assert_written(w, "many 2");
}

static void
an_asset_is_found_by_its_path_alone(void **state)
{
	(void)state;
	assert_true(asset_table_n > 0);
	for (size_t i = 0; i < asset_table_n; i++) {
		const struct asset *a = &asset_table[i];

		assert_ptr_equal(asset_find(a->path), a);
		assert_ptr_equal(asset_named(a->name), a);
		assert_true(str_eq(asset_path(a->name), a->path));
		assert_true(str_starts(a->path, S("/static/")));
		assert_true(a->gzip.n < a->bytes.n || a->bytes.n == 0);
	}
	assert_null(asset_find(S("/static/")));
	assert_null(asset_find((str){0}));
	assert_null(asset_named("no.css"));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(only_five_bytes_and_nul_change_in_text),
	    T(what_ends_a_value_is_always_escaped),
	    T(only_unreserved_bytes_stay_in_a_part_of_a_url),
	    T(only_local_urls_are_written),
	    T(the_macros_choose_by_type),
	    T(arguments_of_a_text_are_escaped_and_its_own_words_are_not),
	    T(an_asset_is_found_by_its_path_alone),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
