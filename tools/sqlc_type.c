/* SQLite itself says whether a statement is right and what it yields. */
#include "sqlc.h"

#include <stdlib.h>

static enum type
type_of_column(str declared)
{
	if (word_is(declared, "INTEGER") || word_is(declared, "INT"))
		return TYPE_INTEGER;
	if (word_is(declared, "TEXT"))
		return TYPE_TEXT;
	if (word_is(declared, "BLOB"))
		return TYPE_BLOB;
	return TYPE_NONE;
}

/* Where in the text is what SQLite complains about? */
static const char *
place_of_error(sqlite3 *db, str text)
{
	static const char missing[] = "no such table: ";
	const char *msg = sqlite3_errmsg(db);
	int at = sqlite3_error_offset(db);
	str rest = text, wanted;
	struct token t;

	if (at >= 0 && (size_t)at < text.n)
		return text.p + at;
	if (!str_starts(str_c(msg), S("no such table: ")))
		return text.p;
	wanted = str_c(msg + sizeof(missing) - 1);
	while ((t = token_next(&rest)).kind != TOKEN_END)
		if (t.kind == TOKEN_WORD && str_eq(t.s, wanted))
			return t.s.p;
	return text.p;
}

static sqlite3_stmt *
prepare(sqlite3 *db, struct source *src, str text, const char **tail)
{
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v2(db, text.p, (int)text.n, &q, tail) == SQLITE_OK)
		return q;
	fault(src, line_of(src, place_of_error(db, text)), "%s",
	    sqlite3_errmsg(db));
	return NULL;
}

static bool
migrate(sqlite3 *db, struct source *src)
{
	str rest = src->text;

	while (rest.n > 0) {
		const char *tail = NULL;
		sqlite3_stmt *q = prepare(db, src, rest, &tail);
		int rc = SQLITE_OK;

		if (src->faults > 0)
			return false;
		if (q != NULL && (rc = sqlite3_step(q)) != SQLITE_DONE)
			fault(src, line_of(src, rest.p), "%s",
			    rc == SQLITE_ROW ? "a migration returns no rows"
					     : sqlite3_errmsg(db));
		sqlite3_finalize(q);
		if (src->faults > 0)
			return false;
		rest = str_sub(rest, (size_t)(tail - rest.p), rest.n);
	}
	return true;
}

static str
text_of(sqlite3_stmt *q, int col, struct arena *a)
{
	str s = {0};

	if (!arena_str(a, sqlite3_column_text(q, col),
		(size_t)sqlite3_column_bytes(q, col), &s))
		abort();
	return s;
}

static bool
collect(struct schema *s, struct source *src, struct arena *a)
{
	sqlite3_stmt *q = NULL;

	s->cols = NEW_N(a, struct column, SQLC_COLUMNS);
	if (s->cols == NULL ||
	    sqlite3_prepare_v2(s->db,
		"SELECT m.name, p.name, p.type FROM sqlite_schema m,"
		" pragma_table_xinfo(m.name) p WHERE m.type = 'table'"
		" ORDER BY m.name, p.cid",
		-1, &q, NULL) != SQLITE_OK)
		abort();
	while (sqlite3_step(q) == SQLITE_ROW && s->n < SQLC_COLUMNS) {
		struct column *c = &s->cols[s->n++];

		*c = (struct column){text_of(q, 0, a), text_of(q, 1, a),
		    type_of_column(text_of(q, 2, a))};
		if (c->type == TYPE_NONE || !is_name(c->name))
			fault(src, 1,
			    "column " STR_FMT "." STR_FMT
			    ": lower case, INTEGER, TEXT or BLOB",
			    STR_ARG(c->table), STR_ARG(c->name));
	}
	sqlite3_finalize(q);
	return src->faults == 0;
}

/* The same statement on the same rows gives the same answer, or none could be
 * kept (store/kept.h): neither chance, nor the clock, nor what was written
 * before.  The time comes as a parameter. */
