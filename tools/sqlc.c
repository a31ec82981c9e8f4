/* The command: which files go in, which come out.  See sqlc.h. */
#include "sqlc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "file.h"

#define INPUT_MAX ((size_t)4 * 1024 * 1024)

static const char usage[] =
    "usage: sqlc tables FOLDER TABLE.sql... -- MIGRATION.sql...\n"
    "       sqlc migrations OUT.c MIGRATION.sql...\n"
    "       sqlc postgres OUT.sql TABLE.sql... -- MIGRATION.sql...\n";

/* « TABLE.sql... -- MIGRATION.sql... » */
struct house {
	struct schema schema;
	struct source *migrations;
	size_t n_migrations;
	struct table *tables;
	size_t n;
};

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

static void
house_done(struct house *h)
{
	for (size_t i = 0; i < h->n; i++)
		table_done(&h->tables[i]);
	schema_done(&h->schema);
}

/* The migrations run once, for all tables; every fault is told. */
static bool
house_open(
    struct house *h, char **arg, size_t n, struct arena *a, struct err *e)
{
	size_t tables = 0;
	int faults = 0;

	while (tables < n && strcmp(arg[tables], "--") != 0)
		tables++;
	if (tables + 1 >= n)
		return err_set(e, ERR_INPUT, "no migration");
	h->n_migrations = n - tables - 1;
	h->migrations = read_sources(arg + tables + 1, h->n_migrations, a, e);
	h->tables = NEW_N(a, struct table, tables + 1);
	if (h->migrations == NULL || h->tables == NULL)
		return false;
	if (!schema_open(&h->schema, h->migrations, h->n_migrations, a))
		return faulty(e);
	while (h->n < tables) {
		struct table *t = &h->tables[h->n];

		if (!table_open(t, arg[h->n++], a, e))
			return false;
		if (t->src.faults == 0)
			table_type(t, &h->schema);
		faults += t->src.faults;
	}
	return faults == 0 ? true : faulty(e);
}

static bool
write_table(
    const char *folder, const struct table *t, struct arena *a, struct err *e)
{
	CLEANUP(buf_done) struct buf h = BUF_MAX(SQLC_OUTPUT);
	CLEANUP(buf_done) struct buf c = BUF_MAX(SQLC_OUTPUT);
	str path = arena_fmt(a, "%s/sql_" STR_FMT, folder, STR_ARG(t->stem));

	emit_header(&h, t);
	emit_source(&c, t);
	return write_all(arena_fmt(a, STR_FMT ".h", STR_ARG(path)).p, &h, e) &&
	       write_all(arena_fmt(a, STR_FMT ".c", STR_ARG(path)).p, &c, e);
}

/* Nothing is written unless everything is right. */
static bool
run_tables(char **arg, size_t n, struct arena *a, struct err *e)
{
	CLEANUP(house_done) struct house h = {0};

	if (!house_open(&h, arg + 1, n - 1, a, e))
		return false;
	for (size_t i = 0; i < h.n; i++)
		if (!write_table(arg[0], &h.tables[i], a, e))
			return false;
	return true;
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

static bool
run_postgres(char **arg, size_t n, struct arena *a, struct err *e)
{
	CLEANUP(house_done) struct house h = {0};
	CLEANUP(buf_done) struct buf out = BUF_MAX(SQLC_OUTPUT);

	if (!house_open(&h, arg + 1, n - 1, a, e))
		return false;
	emit_postgres(&out, h.migrations, h.n_migrations, h.tables, h.n);
	return write_all(arg[0], &out, e);
}

/* clang-format off */
static const struct command {
	const char *name;
	size_t least; /* arguments */
	bool (*run)(char **arg, size_t n, struct arena *, struct err *);
} commands[] = {
	{ "tables",	4, run_tables },
	{ "migrations",	2, run_migrations },
	{ "postgres",	4, run_postgres },
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
