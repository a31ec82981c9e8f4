/* The tags that write a value, each escaped for the place it stands in. */
#include "literal.h"
#include "tmplc.h"

static bool
in_value_place(struct tmplc *t, size_t at)
{
	enum pos pos = t->st.pos;

	if (pos != POS_TEXT && pos != POS_RCDATA && pos != POS_QUOTED)
		return tmplc_fail(
		    t, at, "a value cannot stand in %s", pos_name(&t->st));
	return true;
}

/* A part of a URL may only follow what keeps it on this host. */
static bool
in_url_place(struct tmplc *t, size_t at)
{
	if (t->st.url == URL_EMPTY || t->st.url == URL_FOREIGN ||
	    t->st.url == URL_SLASH_VALUE)
		return tmplc_fail(t, at,
		    "a URL with values begins with a "
		    "literal / # or ? part, or is {{url value}}");
	return true;
}

static bool
emit_value(struct tmplc *t, const char *macro, str expr, size_t at)
{
	emit_flush(t);
	emit_line(t, at);
	emit_indent(t);
	buf_printf(&t->body, "%s(v, ", macro);
	if (!emit_expr(t, expr, at))
		return false;
	buf_str(&t->body, S(");\n"));
	pos_value(t);
	return true;
}

static bool
value_plain(struct tmplc *t, str expr, size_t at)
{
	const char *macro = t->st.pos == POS_TEXT ? "VIEW_TEXT" : "VIEW_ATTR";

	if (!in_value_place(t, at))
		return false;
	if (t->st.url != URL_NOT) {
		if (!in_url_place(t, at))
			return false;
		macro = "VIEW_URL_PART";
	}
	return emit_value(t, macro, expr, at);
}

static bool
value_raw(struct tmplc *t, str expr, size_t at)
{
	if (t->st.pos != POS_TEXT)
		return tmplc_fail(t, at, "{{raw}} inside %s", pos_name(&t->st));
	return emit_value(t, "view_html", expr, at);
}

static bool
value_url(struct tmplc *t, str expr, size_t at)
{
	if (t->st.url != URL_EMPTY)
		return tmplc_fail(t, at, "{{url}} is the beginning of a URL");
	if (!emit_value(t, "VIEW_URL", expr, at))
		return false;
	t->st.url = URL_LOCAL;
	return true;
}

static bool
value_asset(struct tmplc *t, str expr, size_t at)
{
	if (t->st.url != URL_EMPTY)
		return tmplc_fail(t, at, "{{asset}} is a whole URL");
	if (expr.n < 3 || expr.p[0] != '"' || literal_length(expr) != expr.n)
		return tmplc_fail(t, at, "expected {{asset \"name\"}}");
	emit_flush(t);
	emit_indent(t);
	buf_printf(&t->body, "buf_str(v->out, asset_path(" STR_FMT "));\n",
	    STR_ARG(expr));
	t->st.url = URL_LOCAL;
	pos_value(t);
	return true;
}

/* --- translated texts ---------------------------------------------------- */

static bool
in_message_place(struct tmplc *t, size_t at)
{
	if (!in_value_place(t, at))
		return false;
	if (t->st.url != URL_NOT)
		return tmplc_fail(t, at, "a translated text inside a URL");
	return true;
}

/* Each argument becomes arg_[i] by a statement of its own. */
static bool
emit_arguments(struct tmplc *t, str args, size_t at, size_t *ret_n)
{
	size_t n = 0;
	str arg;

	while (lex_argument(&args, &arg)) {
		if (n == 9)
			return tmplc_fail(t, at, "more than nine arguments");
		emit_line(t, at);
		emit_indent(t);
		buf_printf(&t->body, "arg_[%zu] = %s(", n++,
		    t->st.pos == POS_TEXT ? "VIEW_ARG" : "VIEW_ARG_ATTR");
		if (!emit_expr(t, arg, at))
			return false;
		buf_str(&t->body, S(");\n"));
	}
	*ret_n = n;
	return true;
}

