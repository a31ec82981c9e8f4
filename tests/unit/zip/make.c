/*
 * usage: make FILE SIZE COUNT
 *
 * A ZIP of COUNT files of SIZE zero bytes and a last one that says « here »,
 * for read.sh: the zeroes are holes in FILE and cost nothing.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "zip/zip.h"

#define ZEROES ((size_t)1 << 20)

static uint32_t
sum_of_zeroes(uint64_t n)
{
	/* Of CRC-32 by its definition, a bit at a time: n is a multiple. */
	uint32_t sum = UINT32_MAX;

	for (uint64_t i = 0; i < n; i++)
		for (int k = 0; k < 8; k++)
			sum = sum >> 1 ^ (0xedb88320u & -(sum & 1));
	return ~sum;
}

static void
put(int fd, uint64_t at, str s)
{
	if (pwrite(fd, s.p, s.n, (off_t)at) != (ssize_t)s.n)
		abort();
}

int
main(int argc, char **argv)
{
	CLEANUP(buf_done) struct buf head = BUF_MAX(4096);
	CLEANUP(buf_done) struct buf central = BUF_MAX((size_t)64 << 20);
	struct zip_entry z = {
	    .local = {2026, 7, 12, 16, 30, 4}, .utc = 1783866604};
	int64_t size, count;
	uint64_t at = 0;
	uint32_t zeroes;
	char name[64];
	int fd;

	if (argc != 4 || !num_i64(str_c(argv[2]), 0, INT64_MAX, &size) ||
	    !num_i64(str_c(argv[3]), 0, INT64_MAX, &count))
		return 2;
	fd = open(argv[1], O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (fd == -1)
		return 1;
	zeroes = sum_of_zeroes((uint64_t)size);
	for (int64_t i = 0; i <= count; i++) {
		bool last = i == count;

		(void)snprintf(name, sizeof(name),
		    last ? "Été/dernière.txt" : "Été/%" PRId64 ".bin", i);
		z.name = str_c(name);
		z.at = at;
		z.bytes = last ? 5 : (uint64_t)size;
		z.crc = last ? zip_sum(S("here\n")) : zeroes;
		buf_clear(&head);
		zip_local(&head, &z);
		zip_central(&central, &z);
		put(fd, at, buf_view(&head));
		at += head.n;
		if (last)
			put(fd, at, S("here\n"));
		at += z.bytes;
	}
	zip_end(&central, (uint64_t)count + 1, at, central.n);
	put(fd, at, buf_view(&central));
	return central.full || close(fd) != 0;
}
