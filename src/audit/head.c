#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "audit/audit.h"
#include "base/buf.h"
#include "base/num.h"
#include "sql_audit.h"
#include "store/db.h"

#define PATH_ROOM 4096
#define FILE_MAX ((size_t)64 << 10)
#define FIRST_LINE "preau-audit-head 1"

static bool
head_lines(struct db *db, struct buf *b, struct err *e)
{
	OWNED(arena) a = arena_new((size_t)1 << 20);
	struct sql_audit_organisations_rows orgs;

	if (!sql_audit_organisations(db, a, &orgs, e))
		return false;
	buf_printf(b, FIRST_LINE "\n");
	for (size_t i = 0; i < orgs.n; i++) {
		struct sql_audit_last_row last;
		bool found;

		if (!sql_audit_last(db, a, orgs.v[i].id, &found, &last, e))
			return false;
		if (!found)
			continue;
		buf_printf(
		    b, "%" PRId64 " %" PRId64 " ", orgs.v[i].id, last.id);
		buf_hex(b, last.hash.p, last.hash.n);
		buf_byte(b, '\n');
	}
	return !b->full || err_set(e, ERR_LIMIT, "too many organisations");
}

static bool
put_file(const char *path, str text, struct err *e)
{
	OWNED_FD fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd == -1)
		return err_sys(e, "%s", path);
	if (write(fd, text.p, text.n) != (ssize_t)text.n || fsync(fd) == -1) {
		err_sys(e, "%s", path);
		(void)unlink(path);
		return false;
	}
	return true;
}

/* One at a time, so that a slow writer does not put an older head over a
 * newer one.  The file written to is also the lock. */
static bool
lock(const char *path, int *ret_fd, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd == -1)
		return err_sys(e, "%s", path);
	while (flock(fd, LOCK_EX) == -1)
		if (errno != EINTR) {
			err_sys(e, "%s", path);
			(void)close(fd);
			return false;
		}
	*ret_fd = fd;
	return true;
}

static bool
read_file(const char *path, char *p, size_t size, str *ret, bool *ret_found,
    struct err *e)
{
	OWNED_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	*ret_found = fd != -1;
	if (fd == -1)
		return errno == ENOENT || err_sys(e, "%s", path);
	n = read(fd, p, size);
	if (n == -1)
		return err_sys(e, "%s", path);
	*ret = (str){p, (size_t)n};
	return true;
}

struct head_line {
	int64_t organisation, entry;
	uint8_t hash[KEY_DIGEST_BYTES];
};

/* `organisation entry hash` */
static bool
line_parse(str line, struct head_line *ret)
{
	str part;

	return str_cut(&line, ' ', &part) &&
	       num_i64(part, 1, INT64_MAX, &ret->organisation) &&
	       str_cut(&line, ' ', &part) &&
	       num_i64(part, 1, INT64_MAX, &ret->entry) &&
	       num_hex(line, ret->hash, KEY_DIGEST_BYTES);
}

static bool
each_line(const char *path,
    bool (*see)(void *, const struct head_line *, struct err *), void *ctx,
    bool *ret_found, struct err *e)
{
	char bytes[FILE_MAX];
	struct head_line one;
	str text = {0}, line;

	if (!read_file(path, bytes, sizeof(bytes), &text, ret_found, e))
		return err_wrap(e, "head of the audit");
	if (!*ret_found)
		return true;
	if (!str_cut(&text, '\n', &line) || !str_eq(line, S(FIRST_LINE)))
		return err_set(
		    e, ERR_CORRUPT, "head of the audit: %s is not one", path);
	while (text.n > 0) {
		if (!str_cut(&text, '\n', &line) || !line_parse(line, &one))
			return err_set(e, ERR_CORRUPT,
			    "head of the audit: %s is damaged", path);
		if (!see(ctx, &one, e))
			return false;
	}
	return true;
}

struct wanted {
	int64_t organisation;
	uint8_t hash[KEY_DIGEST_BYTES];
	bool found;
};

static bool
see_wanted(void *ctx, const struct head_line *l, struct err *e)
{
	struct wanted *w = ctx;

	(void)e;
	if (l->organisation != w->organisation)
		return true;
	memcpy(w->hash, l->hash, sizeof(w->hash));
	w->found = true;
	return true;
}

bool
audit_head_read(const char *path, int64_t organisation, bool *ret_found,
    uint8_t ret[KEY_DIGEST_BYTES], struct err *e)
{
	struct wanted w = {.organisation = organisation};
	bool file;

	if (!each_line(path, see_wanted, &w, &file, e))
		return false;
	if (w.found)
		memcpy(ret, w.hash, sizeof(w.hash));
	*ret_found = w.found;
	return true;
}

struct following {
	struct db *db;
	int64_t gone; /* an entry that a head names and that is no more */
};

static bool
see_in_chain(void *ctx, const struct head_line *l, struct err *e)
{
	OWNED(arena) a = arena_new((size_t)64 << 10);
	struct following *f = ctx;
	struct sql_audit_hash_row row;
	bool found;

	if (!sql_audit_hash(
		f->db, a, l->entry, l->organisation, &found, &row, e))
		return false;
	if (!found || row.hash.n != sizeof(l->hash) ||
	    memcmp(row.hash.p, l->hash, sizeof(l->hash)) != 0)
		f->gone = l->entry;
	return true;
}

/* What the old head names must still be there; one that cannot be understood
 * names nothing. */
static bool
still_there(struct db *db, const char *path, struct err *e)
{
	struct following f = {.db = db};
	bool found;

	if (!each_line(path, see_in_chain, &f, &found, e) &&
	    e->kind != ERR_CORRUPT)
		return false;
	return f.gone == 0 ||
	       err_set(e, ERR_CORRUPT,
		   "the register was cut or altered at entry %" PRId64, f.gone);
}

bool
audit_head_write(struct db *db, const char *path, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(FILE_MAX);
	char next[PATH_ROOM], lock_path[PATH_ROOM];
	OWNED_FD locked = -1;

	if (snprintf(next, sizeof(next), "%s.next", path) >=
		(int)sizeof(next) ||
	    snprintf(lock_path, sizeof(lock_path), "%s.lock", path) >=
		(int)sizeof(lock_path))
		return err_set(e, ERR_LIMIT, "path too long");
	if (!lock(lock_path, &locked, e) || !still_there(db, path, e) ||
	    !head_lines(db, &b, e) || !put_file(next, buf_view(&b), e))
		return err_wrap(e, "head of the audit");
	if (rename(next, path) == -1)
		return err_sys(e, "head of the audit: %s", path);
	return true;
}