static size_t
count_arguments(str args)
{
	size_t n = 0;
	str arg;

	while (lex_argument(&args, &arg))
		n++;
	return n;
}

static bool
message_plain(struct tmplc *t, str s, size_t at)
{
	CLEANUP(buf_done) struct buf key = BUF_MAX(4096);
	uint64_t id;
	size_t n;

	if (!in_message_place(t, at))
		return false;
	if (!literal_take_joined(&s, &key))
		return tmplc_fail(t, at, "expected {{_\"text\"}}");
	n = count_arguments(s);
	if (text_args(buf_view(&key)) != ((1u << (n + 1)) - 2))
		return tmplc_fail(t, at,
		    "the text does not name its %zu "
		    "arguments, %%1 to %%%zu",
		    n, n);
	id = emit_message(t, buf_view(&key));
	emit_flush(t);
	emit_indent(t);
	pos_value(t);
	if (n == 0) {
		buf_printf(&t->body,
		    "buf_str(v->out, msg_%016llx"
		    ".html[v->lang]);\n",
		    (unsigned long long)id);
		return true;
	}
	buf_printf(&t->body, "{ struct view_arg arg_[%zu];\n", n);
	if (!emit_arguments(t, s, at, &n))
		return false;
	emit_indent(t);
	buf_printf(&t->body, "view_message(v, &msg_%016llx, arg_, %zu);\n",
	    (unsigned long long)id, n);
	emit_indent(t);
	buf_str(&t->body, S("}\n"));
	return true;
}

/* n_"one" "many" count, more: the count is %1. */
static bool
message_plural(struct tmplc *t, str s, size_t at)
{
	CLEANUP(buf_done) struct buf one = BUF_MAX(4096), many = BUF_MAX(4096);
	uint64_t id;
	size_t n;

	if (!in_message_place(t, at))
		return false;
	if (!literal_take(&s, &one))
		return tmplc_fail(
		    t, at, "expected {{n_\"one\" \"many\" count}}");
	skip_blank(&s);
	if (!literal_take(&s, &many))
		return tmplc_fail(
		    t, at, "expected {{n_\"one\" \"many\" count}}");
	n = count_arguments(s);
	if (n == 0 || (text_args(buf_view(&one)) >> (n + 1)) != 0 ||
	    text_args(buf_view(&many)) != ((1u << (n + 1)) - 2))
		return tmplc_fail(t, at,
		    "the text does not name its "
		    "arguments, %%1 (the count) to %%%zu",
		    n);
	id = emit_message(t, buf_view(&one));
	emit_flush(t);
	emit_indent(t);
	pos_value(t);
	buf_printf(&t->body, "{ struct view_arg arg_[%zu];\n", n);
	if (!emit_arguments(t, s, at, &n))
		return false;
	emit_indent(t);
	buf_printf(&t->body, "view_plural(v, &msg_%016llx, arg_, %zu);\n",
	    (unsigned long long)id, n);
	emit_indent(t);
	buf_str(&t->body, S("}\n"));
	return true;
}

bool
value_run(struct tmplc *t, const struct item *item)
{
	static const struct {
		const char *word;
		bool (*run)(struct tmplc *, str, size_t);
	} words[] = {
	    {"raw", value_raw},
	    {"url", value_url},
	    {"asset", value_asset},
	};
	str s = item->text, rest;

	if (str_starts(s, S("_\"")))
		return message_plain(t, str_sub(s, 1, s.n), item->at);
	if (str_starts(s, S("n_\"")))
		return message_plural(t, str_sub(s, 2, s.n), item->at);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		rest = s;
		/* url(x) is a call of C, url x is the tag */
		if (lex_word(&rest, str_c(words[i].word)) && rest.n > 0 &&
		    rest.p[0] != '(' && rest.p[0] != '-' && rest.p[0] != '.')
			return words[i].run(t, rest, item->at);
	}
	return value_plain(t, s, item->at);
}
