#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "audit/audit.h"
#include "backup/backup.h"
#include "backup/tree.h"
#include "base/zone.h"
#include "list/entries.h"
#include "sql_backup.h"
#include "sql_list.h"
#include "sql_trace.h"

#define STEP 1000
#define STEP_MAX ((size_t)1 << 20)
#define PATH_ROOM 4096
#define NAME_DIGITS 32
#define LOCK_NAME ".preau-backup.lock"

/* A blob that an earlier backup holds. */
struct known {
	char name[NAME_DIGITS];
	uint8_t digest[KEY_DIGEST_BYTES];
	int64_t bytes;
};

struct making {
	struct house *h;
	const char *out;
	char part[BACKUP_NAME_MAX + 8];
	int out_fd, dir, blobs, old_blobs;
	struct db *copy;
	struct known *known;
	size_t known_n, known_cap;
	struct manifest_writer *manifest;
	struct backup_report report;
};

static void
making_done(struct making *m)
{
	int *fds[] = {&m->out_fd, &m->dir, &m->blobs, &m->old_blobs};

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		fd_cleanup_(fds[i]);
	db_free(m->copy);
	free(m->known);
	manifest_writer_free(m->manifest);
}

/* backup-20261121-233000, UTC. */
static void
name_for(int64_t now, char ret[BACKUP_NAME_MAX])
{
	struct civil c = zone_local(NULL, now);

	(void)snprintf(ret, BACKUP_NAME_MAX, "backup-%04u%02u%02u-%02u%02u%02u",
	    (unsigned)c.year % 10000, c.month % 100u, c.day % 100u,
	    c.hour % 100u, c.minute % 100u, c.second % 100u);
}

static bool
lock_out(struct making *m, int *ret, struct err *e)
{
	int fd = openat(m->out_fd, LOCK_NAME,
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd == -1)
		return err_sys(e, "%s", m->out);
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		(void)close(fd);
		return err_set(
		    e, ERR_BUSY, "%s: a backup is being made", m->out);
	}
	*ret = fd;
	return true;
}

static void
close_dir(DIR **d)
{
	if (*d != NULL)
		(void)closedir(*d);
}

/* Removes what crashes left and finds the newest whole backup. */
static bool
look_around(struct making *m, char newest[BACKUP_NAME_MAX], struct err *e)
{
	CLEANUP(close_dir) DIR *d = NULL;
	struct dirent *entry;
	int fd = openat(m->out_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	newest[0] = '\0';
	d = fd == -1 ? NULL : fdopendir(fd);
	if (d == NULL) {
		fd_cleanup_(&fd);
		return err_sys(e, "%s", m->out);
	}
	while ((entry = readdir(d)) != NULL) {
		str name = str_c(entry->d_name);

		if (!str_starts(name, S("backup-")))
			continue;
		if (str_ends(name, S(".part"))) {
			if (!tree_remove(m->out_fd, entry->d_name, e))
				return false;
		} else if (name.n < BACKUP_NAME_MAX &&
			   strcmp(entry->d_name, newest) > 0) {
			memcpy(newest, name.p, name.n + 1);
		}
	}
	return true;
}

static bool
know(void *ctx, const struct manifest_file *f, struct err *e)
{
	struct making *m = ctx;
	struct known *k;

	(void)e;
	if (!str_starts(str_c(f->path), S("blobs/")))
		return true;
	if (m->known_n == m->known_cap) {
		m->known_cap = m->known_cap == 0 ? 1024 : m->known_cap * 2;
		m->known = reallocarray(m->known, m->known_cap, sizeof(*k));
		if (m->known == NULL)
			abort();
	}
	k = &m->known[m->known_n++];
	memcpy(k->name, f->path + strlen("blobs/ab/"), NAME_DIGITS);
	memcpy(k->digest, f->digest, sizeof(k->digest));
	k->bytes = f->bytes;
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return memcmp(a, b, NAME_DIGITS); /* the name comes first in a known */
}

/* An earlier backup that cannot be read is no reason not to make another. */
static void
know_earlier(struct making *m, const char *newest)
{
	struct manifest_head head;
	OWNED_FD dir = -1;
	struct err ignored;

	if (newest[0] == '\0' ||
	    !tree_open(m->out_fd, newest, &dir, &ignored) ||
	    !manifest_read(dir, &m->h->master, &head, know, m, &ignored) ||
	    !tree_open(dir, "blobs", &m->old_blobs, &ignored)) {
		m->known_n = 0;
		return;
	}
	if (m->known_n > 0)
		qsort(m->known, m->known_n, sizeof(*m->known), by_name);
}

static bool
put_file(
    struct making *m, int at, const char *name, const char *path, struct err *e)
{
	struct manifest_file f = {.path = path};
	OWNED_FD fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1)
		return err_sys(e, "%s", name);
	if (!tree_digest(fd, f.digest, &f.bytes, e))
		return err_wrap(e, "%s", name);
	manifest_put(m->manifest, &f);
	m->report.bytes += f.bytes;
	m->report.copied_bytes += f.bytes;
	return true;
}

