/* A bundle as the front gets it from a worker, and the places that a range may
 * begin at: the first eight bytes. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
find(int fd, const struct bundle_head *h, uint64_t pos)
{
	struct bundle_piece p;
	struct err e;

	if (!bundle_find(fd, h, pos, &p, &e))
		return;
	if (pos < p.at || pos >= bundle_piece_end(&p) ||
	    bundle_piece_end(&p) > h->bytes ||
	    (p.copy_n > 0 && p.copy_n <= h->seal))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *s, size_t n)
{
	static int fd = -1;
	struct bundle_head h;
	struct err e;
	uint64_t pos;

	if (n < sizeof(pos))
		return 0;
	memcpy(&pos, s, sizeof(pos));
	s += sizeof(pos);
	n -= sizeof(pos);
	if (fd == -1)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd == -1 || ftruncate(fd, 0) == -1 ||
	    pwrite(fd, s, n, 0) != (ssize_t)n)
		abort();
	if (!bundle_read_head(fd, &h, &e))
		return 0;
	if (h.pieces == 0 || h.pieces > BUNDLE_PIECES_MAX)
		__builtin_trap();
	find(fd, &h, h.bytes > 0 ? pos % h.bytes : 0);
	find(fd, &h, 0);
	find(fd, &h, h.bytes);
	return 0;
}
