#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/rand.h"
#include "store/blob.h"
#include <stdio.h>

#define NAME_DIGITS 32
#define NAME_FMT "%.*s"
#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)

struct blob_dir {
	int root, incoming;
};

/* 32 lower-case hexadecimal digits: also what keeps a name in its folder. */
static bool
name_fits(const char *name)
{
	return name != NULL &&
	       strspn(name, "0123456789abcdef") == NAME_DIGITS &&
	       name[NAME_DIGITS] == '\0';
}

static bool
name_check(const char *name, struct err *e)
{
	if (!name_fits(name))
		return err_set(e, ERR_INPUT, "not the name of a blob");
	return true;
}

/* Opens a folder, made and made durable when it is missing. */
static bool
dir_open(int at, const char *name, bool make, int *ret, struct err *e)
{
	int fd = openat(at, name, DIR_FLAGS);

	if (fd == -1 && errno == ENOENT && make) {
		if (mkdirat(at, name, 0700) == -1 && errno != EEXIST)
			return err_sys(e, "blobs: make a folder");
		if (at >= 0 && fsync(at) == -1)
			return err_sys(e, "blobs: sync");
		fd = openat(at, name, DIR_FLAGS);
	}
	if (fd == -1 && errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND, "blobs: no such folder");
	if (fd == -1)
		return err_sys(e, "blobs: open a folder");
	*ret = fd;
	return true;
}

static bool
sub_open(
    struct blob_dir *d, const char *name, bool make, int *ret, struct err *e)
{
	const char sub[3] = {name[0], name[1], '\0'};

	return dir_open(d->root, sub, make, ret, e);
}

struct blob_dir *
blob_dir_open(const char *path, struct err *e)
{
	OWNED(blob_dir) d = calloc(1, sizeof(*d));

	if (d == NULL)
		abort();
	d->root = d->incoming = -1;
	if (!dir_open(AT_FDCWD, path, true, &d->root, e) ||
	    !dir_open(d->root, "incoming", true, &d->incoming, e))
		return NULL;
	return TAKE(d);
}

void
blob_dir_free(struct blob_dir *d)
{
	if (d == NULL)
		return;
	fd_cleanup_(&d->root);
	fd_cleanup_(&d->incoming);
	free(d);
}

bool
blob_create(struct blob_dir *d, char ret_name[BLOB_NAME_MAX], int *ret_fd,
    struct err *e)
{
	static const char digit[] = "0123456789abcdef";
	uint8_t random[NAME_DIGITS / 2];
	char name[NAME_DIGITS + 1];
	int fd;

	rand_bytes(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++) {
		name[2 * i] = digit[random[i] >> 4];
		name[2 * i + 1] = digit[random[i] & 15];
	}
	name[NAME_DIGITS] = '\0';
	fd = openat(d->incoming, name,
	    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return err_sys(e, "blobs: create");
	memcpy(ret_name, name, sizeof(name));
	*ret_fd = fd;
	return true;
}

bool
blob_keep(struct blob_dir *d, const char *name, struct err *e)
{
	OWNED_FD sub = -1;

	if (!name_check(name, e) || !sub_open(d, name, true, &sub, e))
		return false;
	if (renameat2(d->incoming, name, sub, name, RENAME_NOREPLACE) == -1) {
		if (errno == ENOENT)
			return err_set(e, ERR_NOT_FOUND, "blobs: no such blob");
		return err_sys(e, "blobs: move " NAME_FMT, NAME_DIGITS, name);
	}
	if (fsync(sub) == -1 || fsync(d->incoming) == -1)
		return err_sys(e, "blobs: sync");
	return true;
}

static bool
open_at(int at, const char *name, int flags, int *ret_fd, struct err *e)
{
	int fd = openat(at, name, flags | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1 && errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND, "blobs: no such blob");
	if (fd == -1)
		return err_sys(e, "blobs: open " NAME_FMT, NAME_DIGITS, name);
	*ret_fd = fd;
	return true;
}

bool
blob_open(struct blob_dir *d, const char *name, int *ret_fd, struct err *e)
{
	OWNED_FD sub = -1;

	return name_check(name, e) && sub_open(d, name, false, &sub, e) &&
	       open_at(sub, name, O_RDONLY, ret_fd, e);
}

bool
blob_open_incoming(struct blob_dir *d, const char *name, bool alone,
    int *ret_fd, struct err *e)
{
	OWNED_FD fd = -1;

	if (!name_check(name, e) || !open_at(d->incoming, name, O_RDWR, &fd, e))
		return false;
	if (alone && flock(fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK
			   ? err_set(e, ERR_BUSY, "blobs: somebody writes it")
			   : err_sys(e, "blobs: lock");
	*ret_fd = fd;
	fd = -1;
	return true;
}

bool
blob_remove(struct blob_dir *d, const char *name, struct err *e)
{
	OWNED_FD sub = -1;

	if (!name_check(name, e))
		return false;
	if (unlinkat(d->incoming, name, 0) == -1 && errno != ENOENT)
		return err_sys(e, "blobs: remove");
	if (!sub_open(d, name, false, &sub, e))
		return e->kind == ERR_NOT_FOUND;
	if (unlinkat(sub, name, 0) == -1 && errno != ENOENT)
		return err_sys(e, "blobs: remove");
	return true;
}

struct walk {
	bool (*see)(void *, const char *, bool, int64_t, struct err *);
	void *ctx;
	int64_t now;
};

static void
close_dir(DIR **d)
{
	if (*d != NULL)
		(void)closedir(*d);
}

/* Takes fd. */
static bool
walk_folder(const struct walk *w, int fd, bool incoming, struct err *e)
{
	CLEANUP(close_dir) DIR *d = fdopendir(fd);
	struct dirent *entry;

	if (d == NULL) {
		(void)close(fd);
		return err_sys(e, "blobs: list");
	}
	while (errno = 0, (entry = readdir(d)) != NULL) {
		struct stat st;
		int64_t age;

		if (!name_fits(entry->d_name))
			continue;
		/* Removed meanwhile: not ours to tell. */
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		age = w->now - st.st_mtime;
		if (!w->see(
			w->ctx, entry->d_name, incoming, age < 0 ? 0 : age, e))
			return false;
	}
	return errno == 0 || err_sys(e, "blobs: list");
}

bool
blob_each(struct blob_dir *d,
    bool (*see)(void *ctx, const char *name, bool incoming, int64_t age_s,
	struct err *),
    void *ctx, struct err *e)
{
	const struct walk w = {see, ctx, clock_now()};
	char sub[3];
	int fd;

	if (!dir_open(d->root, "incoming", false, &fd, e) ||
	    !walk_folder(&w, fd, true, e))
		return false;
	for (unsigned i = 0; i < 256; i++) {
		(void)snprintf(sub, sizeof(sub), "%02x", i);
		if (!dir_open(d->root, sub, false, &fd, e)) {
			if (e->kind != ERR_NOT_FOUND)
				return false;
			continue;
		}
		if (!walk_folder(&w, fd, false, e))
			return false;
	}
	return true;
}

bool
blob_hold(struct blob_dir *d, struct err *e)
{
	while (flock(d->root, LOCK_SH) == -1)
		if (errno != EINTR)
			return err_sys(e, "blobs: hold");
	return true;
}

void
blob_release(struct blob_dir *d)
{
	(void)flock(d->root, LOCK_UN);
}

bool
blob_tidy(struct blob_dir *d)
{
	return flock(d->root, LOCK_EX | LOCK_NB) == 0;
}
