/* The tags that shape a page: pages, branches, loops, forms, partials. */
#include "literal.h"
#include "tmplc.h"

struct tag {
	struct tmplc *t;
	size_t at;
	str rest; /* after the keyword */
	str next; /* what follows the tag */
};

static bool
in_page(struct tag *g)
{
	if (g->t->depth == 0)
		return tmplc_fail(g->t, g->at, "this stands outside of a page");
	return true;
}

static bool
in_text(struct tag *g, const char *what)
{
	if (g->t->st.pos != POS_TEXT)
		return tmplc_fail(
		    g->t, g->at, "{{%s}} inside %s", what, pos_name(&g->t->st));
	return true;
}

/* Branches and loops may stand in text, between attributes and in values. */
static bool
in_place(struct tag *g)
{
	enum pos pos;

	if (!in_page(g))
		return false;
	pos_settle(g->t);
	pos = g->t->st.pos;
	if (pos != POS_TEXT && pos != POS_TAG && pos != POS_QUOTED &&
	    pos != POS_RCDATA)
		return tmplc_fail(g->t, g->at,
		    "nothing can depend on values "
		    "inside %s",
		    pos_name(&g->t->st));
	emit_flush(g->t);
	return true;
}

static bool
push(struct tag *g, enum block_kind kind, str name)
{
	struct tmplc *t = g->t;

	if (t->depth == BLOCKS_MAX)
		return tmplc_fail(t, g->at, "blocks nested too deep");
	t->block[t->depth++] = (struct block){
	    .kind = kind, .at = g->at, .before = t->st, .name = name};
	return true;
}

static struct block *
top(struct tmplc *t)
{
	return t->depth == 0 ? NULL : &t->block[t->depth - 1];
}

/* "name(arguments)", nothing after it. */
static bool
take_call(struct tag *g, str *ret_name, str *ret_args)
{
	str s = g->rest;

	if (!lex_name(&s, ret_name) || s.n < 2 || s.p[0] != '(' ||
	    s.p[s.n - 1] != ')' || !lex_balanced(s))
		return tmplc_fail(g->t, g->at, "expected name(…)");
	*ret_args = str_trim(str_sub(s, 1, s.n - 2));
	return true;
}

static bool
run_include(struct tag *g)
{
	str s = g->rest;

	if (g->t->depth > 0)
		return tmplc_fail(g->t, g->at, "{{include}} inside a page");
	if (s.n < 3 || s.p[0] != '"' || literal_length(s) != s.n)
		return tmplc_fail(g->t, g->at, "expected {{include \"x.h\"}}");
	buf_printf(&g->t->includes, "#include " STR_FMT "\n", STR_ARG(s));
	return true;
}

static bool
run_page(struct tag *g)
{
	struct tmplc *t = g->t;
	str name, params;

	if (t->depth > 0)
		return tmplc_fail(t, g->at, "a page inside a page");
	if (!take_call(g, &name, &params))
		return false;
	t->st = (struct state){.blank = true};
	t->page_params = str_eq(params, S("void")) ? (str){0} : params;
	t->slot = false;
	buf_clear(&t->open);
	buf_clear(&t->body);
	return push(g, BLOCK_PAGE, name);
}

static bool
emit_condition(struct tag *g)
{
	if (!emit_expr(g->t, g->rest, g->at))
		return false;
	buf_str(&g->t->body, S(") {\n"));
	return true;
}

static bool
run_if(struct tag *g)
{
	if (!in_place(g))
		return false;
	emit_line(g->t, g->at);
	emit_indent(g->t);
	buf_str(&g->t->body, S("if ("));
	return emit_condition(g) && push(g, BLOCK_IF, (str){0});
}

/* A branch ends here; all must end in the same place. */
static bool
branch_done(struct tag *g, struct block *b)
{
	struct tmplc *t = g->t;

	pos_settle(t);
	emit_flush(t);
	if (b->has_after && !pos_same(&b->after, &t->st))
		return tmplc_fail(t, g->at,
		    "this branch ends in %s, the one "
		    "before it in %s",
		    pos_name(&t->st), pos_name(&b->after));
	if (b->has_after && !tree_ends(t, &b->after, g->at))
		return false;
	t->st.blank = t->st.blank && (!b->has_after || b->after.blank);
	b->after = t->st;
	b->has_after = true;
	t->st = b->before;
	return true;
}

