#include "place.h"

#include <ftw.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../store/fresh.h"
#include "crypto/pass.h"
#include "people/account.h"
#include "sql_season.h"

static void
make_season(struct place *p)
{
	struct sql_season_insert_row row;

	DONE(p, sql_season_insert(p->house.db, p->arena, p->d.org->id,
		    S("2026-2027"), day_from_civil(2026, 9, 1),
		    day_from_civil(2027, 8, 31), &row, &p->e));
	p->season = row.id;
}

void
place_open(struct place *p)
{
	struct key master;
	int64_t id;

	*p = (struct place){.folder = "/tmp/preau-people-XXXXXX",
	    .arena = arena_new((size_t)512 << 20)};
	assert_non_null(mkdtemp(p->folder));
	DONE(p, crypto_init(&p->e));
	conf_defaults(&p->conf);
	(void)snprintf(
	    p->conf.data, sizeof(p->conf.data), "%s/data", p->folder);
	(void)snprintf(p->conf.url, sizeof(p->conf.url), "https://preau.test");
	assert_int_equal(mkdir(p->conf.data, 0700), 0);
	key_random(&master);
	DONE(p, fresh_house(p->conf.data, &p->e));
	DONE(p, house_open(&p->house, &p->conf, &master, DB_CREATE, &p->e));
	place_begin(p);
	DONE(
	    p, house_org_create(&p->house, p->arena, S("Les Tilleuls"), S("fr"),
		   S("Europe/Paris"), LANG_FR, PLACE_NOW, &id, &p->e));
	place_commit(p);
	DONE(p, house_reload(&p->house, &p->e));
	p->d = (struct deed){
	    .house = &p->house, .arena = p->arena, .now = PLACE_NOW};
	DONE(p, house_org(&p->house, id, &p->d.org, &p->e));
	p->d.today = day_of(p->d.org->zone, PLACE_NOW);
	make_season(p);
}

static int
drop_one(const char *path, const struct stat *st, int flag, struct FTW *walk)
{
	(void)st;
	(void)flag;
	(void)walk;
	return remove(path);
}

void
place_close(struct place *p)
{
	house_close(&p->house);
	arena_free(p->arena);
	(void)nftw(p->folder, drop_one, 8, FTW_DEPTH | FTW_PHYS);
}

void
place_begin(struct place *p)
{
	DONE(p, db_begin(p->house.db, &p->e));
}

void
place_commit(struct place *p)
{
	DONE(p, db_commit(p->house.db, &p->e));
}

int64_t
place_number(struct place *p, const char *sql)
{
	char path[CONF_TEXT_MAX + 16];
	sqlite3_stmt *s;
	sqlite3 *db;
	int64_t ret;

	(void)snprintf(path, sizeof(path), "%s/preau.db", p->conf.data);
	assert_int_equal(
	    sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	ret = sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	return ret;
}

int64_t
place_account(struct place *p, str kind, str role, str login)
{
	struct account_new n = {.kind = kind,
	    .role = role,
	    .state = S("active"),
	    .name = login,
	    .login = login};
	int64_t id = 0;
	bool taken;

	DONE(p, pass_hash(p->arena, PLACE_PASS, &n.pass_hash, &p->e));
	place_begin(p);
	DONE(p, account_create(&p->d, &n, &id, &taken, &p->e));
	assert_false(taken);
	place_commit(p);
	return id;
}
