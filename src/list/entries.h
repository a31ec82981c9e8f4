/*
 * entries — the file that holds the entries of one generation of a list.
 *
 * <data>/lists/<list>-<generation>.entries, mode 0600, never changed once it
 * has its name.  A header of ENTRIES_BLOCK bytes, then blocks of that size,
 * each with its checksum over its own place, so that any entry is found by its
 * number with a few reads and a byte that changed is named with its offset.
 * Little-endian.  Entries stand in entry_order and are numbered from 0: this
 * number is what an index keeps, and it is good for this generation only.
 *
 *	header:	"PREAUENT" u32 version u32 block u64 list u64 generation
 *		u64 entries u64 blocks u64 entries_of_kind[HASH_KINDS]
 *		… zero … u32 crc32 of all before
 *	block:	u32 crc32 of all after it and of the block's number, u32 n,
 *		u64 number of its first entry, u32 bytes used, entries …
 *	entry:	u16 size of all of it, u8 kind, u8 media, i8 quality, u8 bytes
 *		of id, scheme, category, detail, u16 bytes of value, u32
 *		record, i56 stamp, i56 first_seen; value and texts in that order
 *
 * The reader takes constant memory, so that a list of any length can be read
 * in the jobs process.
 */
#ifndef LIST_ENTRIES_H
#define LIST_ENTRIES_H

#include "base/err.h"
#include "list/entry.h"

#define ENTRIES_VERSION 1
#define ENTRIES_BLOCK ((size_t)65536)
#define ENTRIES_MAX ((uint64_t)UINT32_MAX) /* numbers fit 32 bits */
#define ENTRIES_DIGEST 32    /* BLAKE2b-256 of the blocks, then the header */
#define LISTS_FOLDER "lists" /* below the data folder */

struct entries; /* a file that is open for reading */

/* Checks the header and the length.  ERR_CORRUPT names what and where. */
struct entries *entries_open(const char *path, struct err *);
void entries_free(struct entries *);

uint64_t entries_count(const struct entries *);
uint64_t entries_count_of(const struct entries *, enum hash_kind);
int64_t entries_list(const struct entries *);
int64_t entries_generation(const struct entries *);

/* In order, from the first one after opening; *ret_more false at the end.
 * What *ret points to is good until the next call. */
bool entries_next(
    struct entries *, struct entry *ret, bool *ret_more, struct err *) MUST_USE;
/* entries_next starts again with that number. */
bool entries_seek(struct entries *, uint64_t number, struct err *) MUST_USE;
/* One by its number; ERR_NOT_FOUND past the end. */
bool entries_at(struct entries *, uint64_t number, struct entry *ret,
    struct err *) MUST_USE;

/* Every block and the digest of the whole file. */
bool entries_verify(const char *path, const uint8_t digest[ENTRIES_DIGEST],
    struct err *) MUST_USE;

struct entries_writer;

/* Writes <dir>/<name>.new; dir is a descriptor of the folder. */
struct entries_writer *entries_writer_new(
    int dir, const char *name, int64_t list, int64_t generation, struct err *);
void entries_writer_free(struct entries_writer *); /* unfinished: removed */
/* In entry_order; what stands before the last one is ERR_CORRUPT. */
bool entries_write(
    struct entries_writer *, const struct entry *, struct err *) MUST_USE;
uint64_t entries_writer_count_of(const struct entries_writer *, enum hash_kind);
/* Syncs, gives the file its name, syncs the folder. */
bool entries_writer_finish(struct entries_writer *,
    uint8_t ret_digest[ENTRIES_DIGEST], struct err *) MUST_USE;

DEFINE_OWNED(entries)
DEFINE_OWNED(entries_writer)

#endif
