/*
 * digest — families whose hour comes at once: `bench_digest DATA MASTER_KEY
 * FIRST AT`.
 *
 * Every account of the first organisation whose number is at least FIRST gets
 * an address that was confirmed, and is to be told at AT (seconds of UTC) what
 * is new since a day before; their number is printed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "sql_account.h"
#include "sql_tell.h"
#include "tell/choice.h"

#define DAY 86400

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
address(const struct deed *d, int64_t account, str *ret, struct err *e)
{
	int64_t rows;
	str sealed, none;

	*ret = arena_fmt(d->arena, "famille%" PRId64 "@exemple.test", account);
	need(deed_seal(d, "account.email_enc", *ret, &sealed, e) &&
		 deed_seal(d, "account.phone_enc", S(""), &none, e) &&
		 sql_account_set_contact(
		     house.db, sealed, none, account, d->org->id, &rows, e),
	    e, "address");
}

static void
wait_for(const struct deed *d, int64_t account, int64_t at, struct err *e)
{
	int64_t rows, told_on = d->today - 1;
	str to;

	address(d, account, &to, e);
	need(sql_tell_begin(house.db, account, d->org->id, 0, 0, told_on,
		 d->now - DAY, &rows, e) &&
		 sql_tell_asked(house.db,
		     tell_address_digest(d->arena, d->org, to), d->now, account,
		     &rows, e) &&
		 sql_tell_confirm(
		     house.db, d->now, d->now - DAY, at, account, &rows, e),
	    e, "hours");
}

int
main(int argc, char **argv)
{
	OWNED(arena) a = arena_new((size_t)64 << 20);
	struct err e = {0};
	struct sql_account_list_rows rows;
	struct deed d = {.house = &house, .arena = a};
	int64_t first, at, n = 0;

	if (argc != 5 || !num_i64(str_c(argv[3]), 1, INT64_MAX, &first) ||
	    !num_i64(str_c(argv[4]), 1, INT64_MAX, &at)) {
		(void)fprintf(
		    stderr, "usage: bench_digest DATA MASTER_KEY FIRST AT\n");
		return 64;
	}
	open_house(argv[1], argv[2], &e);
	d.org = &house.org[0];
	d.now = house_now(&house);
	d.today = day_of(d.org->zone, d.now);
	need(db_begin(house.db, &e), &e, "transaction");
	need(sql_account_list(house.db, a, d.org->id, &rows, &e), &e,
	    "accounts");
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].id >= first) {
			wait_for(&d, rows.v[i].id, at, &e);
			n++;
		}
	need(db_commit(house.db, &e), &e, "commit");
	house_close(&house);
	printf("%" PRId64 "\n", n);
	return 0;
}
