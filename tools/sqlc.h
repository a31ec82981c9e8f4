/*
 * sqlc — from sql/<table>.sql to typed C.
 *
 * Every statement of the house is written once, in SQL, in a file named after
 * the table that it mainly touches:
 *
 *	-- name: medium_by_id :one
 *	-- What the header says about it (optional).
 *	-- in: since_at integer
 *	-- out: newest integer
 *	-- row: medium
 *	SELECT … WHERE id = :id;
 *
 * Kinds: `:one` (no row is ERR_NOT_FOUND), `:opt`, `:many`, `:exec`.  `in:`
 * types a parameter that is not named like a column, `out:` a result that is
 * an expression, `row:` lets statements of one file share a row struct.
 *
 * The migrations run on an empty database in memory and every statement is
 * prepared there, so a wrong name or a missing type breaks the build, with
 * `file:line: message` on standard error.
 */
#ifndef TOOLS_SQLC_H
#define TOOLS_SQLC_H

#include <sqlite3.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

#define SQLC_FIELDS 64
#define SQLC_COLUMNS 2048
#define SQLC_OUTPUT ((size_t)8 * 1024 * 1024)

enum type { TYPE_NONE, TYPE_INTEGER, TYPE_TEXT, TYPE_BLOB, TYPES };
enum kind { KIND_ONE, KIND_OPT, KIND_MANY, KIND_EXEC, KINDS };

extern const char *const kind_names[KINDS];

struct source {
	const char *path;
	str text;
	int faults; /* how many were printed */
};

/* A name with a type: a declaration, a parameter, a column of a result. */
struct field {
	str name;
	enum type type;
	int line;
	bool used;
};

struct fields {
	struct field v[SQLC_FIELDS];
	size_t n;
};

struct query {
	struct query *next;
	str name;
	enum kind kind;
	int line;
	struct buf comment; /* lines for the header, each ended by \n */
	str row;            /* the row struct is sql_<row>_row */
	int row_line;
	bool first_of_row;     /* this one writes the struct and its reader */
	struct fields in, out; /* as declared */
	str text;              /* in the source, without the semicolon */
	struct buf flat;       /* without comments, ?1 for the first :name */
	struct fields params, cols;
};

struct table {
	struct source src;
	str stem; /* "medium" of sql/medium.sql */
	struct buf comment;
	struct query *first, **last;
};

struct column {
	str table, name;
	enum type type;
};

struct schema {
	sqlite3 *db;
	struct arena *arena;
	struct column *cols;
	size_t n;
};

/* sqlc.c: the tool's one way to say that something is wrong. */
void fault(struct source *, int line, const char *fmt, ...) PRINTF(3, 4);
int line_of(const struct source *, const char *at);
enum type type_of_word(str); /* integer, text, blob; else TYPE_NONE */
const char *type_word(enum type);

/* sqlc_lex.c: tokens of SQL, as far as a generator must know them. */
enum token_kind {
	TOKEN_END,
	TOKEN_SPACE,
	TOKEN_COMMENT,
	TOKEN_WORD,
	TOKEN_PARAM,  /* :name */
	TOKEN_QUOTED, /* 'text', "name", x'00' */
	TOKEN_OTHER,
	TOKEN_WRONG /* an end that is missing, ? @ $ parameters */
};

struct token {
	enum token_kind kind;
	str s;
};

struct token token_next(str *rest);
bool is_name(str); /* lower case, digits, _; starts with a letter */
bool is_word_of_c(str);
bool word_is(str, const char *upper); /* without regard to case */

/* The text without comments, one \n where it had line ends; parameters become
 * ?1 … and are added to `params` (NULL: there must be none). */
void flatten(
    struct source *, str text, struct buf *flat, struct fields *params);
/* The flat text as adjoining C literals, one per line. */
void emit_literal(struct buf *, str flat, const char *indent);

/* sqlc_read.c: a file becomes a list of queries. */
void table_read(struct table *, struct arena *);

/* sqlc_type.c: the database says what is right. */
bool schema_open(
    struct schema *, struct source *migrations, size_t n, struct arena *);
void schema_done(struct schema *);
void table_type(struct table *, const struct schema *);

/* sqlc_emit.c */
void emit_header(struct buf *, const struct table *);
void emit_source(struct buf *, const struct table *);
void emit_migrations(struct buf *, struct source *, size_t n);

/* sqlc_pg.c: all of it as one script for psql, which prepares everything. */
void emit_postgres(struct buf *, struct source *migrations, size_t n,
    const struct table *, size_t tables);

#endif
