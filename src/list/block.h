/* block — the pieces of an entries file; the layout is in entries.h. */
#ifndef LIST_BLOCK_H
#define LIST_BLOCK_H

#include "list/entries.h"

#define BLOCK_HEAD 20 /* crc32, n, first, bytes used */

struct entries_head {
	int64_t list, generation;
	uint64_t entries, blocks;
	uint64_t of_kind[HASH_KINDS];
};

void entries_head_put(uint8_t ret[ENTRIES_BLOCK], const struct entries_head *);
bool entries_head_take(const uint8_t block[ENTRIES_BLOCK],
    struct entries_head *ret, struct err *) MUST_USE;

struct block_head {
	uint32_t n;     /* entries */
	uint64_t first; /* number of the first of them */
	uint32_t used;  /* bytes, this head included */
};

/* The bytes of the entries stand in the block already. */
void block_seal(
    uint8_t block[ENTRIES_BLOCK], uint64_t number, const struct block_head *);
bool block_check(const uint8_t block[ENTRIES_BLOCK], uint64_t number,
    struct block_head *ret, struct err *) MUST_USE;

#endif
