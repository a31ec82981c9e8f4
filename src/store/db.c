#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "store/db_handle.h"

#define BUSY_PAUSE_MS 5

static enum err_kind
kind_of(sqlite3 *h, int rc)
{
	int sys;

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_FULL:
		return ERR_FULL;
	case SQLITE_CONSTRAINT:
		return ERR_CONFLICT;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_CORRUPT;
	case SQLITE_TOOBIG:
		return ERR_LIMIT;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		sys = h == NULL ? 0 : sqlite3_system_errno(h);
		/* Not noted for a commit that fails: still that call's. */
		if (sys == 0)
			sys = errno;
		return sys == 0 ? ERR_IO : err_kind_of_errno(sys);
	default:
		return ERR_IO;
	}
}

bool
db_fail(struct db *db, int rc, struct err *e)
{
	if ((rc & 0xff) == SQLITE_NOMEM)
		abort();
	if ((rc & 0xff) == SQLITE_READONLY)
		(void)err_set(e, ERR_READ_ONLY,
		    "the database cannot be written: %s",
		    sqlite3_errmsg(db->h));
	else
		(void)err_set(e, kind_of(db->h, rc), "%s (%d)",
		    sqlite3_errmsg(db->h), sqlite3_extended_errcode(db->h));
	if (e->kind == ERR_READ_ONLY || e->kind == ERR_FULL)
		db->refused_ms = clock_ms();
	return false;
}

void
db_took(struct db *db)
{
	db->refused_ms = 0;
}

int64_t
db_refused_ms(const struct db *db)
{
	return db->refused_ms;
}

