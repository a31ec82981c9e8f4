#include "ipc/sealed.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* Without these the sender could shrink the file under who reads it. */
#define SEALS_IN (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)
#define SEALS_OUT (SEALS_IN | F_SEAL_SEAL)

static bool
write_all(int fd, str s, struct err *e)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n == -1 && errno != EINTR)
			return err_sys(e, "write");
		if (n > 0)
			s = str_sub(s, (size_t)n, s.n);
	}
	return true;
}

bool
sealed_make(str bytes, int *ret, struct err *e)
{
	OWNED_FD fd = memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1)
		return err_sys(e, "memfd_create");
	if (!write_all(fd, bytes, e))
		return false;
	if (fcntl(fd, F_ADD_SEALS, SEALS_OUT) == -1)
		return err_sys(e, "F_ADD_SEALS");
	*ret = fd;
	fd = -1;
	return true;
}

bool
sealed_open(int fd, size_t max, struct sealed_view *ret, struct err *e)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);
	void *p;

	if (seals == -1 || (seals & SEALS_IN) != SEALS_IN)
		return err_set(e, ERR_CORRUPT, "the input is not sealed");
	if (fstat(fd, &st) == -1)
		return err_sys(e, "fstat");
	if (st.st_size < 0 || (uint64_t)st.st_size > max)
		return err_set(e, ERR_CORRUPT, "the input is too long");
	if (st.st_size == 0) {
		*ret = (struct sealed_view){0};
		return true;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, "mmap");
	*ret = (struct sealed_view){p, (size_t)st.st_size};
	return true;
}

void
sealed_done(struct sealed_view *v)
{
	if (v->p != NULL)
		(void)munmap(v->p, v->n);
	*v = (struct sealed_view){0};
}
