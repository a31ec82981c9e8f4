#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "audit/audit.h"
#include "backup/backup.h"
#include "backup/tree.h"
#include "base/zone.h"
#include "list/entries.h"
#include "tell/outbox.h"

#define PATH_ROOM 4096
#define ARENA_MAX ((size_t)4 << 20)

struct verifying {
	int dir;
	int64_t bytes;
};

static bool
verify_file(void *ctx, const struct manifest_file *f, struct err *e)
{
	struct verifying *v = ctx;
	uint8_t digest[KEY_DIGEST_BYTES];
	OWNED_FD fd =
	    openat(v->dir, f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int64_t bytes = 0;

	if (fd == -1 && errno == ENOENT)
		return err_set(e, ERR_CORRUPT, "%s is missing", f->path);
	if (fd == -1)
		return err_sys(e, "%s", f->path);
	if (!tree_digest(fd, digest, &bytes, e))
		return err_wrap(e, "%s", f->path);
	if (bytes != f->bytes || memcmp(digest, f->digest, sizeof(digest)) != 0)
		return err_set(e, ERR_CORRUPT, "%s is damaged", f->path);
	v->bytes += bytes;
	return true;
}

bool
backup_verify(const char *from, const struct key *master,
    struct manifest_head *ret, struct err *e)
{
	struct verifying v = {.dir = -1};
	OWNED_FD dir = -1;

	if (!tree_open(AT_FDCWD, from, &dir, e))
		return false;
	v.dir = dir;
	return manifest_read(dir, master, ret, verify_file, &v, e) ||
	       err_wrap(e, "backup %s", from);
}

struct restoring {
	const struct restore_call *call;
	struct conf conf; /* data: the folder that is being built */
	struct manifest_head head;
	int from, dir;
	struct restore_report report;
};

static void
restoring_done(struct restoring *r)
{
	fd_cleanup_(&r->from);
	fd_cleanup_(&r->dir);
}

/* blobs/ab/ab… and lists/…: the folders are made on the way. */
static bool
place_of(int dir, const char *path, int *ret_fd, const char **ret_name,
    struct err *e)
{
	OWNED_FD blobs = -1;
	char sub[3];

	if (str_starts(str_c(path), S(LISTS_FOLDER "/"))) {
		*ret_name = path + strlen(LISTS_FOLDER "/");
		return tree_make(dir, LISTS_FOLDER, ret_fd, e);
	}
	if (!str_starts(str_c(path), S("blobs/"))) {
		*ret_name = path;
		return tree_open(dir, ".", ret_fd, e);
	}
	memcpy(sub, path + 6, 2);
	sub[2] = '\0';
	*ret_name = path + 9;
	return tree_make(dir, "blobs", &blobs, e) &&
	       tree_make(blobs, sub, ret_fd, e);
}

static bool
copy_file(void *ctx, const struct manifest_file *f, struct err *e)
{
	struct restoring *r = ctx;
	uint8_t digest[KEY_DIGEST_BYTES];
	OWNED_FD from =
	    openat(r->from, f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	OWNED_FD to = -1;
	const char *name;
	int64_t bytes = 0;

	if (from == -1)
		return err_sys(e, "%s", f->path);
	if (!place_of(r->dir, f->path, &to, &name, e) ||
	    !tree_copy(from, to, name, digest, &bytes, e))
		return false;
	if (bytes != f->bytes || memcmp(digest, f->digest, sizeof(digest)) != 0)
		return err_set(e, ERR_CORRUPT, "%s is damaged", f->path);
	r->report.files++;
	r->report.bytes += bytes;
	return true;
}

/* Everybody who has the database open in WAL mode holds a lock in the last
 * bytes of SQLite's lock page of the -shm file (120 to 128). */
static bool
in_use(const char *data, struct err *e)
{
	char path[PATH_ROOM];
	struct flock lock = {.l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = 120,
	    .l_len = 9};
	OWNED_FD fd = -1;

	(void)snprintf(path, sizeof(path), "%s/preau.db-shm", data);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1 && errno == ENOENT)
		return true;
	if (fd == -1 || fcntl(fd, F_GETLK, &lock) == -1)
		return err_sys(e, "%s", path);
	return lock.l_type == F_UNLCK ||
	       err_set(
		   e, ERR_BUSY, "%s is in use: stop the server first", data);
}

static bool
inside(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/';
}

/* It is replaced as a whole, which a mount point cannot be. */
static bool
no_mount(int fd, const char *data, struct err *e)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &st) == -1)
		return err_sys(e, "%s", data);
	if ((st.stx_attributes & STATX_ATTR_MOUNT_ROOT) == 0)
		return true;
	return err_set(e, ERR_CONFLICT,
	    "%s is a mount point: name a folder "
	    "in it as the data folder",
	    data);
}

