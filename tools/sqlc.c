/* The command: which files go in, which come out.  See sqlc.h. */
#include "sqlc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "file.h"

#define INPUT_MAX ((size_t)4 * 1024 * 1024)

static const char usage[] =
    "usage: sqlc table TABLE.sql OUT.h OUT.c MIGRATION.sql...\n"
    "       sqlc migrations OUT.c MIGRATION.sql...\n"
    "       sqlc postgres OUT.sql TABLE.sql... -- MIGRATION.sql...\n";

void
fault(struct source *src, int line, const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr, "%s:%d: ", src->path, line);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	src->faults++;
}

int
line_of(const struct source *src, const char *at)
{
	int line = 1;

	for (const char *p = src->text.p; p < at; p++)
		line += *p == '\n';
	return line;
}

static const char *const type_words[TYPES] = {"?", "integer", "text", "blob"};

enum type
type_of_word(str s)
{
	for (size_t t = TYPE_INTEGER; t < TYPES; t++)
		if (str_eq(s, str_c(type_words[t])))
			return (enum type)t;
	return TYPE_NONE;
}

const char *
type_word(enum type t)
{
	return type_words[t];
}

static bool
read_all(const char *path, struct arena *a, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(INPUT_MAX);

	if (!file_read(path, &b, e))
		return false;
	if (!arena_str(a, b.p, b.n, ret))
		return err_set(e, ERR_LIMIT, "%s is too long", path);
	if (b.n > 0 && memchr(ret->p, 0, ret->n) != NULL)
		return err_set(e, ERR_INPUT, "%s holds a NUL byte", path);
	return true;
}

static bool
write_all(const char *path, const struct buf *b, struct err *e)
{
	if (b->full)
		return err_set(e, ERR_LIMIT, "%s is too long", path);
	return file_write(path, buf_view(b), e);
}

static struct source *
read_sources(char *const *paths, size_t n, struct arena *a, struct err *e)
{
	struct source *s = NEW_N(a, struct source, n + 1);

	for (size_t i = 0; s != NULL && i < n; i++) {
		s[i].path = paths[i];
		if (!read_all(paths[i], a, &s[i].text, e))
			return NULL;
	}
	return s;
}

static bool
table_open(struct table *f, const char *path, struct arena *a, struct err *e)
{
	*f = (struct table){.src.path = path,
	    .stem = file_stem(path),
	    .comment = BUF_MAX(SQLC_OUTPUT)};
	if (!read_all(path, a, &f->src.text, e))
		return false;
	if (!is_name(f->stem))
		return err_set(e, ERR_INPUT,
		    "%s: the file's name is not that of a table", path);
	table_read(f, a);
	return true;
}

static void
table_done(struct table *f)
{
	for (struct query *q = f->first; q != NULL; q = q->next) {
		buf_done(&q->comment);
		buf_done(&q->flat);
	}
	buf_done(&f->comment);
}

static bool
faulty(struct err *e)
{
	return err_set(e, ERR_INPUT, "nothing was written");
}

static bool
run_table(char **arg, size_t n, struct arena *a, struct err *e)
{
	CLEANUP(schema_done) struct schema schema = {0};
	CLEANUP(table_done) struct table t = {0};
	CLEANUP(buf_done) struct buf h = BUF_MAX(SQLC_OUTPUT);
	CLEANUP(buf_done) struct buf c = BUF_MAX(SQLC_OUTPUT);
	struct source *migrations = read_sources(arg + 3, n - 3, a, e);

	if (migrations == NULL || !table_open(&t, arg[0], a, e))
		return false;
	if (t.src.faults > 0 || !schema_open(&schema, migrations, n - 3, a))
		return faulty(e);
	table_type(&t, &schema);
	if (t.src.faults > 0)
		return faulty(e);
	emit_header(&h, &t);
	emit_source(&c, &t);
	return write_all(arg[1], &h, e) && write_all(arg[2], &c, e);
}

static bool
run_migrations(char **arg, size_t n, struct arena *a, struct err *e)
{
	CLEANUP(schema_done) struct schema schema = {0};
	CLEANUP(buf_done) struct buf c = BUF_MAX(SQLC_OUTPUT);
	struct source *migrations = read_sources(arg + 1, n - 1, a, e);

	if (migrations == NULL)
		return false;
	if (!schema_open(&schema, migrations, n - 1, a))
		return faulty(e);
	emit_migrations(&c, migrations, n - 1);
	for (size_t i = 0; i < n - 1; i++)
		if (migrations[i].faults > 0)
			return faulty(e);
	return write_all(arg[0], &c, e);
}

/* The tables' files stand before a `--`, the migrations after it. */
static bool
run_postgres(char **arg, size_t n, struct arena *a, struct err *e)
{
	CLEANUP(schema_done) struct schema schema = {0};
	CLEANUP(buf_done) struct buf out = BUF_MAX(SQLC_OUTPUT);
	struct table *t = NEW_N(a, struct table, n);
	struct source *migrations;
	size_t tables = 0;
	bool ok = true;

	while (tables + 1 < n && strcmp(arg[tables + 1], "--") != 0)
		tables++;
	if (t == NULL || tables + 2 >= n)
		return err_set(e, ERR_INPUT, "no migration");
	n -= tables + 2;
	migrations = read_sources(arg + tables + 2, n, a, e);
	if (migrations == NULL)
		return false;
	if (!schema_open(&schema, migrations, n, a))
		return faulty(e);
	for (size_t i = 0; ok && i < tables; i++) {
		ok = table_open(&t[i], arg[i + 1], a, e);
		if (ok)
			table_type(&t[i], &schema);
		if (t[i].src.faults > 0)
			ok = faulty(e);
	}
	if (ok) {
		emit_postgres(&out, migrations, n, t, tables);
		ok = write_all(arg[0], &out, e);
	}
	for (size_t i = 0; i < tables; i++)
		table_done(&t[i]);
	return ok;
}

/* clang-format off */
static const struct command {
	const char *name;
	size_t least; /* arguments */
	bool (*run)(char **arg, size_t n, struct arena *, struct err *);
} commands[] = {
	{ "table",	4, run_table },
	{ "migrations",	2, run_migrations },
	{ "postgres",	3, run_postgres },
};
/* clang-format on */

int
main(int argc, char **argv)
{
	OWNED(arena) a = arena_new((size_t)256 * 1024 * 1024);
	struct err e = {0};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *c = &commands[i];

		if (argc < 2 || strcmp(argv[1], c->name) != 0 ||
		    (size_t)argc - 2 < c->least)
			continue;
		if (c->run(argv + 2, (size_t)argc - 2, a, &e))
			return 0;
		(void)fprintf(stderr, "sqlc: %s\n", e.msg);
		return 1;
	}
	(void)fputs(usage, stderr);
	return 64;
}
