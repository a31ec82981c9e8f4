/* blob_cat: the plain bytes of a medium's blob, for tests to look at with the
 * programs of others.  usage: blob_cat DATA MASTER_KEY MEDIUM SIDE TO */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "house/house.h"
#include "sharing/blob_key.h"
#include "sql_permit.h"

static bool
copy(int fd, const struct key *key, const char *to, struct err *e)
{
	OWNED(blob_reader) r = blob_reader_new(fd, key, e);
	static char chunk[BLOB_CHUNK];
	FILE *f = r == NULL ? NULL : fopen(to, "wb");
	int64_t at = 0;
	size_t n = 1;
	bool good = f != NULL;

	while (good && n > 0) {
		good = blob_read(r, at, chunk, sizeof(chunk), &n, e) &&
		       fwrite(chunk, 1, n, f) == n;
		at += (int64_t)n;
	}
	return f != NULL && fclose(f) == 0 && good;
}

static bool
cat(const struct conf *c, int64_t medium, int64_t side, const char *to,
    struct err *e)
{
	CLEANUP(key_done) struct key master = {{0}}, key = {{0}};
	OWNED(arena) a = arena_new((size_t)1 << 20);
	struct sql_permit_medium_row m;
	struct house h;
	OWNED_FD fd = -1;
	bool found, good;

	if (!master_read(c->master_key, false, &master, e) ||
	    !house_open(&h, c, &master, DB_WRITE, e))
		return false;
	good = sql_permit_medium(h.db, a, side, medium, &found, &m, e) &&
	       found && blob_open(h.blobs, arena_cstr(a, m.name), &fd, e) &&
	       blob_key_unwrap(a, &h.org[0], m.name, m.key_wrapped, &key, e) &&
	       copy(fd, &key, to, e);
	house_close(&h);
	return good;
}

int
main(int argc, char **argv)
{
	static struct conf c;
	struct err e = {0};

	conf_defaults(&c);
	if (argc != 6 || !crypto_init(&e) ||
	    !conf_set(&c, S("data"), str_c(argv[1]), &e) ||
	    !conf_set(&c, S("master_key"), str_c(argv[2]), &e) ||
	    !cat(&c, strtoll(argv[3], NULL, 10), strtoll(argv[4], NULL, 10),
		argv[5], &e)) {
		fprintf(stderr, "blob_cat: %s\n", e.msg);
		return 1;
	}
	return 0;
}
