/* The comments of a file give its statements names, kinds and types. */
#include "sqlc.h"

#include <stdlib.h>

const char *const kind_names[KINDS] = {":one", ":opt", ":many", ":exec"};

/* The first word of *s; *s keeps the rest. */
static str
take_word(str *s)
{
	str head;

	*s = str_trim(*s);
	(void)str_cut(s, ' ', &head);
	return head;
}

static bool
nothing_left(struct source *src, int line, str rest)
{
	rest = str_trim(rest);
	if (rest.n == 0)
		return true;
	fault(src, line, "unexpected \"" STR_FMT "\"", STR_ARG(rest));
	return false;
}

static void
read_name(struct table *f, struct arena *a, int line, str rest)
{
	str name = take_word(&rest), kind = take_word(&rest);
	struct query *q = NEW(a, struct query);
	size_t k = 0;

	if (q == NULL)
		abort();
	while (k < KINDS && !str_eq(kind, str_c(kind_names[k])))
		k++;
	if (!is_name(name))
		fault(&f->src, line, "a name is lower case: \"" STR_FMT "\"",
		    STR_ARG(name));
	if (k == KINDS)
		fault(&f->src, line, "the kind is :one, :opt, :many or :exec");
	(void)nothing_left(&f->src, line, rest);
	for (struct query *o = f->first; o != NULL; o = o->next)
		if (str_eq(o->name, name))
			fault(&f->src, line, STR_FMT " is on line %d already",
			    STR_ARG(name), o->line);
	*q = (struct query){.name = name,
	    .row = name,
	    .line = line,
	    .kind = k == KINDS ? KIND_EXEC : (enum kind)k,
	    .comment = BUF_MAX(SQLC_OUTPUT),
	    .flat = BUF_MAX(SQLC_OUTPUT)};
	*f->last = q;
	f->last = &q->next;
}

static void
read_field(struct source *src, struct fields *to, int line, str rest)
{
	struct field d = {.name = take_word(&rest), .line = line};
	str word = take_word(&rest);

	d.type = type_of_word(word);
	if (!is_name(d.name) || d.type == TYPE_NONE)
		fault(src, line, "write: name integer, name text or name blob");
	if (!nothing_left(src, line, rest))
		return;
	for (size_t i = 0; i < to->n; i++)
		if (str_eq(to->v[i].name, d.name))
			fault(src, line, STR_FMT " is declared twice",
			    STR_ARG(d.name));
	if (to->n == SQLC_FIELDS)
		fault(src, line, "more than %d declarations", SQLC_FIELDS);
	else
		to->v[to->n++] = d;
}

static void
read_row(struct source *src, struct query *q, int line, str rest)
{
	str name = take_word(&rest);

	if (!is_name(name))
		fault(src, line, "a row's name is lower case: \"" STR_FMT "\"",
		    STR_ARG(name));
	else if (q->kind == KIND_EXEC)
		fault(src, line, ":exec has no row");
	else if (nothing_left(src, line, rest))
		q->row = name;
	q->row_line = line;
}

/* One comment outside a statement; q is the one whose SQL is to come. */
static void
read_comment(struct table *f, struct arena *a, struct query *q, str s)
{
	int line = line_of(&f->src, s.p);
	str rest, word;

	if (s.p[0] != '-')
		return;
	rest = str_trim(str_sub(s, 2, s.n));
	word = take_word(&rest);
	if (str_eq(word, S("name:"))) {
		if (q != NULL)
			fault(&f->src, q->line, STR_FMT " has no SQL",
			    STR_ARG(q->name));
		read_name(f, a, line, rest);
		return;
	}
	if (str_eq(word, S("in:")) || str_eq(word, S("out:")) ||
	    str_eq(word, S("row:"))) {
		if (q == NULL)
			fault(&f->src, line, "stands after no -- name:");
		else if (word.p[0] == 'r')
			read_row(&f->src, q, line, rest);
		else
			read_field(&f->src, word.p[0] == 'i' ? &q->in : &q->out,
			    line, rest);
		return;
	}
	if (q != NULL || f->first == NULL) {
		struct buf *to = q != NULL ? &q->comment : &f->comment;

		buf_str(to, str_trim(str_sub(s, 2, s.n)));
		buf_byte(to, '\n');
	}
}

/* The statement that starts at `first`; *rest goes behind its semicolon. */
static str
read_text(struct source *src, str *rest, struct token first)
{
	const char *from = first.s.p;
	int line = line_of(src, from);
	struct token t;

	for (t = first; t.kind != TOKEN_END; t = token_next(rest)) {
		if (t.kind == TOKEN_OTHER && t.s.p[0] == ';')
			return (str){from, (size_t)(t.s.p - from)};
		if (t.kind == TOKEN_COMMENT &&
		    str_starts(str_trim(str_sub(t.s, 2, t.s.n)), S("name:"))) {
			*rest = (str){t.s.p, t.s.n + rest->n};
			break;
		}
	}
	fault(src, line, "the statement does not end with ;");
	return (str){from, (size_t)(t.s.p - from)};
}

void
table_read(struct table *f, struct arena *a)
{
	struct query *q = NULL;
	str rest = f->src.text;
	struct token t;

	f->last = &f->first;
	while ((t = token_next(&rest)).kind != TOKEN_END) {
		if (t.kind == TOKEN_SPACE)
			continue;
		if (t.kind == TOKEN_COMMENT) {
			struct query **was = f->last;

			read_comment(f, a, q, t.s);
			if (was != f->last)
				q = *was;
			continue;
		}
		if (q == NULL)
			fault(&f->src, line_of(&f->src, t.s.p),
			    "SQL without a -- name: before it");
		str text = read_text(&f->src, &rest, t);

		if (q != NULL && text.n == 0)
			fault(&f->src, q->line, STR_FMT " has no SQL",
			    STR_ARG(q->name));
		if (q != NULL) {
			q->text = text;
			flatten(&f->src, text, &q->flat, &q->params);
		}
		q = NULL;
	}
	if (q != NULL)
		fault(
		    &f->src, q->line, STR_FMT " has no SQL", STR_ARG(q->name));
	if (f->first == NULL)
		fault(&f->src, 1, "no statement in this file");
}