static bool
is_fickle(const char *function)
{
	static const char *const words[] = {"random", "randomblob", "date",
	    "time", "datetime", "julianday", "unixepoch", "strftime",
	    "current_date", "current_time", "current_timestamp", "changes",
	    "total_changes", "last_insert_rowid"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (sqlite3_stricmp(function, words[i]) == 0)
			return true;
	return false;
}

/* Statements read and write rows; everything else belongs in a migration. */
static int
authorize(void *unused, int action, const char *a, const char *b, const char *c,
    const char *d)
{
	(void)unused, (void)a, (void)c, (void)d;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return is_fickle(b) ? SQLITE_DENY : SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

bool
schema_open(
    struct schema *s, struct source *migrations, size_t n, struct arena *a)
{
	s->arena = a;
	if (sqlite3_open(":memory:", &s->db) != SQLITE_OK)
		abort();
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	for (size_t i = 0; i < n; i++)
		if (!migrate(s->db, &migrations[i]))
			return false;
	if (n > 0 && !collect(s, &migrations[n - 1], a))
		return false;
	(void)sqlite3_set_authorizer(s->db, authorize, NULL);
	return true;
}

void
schema_done(struct schema *s)
{
	(void)sqlite3_close(s->db);
	s->db = NULL;
}

static struct field *
declared(struct fields *d, str name)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->v[i].name, name))
			return &d->v[i];
	return NULL;
}

/* The one type of all columns of that name; *ret_two: there are several. */
static enum type
type_by_name(const struct schema *s, str name, bool *ret_two)
{
	enum type found = TYPE_NONE;

	for (size_t i = 0; i < s->n; i++) {
		if (!str_eq(s->cols[i].name, name))
			continue;
		if (found != TYPE_NONE && found != s->cols[i].type)
			*ret_two = true;
		found = s->cols[i].type;
	}
	return found;
}

/* Names that the generated function uses itself. */
static bool
is_taken(str name)
{
	static const char *const taken[] = {"db", "a", "q", "e", "ret", "row",
	    "rows", "found", "more", "cap", "ret_rows", "ret_found"};

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (str_eq(name, str_c(taken[i])))
			return true;
	return is_word_of_c(name);
}

static void
type_param(struct source *src, const struct schema *s, struct query *q,
    struct field *p)
{
	struct field *d = declared(&q->in, p->name);
	bool two = false;

	if (d != NULL)
		d->used = true;
	if (!is_name(p->name) || is_taken(p->name)) {
		fault(src, p->line, ":" STR_FMT " cannot be a name in C",
		    STR_ARG(p->name));
		return;
	}
	if (d != NULL) {
		p->type = d->type;
		return;
	}
	p->type = type_by_name(s, p->name, &two);
	if (p->type == TYPE_NONE)
		fault(src, p->line,
		    ":" STR_FMT " is no column: declare it, "
		    "-- in: " STR_FMT " integer|text|blob",
		    STR_ARG(p->name), STR_ARG(p->name));
	else if (two)
		fault(src, p->line,
		    ":" STR_FMT " is a column of several types:"
		    " declare it, -- in: " STR_FMT " integer|text|blob",
		    STR_ARG(p->name), STR_ARG(p->name));
}

/* A function takes its parameters as the SQL names them: who reads the
 * declarations reads their order too. */
static void
check_order(struct source *src, struct query *q)
{
	const struct field *last = NULL;

	for (size_t i = 0; i < q->params.n; i++) {
		const struct field *d = declared(&q->in, q->params.v[i].name);

		if (d == NULL)
			continue;
		if (last != NULL && d < last)
			fault(src, d->line,
			    ":" STR_FMT " comes after :" STR_FMT
			    " in the SQL: declare them in that order",
			    STR_ARG(d->name), STR_ARG(last->name));
		last = d;
	}
}

static void
type_result(struct source *src, struct query *q, sqlite3_stmt *st, int i)
{
	struct field c = {.name = str_c(sqlite3_column_name(st, i))};
	struct field *d = declared(&q->out, c.name);

	c.type = type_of_column(str_c(sqlite3_column_decltype(st, i)));
	if (!is_name(c.name) || is_word_of_c(c.name)) {
		fault(src, q->line,
		    "result \"" STR_FMT "\" needs AS and a lower-case name",
		    STR_ARG(c.name));
		return;
	}
	if (declared(&q->cols, c.name) != NULL)
		fault(src, q->line,
		    "two results are named " STR_FMT
		    ": give one another name with AS",
		    STR_ARG(c.name));
	if (d != NULL) {
		d->used = true;
		if (c.type != TYPE_NONE && c.type != d->type)
			fault(src, d->line, STR_FMT " is a column of type %s",
			    STR_ARG(c.name), type_word(c.type));
		c.type = d->type;
	}
	if (c.type == TYPE_NONE)
		fault(src, q->line,
		    "result " STR_FMT " is an expression: "
		    "declare it, -- out: " STR_FMT " integer|text|blob",
		    STR_ARG(c.name), STR_ARG(c.name));
	q->cols.v[q->cols.n++] = c;
}

