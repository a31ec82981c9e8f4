/*
 * db — one SQLite connection and its prepared statements.
 *
 * WAL, foreign keys, STRICT tables, defensive mode, untrusted schema, no
 * memory-mapped writes.  A connection is used by one process only and is
 * opened after exec, never inherited.  Times out after 5 s with ERR_BUSY.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct db;
struct stmt;

/* NULL in an INTEGER column, both ways; a NULL TEXT or BLOB is a str whose p
 * is NULL. */
#define DB_NULL INT64_MIN

enum db_open_mode { DB_READ, DB_WRITE, DB_CREATE };

/* path ":memory:" with DB_CREATE is a private database for tests. */
struct db *db_open(const char *path, enum db_open_mode, struct err *);
void db_free(struct db *);

/* Brings the schema to this program's version, one transaction a migration;
 * a newer schema than ours is ERR_CONFLICT.  *ret_applied: how many ran. */
bool db_migrate(struct db *, int *ret_applied, struct err *) MUST_USE;
bool db_schema_is_current(struct db *, struct err *) MUST_USE;

/* Writers begin immediate.  Transactions do not nest. */
bool db_begin(struct db *, struct err *) MUST_USE;
bool db_commit(struct db *, struct err *) MUST_USE;
void db_rollback(struct db *); /* no transaction: does nothing */
bool db_in_transaction(const struct db *);

/* All that a request reads shows one moment, and costs one lock, not one per
 * statement.  Ends with db_look_end, and by itself before anything is written:
 * at db_begin, or at the first statement that changes something. */
bool db_look(struct db *, struct err *) MUST_USE;
void db_look_end(struct db *); /* nothing begun: does nothing */
bool db_looks(const struct db *);
int64_t db_looked_at(const struct db *); /* db_version of the last look */

/* Counts commits by anybody: equal twice means nothing changed between. */
bool db_version(struct db *, int64_t *ret, struct err *) MUST_USE;

/* Rows that this connection has written since it was opened; costs nothing. */
int64_t db_writes(const struct db *);

/* PRAGMA integrity_check and foreign_key_check; ERR_CORRUPT names the first. */
bool db_verify(struct db *, struct err *) MUST_USE;

/* A consistent copy while others write (SQLite's online backup). */
bool db_copy(struct db *from, const char *to_path, struct err *) MUST_USE;

/* After a key was erased: moves the log into the file and empties it, so that
 * what was overwritten is in neither.  A reader at that moment prevents it;
 * nothing waits, and the next call does it. */
void db_settle(struct db *);

/* clock_ms() of the last write that the disk refused, full or only to be read;
 * 0: none, or something was written since. */
int64_t db_refused_ms(const struct db *);

/* Only generated code (gen/sql_*.c) calls these.  sql must be a literal: its
 * address is the key of the statement cache. */
bool stmt_get(
    struct db *, const char *sql, struct stmt **ret, struct err *) MUST_USE;
void stmt_done(struct stmt **); /* reset, give back to the cache */
bool stmt_bind_i64(struct stmt *, int at, int64_t, struct err *) MUST_USE;
bool stmt_bind_text(struct stmt *, int at, str, struct err *) MUST_USE;
bool stmt_bind_blob(struct stmt *, int at, str, struct err *) MUST_USE;
bool stmt_step(struct stmt *, bool *ret_row, struct err *) MUST_USE;
/* Runs to the end; one more row is ERR_CORRUPT: the caller expected none. */
bool stmt_end(struct stmt *, struct err *) MUST_USE;
int64_t stmt_i64(const struct stmt *, int col);
bool stmt_str(const struct stmt *, int col, struct arena *, str *ret,
    struct err *) MUST_USE; /* text and blob */
int64_t db_changes(const struct db *);
/* The array of n elements with room for one more, moved when it was full;
 * NULL: the arena is. */
void *stmt_room(struct arena *, void *v, size_t n, size_t *cap, size_t size,
    struct err *) MUST_USE;

/* For tests only: any SQL text. */
bool db_exec(struct db *, const char *sql, struct err *) MUST_USE;

DEFINE_OWNED(db)

#endif
