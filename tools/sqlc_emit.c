/* The C that callers see: one header and one source per table file. */
#include "sqlc.h"

#include <stdarg.h>
#include <stdio.h>

#define WIDTH 79

/* A list that wraps: what stands before it has set the column. */
struct list {
	struct buf *b;
	size_t col;
	bool started;
	const char *indent; /* of continued lines, a tab counts for eight */
	size_t indent_width;
};

static void PRINTF(2, 3) item(struct list *l, const char *fmt, ...)
{
	char text[160];
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = strlen(text);
	if (l->started) {
		buf_byte(l->b, ',');
		if (l->col + n + 3 > WIDTH) {
			buf_printf(l->b, "\n%s", l->indent);
			l->col = l->indent_width;
		} else {
			buf_byte(l->b, ' ');
			l->col += 2;
		}
	}
	buf_put(l->b, text, n);
	l->col += n;
	l->started = true;
}

static void
put_comment(struct buf *b, const struct buf *lines)
{
	str rest = buf_view(lines), line;
	const char *lead = "/* ";
	bool more;

	rest = str_trim(rest);
	if (rest.n == 0)
		return;
	do {
		more = str_cut(&rest, '\n', &line);
		buf_printf(b, "%s", line.n == 0 ? " *" : lead);
		lead = " * ";
		for (size_t i = 0; i < line.n; i++) {
			buf_byte(b, line.p[i]);
			if (line.p[i] == '*' && i + 1 < line.n &&
			    line.p[i + 1] == '/')
				buf_byte(b, ' ');
		}
		buf_printf(b, "%s", more ? "\n" : " */\n");
	} while (more);
}

static const char *
c_type(enum type t)
{
	return t == TYPE_INTEGER ? "int64_t" : "str";
}

/* named: with the names that the definition needs. */
static void
put_params(struct list *l, const struct query *q, bool named)
{
	item(l, "struct db *%s", named ? "db" : "");
	if (q->kind != KIND_EXEC)
		item(l, "struct arena *%s", named ? "a" : "");
	for (size_t i = 0; i < q->params.n; i++)
		item(l, "%s " STR_FMT, c_type(q->params.v[i].type),
		    STR_ARG(q->params.v[i].name));
	if (q->kind == KIND_OPT)
		item(l, "bool *ret_found");
	if (q->kind == KIND_EXEC)
		item(l, "int64_t *ret_rows");
	else
		item(l, "struct sql_" STR_FMT "_row%s *ret", STR_ARG(q->row),
		    q->kind == KIND_MANY ? "s" : "");
	item(l, "struct err *%s", named ? "e" : "");
}

static bool
row_is_listed(const struct table *f, str row)
{
	for (const struct query *q = f->first; q != NULL; q = q->next)
		if (q->kind == KIND_MANY && str_eq(q->row, row))
			return true;
	return false;
}

static void
put_row(struct buf *b, const struct table *f, const struct query *q)
{
	buf_printf(b, "struct sql_" STR_FMT "_row {\n", STR_ARG(q->row));
	for (size_t i = 0; i < q->cols.n; i++)
		buf_printf(b, "\t%s " STR_FMT ";\n", c_type(q->cols.v[i].type),
		    STR_ARG(q->cols.v[i].name));
	buf_printf(b, "};\n\n");
	if (row_is_listed(f, q->row))
		buf_printf(b,
		    "struct sql_" STR_FMT "_rows {\n"
		    "\tstruct sql_" STR_FMT "_row *v;\n"
		    "\tsize_t n;\n"
		    "};\n\n",
		    STR_ARG(q->row), STR_ARG(q->row));
}

static void
put_declaration(struct buf *b, const struct query *q)
{
	struct list l = {.b = b, .indent = "    ", .indent_width = 4};
	size_t from = b->n;

	put_comment(b, &q->comment);
	from = b->n;
	buf_printf(b, "bool sql_" STR_FMT "(", STR_ARG(q->name));
	l.col = b->n - from;
	put_params(&l, q, false);
	buf_printf(b, "%s",
	    l.col + 11 > WIDTH ? ")\n    MUST_USE;\n\n" : ") MUST_USE;\n\n");
}

static void
put_head(struct buf *b, const struct table *f)
{
	buf_printf(b,
	    "/* Generated from sql/" STR_FMT ".sql by tools/sqlc."
	    "  Do not edit. */\n",
	    STR_ARG(f->stem));
}

