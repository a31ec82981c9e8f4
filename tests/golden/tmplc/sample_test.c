/* What the compiled sample writes: every value escaped for its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "html_base.h"
#include "html_sample.h"
#include "web/escape.h"

#define NASTY S("<i>\"'&/ \xc3\xa9")
#define NASTY_HTML "&lt;i&gt;&#34;&#39;&amp;/ \xc3\xa9"
#define NASTY_URL "%3Ci%3E%22%27%26%2F%20%C3%A9"

str
asset_path(const char *name)
{
	return strcmp(name, "app.css") == 0 ? S("/static/app.1.css")
					    : S("/static/app.2.js");
}

struct world {
	struct buf out;
	struct view view;
};

static int
set_up(void **state)
{
	static struct world w;

	w = (struct world){.out = BUF_MAX(1 << 16)};
	w.view = (struct view){
	    .out = &w.out, .lang = LANG_FR, .form_token = S("a\"b")};
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
values_are_escaped_for_text_and_attributes(void **state)
{
	struct world *w = *state;

	html_values(&w->view, NASTY, "<", -7, 12, html_raw(S("<b>")));
	assert_written(w,
	    "<p title=\"" NASTY_HTML "\" lang='&lt;'>" NASTY_HTML
	    " &lt; -7 12 <b><b></p>\n<textarea name=\"t\">\n  " NASTY_HTML
	    "\n</textarea>\n<pre>\n  as it is\t-6\n</pre>");
}

static void
parts_of_urls_are_percent_encoded(void **state)
{
	struct world *w = *state;

	html_urls(&w->view, NASTY, 5, S("/x?a='"));
	assert_written(w,
	    "<a href=\"/photo/5?q=" NASTY_URL "#" NASTY_URL
	    "\">1</a>\n<a href=\"/x?a=&#39;?a=1&amp;b=5\">2</a>\n"
	    "<a href=\"?page=5\">3</a>\n<a href=\"#" NASTY_URL "\">4</a>\n"
	    "<a href=\"tel:" NASTY_URL "\">5</a>\n"
	    "<a href=\"https://www.example.org/\">6</a>\n"
	    "<a href=\"/" NASTY_URL "\">7</a>\n"
	    "<link rel=\"stylesheet\" href=\"/static/app.1.css\">\n"
	    "<script src=\"/static/app.2.js\"></script>");
}

static void
branches_and_loops_run_as_in_c(void **state)
{
	static const struct item two[] = {{S("one"), true}, {S("<2>"), false}};
	const struct item_list items = {two, 2}, none = {0};
	struct world *w = *state;

	html_branches(&w->view, 9, &items);
	assert_written(w,
	    "<p>many</p>\n<ul>\n"
	    "<li class=\"first\" id=\"i0\">one,</li>\n"
	    "<li id=\"i1\">&lt;2&gt;</li>\n</ul>\none;&lt;2&gt;;\n"
	    "<p class=\"a b\">}}</p>");
	html_branches(&w->view, 0, &none);
	assert_written(
	    w, "<p>none</p>\n<ul>\n</ul>\n\n<p class=\"a c\">}}</p>");
}

static void
texts_are_said_in_the_language_of_the_view(void **state)
{
	struct world *w = *state;

	html_texts(&w->view, 0, NASTY, html_raw(S("<a>")));
	assert_written(w,
	    "<h1 title=\"Photo 0 sur 1\">"
	    "Un texte «\xc2\xa0"
	    "cité\xc2\xa0» &amp; &lt;plus&gt;</h1>\n"
	    "<p>De " NASTY_HTML ", voir <a></p>\n"
	    "<p>0 photo, Chez " NASTY_HTML ", 0 photo</p>\n<p>deux en un</p>");
	w->view.lang = LANG_EN;
	html_texts(&w->view, 0, S("L"), html_raw(S("<a>")));
	assert_written(w,
	    "<h1 title=\"Photo 0 of 1\">"
	    "A &#34;quoted&#34; text &amp; &lt;more&gt;</h1>\n"
	    "<p>By L, see <a></p>\n"
	    "<p>0 photos, 0 photos of L</p>\n<p>one literal and another</p>");
	html_texts(&w->view, 1, S("L"), html_raw(S("<a>")));
	assert_non_null(
	    memmem(w->out.p, w->out.n, "<p>1 photo, 1 photo of L", 24));
}

static void
every_form_that_changes_something_has_its_token(void **state)
{
	static const char token[] =
	    "<input type=\"hidden\" name=\"form\" value=\"a&#34;b\">";
	struct world *w = *state;
	int n = 0;

	html_forms(&w->view, 3, S("//evil"));
	assert_true(str_starts(buf_view(&w->out),
	    S("<form method=\"post\" action=\"/album/3/publish\"><input")));
	assert_non_null(memmem(w->out.p, w->out.n,
	    "action=\"#\" enctype=\"multipart/form-data\"", 40));
	for (size_t i = 0; i < w->out.n; i++)
		n += str_starts(
		    str_sub(buf_view(&w->out), i, w->out.n), str_c(token));
	assert_int_equal(n, 3);
}

static void
a_wrapped_page_stands_in_its_frame(void **state)
{
	struct world *w = *state;

	html_whole(&w->view, S("a&b"));
	assert_written(w,
	    "<!doctype html>\n<html lang=\"fr\">\n"
	    "<title>L’été</title>\n<body data-level=\"2\">\n\n"
	    "<h1><b class=\"badge\">a&amp;b</b> </h1>\n\n</body>\n</html>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		values_are_escaped_for_text_and_attributes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		parts_of_urls_are_percent_encoded, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		branches_and_loops_run_as_in_c, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		texts_are_said_in_the_language_of_the_view, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		every_form_that_changes_something_has_its_token, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		a_wrapped_page_stands_in_its_frame, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("tmplc_sample", tests, NULL, NULL);
}
