#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db_handle.h"

/* In one step: a read transaction does not hold up writers in WAL mode, and
 * smaller steps would start again at each of their commits. */
static bool
copy_pages(struct db *from, struct db *to, struct err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to->h, "main", from->h, "main");
	int rc, tries = 0;

	if (b == NULL)
		return db_fail(to, sqlite3_errcode(to->h), e);
	while ((rc = sqlite3_backup_step(b, -1)) == SQLITE_BUSY ||
	       rc == SQLITE_LOCKED) {
		if (++tries == 50)
			break;
		(void)sqlite3_sleep(100);
	}
	(void)sqlite3_backup_finish(b);
	return rc == SQLITE_DONE || db_fail(to, rc, e);
}

static bool
copy_into(struct db *from, const char *path, struct err *e)
{
	OWNED(db) to = calloc(1, sizeof(*to));
	int rc;

	if (to == NULL)
		abort();
	rc = sqlite3_open_v2(
	    path, &to->h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (to->h == NULL)
		abort();
	if (rc != SQLITE_OK)
		return db_fail(to, rc, e);
	(void)sqlite3_extended_result_codes(to->h, 1);
	return db_exec(to,
		   "PRAGMA cache_size = -1024; PRAGMA synchronous = full", e) &&
	       copy_pages(from, to, e) &&
	       db_exec(to, "PRAGMA journal_mode = delete", e);
}

/* The file is born here, private, so that nothing is overwritten; it is one
 * file, with no journal beside it. */
bool
db_copy(struct db *from, const char *to_path, struct err *e)
{
	int fd = open(
	    to_path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0 && errno == EEXIST)
		return err_set(e, ERR_CONFLICT, "%s is already there", to_path);
	if (fd < 0)
		return err_sys(e, "%s", to_path);
	(void)close(fd);
	if (copy_into(from, to_path, e))
		return true;
	(void)unlink(to_path);
	return err_wrap(e, "%s", to_path);
}
