#include "store/db.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/buf.h"
#include "store/migrations.h"

static char folder[64];
static struct err e;

static const char *
path_of(const char *name)
{
	static char path[4][160];
	static unsigned next;
	char *p = path[next++ % 4];

	(void)snprintf(p, sizeof(path[0]), "%s/%s", folder, name);
	return p;
}

static struct db *
opened(const char *name, enum db_open_mode mode)
{
	struct db *db = db_open(path_of(name), mode, &e);

	assert_non_null(db);
	return db;
}

static void
exec(struct db *db, const char *sql)
{
	if (!db_exec(db, sql, &e))
		fail_msg("%s: %s", sql, e.msg);
}

static int64_t
number(struct db *db, const char *sql)
{
	CLEANUP(stmt_done) struct stmt *q = NULL;
	bool row = false;

	assert_true(stmt_get(db, sql, &q, &e));
	assert_true(stmt_step(q, &row, &e));
	assert_true(row);
	return stmt_i64(q, 0);
}

static struct db *
with_table(const char *name)
{
	struct db *db = opened(name, DB_CREATE);

	exec(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE,"
		 " n INTEGER NOT NULL DEFAULT 0 CHECK (n < 100000),"
		 " up INTEGER REFERENCES t (id)) STRICT");
	return db;
}

static bool
insert(struct db *db, str v, int64_t n)
{
	CLEANUP(stmt_done) struct stmt *q = NULL;

	return stmt_get(db, "INSERT INTO t (v, n) VALUES (?1, ?2)", &q, &e) &&
	       stmt_bind_text(q, 1, v, &e) && stmt_bind_i64(q, 2, n, &e) &&
	       stmt_end(q, &e);
}

