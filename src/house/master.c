#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <sys/stat.h>

#include "base/rand.h"
#include "house/house.h"

static void
free_text(char **p)
{
	free(*p);
}

/* The name is found again after a power cut. */
static bool
sync_folder_of(const char *path, struct err *e)
{
	CLEANUP(free_text) char *copy = strdup(path);
	OWNED_FD fd = -1;

	if (copy == NULL)
		abort();
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return (fd != -1 && fsync(fd) == 0) || err_sys(e, "%s", path);
}

static bool
put_key(int fd, const char *aside, const char *path, const struct key *k,
    struct err *e)
{
	if (write(fd, k->b, sizeof(k->b)) != (ssize_t)sizeof(k->b) ||
	    fsync(fd) == -1)
		return err_sys(e, "%s", aside);
	/* Whole under its name or not there; another's is never replaced. */
	return link(aside, path) == 0 || err_sys(e, "%s", path);
}

static bool
master_create(const char *path, struct key *ret, struct err *e)
{
	CLEANUP(free_text) char *aside = NULL;
	CLEANUP(key_done) struct key k;
	OWNED_FD fd = -1;
	bool done;

	if (asprintf(&aside, "%s.XXXXXX", path) == -1)
		abort();
	fd = mkostemp(aside, O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", path);
	key_random(&k);
	done = put_key(fd, aside, path, &k, e);
	(void)unlink(aside);
	if (!done || !sync_folder_of(path, e))
		return false;
	*ret = k;
	return true;
}

bool
master_read(const char *path, bool create, struct key *ret, struct err *e)
{
	OWNED_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	CLEANUP(key_done) struct key k;
	struct stat st;

	if (fd == -1 && errno == ENOENT && create)
		return master_create(path, ret, e);
	if (fd == -1)
		return err_sys(e, "master key %s", path);
	if (fstat(fd, &st) == -1)
		return err_sys(e, "master key %s", path);
	if (st.st_mode & 077)
		return err_set(e, ERR_DENIED,
		    "master key %s: others may read it, chmod 600", path);
	if (st.st_size != KEY_BYTES ||
	    read(fd, k.b, sizeof(k.b)) != (ssize_t)sizeof(k.b))
		return err_set(e, ERR_CORRUPT, "master key %s: not %d bytes",
		    path, KEY_BYTES);
	*ret = k;
	return true;
}
