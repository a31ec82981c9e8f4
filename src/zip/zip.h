/*
 * zip — what stands in a ZIP around the files: a header before each, the
 * directory behind all (PKWARE, APPNOTE.TXT 6.3.10).
 *
 * Pure.  Files are stored, not compressed; names are UTF-8 and flagged so; the
 * time of each stands twice, as DOS has it in local time and to the second in
 * UTC (Info-ZIP's extended timestamp), so that every program shows the hour at
 * which a picture was taken.  Length and CRC-32 are known beforehand and stand
 * in front: no data descriptor, which several programs do not take for stored
 * files when they read from a pipe.  ZIP64 appears where a number needs it and
 * nowhere else, so that what is small opens in what is old.
 */
#ifndef ZIP_ZIP_H
#define ZIP_ZIP_H

#include "base/buf.h"
#include "base/zone.h"

#define ZIP_NAME_MAX 1024 /* bytes */

struct zip_entry {
	str name;           /* with '/' between folders, none in front */
	uint32_t crc;       /* CRC-32 of the file */
	uint64_t bytes, at; /* of the file; where its header begins */
	struct civil local; /* years outside 1980 … 2107 are moved to them */
	int64_t utc;        /* outside of 1970 … 2038 it is left out */
};

/* The CRC-32 of a file that is all there. */
uint32_t zip_sum(str);
/* The same in pieces, from 0. */
uint32_t zip_sum_more(uint32_t sum, str);

/* Each appends.  Nothing but a full buf can go wrong. */
void zip_local(struct buf *, const struct zip_entry *);
void zip_central(struct buf *, const struct zip_entry *);
/* Behind the directory of n entries, which begins at `at` and has `bytes`. */
void zip_end(struct buf *, uint64_t n, uint64_t at, uint64_t bytes);

#endif