/* The names outlive the statement that gave them. */
static void
keep_names(struct fields *cols, struct arena *a)
{
	for (size_t i = 0; i < cols->n; i++)
		if (!arena_str(a, cols->v[i].name.p, cols->v[i].name.n,
			&cols->v[i].name))
			abort();
}

static void
check_unused(struct source *src, const struct fields *d, const char *word)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->v[i].used)
			fault(src, d->v[i].line,
			    "-- %s: " STR_FMT " is not used", word,
			    STR_ARG(d->v[i].name));
}

/* An UPDATE or DELETE of a whole table is an oversight until it says so. */
static bool
has_where(str text)
{
	bool writes = false, where = false;
	struct token t;

	while ((t = token_next(&text)).kind != TOKEN_END) {
		if (t.kind != TOKEN_WORD)
			continue;
		if (!writes && word_is(t.s, "INSERT"))
			return true;
		writes |= word_is(t.s, "UPDATE") || word_is(t.s, "DELETE");
		where |= word_is(t.s, "WHERE");
	}
	return !writes || where;
}

static void
check_kind(struct source *src, const struct query *q, sqlite3_stmt *st)
{
	int cols = sqlite3_column_count(st);

	if (q->kind == KIND_EXEC && cols > 0)
		fault(src, q->line, ":exec returns no rows, but this does");
	if (q->kind != KIND_EXEC && cols == 0)
		fault(src, q->line, "%s needs rows: this is :exec",
		    kind_names[q->kind]);
	if (cols > SQLC_FIELDS)
		fault(src, q->line, "more than %d results", SQLC_FIELDS);
	if (!has_where(q->text))
		fault(src, q->line,
		    "no WHERE: say WHERE true to mean the whole table");
}

static void
type_query(struct table *f, const struct schema *s, struct query *q)
{
	const char *tail = NULL;
	sqlite3_stmt *st = prepare(s->db, &f->src, q->text, &tail);

	if (st == NULL)
		return;
	check_kind(&f->src, q, st);
	for (size_t i = 0; i < q->params.n; i++)
		type_param(&f->src, s, q, &q->params.v[i]);
	check_order(&f->src, q);
	for (int i = 0; i < sqlite3_column_count(st) && i < SQLC_FIELDS; i++)
		type_result(&f->src, q, st, i);
	check_unused(&f->src, &q->in, "in");
	check_unused(&f->src, &q->out, "out");
	keep_names(&q->cols, s->arena);
	sqlite3_finalize(st);
}

static bool
same_row(const struct query *a, const struct query *b)
{
	if (a->cols.n != b->cols.n)
		return false;
	for (size_t i = 0; i < a->cols.n; i++)
		if (!str_eq(a->cols.v[i].name, b->cols.v[i].name) ||
		    a->cols.v[i].type != b->cols.v[i].type)
			return false;
	return true;
}

static void
share_row(struct table *f, struct query *q)
{
	q->first_of_row = q->kind != KIND_EXEC;
	for (const struct query *o = f->first; o != q; o = o->next) {
		if (o->kind == KIND_EXEC || !str_eq(o->row, q->row))
			continue;
		q->first_of_row = false;
		if (q->kind != KIND_EXEC && !same_row(o, q))
			fault(&f->src, q->row_line > 0 ? q->row_line : q->line,
			    "the row is not that of " STR_FMT
			    ": same columns in the same order",
			    STR_ARG(o->name));
	}
}

void
table_type(struct table *f, const struct schema *s)
{
	for (struct query *q = f->first; q != NULL; q = q->next)
		if (q->text.n > 0)
			type_query(f, s, q);
	for (struct query *q = f->first; q != NULL; q = q->next)
		share_row(f, q);
}
