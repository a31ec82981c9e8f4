/*
 * store/fresh — the empty house of a test, migrated once in a program: that is
 * most of what a test of a few rows would do.
 */
#ifndef TESTS_STORE_FRESH_H
#define TESTS_STORE_FRESH_H

#include <stdio.h>

#include "base/buf.h"
#include "store/db.h"

#define FRESH_BYTES_MAX ((size_t)16 << 20)

static struct buf fresh_bytes = BUF_MAX(FRESH_BYTES_MAX);

static bool
fresh_migrate(const char *path, struct err *e)
{
	OWNED(db) db = db_open(path, DB_CREATE, e);
	int applied;

	return db != NULL && db_migrate(db, &applied, e);
}

/* What the log held is in the file when the last connection is closed. */
static bool
fresh_keep(const char *path, struct err *e)
{
	FILE *f = fopen(path, "rbe");
	char part[8192];
	size_t n;

	if (f == NULL)
		return err_sys(e, "%s", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_put(&fresh_bytes, part, n);
	(void)fclose(f);
	return !fresh_bytes.full && fresh_bytes.n > 0;
}

/* Before house_open with DB_CREATE: `data` gets its database. */
static bool
fresh_house(const char *data, struct err *e)
{
	char path[512];
	FILE *f;
	bool ok;

	(void)snprintf(path, sizeof(path), "%s/preau.db", data);
	if (fresh_bytes.n == 0)
		return fresh_migrate(path, e) && fresh_keep(path, e);
	f = fopen(path, "wbe");
	if (f == NULL)
		return err_sys(e, "%s", path);
	ok = fwrite(fresh_bytes.p, 1, fresh_bytes.n, f) == fresh_bytes.n;
	return fclose(f) == 0 && ok ? true : err_sys(e, "%s", path);
}

#endif
