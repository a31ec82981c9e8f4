/* A file of entries as an enemy may leave it: read to its end or refused. */
#include <sys/mman.h>

#include "list/entries.h"
#include "list/record.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	char path[32];
	struct entry t;
	struct err e;
	bool more = true;

	if (fd == -1)
		fd = memfd_create("entries", MFD_CLOEXEC);
	must(fd != -1 && ftruncate(fd, 0) == 0);
	must(pwrite(fd, data, size, 0) == (ssize_t)size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	OWNED(entries) f = entries_open(path, &e);
	if (f == NULL)
		return 0;
	while (more) {
		if (!entries_next(f, &t, &more, &e))
			return 0;
		must(!more || record_is_sound(&t));
	}
	return 0;
}