static bool
next_branch(struct tag *g, const char *word)
{
	struct block *b = top(g->t);

	if (b == NULL || b->kind != BLOCK_IF)
		return tmplc_fail(
		    g->t, g->at, "{{%s}} without its {{if}}", word);
	if (b->has_else)
		return tmplc_fail(g->t, g->at, "{{%s}} after {{else}}", word);
	if (!branch_done(g, b))
		return false;
	g->t->depth--;
	emit_indent(g->t);
	g->t->depth++;
	return true;
}

static bool
run_elif(struct tag *g)
{
	if (!next_branch(g, "elif"))
		return false;
	buf_str(&g->t->body, S("} else if (\n"));
	emit_line(g->t, g->at);
	emit_indent(g->t);
	return emit_condition(g);
}

static bool
run_else(struct tag *g)
{
	if (!next_branch(g, "else"))
		return false;
	if (g->rest.n > 0)
		return tmplc_fail(g->t, g->at, "{{else}} takes nothing");
	top(g->t)->has_else = true;
	buf_str(&g->t->body, S("} else {\n"));
	return true;
}

/* A body that begins with a blank, after one, need not write it: what ends the
 * body makes sure that the next turn stands after a blank too. */
static void
assume_blank(struct tmplc *t, str next)
{
	struct block *b = top(t);

	b->swallows = b->before.blank && t->st.pos == POS_TEXT &&
		      t->st.pre == 0 && next.n > 0 &&
		      str_trim(next).p != next.p;
	t->st.blank = b->swallows;
}

static bool
run_each(struct tag *g)
{
	struct tmplc *t = g->t;
	str x, list = g->rest;

	if (!in_place(g))
		return false;
	if (!lex_name(&list, &x))
		return tmplc_fail(t, g->at, "expected {{each x in list}}");
	skip_blank(&list);
	if (!lex_word(&list, S("in")))
		return tmplc_fail(t, g->at, "expected {{each x in list}}");
	emit_indent(t);
	buf_str(&t->body, S("{\n"));
	emit_line(t, g->at);
	emit_indent(t);
	buf_printf(
	    &t->body, "const __auto_type " STR_FMT "_all_ = ", STR_ARG(x));
	if (!emit_expr(t, list, g->at))
		return false;
	buf_str(&t->body, S(";\n"));
	emit_indent(t);
	buf_printf(&t->body,
	    "for (size_t %1$.*2$s_i = 0; %1$.*2$s_i < (size_t)%1$.*2$s_all_.n;"
	    " %1$.*2$s_i++) {\n",
	    x.p, str_prec_(x));
	if (!push(g, BLOCK_EACH, x))
		return false;
	emit_line(t, g->at);
	emit_indent(t);
	buf_printf(&t->body,
	    "const __auto_type %1$.*2$s = "
	    "&%1$.*2$s_all_.v[%1$.*2$s_i];\n",
	    x.p, str_prec_(x));
	emit_indent(t);
	buf_printf(&t->body, "(void)" STR_FMT ";\n", STR_ARG(x));
	assume_blank(t, g->next);
	return true;
}

static bool
run_set(struct tag *g)
{
	if (!in_place(g))
		return false;
	if (memchr(g->rest.p, '=', g->rest.n) == NULL)
		return tmplc_fail(
		    g->t, g->at, "expected {{set type name = value}}");
	emit_line(g->t, g->at);
	emit_indent(g->t);
	if (!emit_expr(g->t, g->rest, g->at))
		return false;
	buf_str(&g->t->body, S(";\n"));
	return true;
}

/* --- forms --------------------------------------------------------------- */

static bool
in_form(const struct tmplc *t)
{
	for (size_t i = 0; i < t->depth; i++)
		if (t->block[i].kind == BLOCK_FORM)
			return true;
	return false;
}

