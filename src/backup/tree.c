#include "backup/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
#define STEP ((size_t)256 << 10)
#define DEPTH_MAX 8

bool
tree_open(int at, const char *name, int *ret_fd, struct err *e)
{
	int fd = openat(at, name, DIR_FLAGS);

	if (fd == -1 && errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND, "%s: no such folder", name);
	if (fd == -1)
		return err_sys(e, "%s", name);
	*ret_fd = fd;
	return true;
}

bool
tree_make(int at, const char *name, int *ret_fd, struct err *e)
{
	if (mkdirat(at, name, 0700) == -1 && errno != EEXIST)
		return err_sys(e, "%s", name);
	return tree_open(at, name, ret_fd, e);
}

static void
close_dir(DIR **d)
{
	if (*d != NULL)
		(void)closedir(*d);
}

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* A stream of its own over the same folder. */
static DIR *
list(int dir)
{
	int fd = openat(dir, ".", DIR_FLAGS);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);

	if (d == NULL && fd != -1)
		(void)close(fd);
	return d;
}

bool
tree_empty(int dir, bool *ret, struct err *e)
{
	CLEANUP(close_dir) DIR *d = list(dir);
	struct dirent *entry;
	bool empty = true;

	if (d == NULL)
		return err_sys(e, "list a folder");
	while (empty && (entry = readdir(d)) != NULL)
		empty = is_dots(entry->d_name);
	*ret = empty;
	return true;
}

static bool
remove_below(int at, const char *name, int depth, struct err *e)
{
	CLEANUP(close_dir) DIR *d = NULL;
	struct dirent *entry;
	OWNED_FD fd = -1;

	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return true;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(e, "remove %s", name);
	if (depth == DEPTH_MAX)
		return err_set(e, ERR_LIMIT, "%s: too deep to remove", name);
	if (!tree_open(at, name, &fd, e))
		return false;
	d = list(fd);
	if (d == NULL)
		return err_sys(e, "list %s", name);
	while ((entry = readdir(d)) != NULL)
		if (!is_dots(entry->d_name) &&
		    !remove_below(fd, entry->d_name, depth + 1, e))
			return false;
	return unlinkat(at, name, AT_REMOVEDIR) == 0 ||
	       err_sys(e, "remove %s", name);
}

bool
tree_remove(int at, const char *name, struct err *e)
{
	return remove_below(at, name, 0, e);
}

static bool
write_all(int fd, const uint8_t *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1 && errno == EFBIG)
			return err_set(e, ERR_FULL, "the file may not grow");
		if (put <= 0)
			return err_sys(e, "write");
		p += put;
		n -= (size_t)put;
	}
	return true;
}

static void
free_bytes(uint8_t **p)
{
	free(*p);
}

/* to -1: only look. */
static bool
pump(int from, int to, uint8_t ret[KEY_DIGEST_BYTES], int64_t *ret_bytes,
    struct err *e)
{
	CLEANUP(free_bytes) uint8_t *p = malloc(STEP);
	crypto_generichash_blake2b_state h;
	int64_t at = 0;

	if (p == NULL)
		abort();
	(void)crypto_generichash_blake2b_init(&h, NULL, 0, KEY_DIGEST_BYTES);
	for (;;) {
		ssize_t n = pread(from, p, STEP, at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "read");
		if (n == 0)
			break;
		(void)crypto_generichash_blake2b_update(&h, p, (size_t)n);
		if (to != -1 && !write_all(to, p, (size_t)n, e))
			return false;
		at += n;
	}
	(void)crypto_generichash_blake2b_final(&h, ret, KEY_DIGEST_BYTES);
	*ret_bytes = at;
	return true;
}

bool
tree_digest(
    int fd, uint8_t ret[KEY_DIGEST_BYTES], int64_t *ret_bytes, struct err *e)
{
	return pump(fd, -1, ret, ret_bytes, e);
}

bool
tree_copy(int from, int at, const char *name, uint8_t ret[KEY_DIGEST_BYTES],
    int64_t *ret_bytes, struct err *e)
{
	OWNED_FD to = openat(at, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (to == -1)
		return err_sys(e, "%s", name);
	if (pump(from, to, ret, ret_bytes, e))
		return true;
	(void)unlinkat(at, name, 0);
	return err_wrap(e, "copy %s", name);
}
