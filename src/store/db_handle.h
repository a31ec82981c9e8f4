/*
 * db_handle — what the files of store/ that speak to SQLite share; nobody
 * else includes it.
 */
#ifndef STORE_DB_HANDLE_H
#define STORE_DB_HANDLE_H

#include <sqlite3.h>

#include "store/db.h"
#include "store/kept.h"

#define BUSY_MS 5000 /* a statement waits so long for another process */

struct db {
	sqlite3 *h;
	struct stmt **slots; /* open addressing, a power of two */
	size_t slots_n, used;
	size_t lent;       /* statements in use */
	struct kept *kept; /* NULL before the first look */
	int64_t looked_at; /* the version that the last look shows */
	struct stmt *look; /* holds the moment of a look; NULL: none */
	bool in_transaction, writes;
	int64_t refused_ms; /* db_refused_ms */
	bool keeping; /* the look's version is that of kept */
};

/* Fills the err from SQLite's code, and is false.  SQLite's sentence names
 * tables and columns, never a value of a row. */
bool db_fail(struct db *, int rc, struct err *);
/* One whole number that SQL yields; sql is a literal. */
bool db_ask(struct db *, const char *sql, int64_t *ret, struct err *) MUST_USE;

/* Something was written: the disk takes it again. */
void db_took(struct db *);

/* The connection's statements. */
void stmts_init(struct db *);
void stmts_done(struct db *);
/* SQLite ends a transaction by itself after some faults (a full disk).  What
 * follows must not run outside of it. */
bool db_still_within(const struct db *, struct err *) MUST_USE;

#endif