/* The journal is read before the database is copied: each erasure that the
 * copy has not seen is then after it, and a restore replays all anyway. */
static bool
begin_manifest(struct making *m, int64_t now, struct err *e)
{
	struct manifest_head head = {.made_at = now};
	struct journal_state state;

	if (journal_read(m->h->conf->erasures, &m->h->master, NULL, NULL, NULL,
		&state, e)) {
		head.has_journal = true;
		head.erasures = state.entries;
		memcpy(head.journal, state.digest, sizeof(head.journal));
	} else if (e->kind != ERR_NOT_FOUND) {
		return false;
	}
	m->manifest = manifest_writer_new(m->dir, &m->h->master, &head, e);
	return m->manifest != NULL;
}

static bool
copy_database(struct making *m, struct err *e)
{
	char path[PATH_ROOM];
	int n = snprintf(path, sizeof(path), "%s/%s/preau.db", m->out, m->part);

	if (n < 0 || n >= (int)sizeof(path) - 16)
		return err_set(e, ERR_LIMIT, "path too long");
	if (!db_copy(m->h->db, path, e))
		return false;
	m->copy = db_open(path, DB_READ, e);
	if (m->copy == NULL || !put_file(m, m->dir, "preau.db", "preau.db", e))
		return false;
	(void)snprintf(
	    path, sizeof(path), "%s/%s/" AUDIT_HEAD_FILE, m->out, m->part);
	return audit_head_write(m->copy, path, e) &&
	       (unlinkat(m->dir, AUDIT_HEAD_FILE ".lock", 0) == 0 ||
		   err_sys(e, "%s", path)) &&
	       put_file(m, m->dir, AUDIT_HEAD_FILE, "audit.head", e);
}

