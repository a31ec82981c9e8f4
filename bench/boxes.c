/*
 * boxes — makes a memory box large: `bench_boxes DATA MASTER_KEY POST COUNT
 * [BYTES]`.
 *
 * The photos of the house stand in album POST COUNT times in all, each a row, a
 * file and a key of its own (the file is a hard link), with the first child
 * boxed on each.  BYTES: only those whose stored copy has so many.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"
#include "sharing/blob_key.h"
#include "sql_permit.h"

#define LOOKED_THROUGH 1000
#define SIDE 2048

static struct conf conf;
static struct house house;
static const char *data;

static void
need(bool good, const struct err *e, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "%s: %s\n", what, e->msg);
	exit(1);
}

static void
open_house(const char *master, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};

	need(crypto_init(e), e, "keys");
	conf_defaults(&conf);
	need(conf_set(&conf, S("data"), str_c(data), e), e, data);
	need(master_read(master, false, &key, e), e, master);
	need(house_open(&house, &conf, &key, DB_WRITE, e), e, data);
	if (house.n_org == 0)
		need(err_set(e, ERR_NOT_FOUND, "no organisation"), e, data);
}

static void
run(struct err *e, str text)
{
	need(text.p != NULL && db_exec(house.db, text.p, e), e, "insert");
}

static str
in_hex(struct arena *a, str s)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	str ret = {0};

	buf_hex(&b, s.p, s.n);
	if (!arena_str(a, b.p, b.n, &ret))
		exit(1);
	return ret;
}

static void
link_file(struct arena *a, str from, str to)
{
	str x =
	    arena_fmt(a, "%s/blobs/%.2s/" STR_FMT, data, from.p, STR_ARG(from));
	str y = arena_fmt(a, "%s/blobs/%.2s/" STR_FMT, data, to.p, STR_ARG(to));

	str folder = arena_fmt(a, "%s/blobs/%.2s", data, to.p);

	(void)mkdir(folder.p, 0700);
	if (link(x.p, y.p) != 0) {
		perror(y.p);
		exit(1);
	}
}

/* The same picture once more. */
static void
again(struct arena *a, const struct sql_permit_medium_row *row, int64_t medium,
    int64_t post, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}}, random = {{0}};
	str name, wrapped = {0};

	key_random(&random);
	name = in_hex(a, (str){(const char *)random.b, 16});
	need(blob_key_unwrap(
		 a, &house.org[0], row->name, row->key_wrapped, &key, e) &&
		 blob_key_wrap(a, &house.org[0], name, &key, &wrapped, e),
	    e, "key");
	link_file(a, row->name, name);
	run(e, arena_fmt(a,
		   "INSERT INTO medium (organisation, post, uploader, state, "
		   "position, taken_at, width, height, created_at, cleared, "
		   "looked_at) SELECT organisation, %" PRId64 ", uploader, "
		   "state, position, created_at - abs(random() %% 20000000), "
		   "width, height, created_at, 1, 1 FROM medium WHERE id = "
		   "%" PRId64,
		   post, medium));
	run(e, arena_fmt(a,
		   "INSERT INTO blob (medium, side, name, key_wrapped, bytes, "
		   "width, height, type, created_at, segments) SELECT (SELECT "
		   "max(id) FROM medium), side, '" STR_FMT "', X'" STR_FMT "', "
		   "bytes, width, height, type, created_at, segments FROM blob "
		   "WHERE medium = %" PRId64 " AND side = 2048",
		   STR_ARG(name), STR_ARG(in_hex(a, wrapped)), medium));
	need(db_exec(house.db,
		 "INSERT INTO region (medium, x, y, w, h, kind, state, child, "
		 "drawn_at, resolved_at) SELECT max(id), 20000, 20000, 6000, "
		 "6000, 'drawn', 'child', 1, 1, 1 FROM medium",
		 e),
	    e, "region");
}

/* From medium on, the next one that can be shown; the first again at the end.
 */
static int64_t
next(struct arena *a, int64_t medium, int64_t least,
    struct sql_permit_medium_row *row, struct err *e)
{
	for (int i = 0; i < LOOKED_THROUGH; i++) {
		bool found;

		medium = medium % LOOKED_THROUGH + 1;
		need(sql_permit_medium(
			 house.db, a, SIDE, medium, &found, row, e),
		    e, "medium");
		if (found && row->cleared == 1 && row->name.p != NULL &&
		    row->bytes >= least &&
		    str_eq(row->medium_state, S("ready")))
			return medium;
	}
	(void)fprintf(stderr, "no photo to take again\n");
	exit(1);
}

int
main(int argc, char **argv)
{
	OWNED(arena) a = arena_new((size_t)8 << 20);
	struct sql_permit_medium_row row;
	int64_t post, count, least = 0, medium = 0;
	struct err e = {0};

	if (argc < 5 || argc > 6 ||
	    !num_i64(str_c(argv[3]), 1, INT64_MAX, &post) ||
	    !num_i64(str_c(argv[4]), 1, 100000, &count) ||
	    (argc == 6 && !num_i64(str_c(argv[5]), 0, INT64_MAX, &least))) {
		(void)fprintf(stderr, "usage: bench_boxes DATA MASTER_KEY POST "
				      "COUNT [BYTES]\n");
		return 64;
	}
	data = argv[1];
	open_house(argv[2], &e);
	need(db_begin(house.db, &e), &e, "transaction");
	for (int64_t i = 0; i < count; i++) {
		arena_reset(a);
		medium = next(a, medium, least, &row, &e);
		again(a, &row, medium, post, &e);
	}
	need(db_commit(house.db, &e), &e, "commit");
	house_close(&house);
	return 0;
}
