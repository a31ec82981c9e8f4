/* part — the parts of a ZIP, as its folder of contents lists them, checked
 * against each other and against what stands before each.  See archive.h. */
#ifndef OFFICE_PART_H
#define OFFICE_PART_H

#include "base/str.h"
#include "ipc/office.h"

struct part {
	str name; /* of the file; 1 to ARCHIVE_NAME_MAX - 1 bytes */
	size_t at, begin, end; /* its header; its bytes */
	uint64_t whole;        /* unpacked, as it says */
	bool packed;           /* by deflate; else as it is */
};

/* *ret by malloc, in the order of the file.  Not OFFICE_OK: _LOCKED, _BOMB,
 * _DAMAGED, and nothing is there. */
enum office_verdict part_list(str file, struct part **ret, size_t *ret_n);

str part_bytes(str file, const struct part *); /* as they lie there */

/* By malloc; NULL: damaged, or longer than max. */
char *part_unpack(str file, const struct part *, size_t max, size_t *ret_n);

#endif