/* A file of entries keeps its name until two newer ones have come. */
static bool
put_list(struct making *m, int from_dir, int to_dir, str file, struct err *e)
{
	char path[MANIFEST_PATH_MAX];
	struct manifest_file f = {.path = path};
	const char *name = path + strlen(LISTS_FOLDER "/");
	OWNED_FD from = -1;

	if (file.p == NULL)
		return true;
	if (file.n > MANIFEST_PATH_MAX - sizeof(LISTS_FOLDER "/"))
		return err_set(e, ERR_CORRUPT, "the file of a list");
	(void)snprintf(
	    path, sizeof(path), LISTS_FOLDER "/" STR_FMT, STR_ARG(file));
	from = openat(from_dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (from == -1 && errno == ENOENT) {
		m->report.missing++;
		return true;
	}
	if (from == -1)
		return err_sys(e, "%s", path);
	if (!tree_copy(from, to_dir, name, f.digest, &f.bytes, e))
		return false;
	manifest_put(m->manifest, &f);
	m->report.bytes += f.bytes;
	m->report.copied_bytes += f.bytes;
	return true;
}

static bool
put_lists(struct making *m, struct err *e)
{
	OWNED(arena) a = arena_new(STEP_MAX);
	char path[PATH_ROOM];
	struct sql_list_files_rows rows;
	OWNED_FD from = -1;
	OWNED_FD to = -1;

	if (!sql_list_files(m->copy, a, &rows, e))
		return false;
	if (rows.n == 0)
		return true;
	(void)snprintf(
	    path, sizeof(path), "%s/" LISTS_FOLDER, m->h->conf->data);
	if (!tree_make(AT_FDCWD, path, &from, e) ||
	    !tree_make(m->dir, LISTS_FOLDER, &to, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (!put_list(m, from, to, rows.v[i].entries_file, e) ||
		    !put_list(m, from, to, rows.v[i].previous_file, e))
			return false;
	return true;
}

/* True when the file is in its place by a link. */
static bool
link_known(struct making *m, int sub, const char *name, const char *sub_name,
    int64_t size, struct manifest_file *f)
{
	char from[4 + NAME_DIGITS];
	const struct known *k = m->known_n == 0
				    ? NULL
				    : bsearch(name, m->known, m->known_n,
					  sizeof(*m->known), by_name);
	struct stat st;

	if (k == NULL || k->bytes != size)
		return false;
	(void)snprintf(from, sizeof(from), "%s/%s", sub_name, name);
	if (linkat(m->old_blobs, from, sub, name, 0) == -1)
		return false;
	if (fstatat(sub, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISREG(st.st_mode) || st.st_size != size) {
		(void)unlinkat(sub, name, 0);
		return false;
	}
	memcpy(f->digest, k->digest, sizeof(f->digest));
	f->bytes = size;
	return true;
}

static bool
lost(struct making *m, struct arena *a, str name, struct err *e)
{
	struct sql_backup_blob_live_row row;
	struct sql_trace_has_key_row copy;
	bool wanted = false;

	if (!sql_backup_blob_live(m->h->db, a, name, &wanted, &row, e))
		return false;
	if (!wanted && !sql_trace_has_key(m->h->db, a, name, &wanted, &copy, e))
		return false;
	*(wanted ? &m->report.missing : &m->report.gone) += 1;
	return true;
}

static bool
put_blob(struct making *m, struct arena *a, str blob, struct err *e)
{
	char path[MANIFEST_PATH_MAX], name[NAME_DIGITS + 1], sub_name[3];
	struct manifest_file f = {.path = path};
	OWNED_FD from = -1;
	OWNED_FD sub = -1;
	struct stat st;

	if (blob.n != NAME_DIGITS)
		return err_set(e, ERR_CORRUPT, "a blob has no name");
	memcpy(name, blob.p, NAME_DIGITS);
	name[NAME_DIGITS] = '\0';
	memcpy(sub_name, name, 2);
	sub_name[2] = '\0';
	if (!blob_open(m->h->blobs, name, &from, e))
		return e->kind == ERR_NOT_FOUND && lost(m, a, blob, e);
	if (fstat(from, &st) == -1)
		return err_sys(e, "%s", name);
	if (!tree_make(m->blobs, sub_name, &sub, e))
		return false;
	if (link_known(m, sub, name, sub_name, st.st_size, &f))
		m->report.linked++;
	else if (tree_copy(from, sub, name, f.digest, &f.bytes, e))
		m->report.copied_bytes += f.bytes;
	else
		return false;
	(void)snprintf(path, sizeof(path), "blobs/%s/%s", sub_name, name);
	manifest_put(m->manifest, &f);
	m->report.files++;
	m->report.bytes += f.bytes;
	return true;
}

/* Suspect copies that are being traced. */
static bool
put_copies(struct making *m, struct arena *a, struct err *e)
{
	struct sql_trace_blobs_rows rows;
	int64_t after = 0;

	do {
		arena_reset(a);
		if (!sql_trace_blobs(m->copy, a, after, STEP, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n; i++) {
			if (!put_blob(m, a, rows.v[i].blob_name, e))
				return false;
			after = rows.v[i].id;
		}
	} while (rows.n == STEP);
	return true;
}

static bool
put_blobs(struct making *m, struct err *e)
{
	OWNED(arena) a = arena_new(STEP_MAX);
	struct sql_backup_blobs_rows rows;
	int64_t after = 0;

	do {
		arena_reset(a);
		if (!sql_backup_blobs(m->copy, a, after, STEP, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n; i++) {
			if (!put_blob(m, a, rows.v[i].name, e))
				return false;
			after = rows.v[i].id;
		}
	} while (rows.n == STEP);
	return put_copies(m, a, e);
}

/* Held before the database is copied, until all its files are: a face that is
 * covered meanwhile replaces some. */
static bool
put_house(struct making *m, struct err *e)
{
	bool done;

	if (!blob_hold(m->h->blobs, e))
		return false;
	done = copy_database(m, e) && put_lists(m, e) && put_blobs(m, e);
	blob_release(m->h->blobs);
	return done;
}

static bool
finish(struct making *m, struct err *e)
{
	if (!manifest_end(m->manifest, e))
		return false;
	if (syncfs(m->dir) == -1)
		return err_sys(e, "sync");
	if (renameat2(m->out_fd, m->part, m->out_fd, m->report.name,
		RENAME_NOREPLACE) == -1)
		return err_sys(e, "%s/%s", m->out, m->report.name);
	return fsync(m->out_fd) == 0 || err_sys(e, "%s", m->out);
}

static bool
make_in(struct making *m, int64_t now, struct err *e)
{
	return tree_make(m->out_fd, m->part, &m->dir, e) &&
	       tree_make(m->dir, "blobs", &m->blobs, e) &&
	       begin_manifest(m, now, e) && put_house(m, e) && finish(m, e);
}

bool
backup_make(struct house *h, const char *out, int64_t now,
    struct backup_report *ret, struct err *e)
{
	CLEANUP(making_done)
	struct making m = {.h = h,
	    .out = out,
	    .out_fd = -1,
	    .dir = -1,
	    .blobs = -1,
	    .old_blobs = -1};
	char newest[BACKUP_NAME_MAX];
	OWNED_FD lock = -1;
	struct err ignored;

	name_for(now, m.report.name);
	(void)snprintf(m.part, sizeof(m.part), "%s.part", m.report.name);
	if (!tree_make(AT_FDCWD, out, &m.out_fd, e) ||
	    !lock_out(&m, &lock, e) || !look_around(&m, newest, e))
		return err_wrap(e, "backup");
	if (faccessat(m.out_fd, m.report.name, F_OK, 0) == 0)
		return err_set(e, ERR_CONFLICT, "%s/%s is already there", out,
		    m.report.name);
	know_earlier(&m, newest);
	if (!make_in(&m, now, e)) {
		(void)!tree_remove(m.out_fd, m.part, &ignored);
		return err_wrap(e, "backup");
	}
	*ret = m.report;
	return true;
}
