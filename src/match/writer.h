/* writer — a file written from front to back, with the sum of each block. */
#ifndef MATCH_WRITER_H
#define MATCH_WRITER_H

#include "base/buf.h"
#include "base/err.h"
#include "match/file.h"

struct writer {
	int fd;
	uint64_t at;    /* bytes so far, the head counted */
	uint8_t *block; /* MATCH_FILE_BLOCK */
	size_t in_block;
	struct buf sums;
};

/* Leaves room for the head. */
bool writer_init(struct writer *, int fd, struct err *) MUST_USE;
void writer_done(struct writer *); /* fit for CLEANUP */
bool writer_put(struct writer *, const void *, size_t, struct err *) MUST_USE;
/* Zeroes up to the place. */
bool writer_pad(struct writer *, uint64_t to, struct err *) MUST_USE;
/* Sums behind all, then the head, whose bytes and sum are filled in. */
bool writer_end(
    struct writer *, struct match_file_head *, struct err *) MUST_USE;

#endif
