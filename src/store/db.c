#include "store/db.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>

#include "store/db_handle.h"

#define FIRST_SLOTS 64
#define BUSY_MS 5000
#define BUSY_PAUSE_MS 5

struct stmt {
	struct db *db;
	const char *sql; /* the literal whose address is the key */
	sqlite3_stmt *q;
	bool lent;
};

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
		return sys == 0 ? ERR_IO : err_kind_of_errno(sys);
	default:
		return ERR_IO;
	}
}

bool
db_fail(const struct db *db, int rc, struct err *e)
{
	if ((rc & 0xff) == SQLITE_NOMEM)
		abort();
	if ((rc & 0xff) == SQLITE_READONLY)
		return err_set(e, ERR_IO, "the database cannot be written: %s",
		    sqlite3_errmsg(db->h));
	return err_set(e, kind_of(db->h, rc), "%s (%d)", sqlite3_errmsg(db->h),
	    sqlite3_extended_errcode(db->h));
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
		"PRAGMA cache_size = -16384; PRAGMA temp_store = memory;"
		"PRAGMA mmap_size = 0; PRAGMA secure_delete = on;"
		"PRAGMA synchronous = full",
		e))
		return false;
	if (mode == DB_READ)
		return db_exec(db, "PRAGMA query_only = on", e);
	/* SQLite opens what it may not write for reading, and says nothing. */
	if (sqlite3_db_readonly(db->h, "main") != 0)
		return err_set(e, ERR_IO, "the database cannot be written");
	return use_wal(db, e);
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

	if (db == NULL ||
	    (db->slots = calloc(FIRST_SLOTS, sizeof(struct stmt *))) == NULL)
		abort();
	db->slots_n = FIRST_SLOTS;
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
	for (size_t i = 0; i < db->slots_n; i++) {
		if (db->slots[i] == NULL)
			continue;
		assert(!db->slots[i]->lent);
		(void)sqlite3_finalize(db->slots[i]->q);
		free(db->slots[i]);
	}
	free(db->slots);
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

static size_t
slot_of(struct stmt *const *slots, size_t n, const char *sql)
{
	uint64_t h = (uint64_t)(uintptr_t)sql * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h >> 32) & (n - 1);

	while (slots[i] != NULL && slots[i]->sql != sql)
		i = (i + 1) & (n - 1);
	return i;
}

static void
slots_grow(struct db *db)
{
	size_t n = db->slots_n * 2;
	struct stmt **slots = calloc(n, sizeof(struct stmt *));

	if (slots == NULL)
		abort();
	for (size_t i = 0; i < db->slots_n; i++)
		if (db->slots[i] != NULL)
			slots[slot_of(slots, n, db->slots[i]->sql)] =
			    db->slots[i];
	free(db->slots);
	db->slots = slots;
	db->slots_n = n;
}

static bool
stmt_new(struct db *db, const char *sql, struct stmt **ret, struct err *e)
{
	sqlite3_stmt *q = NULL;
	struct stmt *s;
	int rc = sqlite3_prepare_v3(
	    db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL);

	if (rc != SQLITE_OK)
		return db_fail(db, rc, e);
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		abort();
	*s = (struct stmt){.db = db, .sql = sql, .q = q};
	*ret = s;
	return true;
}

/* SQLite ends a transaction by itself after some faults (a full disk).  What
 * follows must not run outside of it. */
static bool
still_within(const struct db *db, struct err *e)
{
	if (db->in_transaction && sqlite3_get_autocommit(db->h) != 0)
		return err_set(e, ERR_IO, "the transaction was given up");
	return true;
}

bool
stmt_get(struct db *db, const char *sql, struct stmt **ret, struct err *e)
{
	size_t at = slot_of(db->slots, db->slots_n, sql);
	struct stmt *s = db->slots[at];

	if (!still_within(db, e))
		return false;
	if (s == NULL) {
		if (!stmt_new(db, sql, &s, e))
			return false;
		db->slots[at] = s;
		if (++db->used > db->slots_n / 2)
			slots_grow(db);
	}
	assert(!s->lent);
	if (db->looking && sqlite3_stmt_readonly(s->q) == 0)
		db_look_end(db);
	s->lent = true;
	*ret = s;
	return true;
}

void
stmt_done(struct stmt **s)
{
	if (*s == NULL)
		return;
	(void)sqlite3_reset((*s)->q);
	(void)sqlite3_clear_bindings((*s)->q);
	(*s)->lent = false;
	*s = NULL;
}