void
emit_header(struct buf *b, const struct table *f)
{
	char guard[80];
	size_t n = f->stem.n < sizeof(guard) ? f->stem.n : sizeof(guard) - 1;

	for (size_t i = 0; i < n; i++)
		guard[i] = f->stem.p[i] >= 'a' && f->stem.p[i] <= 'z'
			       ? (char)(f->stem.p[i] - 'a' + 'A')
			       : f->stem.p[i];
	guard[n] = '\0';
	put_head(b, f);
	put_comment(b, &f->comment);
	buf_printf(b,
	    "#ifndef SQL_%s_H\n#define SQL_%s_H\n\n#include <stdint.h>\n\n"
	    "#include \"base/arena.h\"\n#include \"base/err.h\"\n\n"
	    "struct db;\n\n",
	    guard, guard);
	for (const struct query *q = f->first; q != NULL; q = q->next) {
		if (q->first_of_row)
			put_row(b, f, q);
		put_declaration(b, q);
	}
	buf_printf(b, "#endif\n");
}

static void
put_reader(struct buf *b, const struct query *q)
{
	size_t texts = 0;

	buf_printf(b,
	    "static bool\nread_" STR_FMT "(const struct stmt *q, "
	    "struct arena *a,\n    struct sql_" STR_FMT
	    "_row *row, struct err *e)\n{\n",
	    STR_ARG(q->row), STR_ARG(q->row));
	for (size_t i = 0; i < q->cols.n; i++)
		if (q->cols.v[i].type == TYPE_INTEGER)
			buf_printf(b,
			    "\trow->" STR_FMT " = stmt_i64(q, %zu);\n",
			    STR_ARG(q->cols.v[i].name), i);
	for (size_t i = 0; i < q->cols.n; i++)
		if (q->cols.v[i].type != TYPE_INTEGER)
			buf_printf(b,
			    "%sstmt_str(q, %zu, a, &row->" STR_FMT ", e)",
			    texts++ == 0 ? "\treturn " : " &&\n\t    ", i,
			    STR_ARG(q->cols.v[i].name));
	if (texts == 0)
		buf_printf(b, "\t(void)a, (void)e;\n\treturn true");
	buf_printf(b, ";\n}\n\n");
}

/* The condition that is true when the statement could not begin. */
static void
put_begin(struct buf *b, const struct query *q)
{
	static const char *const binder[TYPES] = {
	    [TYPE_INTEGER] = "i64", [TYPE_TEXT] = "text", [TYPE_BLOB] = "blob"};

	buf_printf(b, "\tif (!stmt_get(db,\n");
	emit_literal(b, buf_view(&q->flat), "\t\t");
	buf_printf(b, ",\n\t\t&q, e)");
	for (size_t i = 0; i < q->params.n; i++)
		buf_printf(b,
		    " ||\n\t    !stmt_bind_%s(q, %zu, " STR_FMT ", e)",
		    binder[q->params.v[i].type], i + 1,
		    STR_ARG(q->params.v[i].name));
}

static void
put_wrap(struct buf *b, const struct query *q, const char *indent)
{
	buf_printf(b, ")\n%s\treturn err_wrap(e, \"" STR_FMT "\");\n", indent,
	    STR_ARG(q->name));
}

static void
put_exec(struct buf *b, const struct query *q)
{
	put_begin(b, q);
	buf_printf(b, " ||\n\t    !stmt_end(q, e)");
	put_wrap(b, q, "\t");
	buf_printf(b, "\tif (ret_rows != NULL)\n"
		      "\t\t*ret_rows = db_changes(db);\n"
		      "\treturn true;\n");
}

static void
put_one(struct buf *b, const struct query *q)
{
	buf_printf(b,
	    "\tstruct sql_" STR_FMT "_row row;\n\tbool found = false;\n\n",
	    STR_ARG(q->row));
	put_begin(b, q);
	buf_printf(b, " ||\n\t    !stmt_step(q, &found, e)");
	put_wrap(b, q, "\t");
	if (q->kind == KIND_ONE)
		buf_printf(b,
		    "\tif (!found)\n\t\treturn err_set(e, ERR_NOT_FOUND, "
		    "\"" STR_FMT ": no such row\");\n\tif (!read_" STR_FMT
		    "(q, a, &row, e) || !stmt_end(q, e)",
		    STR_ARG(q->name), STR_ARG(q->row));
	else
		buf_printf(b,
		    "\tif (found && (!read_" STR_FMT
		    "(q, a, &row, e) || !stmt_end(q, e))",
		    STR_ARG(q->row));
	put_wrap(b, q, "\t");
	if (q->kind == KIND_OPT)
		buf_printf(b, "\tif (found)\n\t\t*ret = row;\n"
			      "\t*ret_found = found;\n");
	else
		buf_printf(b, "\t*ret = row;\n");
	buf_printf(b, "\treturn true;\n");
}

