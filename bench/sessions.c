/*
 * sessions — signs in families that a bench made: `bench_sessions DATA
 * MASTER_KEY FIRST`.
 *
 * Every account of the first organisation whose number is at least FIRST gets a
 * session; its token is printed, one a line, in the order of their numbers.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "people/session.h"
#include "sql_account.h"

static struct conf conf;
static struct house house;

static void
need(bool good, const struct err *e, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "%s: %s\n", what, e->msg);
	exit(1);
}

static void
open_house(const char *data, const char *master, struct err *e)
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
sign_in(const struct deed *d, int64_t account, struct err *e)
{
	static const uint8_t here[16] = {0};
	const struct session_origin o = {S("bench"), here};
	struct session_new s;

	need(session_create(d, account, false, 2, &o, &s, e), e, "session");
	printf(STR_FMT "\n", STR_ARG(s.token));
}

int
main(int argc, char **argv)
{
	OWNED(arena) a = arena_new((size_t)64 << 20);
	struct err e = {0};
	struct sql_account_list_rows rows;
	struct deed d = {.house = &house, .arena = a};
	int64_t first;

	if (argc != 4 || !num_i64(str_c(argv[3]), 1, INT64_MAX, &first)) {
		(void)fprintf(
		    stderr, "usage: bench_sessions DATA MASTER_KEY FIRST\n");
		return 64;
	}
	open_house(argv[1], argv[2], &e);
	d.org = &house.org[0];
	d.now = house_now(&house);
	need(db_begin(house.db, &e), &e, "transaction");
	need(sql_account_list(house.db, a, d.org->id, &rows, &e), &e,
	    "accounts");
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].id >= first)
			sign_in(&d, rows.v[i].id, &e);
	need(db_commit(house.db, &e), &e, "commit");
	house_close(&house);
	return 0;
}