bool
stmt_bind_i64(struct stmt *s, int at, int64_t v, struct err *e)
{
	int rc = v == DB_NULL ? sqlite3_bind_null(s->q, at)
			      : sqlite3_bind_int64(s->q, at, v);

	return rc == SQLITE_OK || db_fail(s->db, rc, e);
}

/* The bytes outlive the statement's use: it is reset before its caller
 * returns, so SQLite needs no copy. */
bool
stmt_bind_text(struct stmt *s, int at, str v, struct err *e)
{
	int rc = v.p == NULL ? sqlite3_bind_null(s->q, at)
			     : sqlite3_bind_text64(s->q, at, v.p, v.n,
				   SQLITE_STATIC, SQLITE_UTF8);

	return rc == SQLITE_OK || db_fail(s->db, rc, e);
}

bool
stmt_bind_blob(struct stmt *s, int at, str v, struct err *e)
{
	int rc = v.p == NULL
		     ? sqlite3_bind_null(s->q, at)
		     : sqlite3_bind_blob64(s->q, at, v.p, v.n, SQLITE_STATIC);

	return rc == SQLITE_OK || db_fail(s->db, rc, e);
}

bool
stmt_step(struct stmt *s, bool *ret_row, struct err *e)
{
	int rc = sqlite3_step(s->q);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return db_fail(s->db, rc, e);
	*ret_row = rc == SQLITE_ROW;
	return true;
}

bool
stmt_end(struct stmt *s, struct err *e)
{
	bool row = false;

	if (!stmt_step(s, &row, e))
		return false;
	return !row || err_set(e, ERR_CORRUPT, "more rows than expected");
}

int64_t
stmt_i64(const struct stmt *s, int col)
{
	sqlite3_value *v = sqlite3_column_value(s->q, col);

	return sqlite3_value_type(v) == SQLITE_NULL ? DB_NULL
						    : sqlite3_value_int64(v);
}

bool
stmt_str(
    const struct stmt *s, int col, struct arena *a, str *ret, struct err *e)
{
	sqlite3_value *v = sqlite3_column_value(s->q, col);
	const void *p;

	switch (sqlite3_value_type(v)) {
	case SQLITE_NULL:
		*ret = (str){0};
		return true;
	case SQLITE_TEXT:
		p = sqlite3_value_text(v);
		break;
	case SQLITE_BLOB:
		p = sqlite3_value_blob(v);
		break;
	default:
		return err_set(e, ERR_CORRUPT, "column %d is a number", col);
	}
	if (!arena_str(a, p, (size_t)sqlite3_value_bytes(v), ret))
		return err_set(e, ERR_LIMIT, "column %d is too long", col);
	return true;
}

void *
stmt_room(
    struct arena *a, void *v, size_t n, size_t *cap, size_t size, struct err *e)
{
	size_t want = *cap == 0 ? 4 : *cap * 2;
	void *more;

	if (n < *cap)
		return v;
	more = arena_alloc(a, want, size);
	if (more == NULL) {
		(void)err_set(e, ERR_LIMIT, "more than %zu rows", n);
		return NULL;
	}
	if (n > 0)
		memcpy(more, v, n * size);
	*cap = want;
	return more;
}

int64_t
db_changes(const struct db *db)
{
	return sqlite3_changes64(db->h);
}

/* Transactions. */

static bool
run_alone(struct db *db, const char *sql, struct err *e)
{
	CLEANUP(stmt_done) struct stmt *q = NULL;

	return stmt_get(db, sql, &q, e) && stmt_end(q, e);
}

void
db_look_end(struct db *db)
{
	struct err e;

	if (!db->looking)
		return;
	db->looking = false;
	if (!run_alone(db, "COMMIT", &e))
		db_rollback(db);
}

bool
db_look(struct db *db, struct err *e)
{
	assert(!db->in_transaction);
	db_look_end(db);
	db->looking = run_alone(db, "BEGIN", e);
	return db->looking;
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
	if (!still_within(db, e) || !db_exec(db, "COMMIT", e))
		return err_wrap(e, "commit");
	db->in_transaction = false;
	return true;
}

void
db_rollback(struct db *db)
{
	struct err e;

	if (sqlite3_get_autocommit(db->h) == 0)
		(void)!db_exec(db, "ROLLBACK", &e);
	db->in_transaction = db->looking = false;
}

bool
db_in_transaction(const struct db *db)
{
	return db->in_transaction;
}

/* data_version moves when another connection commits, the count of changes
 * when this one writes. */
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
	*ret =
	    (int64_t)((uint64_t)others << 32 ^
		      ((uint64_t)sqlite3_total_changes64(db->h) & UINT32_MAX));
	return true;
}