static bool
data_may_go(const struct restore_call *c, struct err *e)
{
	const char *data = c->conf->data;
	OWNED_FD fd = -1;
	bool empty = true;

	if (inside(c->conf->erasures, data) ||
	    inside(c->conf->master_key, data))
		return err_set(e, ERR_CONFLICT,
		    "the erasure journal and the "
		    "master key must not lie in %s",
		    data);
	if (!tree_open(AT_FDCWD, data, &fd, e))
		return e->kind == ERR_NOT_FOUND;
	if (!no_mount(fd, data, e) || !tree_empty(fd, &empty, e))
		return false;
	if (empty)
		return true;
	if (!c->force)
		return err_set(e, ERR_CONFLICT,
		    "%s is not empty; --force "
		    "moves it aside",
		    data);
	return in_use(data, e);
}

/* A journal is demanded, except by whoever said to do without. */
static bool
journal_fits(struct restoring *r, struct err *e)
{
	const struct restore_call *c = r->call;
	const uint8_t *since = r->head.has_journal ? r->head.journal : NULL;
	struct journal_state state;

	if (journal_read(
		c->conf->erasures, c->master, since, NULL, NULL, &state, e)) {
		r->report.journal_used = true;
		return true;
	}
	if (c->without_journal)
		return true;
	return err_wrap(e,
	    "without its erasure journal a backup brings back "
	    "what was erased since (--without-journal accepts that)");
}

/* What can be read of a journal that does not fit is still carried out. */
static bool
replay(struct restoring *r, struct house *h, struct err *e)
{
	const uint8_t *since = r->report.journal_used && r->head.has_journal
				   ? r->head.journal
				   : NULL;

	if (erasure_replay(h, since, &r->report.erased, e))
		return true;
	return !r->report.journal_used;
}

static bool
verify_audit(
    struct restoring *r, struct house *h, struct arena *a, struct err *e)
{
	char path[PATH_ROOM];

	(void)snprintf(
	    path, sizeof(path), "%s/" AUDIT_HEAD_FILE, h->conf->data);
	for (size_t i = 0; i < h->n_org; i++) {
		uint8_t head[KEY_DIGEST_BYTES];
		struct audit_report report;
		bool found = false;

		if (!audit_head_read(path, h->org[i].id, &found, head, e) ||
		    !audit_verify(h->db, a, &h->org[i].chain, h->org[i].id,
			found ? head : NULL, &report, e))
			return false;
		r->report.audit_entries += report.entries;
		if (r->report.audit_bad == 0)
			r->report.audit_bad = report.first_bad;
	}
	return true;
}

/* Written down in each organisation, and the head with it. */
static bool
note(struct restoring *r, struct house *h, struct arena *a, struct err *e)
{
	char path[PATH_ROOM];
	str detail = arena_fmt(a, "made_at=%lld journal=%s erased=%lld",
	    (long long)r->head.made_at, r->report.journal_used ? "yes" : "no",
	    (long long)(r->report.erased.blobs + r->report.erased.children +
			r->report.erased.accounts + r->report.erased.reports));

	(void)snprintf(
	    path, sizeof(path), "%s/" AUDIT_HEAD_FILE, h->conf->data);
	for (size_t i = 0; i < h->n_org; i++) {
		struct audit_event v = {.organisation = h->org[i].id,
		    .at = r->call->now,
		    .action = AUDIT_BACKUP_RESTORED,
		    .subject_kind = "",
		    .detail = detail};

		if (!audit_append(h->db, a, &h->org[i].chain, &v, e) ||
		    !outbox_restored(h, &h->org[i], r->call->now, e))
			return false;
	}
	return db_commit(h->db, e) && audit_head_write(h->db, path, e);
}