bool
db_exec(struct db *db, const char *sql, struct err *e)
{
	int rc = sqlite3_exec(db->h, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK || db_fail(db, rc, e);
}

bool
db_ask(struct db *db, const char *sql, int64_t *ret, struct err *e)
{
	CLEANUP(stmt_done) struct stmt *q = NULL;
	int64_t value;
	bool row = false;

	if (!stmt_get(db, sql, &q, e) || !stmt_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_CORRUPT, "no answer to %s", sql);
	value = stmt_i64(q, 0);
	if (!stmt_end(q, e))
		return false;
	*ret = value;
	return true;
}

static bool
try_wal(struct db *db, struct err *e)
{
	sqlite3_stmt *q = NULL;
	bool ok = false;
	int rc = sqlite3_prepare_v2(
	    db->h, "PRAGMA journal_mode = wal", -1, &q, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		const unsigned char *now = sqlite3_column_text(q, 0);

		/* A database in memory keeps its journal there too. */
		ok = now != NULL && (now[0] == 'w' || now[0] == 'm');
		if (!ok)
			(void)err_set(e, ERR_IO,
			    "no write-ahead log on this file system");
	} else {
		(void)db_fail(db, rc, e);
	}
	(void)sqlite3_finalize(q);
	return ok;
}

/* Two that open a new file at once: SQLite tells one of them « busy » without
 * waiting, whatever the time-out. */
static bool
use_wal(struct db *db, struct err *e)
{
	const struct timespec pause = {0, BUSY_PAUSE_MS * 1000000L};

	for (int waited = 0; !try_wal(db, e); waited += BUSY_PAUSE_MS) {
		if (e->kind != ERR_BUSY || waited >= BUSY_MS)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return db_exec(db, "PRAGMA journal_size_limit = 4194304", e);
}

/* A log that may only be read when it is opened stays so for this connection,
 * whatever becomes of the disk, and SQLite says it with the first write: ask
 * now, so that whoever opens does it again.  « Busy » may be written. */
static bool
try_write(struct db *db, struct err *e)
{
	bool ok;

	(void)sqlite3_busy_timeout(db->h, 0);
	ok = db_exec(db, "BEGIN IMMEDIATE", e) && db_exec(db, "ROLLBACK", e);
	(void)sqlite3_busy_timeout(db->h, BUSY_MS);
	return ok || e->kind == ERR_BUSY;
}

/*
 * A commit is on the disk before it is answered (FULL), also after a power
 * cut.  Deleted rows are overwritten, so that an erased person leaves no
 * trace in free pages.  Nothing of the database goes to a temporary file.
 */
static bool
set_up(struct db *db, enum db_open_mode mode, struct err *e)
{
	static const struct {
		int option, value;
	} config[] = {
	    {SQLITE_DBCONFIG_DEFENSIVE, 1},
	    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
	    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
	    {SQLITE_DBCONFIG_DQS_DDL, 0},
	    {SQLITE_DBCONFIG_DQS_DML, 0},
	    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
	};

	(void)sqlite3_extended_result_codes(db->h, 1);
	(void)sqlite3_busy_timeout(db->h, BUSY_MS);
	for (size_t i = 0; i < sizeof(config) / sizeof(config[0]); i++) {
		int rc = sqlite3_db_config(
		    db->h, config[i].option, config[i].value, NULL);

		if (rc != SQLITE_OK)
			return db_fail(db, rc, e);
	}
	if (!db_exec(db,
		"PRAGMA cache_size = -65536; PRAGMA temp_store = memory;"
		"PRAGMA mmap_size = 0; PRAGMA secure_delete = on;"
		"PRAGMA synchronous = full",
		e))
		return false;
	if (mode == DB_READ)
		return db_exec(db, "PRAGMA query_only = on", e);
	/* SQLite opens what it may not write for reading, and says nothing. */
	if (sqlite3_db_readonly(db->h, "main") != 0)
		return err_set(
		    e, ERR_READ_ONLY, "the database cannot be written");
	return use_wal(db, e) && try_write(db, e);
}

/* Born private, like the journals that take its mode over. */
static bool
create(const char *path, struct err *e)
{
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0 || errno == EEXIST || err_sys(e, "%s", path);
}

/* No threads here: no locks, and no counting of memory under one. */
static void
configure_once(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

struct db *
db_open(const char *path, enum db_open_mode mode, struct err *e)
{
	static const int flags[] = {
	    [DB_READ] = SQLITE_OPEN_READONLY,
	    [DB_WRITE] = SQLITE_OPEN_READWRITE,
	    [DB_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	};
	OWNED(db) db = calloc(1, sizeof(*db));
	int rc;

	if (db == NULL)
		abort();
	stmts_init(db);
	db->writes = mode != DB_READ;
	configure_once();
	if (mode == DB_CREATE && strcmp(path, ":memory:") != 0 &&
	    !create(path, e))
		return NULL;
	rc = sqlite3_open_v2(
	    path, &db->h, flags[mode] | SQLITE_OPEN_NOMUTEX, NULL);
	if (db->h == NULL)
		abort();
	if (rc != SQLITE_OK)
		(void)db_fail(db, rc, e);
	if (rc != SQLITE_OK || !set_up(db, mode, e)) {
		(void)err_wrap(e, "%s", path);
		return NULL;
	}
	return TAKE(db);
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	db_look_end(db);
	stmts_done(db);
	(void)sqlite3_close(db->h); /* rolls back what was not committed */
	free(db);
}

void
db_settle(struct db *db)
{
	db_look_end(db);
	(void)sqlite3_busy_timeout(db->h, 0);
	(void)sqlite3_wal_checkpoint_v2(
	    db->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	(void)sqlite3_busy_timeout(db->h, BUSY_MS);
}

/* Statements. */

/* Transactions. */

/* SQLite ends a transaction by itself after some faults (a full disk).  What
 * follows must not run outside of it. */
bool
db_still_within(const struct db *db, struct err *e)
{
	if (db->in_transaction && sqlite3_get_autocommit(db->h) != 0)
		return err_set(e, ERR_IO, "the transaction was given up");
	return true;
}

/* data_version moves when another connection commits, the count of changes
 * when this one writes. */
static int64_t
version_of(const struct db *db, int64_t others)
{
	uint64_t own = (uint64_t)sqlite3_total_changes64(db->h);

	return (int64_t)((uint64_t)others << 32 ^ (own & UINT32_MAX));
}

void
db_look_end(struct db *db)
{
	db->keeping = false;
	if (db->look == NULL)
		return;
	db->lent++;
	stmt_done(&db->look);
}

/* Answers of this moment are kept for the next look that shows the same. */
static void
keep(struct db *db, int64_t version)
{
	if (db->kept == NULL)
		db->kept = kept_new(KEPT_BYTES, false);
	kept_turn(db->kept, version);
	db->looked_at = version;
	db->keeping = true;
}

/* A statement that has given a row and is not reset holds the lock and the
 * moment for all that are run beside it: BEGIN and COMMIT would be two more.
 * It is not counted among those lent. */
bool
db_look(struct db *db, struct err *e)
{
	bool row;

	assert(!db->in_transaction);
	db_look_end(db);
	if (!stmt_get(db, "PRAGMA main.data_version", &db->look, e))
		return false;
	db->lent--;
	if (!stmt_step(db->look, &row, e) ||
	    (!row && !err_set(e, ERR_CORRUPT, "no version of the database"))) {
		db_look_end(db);
		return false;
	}
	keep(db, version_of(db, stmt_i64(db->look, 0)));
	return true;
}

bool
db_looks(const struct db *db)
{
	return db->look != NULL;
}

int64_t
db_looked_at(const struct db *db)
{
	return db->looked_at;
}

bool
db_begin(struct db *db, struct err *e)
{
	assert(!db->in_transaction);
	db_look_end(db);
	if (!db_exec(db, db->writes ? "BEGIN IMMEDIATE" : "BEGIN", e))
		return err_wrap(e, "begin");
	db->in_transaction = true;
	return true;
}

bool
db_commit(struct db *db, struct err *e)
{
	assert(db->in_transaction);
	if (!db_still_within(db, e) || !db_exec(db, "COMMIT", e))
		return err_wrap(e, "commit");
	db->in_transaction = false;
	db_took(db);
	return true;
}

void
db_rollback(struct db *db)
{
	struct err e;

	db_look_end(db);
	if (sqlite3_get_autocommit(db->h) == 0)
		(void)!db_exec(db, "ROLLBACK", &e);
	db->in_transaction = false;
}

bool
db_in_transaction(const struct db *db)
{
	return db->in_transaction;
}

int64_t
db_writes(const struct db *db)
{
	return sqlite3_total_changes64(db->h);
}

bool
db_version(struct db *db, int64_t *ret, struct err *e)
{
	int64_t others;

	if (!db_ask(db, "PRAGMA data_version", &others, e))
		return err_wrap(e, "data_version");
	*ret = version_of(db, others);
	return true;
}