/* The URL and the attributes are templates themselves; t->src has them. */
static bool
form_open(struct tag *g, bool post, str url, str attrs, bool files)
{
	struct tmplc *t = g->t;
	str head = post ? S("<form method=\"post\" action=\"")
			: S("<form method=\"get\" action=\"");
	size_t from = (size_t)(url.p - t->src.p);
	enum url ends;

	if (!pos_feed(t, head, g->at) || !tag_run(t, from, from + url.n))
		return false;
	ends = t->st.url;
	if (t->st.pos != POS_QUOTED || ends == URL_EMPTY || ends == URL_FOREIGN)
		return tmplc_fail(t, g->at, "a form goes to a path of ours");
	if (!pos_feed(t, S("\""), g->at) ||
	    (files &&
		!pos_feed(t, S(" enctype=\"multipart/form-data\""), g->at)))
		return false;
	from = (size_t)(attrs.p - t->src.p);
	if (attrs.n > 0 &&
	    (!pos_feed(t, S(" "), g->at) || !tag_run(t, from, from + attrs.n)))
		return false;
	pos_settle(t);
	if (t->st.pos != POS_TAG || strcmp(t->st.tag, "form") != 0)
		return tmplc_fail(t, g->at, "the form's attributes do not end");
	return pos_feed(t, S(">"), g->at);
}

static void
form_token(struct tmplc *t)
{
	buf_str(&t->lit, S("<input type=\"hidden\" name=\"form\" value=\""));
	emit_flush(t);
	emit_indent(t);
	buf_str(&t->body, S("view_text(v, v->form_token);\n"));
	buf_str(&t->lit, S("\">"));
}

static bool
run_form(struct tag *g)
{
	struct tmplc *t = g->t;
	str s = g->rest, url;
	bool post = lex_word(&s, S("POST")), files = false, ok;
	size_t n;

	if (!in_page(g) || !in_text(g, "form"))
		return false;
	if (in_form(t))
		return tmplc_fail(t, g->at, "a form inside a form");
	if ((!post && !lex_word(&s, S("GET"))) || s.n == 0 || s.p[0] != '"' ||
	    (n = literal_length(s)) == 0)
		return tmplc_fail(t, g->at, "expected {{form POST \"/…\"}}");
	url = str_sub(s, 1, n - 2);
	s = str_trim(str_sub(s, n, s.n));
	while (lex_word(&s, S("multipart")) || lex_word(&s, S("sheet")))
		files = true;
	t->own_form = true;
	ok = form_open(g, post, url, s, files);
	t->own_form = false;
	if (!ok)
		return false;
	if (post)
		form_token(t);
	return push(g, BLOCK_FORM, (str){0});
}

/* --- partials ------------------------------------------------------------ */

static bool
emit_call(struct tag *g, str name, const char *suffix, str args)
{
	struct tmplc *t = g->t;

	emit_flush(t);
	emit_line(t, g->at);
	emit_indent(t);
	buf_printf(&t->body, "html_" STR_FMT "%s(v", STR_ARG(name), suffix);
	if (args.n > 0) {
		buf_str(&t->body, S(", "));
		if (!emit_expr(t, args, g->at))
			return false;
	}
	buf_str(&t->body, S(");\n"));
	t->st.blank = false;
	return true;
}

static bool
run_use(struct tag *g)
{
	str name, args;

	return in_page(g) && in_text(g, "use") && take_call(g, &name, &args) &&
	       emit_call(g, name, "", args);
}

static bool
run_wrap(struct tag *g)
{
	str name, args;

	return in_page(g) && in_text(g, "wrap") && take_call(g, &name, &args) &&
	       emit_call(g, name, "_open", args) && push(g, BLOCK_WRAP, name);
}

static bool
run_slot(struct tag *g)
{
	struct tmplc *t = g->t;

	if (!in_page(g) || !in_text(g, "slot"))
		return false;
	if (t->depth > 1 || t->slot || g->rest.n > 0)
		return tmplc_fail(
		    t, g->at, "one {{slot}} in a page, in no block");
	emit_flush(t);
	buf_str(&t->open, buf_view(&t->body));
	buf_clear(&t->body);
	t->slot = true;
	t->st.blank = false;
	return true;
}

/* --- ends ---------------------------------------------------------------- */

