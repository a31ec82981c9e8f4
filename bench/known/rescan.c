/*
 * rescan — how long all stored media take to be compared with a new list:
 * `bench_rescan [STORED [LISTED]]`.
 *
 * A house of its own in a folder that goes away, with STORED hashes of photos
 * in its database (eight turns in a row, as they are stored) and one list of
 * LISTED entries that has just been enabled.  Index, match process and rescan
 * are the server's; the time is that of both processes together, since they
 * share the work of one core.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/num.h"
#include "hash/kind.h"
#include "jobs/rescan.h"
#include "list/entries.h"
#include "matcher/serve.h"
#include "sql_medium_hash.h"
#include "sql_rescan.h"

#define TURN 32
#define TURNS 8
#define LIST 1
#define PATIENCE_MS 600000

static char folder[] = "/tmp/preau-rescan-XXXXXX";
static struct conf conf;
static struct house house;
static uint64_t seed = 20260527;

static void
need(bool good, const struct err *e, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "%s: %s\n", what, e == NULL ? "" : e->msg);
	exit(1);
}

static uint64_t
next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void
fill(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i += 8) {
		uint64_t x = next() * 0x9e3779b97f4a7c15u;

		memcpy(p + i, &x, 8);
	}
}

static int
by_value(const void *a, const void *b)
{
	return memcmp(a, b, TURN);
}

/* ---- the house ---- */

static void
exec(const char *sql)
{
	struct err e;

	need(db_exec(house.db, sql, &e), &e, sql);
}

static void
make_house(void)
{
	static struct key master;
	struct err e;
	char path[64];

	need(mkdtemp(folder) != NULL, NULL, folder);
	conf_defaults(&conf);
	(void)snprintf(conf.data, sizeof(conf.data), "%s", folder);
	(void)snprintf(path, sizeof(path), "%s/lists", folder);
	need(mkdir(path, 0700) == 0, NULL, path);
	need(crypto_init(&e) &&
		 house_open(&house, &conf, &master, DB_CREATE, &e),
	    &e, "house");
	exec("PRAGMA foreign_keys = OFF;"
	     "INSERT INTO account (id, organisation, kind, role, state,"
	     " login_digest, login_enc, name_enc, pass_hash, lang, created_at)"
	     " VALUES (1, 1, 'staff', 'director', 'active', x'01', x'00',"
	     " x'00', '', 'fr', 1), (2, 1, 'staff', 'safeguarding', 'active',"
	     " x'02', x'00', x'00', '', 'fr', 1)");
}

static void
store_hashes(uint32_t rows)
{
	static uint8_t turns[TURNS * TURN];
	int64_t changed;
	struct err e;

	need(db_begin(house.db, &e), &e, "begin");
	for (uint32_t i = 0; i < rows; i++) {
		fill(turns, sizeof(turns));
		need(sql_medium_hash_add(house.db, HASH_PDQ, i + 1, 0, 0, 0,
			 100, 0, (str){(const char *)turns, sizeof(turns)},
			 &changed, &e),
		    &e, "medium_hash");
	}
	need(db_commit(house.db, &e), &e, "commit");
}

static void
make_list(uint32_t n, const uint8_t *values)
{
	OWNED(entries_writer) w = NULL;
	uint8_t digest[ENTRIES_DIGEST];
	char path[64];
	struct err e;
	OWNED_FD dir = -1;

	(void)snprintf(path, sizeof(path), "%s/lists", folder);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	w = entries_writer_new(dir, "1-1.entries", LIST, 1, &e);
	need(w != NULL, &e, "entries");
	for (uint32_t i = 0; i < n; i++) {
		const struct entry entry = {.kind = HASH_PDQ,
		    .quality = 100,
		    .record = i,
		    .value = {(const char *)values + (size_t)i * TURN, TURN},
		    .id = S(""),
		    .scheme = S(""),
		    .category = S(""),
		    .detail = S("")};

		need(entries_write(w, &entry, &e), &e, "entry");
	}
	need(entries_writer_finish(w, digest, &e), &e, "entries");
	exec("INSERT INTO list (id, name, source, format, takes, created_by,"
	     " created_at, generation, entries_file, entries_digest, entries,"
	     " proposed_by, proposed_at, enabled, enabled_by, enabled_at)"
	     " VALUES (1, 'new', 'bench', 'plain', 'whole', 1, 1, 1,"
	     " '1-1.entries', zeroblob(32), 1, 1, 1, 1, 2, 1);"
	     "INSERT INTO list_kind (list, hash_kind, threshold, entries)"
	     " VALUES (1, 1, 31, 1)");
}

