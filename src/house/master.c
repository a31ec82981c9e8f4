#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

#include "base/rand.h"
#include "house/house.h"

static bool
master_create(const char *path, struct key *ret, struct err *e)
{
	OWNED_FD fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	CLEANUP(key_done) struct key k;

	if (fd == -1)
		return err_sys(e, "%s", path);
	key_random(&k);
	if (write(fd, k.b, sizeof(k.b)) != (ssize_t)sizeof(k.b) ||
	    fsync(fd) == -1) {
		err_sys(e, "%s", path);
		(void)unlink(path);
		return false;
	}
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