static int
make_folder(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/preau-db-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	char *const argv[] = {(char[]){"rm"}, (char[]){"-rf"}, folder, NULL};
	pid_t pid = fork();
	int status = 0;

	(void)state;
	if (pid == 0) {
		(void)execvp("rm", argv);
		_exit(127);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || status != 0;
}

static void
migrating_twice_changes_nothing(void **state)
{
	OWNED(db) db = opened("twice", DB_CREATE);
	int applied = -1;

	(void)state;
	assert_false(db_schema_is_current(db, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_true(db_migrate(db, &applied, &e));
	assert_int_equal(applied, migrations_n);
	assert_true(db_schema_is_current(db, &e));
	assert_true(db_migrate(db, &applied, &e));
	assert_int_equal(applied, 0);
	assert_true(db_verify(db, &e));
	assert_int_equal(number(db, "PRAGMA foreign_keys"), 1);
}

static void
a_newer_schema_is_refused(void **state)
{
	OWNED(db) db = opened("newer", DB_CREATE);
	int applied = -1;

	(void)state;
	assert_true(db_migrate(db, &applied, &e));
	exec(db, "PRAGMA user_version = 9000");
	assert_false(db_migrate(db, &applied, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_false(db_schema_is_current(db, &e));
	assert_false(db_in_transaction(db));
	assert_int_equal(number(db, "PRAGMA foreign_keys"), 1);
}

static void
a_migration_that_fails_leaves_nothing(void **state)
{
	OWNED(db) db = opened("half", DB_CREATE);
	int applied = -1;

	(void)state;
	/* The first migration creates `session` after others. */
	exec(db, "CREATE TABLE session (id INTEGER PRIMARY KEY) STRICT");
	assert_false(db_migrate(db, &applied, &e));
	assert_int_equal(applied, -1);
	assert_non_null(strstr(e.msg, "migration 0001_begin"));
	assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema"), 1);
	assert_int_equal(number(db, "PRAGMA user_version"), 0);
	exec(db, "DROP TABLE session");
	assert_true(db_migrate(db, &applied, &e));
	assert_int_equal(applied, migrations_n);
}

static void
two_processes_may_migrate_at_once(void **state)
{
	pid_t pid[4];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		pid[i] = fork();
		assert_true(pid[i] >= 0);
		if (pid[i] == 0) {
			OWNED(db) db = db_open(path_of("race"), DB_CREATE, &e);
			int applied;

			_exit(db == NULL || !db_migrate(db, &applied, &e));
		}
	}
	for (size_t i = 0; i < 4; i++) {
		int status = -1;

		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	OWNED(db) db = opened("race", DB_WRITE);
	assert_true(db_schema_is_current(db, &e));
}

static void
rolled_back_is_gone_and_committed_stays(void **state)
{
	OWNED(db) db = with_table("transactions");

	(void)state;
	assert_false(db_in_transaction(db));
	db_rollback(db);
	assert_true(db_begin(db, &e));
	assert_true(db_in_transaction(db));
	assert_true(insert(db, S("gone"), 1));
	db_rollback(db);
	assert_false(db_in_transaction(db));
	assert_true(db_begin(db, &e));
	assert_true(insert(db, S("stays"), 2));
	assert_true(db_commit(db, &e));
	OWNED(db) other = opened("transactions", DB_READ);
	assert_int_equal(number(other, "SELECT count(*) FROM t"), 1);
	assert_int_equal(number(other, "SELECT n FROM t"), 2);
}

static void
a_writer_killed_before_its_commit_leaves_nothing(void **state)
{
	OWNED(db) db = with_table("killed");
	pid_t pid;
	int status;

	(void)state;
	assert_true(insert(db, S("before"), 1));
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct db *mine = db_open(path_of("killed"), DB_WRITE, &e);

		if (mine == NULL || !insert(mine, S("accepted"), 2) ||
		    !db_begin(mine, &e) || !insert(mine, S("never"), 3))
			_exit(1);
		(void)kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(number(db, "SELECT sum(n) FROM t"), 3);
	assert_true(insert(db, S("after"), 4));
	assert_true(db_verify(db, &e));
}

static void
a_reader_cannot_write(void **state)
{
	OWNED(db) db = with_table("reader");
	OWNED(db) reader = opened("reader", DB_READ);

	(void)state;
	assert_false(insert(reader, S("x"), 1));
	assert_int_equal(e.kind, ERR_READ_ONLY);
	assert_non_null(strstr(e.msg, "cannot be written"));
	assert_true(db_begin(reader, &e));
	assert_int_equal(number(reader, "SELECT count(*) FROM t"), 0);
	assert_true(insert(db, S("x"), 1));
	assert_int_equal(number(reader, "SELECT count(*) FROM t"), 0);
	assert_true(db_commit(reader, &e));
	assert_int_equal(number(reader, "SELECT count(*) FROM t"), 1);
}

static void
what_is_not_a_database_is_named(void **state)
{
	FILE *f = fopen(path_of("letter"), "we");

	(void)state;
	assert_non_null(f);
	assert_true(fprintf(f, "%4096s", "Dear parents,") > 0);
	assert_int_equal(fclose(f), 0);
	assert_null(db_open(path_of("letter"), DB_WRITE, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	assert_null(db_open(path_of("absent"), DB_WRITE, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_non_null(strstr(e.msg, "absent"));
}

static void
a_database_is_private(void **state)
{
	OWNED(db) db = with_table("private");
	static const char *const part[] = {
	    "private", "private-wal", "private-shm"};
	struct stat st;

	(void)state;
	assert_true(insert(db, S("x"), 1));
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(stat(path_of(part[i]), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

/* As somebody who owns nothing; 0: it is said that it cannot be written. */
static int
status_of_nobody(const char *name)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
			_exit(2);
		if (db_open(path_of(name), DB_WRITE, &e) != NULL)
			_exit(3);
		_exit(e.kind != ERR_READ_ONLY ||
		      strstr(e.msg, "cannot be written") == NULL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
a_read_only_disk_is_said_at_once(void **state)
{
	struct db *db;

	(void)state;
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(mkdir(path_of("locked"), 0755), 0);
	db = with_table("locked/db");
	db_free(db);
	assert_int_equal(chmod(path_of("locked/db"), 0444), 0);
	assert_int_equal(chmod(path_of("locked"), 0555), 0);
	assert_int_equal(status_of_nobody("locked/db"), 0);
	assert_int_equal(chmod(path_of("locked"), 0755), 0);
}

/* The disk went between the database and its log: a connection that may read
 * the log and not write it would stay so. */
static void
a_log_that_can_only_be_read_is_said_at_once(void **state)
{
	OWNED(db) db = with_table("log");

	(void)state;
	assert_int_equal(chmod(folder, 0755), 0);
	assert_true(insert(db, S("x"), 1));
	assert_int_equal(chmod(path_of("log"), 0666), 0);
	assert_int_equal(chmod(path_of("log-shm"), 0666), 0);
	assert_int_equal(chmod(path_of("log-wal"), 0444), 0);
	assert_int_equal(status_of_nobody("log"), 0);
}

static void
a_refused_write_is_remembered_until_one_is_taken(void **state)
{
	OWNED(db) db = with_table("refused");

	(void)state;
	assert_int_equal(db_refused_ms(db), 0);
	assert_true(db_exec(db, "PRAGMA max_page_count = 1", &e));
	assert_false(db_exec(
	    db, "INSERT INTO t (v) VALUES (hex(randomblob(100000)))", &e));
	assert_int_equal(e.kind, ERR_FULL);
	assert_true(db_refused_ms(db) > 0);
	assert_int_equal(number(db, "SELECT count(*) FROM t"), 0);
	assert_true(db_refused_ms(db) > 0);
	assert_true(db_exec(db, "PRAGMA max_page_count = 100000", &e));
	assert_true(insert(db, S("x"), 1));
	assert_int_equal(db_refused_ms(db), 0);
}

static void
every_broken_rule_is_a_conflict(void **state)
{
	static const char *const wrong[] = {
	    "INSERT INTO t (v) VALUES ('twice')",
	    "INSERT INTO t (id) VALUES (1)",
	    "INSERT INTO t (n) VALUES (NULL)",
	    "INSERT INTO t (n) VALUES (100000)",
	    "INSERT INTO t (up) VALUES (12345)",
	    "INSERT INTO t (n) VALUES ('word')",
	    "DELETE FROM t WHERE id = 1",
	};
	OWNED(db) db = with_table("rules");

	(void)state;
	exec(db, "INSERT INTO t (id, v) VALUES (1, 'twice');"
		 "INSERT INTO t (up) VALUES (1)");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CLEANUP(stmt_done) struct stmt *q = NULL;

		assert_true(stmt_get(db, wrong[i], &q, &e));
		assert_false(stmt_end(q, &e));
		assert_int_equal(e.kind, ERR_CONFLICT);
	}
	assert_int_equal(number(db, "SELECT count(*) FROM t"), 2);
}

static void
a_statement_is_prepared_once(void **state)
{
	static const char sql[] = "SELECT ?1";
	OWNED(db) db = opened("cache", DB_CREATE);
	struct stmt *first = NULL, *again = NULL;
	bool row = false;

	(void)state;
	assert_true(stmt_get(db, sql, &first, &e));
	struct stmt *was = first;
	assert_true(stmt_bind_i64(first, 1, 7, &e));
	stmt_done(&first);
	assert_null(first);
	assert_true(stmt_get(db, sql, &again, &e));
	assert_ptr_equal(was, again);
	assert_true(stmt_step(again, &row, &e));
	/* Nothing of the first use is left. */
	assert_int_equal(stmt_i64(again, 0), DB_NULL);
	stmt_done(&again);
	stmt_done(&again);
}

static void
more_statements_than_slots_all_work(void **state)
{
	OWNED(db) db = opened("slots", DB_CREATE);
	static char sql[500][24];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 500; i++) {
			(void)snprintf(sql[i], sizeof(sql[i]), "SELECT %d", i);
			assert_int_equal(number(db, sql[i]), i);
		}
}

static void
a_wrong_statement_does_no_harm(void **state)
{
	OWNED(db) db = with_table("wrong");
	struct stmt *q = NULL;

	(void)state;
	assert_false(stmt_get(db, "SELECT nothing FROM nowhere", &q, &e));
	assert_null(q);
	assert_false(stmt_get(db, "SELECT \"no text\"", &q, &e));
	assert_true(insert(db, S("fine"), 1));
}

static void
ten_thousand_rows_come_back(void **state)
{
	OWNED(db) db = with_table("many");
	OWNED(arena) a = arena_new(8 << 20);
	CLEANUP(stmt_done) struct stmt *q = NULL;
	int64_t n = 0;
	char name[16];
	bool row = true;

	(void)state;
	assert_true(db_begin(db, &e));
	for (int i = 0; i < 10000; i++) {
		int len = snprintf(name, sizeof(name), "r\303\251%d", i);

		assert_true(insert(db, (str){name, (size_t)len}, i));
	}
	assert_true(db_commit(db, &e));
	assert_true(stmt_get(db, "SELECT n, v FROM t ORDER BY id", &q, &e));
	for (;; n++) {
		str v;

		assert_true(stmt_step(q, &row, &e));
		if (!row)
			break;
		assert_int_equal(stmt_i64(q, 0), n);
		assert_true(stmt_str(q, 1, a, &v, &e));
		assert_true(str_starts(v, S("r\303\251")));
	}
	assert_int_equal(n, 10000);
}

static void
the_version_moves_with_every_commit(void **state)
{
	OWNED(db) db = with_table("version");
	OWNED(db) other = opened("version", DB_WRITE);
	int64_t a = 0, b = 0;

	(void)state;
	assert_true(db_version(db, &a, &e));
	assert_true(db_version(db, &b, &e));
	assert_int_equal(a, b);
	assert_true(insert(db, S("mine"), 1));
	assert_true(db_version(db, &b, &e));
	assert_int_not_equal(a, b);
	assert_true(insert(other, S("theirs"), 1));
	assert_true(db_version(db, &a, &e));
	assert_int_not_equal(a, b);
	assert_int_equal(number(db, "SELECT count(*) FROM t"), 2);
	assert_true(db_version(db, &b, &e));
	assert_int_equal(a, b);
}

static void
a_look_shows_one_moment(void **state)
{
	OWNED(db) db = opened("look.db", DB_CREATE);
	OWNED(db) other = opened("look.db", DB_WRITE);

	(void)state;
	exec(db, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)");
	assert_true(db_look(db, &e));
	assert_int_equal(number(db, "SELECT n FROM t"), 1);
	exec(other, "UPDATE t SET n = 2");
	assert_int_equal(number(db, "SELECT n FROM t"), 1);
	assert_false(db_in_transaction(db));
	assert_true(db_looks(db));
	db_look_end(db);
	assert_false(db_looks(db));
	assert_int_equal(number(db, "SELECT n FROM t"), 2);
	db_look_end(db);
}

/* Else the one would be written over what the other has just changed. */
static void
a_look_ends_before_anything_is_written(void **state)
{
	OWNED(db) db = opened("write.db", DB_CREATE);
	OWNED(db) other = opened("write.db", DB_WRITE);

	(void)state;
	exec(db, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)");
	assert_true(db_look(db, &e));
	assert_int_equal(number(db, "SELECT n FROM t"), 1);
	exec(other, "UPDATE t SET n = 2");
	assert_int_equal(number(db, "UPDATE t SET n = n + 10 RETURNING n"), 12);
	assert_false(db_looks(db));
	assert_int_equal(number(other, "SELECT n FROM t"), 12);

	assert_true(db_look(db, &e));
	assert_int_equal(number(db, "SELECT n FROM t"), 12);
	exec(other, "UPDATE t SET n = 3");
	assert_true(db_begin(db, &e));
	assert_int_equal(number(db, "SELECT n FROM t"), 3);
	assert_true(db_commit(db, &e));
}

/* ---- answers that are kept while nothing changes ---- */

/* Looked up at `look`, with the parameters n and s: "a,b;" a row. */
static void
answer(struct db *db, const char *sql, int64_t n, str s, struct buf *b)
{
	CLEANUP(stmt_done) struct stmt *q = NULL;
	OWNED(arena) a = arena_new(1 << 20);
	bool row = false;
	str text;

	assert_true(stmt_get(db, sql, &q, &e));
	assert_true(stmt_bind_i64(q, 1, n, &e));
	assert_true(stmt_bind_text(q, 2, s, &e));
	for (;;) {
		assert_true(stmt_step(q, &row, &e));
		if (!row)
			return;
		assert_true(stmt_str(q, 1, a, &text, &e));
		buf_printf(b, "%lld,%s" STR_FMT ";", (long long)stmt_i64(q, 0),
		    text.p == NULL ? "null" : "", STR_ARG(text));
	}
}

#define BY_N "SELECT n, s FROM t WHERE n >= ?1 AND s IS NOT ?2 ORDER BY n"
#define BY_S "SELECT n, s FROM t WHERE n % 7 = ?1 OR s = ?2 ORDER BY n, s"

static void
same_answer(struct db *one, struct db *other, unsigned dice)
{
	static const str words[] = {{0}, S(""), S("a"), S("b"), S("abc")};
	struct buf a = BUF_MAX(1 << 20), b = BUF_MAX(1 << 20);
	const char *sql = dice % 2 == 0 ? BY_N : BY_S;
	int64_t n = dice / 2 % 16 == 15 ? DB_NULL : dice / 2 % 16;

	answer(one, sql, n, words[dice / 32 % 5], &a);
	answer(other, sql, n, words[dice / 32 % 5], &b);
	assert_int_equal(a.n, b.n);
	if (a.n > 0)
		assert_memory_equal(a.p, b.p, a.n);
	buf_done(&a);
	buf_done(&b);
}

static void
change(struct db *db, unsigned dice)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql),
	    dice % 3 == 0   ? "DELETE FROM t WHERE n = %u"
	    : dice % 3 == 1 ? "INSERT INTO t VALUES (%u, NULL)"
			    : "INSERT INTO t VALUES (%u, 'abc'), (3, '')",
	    dice / 3 % 16);
	exec(db, sql);
}

/* Against a connection that never looks and so keeps nothing. */
static void
a_kept_answer_is_what_the_database_would_say(void **state)
{
	OWNED(db) looks = opened("kept.db", DB_CREATE);
	OWNED(db) plain = opened("kept.db", DB_WRITE);
	unsigned dice = 1;

	(void)state;
	exec(looks, "CREATE TABLE t (n INTEGER, s TEXT) STRICT");
	for (int i = 0; i < 5000; i++) {
		dice = dice * 1664525u + 1013904223u;
		if (dice >> 28 == 0)
			change(dice >> 27 & 1 ? looks : plain, dice >> 8);
		assert_true(db_look(looks, &e));
		same_answer(looks, plain, dice >> 6);
		same_answer(looks, plain, dice >> 16);
		db_look_end(looks);
	}
}

static void
an_answer_is_kept_only_within_its_moment(void **state)
{
	OWNED(db) db = opened("moment.db", DB_CREATE);
	OWNED(db) other = opened("moment.db", DB_WRITE);
	static const char sql[] = "SELECT n FROM t";

	(void)state;
	exec(db, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)");
	assert_true(db_look(db, &e));
	assert_int_equal(number(db, sql), 1);
	assert_int_equal(number(db, sql), 1);
	exec(other, "UPDATE t SET n = 2");
	assert_int_equal(number(db, sql), 1); /* the look's own moment */
	db_look_end(db);
	assert_int_equal(number(db, sql), 2);
	assert_true(db_look(db, &e));
	assert_int_equal(number(db, sql), 2);
	db_look_end(db);
	assert_true(db_begin(db, &e));
	exec(db, "UPDATE t SET n = 3");
	assert_int_equal(number(db, sql), 3);
	db_rollback(db);
	assert_true(db_look(db, &e));
	assert_int_equal(number(db, sql), 2);
	db_look_end(db);
}

/* More rows, longer ones and more answers than there is room for. */
static void
what_does_not_fit_is_asked_each_time(void **state)
{
	OWNED(db) looks = opened("long.db", DB_CREATE);
	OWNED(db) plain = opened("long.db", DB_WRITE);
	static char text[20000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	exec(looks, "CREATE TABLE t (n INTEGER, s TEXT) STRICT");
	exec(looks, "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL"
		    " SELECT i + 1 FROM c WHERE i < 400)"
		    " INSERT INTO t SELECT i % 16, 'abc' FROM c");
	exec(looks, "INSERT INTO t SELECT 5, hex(zeroblob(9000))");
	for (int round = 0; round < 3; round++) {
		assert_true(db_look(looks, &e));
		for (unsigned i = 0; i < 3000; i++)
			same_answer(looks, plain, i % 160);
		for (int64_t i = 0; i < 3000; i++) {
			struct buf b = BUF_MAX(1 << 20);

			answer(looks, BY_N, 1000 + i, S("a"), &b);
			assert_int_equal(b.n, 0);
			buf_done(&b);
		}
		for (size_t n = 200; n < 300; n++) {
			struct buf b = BUF_MAX(1 << 20);

			answer(looks, BY_N, 15, (str){text, n}, &b);
			assert_int_not_equal(b.n, 0);
			buf_done(&b);
		}
		db_look_end(looks);
	}
}

static void
a_busy_database_says_so(void **state)
{
	OWNED(db) db = with_table("busy");
	OWNED(db) other = opened("busy", DB_WRITE);

	(void)state;
	exec(other, "PRAGMA busy_timeout = 20");
	assert_true(db_begin(db, &e));
	assert_false(db_begin(other, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_false(db_in_transaction(other));
	assert_int_equal(number(other, "SELECT count(*) FROM t"), 0);
	assert_true(db_commit(db, &e));
	assert_true(db_begin(other, &e));
	assert_true(db_commit(other, &e));
}

static void
a_full_disk_keeps_nothing_of_the_transaction(void **state)
{
	OWNED(db) db = with_table("full");
	static char big[8000];
	bool ok = true;
	int n = 0;

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_true(insert(db, S("accepted"), 1));
	exec(db, "PRAGMA max_page_count = 40");
	assert_true(db_begin(db, &e));
	while (ok && n < 1000) {
		(void)snprintf(big, sizeof(big), "%08d", n++);
		big[8] = 'x';
		ok = insert(db, (str){big, sizeof(big)}, 1);
	}
	assert_false(ok);
	assert_int_equal(e.kind, ERR_FULL);
	/* Whether or not SQLite gave the transaction up, nothing may follow
	 * outside of it. */
	if (insert(db, S("small"), 1))
		assert_true(db_in_transaction(db));
	db_rollback(db);
	assert_int_equal(number(db, "SELECT count(*) FROM t"), 1);
	exec(db, "PRAGMA max_page_count = 100000");
	assert_true(insert(db, S("later"), 1));
	assert_true(db_verify(db, &e));
}

static void
a_transaction_given_up_is_not_continued(void **state)
{
	OWNED(db) db = with_table("given-up");

	(void)state;
	assert_true(db_begin(db, &e));
	assert_true(insert(db, S("one"), 1));
	exec(db, "ROLLBACK"); /* as SQLite does by itself after some faults */
	assert_false(insert(db, S("two"), 1));
	assert_int_equal(e.kind, ERR_IO);
	assert_false(db_commit(db, &e));
	db_rollback(db);
	assert_int_equal(number(db, "SELECT count(*) FROM t"), 0);
}

/* Writes pairs of rows until it is killed. */
static pid_t
busy_writer(const char *path)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	OWNED(db) db = db_open(path, DB_WRITE, &e);
	for (int i = 0; db != NULL && i < 100000; i++) {
		if (!db_begin(db, &e) || !insert(db, (str){0}, 1) ||
		    !insert(db, (str){0}, -1) || !db_commit(db, &e))
			break;
	}
	_exit(1);
}

static void
a_copy_made_while_others_write_is_whole(void **state)
{
	OWNED(db) db = with_table("original");
	pid_t pid = busy_writer(path_of("original"));
	struct stat st;
	int status;

	(void)state;
	while (number(db, "SELECT count(*) FROM t") < 100)
		(void)usleep(1000);
	for (int i = 0; i < 5; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "copy%d", i);
		if (!db_copy(db, path_of(name), &e))
			fail_msg("%s", e.msg);
		OWNED(db) copy = opened(name, DB_READ);
		assert_true(number(copy, "SELECT count(*) FROM t") >= 100);
		assert_int_equal(number(copy, "SELECT sum(n) FROM t"), 0);
		assert_true(db_verify(copy, &e));
	}
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(stat(path_of("copy0"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_not_equal(stat(path_of("copy0-wal"), &st), 0);
}

static void
a_copy_overwrites_nothing(void **state)
{
	OWNED(db) db = with_table("source");

	(void)state;
	assert_true(db_copy(db, path_of("target"), &e));
	assert_false(db_copy(db, path_of("target"), &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_false(db_copy(db, path_of("no/such/folder"), &e));
	assert_int_equal(e.kind, ERR_IO);
	OWNED(db) target = opened("target", DB_WRITE);
	assert_int_equal(number(target, "SELECT count(*) FROM t"), 0);
}

static void
verify_names_what_is_broken(void **state)
{
	OWNED(db) db = with_table("broken");

	(void)state;
	assert_true(db_verify(db, &e));
	exec(db, "PRAGMA foreign_keys = off;"
		 "INSERT INTO t (id, up) VALUES (5, 77)");
	assert_false(db_verify(db, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	assert_non_null(strstr(e.msg, "t row 5"));
}

static void
damaged_pages_are_found(void **state)
{
	struct db *db = with_table("damaged");
	static char noise[4096];
	int fd;

	(void)state;
	for (int i = 0; i < 2000; i++)
		assert_true(insert(db, (str){0}, i % 10));
	db_free(db);
	memset(noise, 0x5a, sizeof(noise));
	fd = open(path_of("damaged"), O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, noise, sizeof(noise), 3 * 4096), 4096);
	assert_int_equal(close(fd), 0);
	OWNED(db) again = opened("damaged", DB_WRITE);
	assert_false(db_verify(again, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
}

static void
the_settings_hold(void **state)
{
	OWNED(db) db = opened("settings", DB_CREATE);

	(void)state;
	assert_int_equal(number(db, "PRAGMA synchronous"), 2);
	assert_int_equal(number(db, "PRAGMA secure_delete"), 1);
	assert_int_equal(number(db, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(db, "PRAGMA trusted_schema"), 0);
	assert_int_equal(number(db, "PRAGMA temp_store"), 2);
	assert_int_equal(
	    number(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"),
	    1);
	exec(db, "CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT;"
		 "PRAGMA writable_schema = on");
	assert_false(db_exec(db, "DELETE FROM sqlite_schema", &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(migrating_twice_changes_nothing),
	    cmocka_unit_test(a_newer_schema_is_refused),
	    cmocka_unit_test(a_migration_that_fails_leaves_nothing),
	    cmocka_unit_test(two_processes_may_migrate_at_once),
	    cmocka_unit_test(rolled_back_is_gone_and_committed_stays),
	    cmocka_unit_test(a_writer_killed_before_its_commit_leaves_nothing),
	    cmocka_unit_test(a_reader_cannot_write),
	    cmocka_unit_test(what_is_not_a_database_is_named),
	    cmocka_unit_test(a_database_is_private),
	    cmocka_unit_test(a_read_only_disk_is_said_at_once),
	    cmocka_unit_test(a_log_that_can_only_be_read_is_said_at_once),
	    cmocka_unit_test(a_refused_write_is_remembered_until_one_is_taken),
	    cmocka_unit_test(every_broken_rule_is_a_conflict),
	    cmocka_unit_test(a_statement_is_prepared_once),
	    cmocka_unit_test(more_statements_than_slots_all_work),
	    cmocka_unit_test(a_wrong_statement_does_no_harm),
	    cmocka_unit_test(ten_thousand_rows_come_back),
	    cmocka_unit_test(the_version_moves_with_every_commit),
	    cmocka_unit_test(a_look_shows_one_moment),
	    cmocka_unit_test(a_look_ends_before_anything_is_written),
	    cmocka_unit_test(a_kept_answer_is_what_the_database_would_say),
	    cmocka_unit_test(an_answer_is_kept_only_within_its_moment),
	    cmocka_unit_test(what_does_not_fit_is_asked_each_time),
	    cmocka_unit_test(a_busy_database_says_so),
	    cmocka_unit_test(a_full_disk_keeps_nothing_of_the_transaction),
	    cmocka_unit_test(a_transaction_given_up_is_not_continued),
	    cmocka_unit_test(a_copy_made_while_others_write_is_whole),
	    cmocka_unit_test(a_copy_overwrites_nothing),
	    cmocka_unit_test(verify_names_what_is_broken),
	    cmocka_unit_test(damaged_pages_are_found),
	    cmocka_unit_test(the_settings_hold),
	};

	return cmocka_run_group_tests_name(
	    "db", tests, make_folder, remove_folder);
}