/* ---- the match process ---- */

static void
sit(int fd)
{
	static char in[MATCH_BODY_MAX + 1];
	struct chan c = {fd, match_to_matcher};
	struct chan_msg m;
	struct err e;
	struct matcher *matcher = matcher_new(&e);

	while (chan_recv(&c, in, sizeof(in), -1, &m, &e)) {
		need(matcher_serve(matcher, &c, &m, &e), &e, "match");
		chan_msg_done(&m);
	}
	_exit(0);
}

static double
seconds_of(int who)
{
	struct rusage u;

	need(getrusage(who, &u) == 0, NULL, "getrusage");
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static bool
is_done(struct arena *a)
{
	struct sql_rescan_all_rows all;
	struct err e;

	arena_reset(a);
	need(sql_rescan_all(house.db, a, &all, &e), &e, "rescan");
	return all.n == 1 && all.v[0].done_at != DB_NULL;
}

static void
compare_all(struct known *k, struct rescan *r, struct arena *a)
{
	int64_t until = clock_ms() + PATIENCE_MS;

	while (!is_done(a)) {
		struct pollfd p = {k->chan.fd, POLLIN, 0};

		need(clock_ms() < until, NULL, "it does not end");
		known_tick(k);
		rescan_turn(r, a);
		(void)poll(&p, 1, r->asking == NULL ? 0 : 100);
		if (p.revents != 0)
			known_hear(k);
	}
}

static void
sweep(void)
{
	static const char *const names[] = {"lists/1-1.entries",
	    "lists/index-1", "lists", "preau.db", "preau.db-wal",
	    "preau.db-shm", "blobs/incoming", "blobs", ""};
	char path[96];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)remove(path);
	}
}

static uint32_t
number_of(int argc, char **argv, int at, uint32_t fallback)
{
	int64_t n = fallback;

	if (argc > at)
		need(
		    num_i64(str_c(argv[at]), 1, 100000000, &n), NULL, "number");
	return (uint32_t)n;
}

int
main(int argc, char **argv)
{
	uint32_t stored = number_of(argc, argv, 1, 1000000);
	uint32_t listed = number_of(argc, argv, 2, 100000);
	static struct role_start start;
	static struct known known;
	static struct rescan rescan;
	OWNED(arena) a = arena_new((size_t)64 << 20);
	uint8_t *values = malloc((size_t)listed * TURN);
	int64_t begin;
	struct err e;
	int fd[2];
	pid_t pid;

	need(values != NULL, NULL, "memory");
	log_init("bench", LOG_LEVEL_ERROR);
	make_house();
	fill(values, (size_t)listed * TURN);
	qsort(values, listed, TURN, by_value);
	store_hashes((stored + TURNS - 1) / TURNS);
	make_list(listed, values);
	need(chan_pair(fd, &e), &e, "channel");
	pid = fork();
	if (pid == 0) {
		(void)close(fd[0]);
		sit(fd[1]);
	}
	(void)close(fd[1]);
	begin = clock_ms();
	double used = seconds_of(RUSAGE_SELF);
	known_init(&known, &house, &start);
	rescan_init(&rescan, &house, &known);
	known_peer(&known, fd[0]);
	compare_all(&known, &rescan, a);
	used = seconds_of(RUSAGE_SELF) - used;
	begin = clock_ms() - begin;
	(void)close(fd[0]);
	(void)waitpid(pid, NULL, 0);
	used += seconds_of(RUSAGE_CHILDREN);
	printf("rescan: %u stored hashes (%u rows), a list of %u: %.2f s, "
	       "%.2f s of processor in both processes\n",
	    stored, (stored + TURNS - 1) / TURNS, listed, (double)begin / 1000,
	    used);
	house_close(&house);
	free(values);
	sweep();
	return 0;
}
