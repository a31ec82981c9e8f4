/* Bringing the schema up to date, and asking whether all of it is sound. */
#include <stdio.h>

#include "store/db_handle.h"
#include "store/migrations.h"

/* Another process that migrates has all of its steps to do, on a slow disk too,
 * and gives the file away between two of them only by chance. */
#define MIGRATING_MS 300000

static bool
migrate_one(struct db *db, const struct migration *m, struct err *e)
{
	char version[48];
	int64_t broken;

	(void)snprintf(
	    version, sizeof(version), "PRAGMA user_version = %d", m->number);
	return db_exec(db, m->sql, e) &&
	       db_ask(db, "SELECT count(*) FROM pragma_foreign_key_check",
		   &broken, e) &&
	       (broken == 0 ||
		   err_set(e, ERR_CONFLICT, "%lld rows refer to nothing",
		       (long long)broken)) &&
	       db_exec(db, version, e);
}

/* Inside the transaction, since another process may be migrating too. */
static bool
migrate_next(struct db *db, bool *ret_done, struct err *e)
{
	int64_t at;

	if (!db_ask(db, "PRAGMA user_version", &at, e))
		return false;
	*ret_done = at == migrations_n;
	if (at > migrations_n || at < 0)
		return err_set(e, ERR_CONFLICT,
		    "the database is of a newer version (schema %lld, this "
		    "program knows %d)",
		    (long long)at, migrations_n);
	if (*ret_done)
		return true;
	return migrate_one(db, &migrations[at], e) ||
	       err_wrap(e, "migration %04d_%s", migrations[at].number,
		   migrations[at].name);
}

static bool
migrate_all(struct db *db, int *ret_applied, struct err *e)
{
	bool done = false;

	*ret_applied = 0;
	while (!done) {
		if (!db_begin(db, e))
			return false;
		if (!migrate_next(db, &done, e) || !db_commit(db, e)) {
			db_rollback(db);
			return false;
		}
		*ret_applied += !done;
	}
	return true;
}

/* A migration that rebuilds a table drops the old one, which must not take
 * the rows that refer to it along: keys rest meanwhile, and are checked before
 * each commit. */
bool
db_migrate(struct db *db, int *ret_applied, struct err *e)
{
	struct err lost;
	int applied;
	bool ok;

	(void)sqlite3_busy_timeout(db->h, MIGRATING_MS);
	ok = db_exec(db, "PRAGMA foreign_keys = off", e) &&
	     migrate_all(db, &applied, e);
	(void)sqlite3_busy_timeout(db->h, BUSY_MS);
	if (!db_exec(db, "PRAGMA foreign_keys = on", ok ? e : &lost) || !ok)
		return false;
	*ret_applied = applied;
	return true;
}

bool
db_schema_is_current(struct db *db, struct err *e)
{
	int64_t at;

	if (!db_ask(db, "PRAGMA user_version", &at, e))
		return false;
	return at == migrations_n ||
	       err_set(e, ERR_CONFLICT,
		   "the schema is %lld, this program needs %d", (long long)at,
		   migrations_n);
}

/* Prepared here and thrown away: nobody verifies often. */
static bool
verify_integrity(struct db *db, struct err *e)
{
	sqlite3_stmt *q = NULL;
	const char *says;
	bool ok;
	int rc = sqlite3_prepare_v2(
	    db->h, "PRAGMA integrity_check(1)", -1, &q, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	if (rc != SQLITE_ROW) {
		(void)db_fail(db, rc, e);
		(void)sqlite3_finalize(q);
		return false;
	}
	says = (const char *)sqlite3_column_text(q, 0);
	ok = says != NULL && strcmp(says, "ok") == 0;
	if (!ok)
		(void)err_set(e, ERR_CORRUPT, "%s", says);
	(void)sqlite3_finalize(q);
	return ok;
}

static bool
verify_references(struct db *db, struct err *e)
{
	sqlite3_stmt *q = NULL;
	bool ok = false;
	int rc =
	    sqlite3_prepare_v2(db->h, "PRAGMA foreign_key_check", -1, &q, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	if (rc == SQLITE_DONE)
		ok = true;
	else if (rc == SQLITE_ROW)
		(void)err_set(e, ERR_CORRUPT,
		    "%s row %lld refers to a %s that is not there",
		    (const char *)sqlite3_column_text(q, 0),
		    (long long)sqlite3_column_int64(q, 1),
		    (const char *)sqlite3_column_text(q, 2));
	else
		(void)db_fail(db, rc, e);
	(void)sqlite3_finalize(q);
	return ok;
}

bool
db_verify(struct db *db, struct err *e)
{
	return verify_integrity(db, e) && verify_references(db, e);
}
