/* Every role can do its work inside its jail. */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "ipc/chan.h"
#include "jail.h"

#define ACT(name) static enum ending name(void)

static enum ending
worked(bool done)
{
	return done ? ESCAPED : REFUSED;
}

ACT(nothing)
{
	return ESCAPED;
}

static bool
sql(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
}

ACT(keep_a_database)
{
	char path[300];
	sqlite3 *db = NULL;
	bool done;

	(void)snprintf(path, sizeof(path), "%s/db", scene.conf.data);
	done =
	    sqlite3_open(path, &db) == SQLITE_OK &&
	    sql(db, "PRAGMA journal_mode = wal; PRAGMA synchronous = full;") &&
	    sql(db, "CREATE TABLE t (a TEXT) STRICT; BEGIN IMMEDIATE;"
		    "INSERT INTO t VALUES (hex(randomblob(9000))); COMMIT;"
		    "CREATE INDEX i ON t (a); SELECT * FROM t ORDER BY a;"
		    "PRAGMA wal_checkpoint(TRUNCATE); VACUUM;");
	done = sqlite3_close(db) == SQLITE_OK && done;
	return worked(done && unlink(path) == 0);
}

/* As blobs come: written in one folder, moved to another, synced. */
ACT(keep_a_file)
{
	int at = open(scene.conf.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd;
	bool done;

	done = at != -1 && mkdirat(at, "a", 0700) == 0 &&
	       mkdirat(at, "b", 0700) == 0;
	fd = openat(at, "a/f", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	done = done && fd != -1 && write(fd, "x", 1) == 1 && fsync(fd) == 0 &&
	       ftruncate(fd, 0) == 0 && renameat(at, "a/f", at, "b/f") == 0 &&
	       fsync(at) == 0 && unlinkat(at, "b/f", 0) == 0 &&
	       unlinkat(at, "a", AT_REMOVEDIR) == 0 &&
	       unlinkat(at, "b", AT_REMOVEDIR) == 0;
	return worked(done);
}

ACT(append_to_the_journal)
{
	int fd = open(scene.conf.erasures, O_WRONLY | O_APPEND | O_CLOEXEC);

	return worked(fd != -1 && write(fd, "x", 1) == 1 && fsync(fd) == 0);
}

ACT(read_a_zone)
{
	int fd = open("/usr/share/zoneinfo/Europe/Paris", O_RDONLY | O_CLOEXEC);
	char c;

	return worked(fd != -1 && read(fd, &c, 1) == 1);
}

ACT(seal_memory)
{
	int fd = memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct stat st;

	return worked(
	    fd != -1 && ftruncate(fd, 4096) == 0 &&
	    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) !=
		MAP_FAILED &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) == 0 &&
	    fcntl(fd, F_GET_SEALS) != 0 && fstat(fd, &st) == 0 &&
	    st.st_size == 4096);
}

static void *
quarter(void *arg)
{
	return arg;
}

ACT(use_a_thread)
{
	pthread_t t;
	void *ret = NULL;

	return worked(pthread_create(&t, NULL, quarter, &scene) == 0 &&
		      pthread_join(t, &ret) == 0 && ret == &scene);
}

static int pair[2] = {-1, -1};
static int file = -1, shown = -1;

ACT(talk)
{
	static const struct chan_permit permits[] = {{1, 1, 1, 5}, {0}};
	struct chan a = {pair[0], permits}, b = {pair[1], permits};
	struct chan_msg m;
	struct err e;
	char bytes[64];
	bool done = chan_send(&a, 1, S("hello"), &file, 1, &e) &&
		    chan_recv(&b, bytes, sizeof(bytes), 1000, &m, &e);

	if (done)
		chan_msg_done(&m);
	return worked(done);
}

ACT(write_into_a_descriptor)
{
	return worked(pwrite(file, "abc", 3, 0) == 3 && fsync(file) == 0 &&
		      ftruncate(file, 2) == 0);
}

/* An index comes as a descriptor. */
ACT(read_by_a_map)
{
	const char *p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, shown, 0);

	return worked(p != MAP_FAILED && p[0] == 'i' &&
		      madvise((void *)(uintptr_t)p, 4096, MADV_WILLNEED) == 0);
}

ACT(serve)
{
	struct epoll_event ev = {.events = EPOLLIN};
	int ep = epoll_create1(EPOLL_CLOEXEC), one = 1;
	int fd = -1;
	bool done = ep != -1 &&
		    epoll_ctl(ep, EPOLL_CTL_ADD, scene.listener, &ev) == 0 &&
		    epoll_wait(ep, &ev, 1, 1000) == 1;

	if (done)
		fd = accept4(scene.listener, NULL, NULL, SOCK_CLOEXEC);
	return worked(
	    fd != -1 &&
	    setsockopt(fd, 6, 1, &one, sizeof(one)) == 0 && /* TCP_NODELAY */
	    sendfile(fd, file, NULL, 1) >= 0 &&
	    send(fd, "x", 1, MSG_NOSIGNAL) == 1 &&
	    shutdown(fd, SHUT_RDWR) == 0);
}

