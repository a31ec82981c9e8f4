/* Writes C: long literals, one call per value. */
#include "file.h"
#include "literal.h"
#include "tmplc.h"

int
tmplc_line(const struct tmplc *t, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at && i < t->src.n; i++)
		line += t->src.p[i] == '\n';
	return line;
}

void
emit_indent(struct tmplc *t)
{
	for (size_t i = 0; i < t->depth; i++)
		if (t->block[i].kind != BLOCK_FORM &&
		    t->block[i].kind != BLOCK_WRAP)
			buf_byte(&t->body, '\t');
}

void
emit_line(struct tmplc *t, size_t at)
{
	buf_printf(&t->body, "#line %d \"%s\"\n", tmplc_line(t, at), t->path);
}

void
emit_flush(struct tmplc *t)
{
	if (t->lit.n == 0)
		return;
	emit_indent(t);
	buf_str(&t->body, S("buf_put(v->out,"));
	buf_str(&t->body, t->lit.n > 40 ? S("\n\t    ") : S(" "));
	literal_put(&t->body, buf_view(&t->lit), "\t    ");
	buf_printf(&t->body, ", %zu);\n", t->lit.n);
	buf_clear(&t->lit);
}

uint64_t
emit_message(struct tmplc *t, str key)
{
	uint64_t id = text_hash(key);

	for (size_t i = 0; i < t->n_messages; i++)
		if (t->message[i] == id)
			return id;
	if (t->n_messages < MESSAGES_MAX)
		t->message[t->n_messages++] = id;
	return id;
}

/* The _"…" at the front, as the text in the view's language. */
static bool
expr_message(struct tmplc *t, str *s, size_t at)
{
	CLEANUP(buf_done) struct buf key = BUF_MAX(4096);

	*s = str_sub(*s, 1, s->n);
	if (!literal_take_joined(s, &key))
		return tmplc_fail(t, at, "a text that does not end");
	if (text_args(buf_view(&key)) != 0)
		return tmplc_fail(t, at,
		    "a text with arguments inside C: use "
		    "lang_fill");
	buf_printf(&t->body, "msg_%016llx.text[v->lang]",
	    (unsigned long long)emit_message(t, buf_view(&key)));
	return true;
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

bool
emit_expr(struct tmplc *t, str s, size_t at)
{
	char last = ' ';

	if (str_trim(s).n == 0)
		return tmplc_fail(t, at, "an expression is missing");
	if (!lex_balanced(s))
		return tmplc_fail(t, at,
		    "brackets, quotes or comments do not "
		    "match in: " STR_FMT,
		    STR_ARG(str_sub(s, 0, 60)));
	while (s.n > 0) {
		size_t n = 1;

		if (str_starts(s, S("_\"")) && !is_name(last)) {
			if (!expr_message(t, &s, at))
				return false;
			last = '"';
			continue;
		}
		if (s.p[0] == '"' || s.p[0] == '\'')
			n = literal_length(s);
		if (n == 1 && s.p[0] == ';')
			return tmplc_fail(
			    t, at, "an expression, not statements");
		buf_put(&t->body, s.p, n);
		last = s.p[n - 1];
		s = str_sub(s, n, s.n);
	}
	return true;
}

static void
put_signature(struct buf *b, const char *between, str name, const char *suffix,
    str params)
{
	buf_printf(b, "void%shtml_" STR_FMT "%s(struct view *v", between,
	    STR_ARG(name), suffix);
	if (params.n > 0) {
		buf_str(b, S(",\n    "));
		buf_str(b, params);
	}
	buf_byte(b, ')');
}

static void
put_function(struct tmplc *t, const char *suffix, str params, struct buf *body)
{
	str name = t->block[0].name;

	put_signature(&t->protos, " ", name, suffix, params);
	buf_str(&t->protos, S(";\n"));
	buf_byte(&t->code, '\n');
	put_signature(&t->code, "\n", name, suffix, params);
	buf_str(&t->code, S("\n{\n\t(void)v;\n"));
	buf_str(&t->code, buf_view(body));
	buf_str(&t->code, S("}\n"));
}

void
emit_page(struct tmplc *t)
{
	if (!t->slot) {
		put_function(t, "", t->page_params, &t->body);
		return;
	}
	put_function(t, "_open", t->page_params, &t->open);
	put_function(t, "_close", (str){0}, &t->body);
}

static void
put_generated(struct tmplc *t, struct buf *out)
{
	buf_printf(out,
	    "/* Generated from web/templates/" STR_FMT
	    ".html by tools/tmplc.  Do not edit. */\n",
	    STR_ARG(file_stem(t->path)));
}

void
emit_header(struct tmplc *t, str stem, struct buf *out)
{
	put_generated(t, out);
	buf_printf(out,
	    "#ifndef GEN_HTML_" STR_FMT "_H\n#define GEN_HTML_" STR_FMT
	    "_H\n\n#include \"web/view.h\"\n",
	    STR_ARG(stem), STR_ARG(stem));
	buf_str(out, buf_view(&t->includes));
	buf_byte(out, '\n');
	buf_str(out, buf_view(&t->protos));
	buf_str(out, S("\n#endif\n"));
}

void
emit_source(struct tmplc *t, str stem, struct buf *out)
{
	put_generated(t, out);
	buf_printf(out, "#include \"html_" STR_FMT ".h\"\n\n", STR_ARG(stem));
	if (!str_eq(stem, S("base")))
		buf_str(out, S("#include \"html_base.h\"\n"));
	buf_str(out, S("#include \"lang/message.h\"\n"
		       "#include \"web/escape.h\"\n"));
	if (t->n_messages > 0)
		buf_byte(out, '\n');
	for (size_t i = 0; i < t->n_messages; i++)
		buf_printf(out, "extern const struct message msg_%016llx;\n",
		    (unsigned long long)t->message[i]);
	buf_str(out, buf_view(&t->code));
}