static void
put_many(struct buf *b, const struct query *q)
{
	buf_printf(b,
	    "\tstruct sql_" STR_FMT "_rows rows = { 0 };\n"
	    "\tsize_t cap = 0;\n\tbool more = false;\n\n",
	    STR_ARG(q->row));
	put_begin(b, q);
	put_wrap(b, q, "\t");
	buf_printf(b, "\tfor (;;) {\n\t\tif (!stmt_step(q, &more, e)");
	put_wrap(b, q, "\t\t");
	buf_printf(b,
	    "\t\tif (!more)\n\t\t\tbreak;\n"
	    "\t\trows.v = stmt_room(a, rows.v, rows.n, &cap,\n"
	    "\t\t    sizeof(*rows.v), e);\n"
	    "\t\tif (rows.v == NULL ||\n"
	    "\t\t    !read_" STR_FMT "(q, a, &rows.v[rows.n], e)",
	    STR_ARG(q->row));
	put_wrap(b, q, "\t\t");
	buf_printf(b, "\t\trows.n++;\n\t}\n\t*ret = rows;\n\treturn true;\n");
}

static void
put_function(struct buf *b, const struct query *q)
{
	struct list l = {.b = b, .indent = "    ", .indent_width = 4};
	size_t from;

	buf_printf(b, "bool\n");
	from = b->n;
	buf_printf(b, "sql_" STR_FMT "(", STR_ARG(q->name));
	l.col = b->n - from;
	put_params(&l, q, true);
	buf_printf(b, ")\n{\n\tCLEANUP(stmt_done) struct stmt *q = NULL;\n%s",
	    q->kind == KIND_EXEC ? "\n" : "");
	if (q->kind == KIND_EXEC)
		put_exec(b, q);
	else if (q->kind == KIND_MANY)
		put_many(b, q);
	else
		put_one(b, q);
	buf_printf(b, "}\n");
}

void
emit_source(struct buf *b, const struct table *f)
{
	put_head(b, f);
	buf_printf(b,
	    "#include \"sql_" STR_FMT ".h\"\n\n"
	    "#include \"store/db.h\"\n",
	    STR_ARG(f->stem));
	for (const struct query *q = f->first; q != NULL; q = q->next) {
		buf_byte(b, '\n');
		if (q->first_of_row)
			put_reader(b, q);
		put_function(b, q);
	}
}

/* 0001_begin.sql → 1 and "begin"; the numbers leave no gap. */
static str
migration_name(struct source *src, size_t number)
{
	str path = str_c(src->path), name;
	char want[24];

	while (str_cut(&path, '/', &name))
		;
	(void)snprintf(want, sizeof(want), "%04zu_", number);
	if (!str_starts(name, str_c(want)) || !str_ends(name, S(".sql")) ||
	    !is_name(str_sub(name, 5, name.n - 9))) {
		fault(src, 1, "the file is to be named %swhat.sql", want);
		return S("?");
	}
	return str_sub(name, 5, name.n - 9);
}

void
emit_migrations(struct buf *b, struct source *src, size_t n)
{
	buf_printf(b, "/* Generated from sql/migrations by tools/sqlc."
		      "  Do not edit. */\n#include \"store/migrations.h\"\n\n"
		      "const struct migration migrations[] = {\n");
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_done) struct buf flat = BUF_MAX(SQLC_OUTPUT);
		str name = migration_name(&src[i], i + 1);

		flatten(&src[i], src[i].text, &flat, NULL);
		buf_printf(
		    b, "\t{ %zu, \"" STR_FMT "\",\n", i + 1, STR_ARG(name));
		emit_literal(b, buf_view(&flat), "\t\t");
		buf_printf(b, " },\n");
	}
	buf_printf(b, "};\n\nconst int migrations_n = %zu;\n", n);
}
