#include "jobs/index_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "list/list.h"

#define FILE_PREFIX "index-"
#define NAME_MAX_BYTES 48

static void
name_of(char ret[NAME_MAX_BYTES], int64_t generation, const char *end)
{
	(void)snprintf(
	    ret, NAME_MAX_BYTES, FILE_PREFIX "%" PRId64 "%s", generation, end);
}

static bool
open_folder(const struct conf *c, int *ret, struct err *e)
{
	char path[CONF_TEXT_MAX + 16];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/" LISTS_FOLDER, c->data);
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return err_sys(e, "%s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", path);
	*ret = fd;
	return true;
}

bool
index_file_begin(
    const struct conf *c, int64_t generation, int *ret_fd, struct err *e)
{
	char aside[NAME_MAX_BYTES];
	OWNED_FD dir = -1;
	int fd;

	name_of(aside, generation, ".new");
	if (!open_folder(c, &dir, e))
		return false;
	fd = openat(dir, aside,
	    O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return err_sys(e, "%s", aside);
	*ret_fd = fd;
	return true;
}

bool
index_file_place(const struct conf *c, int64_t generation, struct err *e)
{
	char aside[NAME_MAX_BYTES], name[NAME_MAX_BYTES];
	OWNED_FD dir = -1;

	name_of(aside, generation, ".new");
	name_of(name, generation, "");
	return open_folder(c, &dir, e) &&
	       ((renameat(dir, aside, dir, name) == 0 && fsync(dir) == 0) ||
		   err_sys(e, "%s", name));
}

void
index_file_drop(const struct conf *c, int64_t generation)
{
	char aside[NAME_MAX_BYTES];
	OWNED_FD dir = -1;
	struct err e;

	name_of(aside, generation, ".new");
	if (open_folder(c, &dir, &e))
		(void)unlinkat(dir, aside, 0);
}

bool
index_file_state(
    const struct conf *c, struct arena *a, str file, str *ret, struct err *e)
{
	const char *name = arena_cstr(a, file);
	OWNED_FD dir = -1;
	struct stat st = {0};

	if (name == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	if (!open_folder(c, &dir, e))
		return false;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		st.st_size = -1; /* it is gone, or cannot be looked at */
	*ret =
	    arena_fmt(a, "%" PRId64 " %" PRId64 ".%09ld", (int64_t)st.st_size,
		(int64_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	return ret->p != NULL || err_set(e, ERR_LIMIT, "no memory");
}

bool
index_file_open(
    const struct conf *c, int64_t generation, int *ret_fd, struct err *e)
{
	char name[NAME_MAX_BYTES];
	OWNED_FD dir = -1;
	int fd;

	name_of(name, generation, "");
	if (!open_folder(c, &dir, e))
		return false;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1 && errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND, "%s is gone", name);
	if (fd == -1)
		return err_sys(e, "%s", name);
	*ret_fd = fd;
	return true;
}

static void
dir_cleanup(DIR **d)
{
	if (*d != NULL)
		(void)closedir(*d);
}

bool
index_file_sweep(const struct conf *c, int64_t generation, struct err *e)
{
	char keep[NAME_MAX_BYTES];
	CLEANUP(dir_cleanup) DIR *d = NULL;
	const struct dirent *n;
	int dir;

	name_of(keep, generation, "");
	if (!open_folder(c, &dir, e))
		return false;
	d = fdopendir(dir);
	if (d == NULL) {
		(void)close(dir);
		return err_sys(e, "lists");
	}
	while ((n = readdir(d)) != NULL)
		if (strncmp(n->d_name, FILE_PREFIX, strlen(FILE_PREFIX)) == 0 &&
		    strcmp(n->d_name, keep) != 0 &&
		    unlinkat(dir, n->d_name, 0) == -1 && errno != ENOENT)
			return err_sys(e, "%s", n->d_name);
	return true;
}