static bool
settle_in(struct restoring *r, struct house *h, struct err *e)
{
	OWNED(arena) a = arena_new(ARENA_MAX);

	if (!db_verify(h->db, e) || !replay(r, h, e) ||
	    !verify_audit(r, h, a, e) || !db_begin(h->db, e))
		return false;
	if (note(r, h, a, e))
		return true;
	db_rollback(h->db);
	return false;
}

static bool
settle(struct restoring *r, struct err *e)
{
	struct house h;
	bool ok;

	if (!house_open(&h, &r->conf, r->call->master, DB_CREATE, e))
		return false;
	ok = settle_in(r, &h, e);
	house_close(&h);
	return ok;
}

/* The folder above data, for what is durable by name. */
static bool
sync_above(const char *path, struct err *e)
{
	char above[CONF_TEXT_MAX + 32];
	char *slash;
	OWNED_FD fd = -1;

	(void)snprintf(above, sizeof(above), "%s", path);
	slash = strrchr(above, '/');
	if (slash == NULL)
		(void)snprintf(above, sizeof(above), ".");
	else
		slash[slash == above] = '\0';
	fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || fsync(fd) == -1)
		return err_sys(e, "%s", above);
	return true;
}

static bool
move_aside(struct restoring *r, struct err *e)
{
	const char *data = r->call->conf->data;
	struct civil c = zone_local(NULL, r->call->now);

	if (rmdir(data) == 0 || errno == ENOENT)
		return true;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return err_sys(e, "%s", data);
	(void)snprintf(r->report.aside, sizeof(r->report.aside),
	    "%s.before-%04u%02u%02u-%02u%02u%02u", data,
	    (unsigned)c.year % 10000, c.month % 100u, c.day % 100u,
	    c.hour % 100u, c.minute % 100u, c.second % 100u);
	return renameat2(AT_FDCWD, data, AT_FDCWD, r->report.aside,
		   RENAME_NOREPLACE) == 0 ||
	       err_sys(e, "%s", r->report.aside);
}

static bool
move_in(struct restoring *r, struct err *e)
{
	const char *data = r->call->conf->data;
	struct err lost;

	if (syncfs(r->dir) == -1)
		return err_sys(e, "sync");
	if (!in_use(data, e) || !move_aside(r, e))
		return false;
	if (renameat2(
		AT_FDCWD, r->conf.data, AT_FDCWD, data, RENAME_NOREPLACE) == 0)
		return sync_above(data, e);
	err_sys(e, "%s", data);
	/* What was goes back to its place. */
	if (r->report.aside[0] != '\0' && rename(r->report.aside, data) == -1)
		err_set(&lost, ERR_IO, "it is still there");
	return false;
}

static bool
build(struct restoring *r, struct err *e)
{
	struct manifest_head again;

	return tree_remove(AT_FDCWD, r->conf.data, e) &&
	       tree_make(AT_FDCWD, r->conf.data, &r->dir, e) &&
	       manifest_read(
		   r->from, r->call->master, &again, copy_file, r, e) &&
	       settle(r, e) && move_in(r, e);
}

bool
backup_restore(
    const struct restore_call *c, struct restore_report *ret, struct err *e)
{
	CLEANUP(restoring_done)
	struct restoring r = {
	    .call = c, .conf = *c->conf, .from = -1, .dir = -1};
	struct err ignored;
	int n = snprintf(
	    r.conf.data, sizeof(r.conf.data), "%s.restoring", c->conf->data);

	if (n < 0 || n >= (int)sizeof(r.conf.data))
		return err_set(e, ERR_LIMIT, "path too long");
	if (!data_may_go(c, e) || !tree_open(AT_FDCWD, c->from, &r.from, e) ||
	    !backup_verify(c->from, c->master, &r.head, e) ||
	    !journal_fits(&r, e))
		return err_wrap(e, "restore");
	r.report.made_at = r.head.made_at;
	if (!build(&r, e)) {
		(void)!tree_remove(AT_FDCWD, r.conf.data, &ignored);
		return err_wrap(e, "restore");
	}
	*ret = r.report;
	return true;
}
