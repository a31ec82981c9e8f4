/* A blob after somebody had the file: the first byte chooses whether the input
 * is the file, or damage done to a good one (where, how: three bytes each, then
 * where it is cut), and whether that one was finished or is gone on with.
 * Whatever still reads must be what was written. */
#include <stdlib.h>
#include <sys/mman.h>

#include "store/blob.h"

#define PLAIN ((size_t)BLOB_CHUNK + 5000)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct key key = {"a key that is only for fuzzing  "};
static uint8_t plain[PLAIN], got[PLAIN + 1];

static int
good_blob(bool finished)
{
	int fd = memfd_create("blob", MFD_CLOEXEC);
	struct err e;
	int64_t bytes;
	OWNED(blob_writer) w = blob_writer_new(fd, &key, &e);

	if (w == NULL || !blob_write(w, plain, PLAIN, &e) ||
	    !(finished ? blob_finish(w, &bytes, &e) : blob_pause(w, &e)))
		abort();
	return fd;
}

/* *ret_same: nothing was changed after all. */
static void
damage(int fd, const uint8_t *p, size_t n, bool *ret_same)
{
	off_t size = lseek(fd, 0, SEEK_END);

	*ret_same = true;
	for (; n >= 3; p += 3, n -= 3) {
		off_t at = ((off_t)p[0] << 8 | p[1]) % size;
		uint8_t b;

		if (pread(fd, &b, 1, at) != 1)
			abort();
		b ^= p[2];
		if (pwrite(fd, &b, 1, at) != 1)
			abort();
		if (p[2] != 0)
			*ret_same = false;
	}
	if (n == 2) {
		*ret_same = false;
		if (ftruncate(fd, ((off_t)p[0] << 8 | p[1]) % size) == -1)
			abort();
	}
}

static void
read_all(int fd, bool whole)
{
	struct err e;
	size_t n = 0;
	OWNED(blob_reader) r = blob_reader_new(fd, &key, &e);

	if (r == NULL)
		return;
	for (size_t at = 0; at <= PLAIN; at += 20000) {
		if (!blob_read(r, (int64_t)at, got, sizeof(got), &n, &e))
			continue;
		if (!whole && at == 0)
			__builtin_trap(); /* all of a damaged file was read */
		if (n != PLAIN - at || memcmp(got, plain + at, n) != 0)
			__builtin_trap();
	}
}

/* Behind what can be trusted of it, the rest of the plain bytes. */
static void
go_on(int fd)
{
	struct err e;
	int64_t at, bytes;
	OWNED(blob_writer) w = NULL;

	if (!blob_durable(fd, &key, &at, &e))
		return;
	if (at < 0 || at > (int64_t)PLAIN)
		__builtin_trap();
	w = blob_writer_resume(fd, &key, at, &e);
	if (w == NULL || !blob_write(w, plain + at, PLAIN - (size_t)at, &e) ||
	    !blob_finish(w, &bytes, &e))
		__builtin_trap();
	if (bytes != (int64_t)PLAIN)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	bool whole = false;
	OWNED_FD fd = -1;
	struct err e;

	if (n == 0 || !crypto_init(&e))
		return 0;
	for (size_t i = 0; i < PLAIN; i++)
		plain[i] = (uint8_t)(i * 31 + i / 251);
	if (p[0] % 4 == 0) {
		fd = memfd_create("blob", MFD_CLOEXEC);
		if (write(fd, p + 1, n - 1) == -1)
			abort();
		if (p[0] % 8 == 4) {
			go_on(fd);
			whole = true;
		}
	} else {
		fd = good_blob(p[0] % 8 < 4);
		damage(fd, p + 1, n - 1, &whole);
		/* Two changes may undo each other: nothing to say then. */
		if (n > 6)
			whole = true;
		if (p[0] % 8 >= 4) {
			go_on(fd);
			whole = true;
		}
	}
	read_all(fd, whole);
	return 0;
}