/* A failed assertion must end in SIGABRT, or nobody learns why. */
ACT(give_up)
{
	abort();
}

static void
all_do(act_fn *act, unsigned who)
{
	for (int r = ROLE_FRONT; r < ROLES; r++)
		if (who & PEER(r) && in_jail((enum role_id)r, act) != ESCAPED)
			fail_msg("%s cannot", roles[r].name);
}

#define STORES (PEER(ROLE_WORKER) | PEER(ROLE_JOBS))
#define SEALS                                                              \
	(STORES | PEER(ROLE_FRONT) | PEER(ROLE_MEDIA) | PEER(ROLE_VIDEO) | \
	    PEER(ROLE_PRINT))
#define EVERYBODY                                                         \
	(SEALS | PEER(ROLE_MATCH) | PEER(ROLE_EGRESS) | PEER(ROLE_LIST) | \
	    PEER(ROLE_DOCUMENT))

static void
whoever_keeps_data_can_use_sqlite_and_files(void **state)
{
	(void)state;
	all_do(keep_a_database, STORES);
	all_do(keep_a_file, STORES);
	all_do(append_to_the_journal, STORES);
	all_do(read_a_zone, STORES);
}

static void
everybody_can_talk_and_seal(void **state)
{
	(void)state;
	all_do(nothing, EVERYBODY);
	all_do(talk, EVERYBODY);
	all_do(seal_memory, SEALS);
	assert_int_equal(in_jail(ROLE_MATCH, seal_memory), REFUSED);
	assert_int_equal(in_jail(ROLE_LIST, seal_memory), REFUSED);
	assert_int_equal(in_jail(ROLE_DOCUMENT, seal_memory), REFUSED);
}

static void
media_can_use_threads(void **state)
{
	(void)state;
	all_do(use_a_thread, PEER(ROLE_MEDIA) | PEER(ROLE_PRINT));
	assert_int_equal(in_jail(ROLE_WORKER, use_a_thread), DIED);
	assert_int_equal(in_jail(ROLE_MATCH, use_a_thread), DIED);
	assert_int_equal(in_jail(ROLE_LIST, use_a_thread), DIED);
	assert_int_equal(in_jail(ROLE_VIDEO, use_a_thread), DIED);
	assert_int_equal(in_jail(ROLE_DOCUMENT, use_a_thread), DIED);
}

static void
match_reads_the_index_that_it_was_given(void **state)
{
	(void)state;
	all_do(read_by_a_map, PEER(ROLE_MATCH));
}

static void
dial_in(void)
{
	struct sockaddr in;
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (getsockname(scene.listener, &in, &n) == -1 ||
	    connect(fd, &in, n) == -1)
		abort();
}

static void
the_front_serves_and_writes_where_it_is_told(void **state)
{
	(void)state;
	all_do(write_into_a_descriptor,
	    PEER(ROLE_FRONT) | PEER(ROLE_VIDEO) | PEER(ROLE_DOCUMENT) | STORES);
	before_jail = dial_in;
	all_do(serve, PEER(ROLE_FRONT));
	assert_int_equal(in_jail(ROLE_WORKER, serve), DIED);
	before_jail = NULL;
	assert_int_equal(in_jail(ROLE_MEDIA, write_into_a_descriptor), DIED);
	assert_int_equal(in_jail(ROLE_MATCH, write_into_a_descriptor), DIED);
}

static void
a_role_that_gives_up_says_so(void **state)
{
	struct err e;
	bool weak;
	int status = 0;
	pid_t pid;

	(void)state;
	for (int r = ROLE_FRONT; r < ROLES; r++) {
		pid = fork();
		if (pid == 0) {
			if (sandbox_enter(
				(enum role_id)r, &scene.conf, &weak, &e))
				(void)give_up();
			_exit(1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
	}
}

static int
setup(void **state)
{
	struct err e;

	(void)state;
	scene_make();
	file = open(scene.outside, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	shown = open(scene.keys, O_RDWR | O_CLOEXEC);
	if (shown == -1 || pwrite(shown, "index", 5, 0) != 5)
		return -1;
	return file == -1 || !chan_pair(pair, &e) ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	scene_clear();
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whoever_keeps_data_can_use_sqlite_and_files),
	    cmocka_unit_test(everybody_can_talk_and_seal),
	    cmocka_unit_test(media_can_use_threads),
	    cmocka_unit_test(match_reads_the_index_that_it_was_given),
	    cmocka_unit_test(the_front_serves_and_writes_where_it_is_told),
	    cmocka_unit_test(a_role_that_gives_up_says_so),
	};

	if (!as_asked(argc, argv))
		return 77;
	return cmocka_run_group_tests(tests, setup, teardown);
}