static bool
end_page(struct tag *g, struct block *b)
{
	struct tmplc *t = g->t;

	if (t->st.pos != POS_TEXT || t->st.pre > 0)
		return tmplc_fail(t, g->at, "the page ends inside %s",
		    t->st.pre > 0 ? "<pre>" : pos_name(&t->st));
	if (!tree_ends(t, &b->before, g->at))
		return false;
	while (t->lit.n > 0 && (t->lit.p[t->lit.n - 1] == ' ' ||
				   t->lit.p[t->lit.n - 1] == '\n'))
		t->lit.n--;
	emit_flush(t);
	emit_page(t);
	t->depth--;
	return true;
}

static bool
end_if(struct tag *g, struct block *b)
{
	if (!branch_done(g, b))
		return false;
	if (!b->has_else && !branch_done(g, b)) /* the branch not written */
		return false;
	g->t->st = b->after;
	g->t->depth--;
	emit_indent(g->t);
	buf_str(&g->t->body, S("}\n"));
	return true;
}

static bool
end_each(struct tag *g, struct block *b)
{
	struct tmplc *t = g->t;

	pos_settle(t);
	if (b->swallows && !t->st.blank && !pos_feed(t, S("\n"), g->at))
		return false;
	emit_flush(t);
	if (!pos_same(&b->before, &t->st))
		return tmplc_fail(t, g->at,
		    "the loop begins in %s and ends in %s",
		    pos_name(&b->before), pos_name(&t->st));
	if (!tree_ends(t, &b->before, g->at))
		return false;
	t->st.blank = t->st.blank && b->before.blank;
	t->depth--;
	emit_indent(t);
	buf_str(&t->body, S("}\n"));
	emit_indent(t);
	buf_str(&t->body, S("}\n"));
	return true;
}

static bool
end_form(struct tag *g, struct block *b)
{
	(void)b;
	if (!in_text(g, "end"))
		return false;
	g->t->depth--;
	return pos_feed(g->t, S("</form>"), g->at);
}

static bool
end_wrap(struct tag *g, struct block *b)
{
	if (!in_text(g, "end") || !tree_ends(g->t, &b->before, g->at))
		return false;
	g->t->depth--;
	return emit_call(g, b->name, "_close", (str){0});
}

static bool
run_end(struct tag *g)
{
	static bool (*const ends[])(struct tag *, struct block *) = {
	    [BLOCK_PAGE] = end_page,
	    [BLOCK_IF] = end_if,
	    [BLOCK_EACH] = end_each,
	    [BLOCK_FORM] = end_form,
	    [BLOCK_WRAP] = end_wrap,
	};
	struct block *b = top(g->t);

	if (b == NULL)
		return tmplc_fail(g->t, g->at, "{{end}} of nothing");
	if (g->rest.n > 0)
		return tmplc_fail(g->t, g->at, "{{end}} takes nothing");
	return ends[b->kind](g, b);
}

static bool
run_tag(struct tmplc *t, const struct item *item, str next)
{
	static const struct {
		const char *word;
		bool (*run)(struct tag *);
	} tags[] = {
	    {"include", run_include},
	    {"page", run_page},
	    {"end", run_end},
	    {"if", run_if},
	    {"elif", run_elif},
	    {"else", run_else},
	    {"each", run_each},
	    {"set", run_set},
	    {"form", run_form},
	    {"use", run_use},
	    {"wrap", run_wrap},
	    {"slot", run_slot},
	};
	struct tag g = {t, item->at, item->text, next};

	if (str_starts(item->text, S("#")))
		return true;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		str rest = item->text;

		if (lex_word(&rest, str_c(tags[i].word))) {
			g.rest = rest;
			return tags[i].run(&g);
		}
	}
	return in_page(&g) && value_run(t, item);
}

static bool
outside(struct tmplc *t, const struct item *item)
{
	str text = str_trim(item->text);

	if (text.n > 0)
		return tmplc_fail(
		    t, (size_t)(text.p - t->src.p), "text outside of a page");
	return true;
}

bool
tag_run(struct tmplc *t, size_t from, size_t end)
{
	struct item item;

	for (;;) {
		if (!lex_item(t, &from, end, &item))
			return false;
		if (item.kind == ITEM_END)
			return true;
		if (item.kind == ITEM_TAG
			? !run_tag(t, &item, str_sub(t->src, from, end - from))
		    : t->depth == 0 ? !outside(t, &item)
				    : !pos_feed(t, item.text, item.at))
			return false;
	}
}
