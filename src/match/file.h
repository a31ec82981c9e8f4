/*
 * file — how an index lies on disk, byte for byte.
 *
 * A page of head; the lists; the tables one after another, each part at a
 * multiple of 64; at last the sums, one of each MATCH_FILE_BLOCK bytes behind
 * the head.  Everything follows from the head: no offset is stored, so none can
 * be wrong.  All numbers are little-endian.
 */
#ifndef MATCH_FILE_H
#define MATCH_FILE_H

#include <stdint.h>

#include "hash/kind.h"
#include "match/index.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "index files are read in place: little-endian machines only"
#endif

#define MATCH_FILE_MAGIC "PREAUIDX"
#define MATCH_FILE_VERSION 1
#define MATCH_FILE_HEAD 4096
#define MATCH_FILE_ALIGN 64
#define MATCH_FILE_BLOCK ((size_t)256 * 1024)

#define MATCH_CHUNK_VALUES 65536 /* of 16 bits */
#define MATCH_CHUNKS_MAX 16
/* Fewer values than that are scanned: faster, and no tables to keep. */
#define MATCH_TABLES_FROM 16384

#define MATCH_TABLE_POSTED 1u /* first, next and ids are there */
#define MATCH_TABLE_EVEN 2u   /* every value has an even number of bits set */
#define MATCH_TABLE_WIDE 4u   /* ids have 4 bytes, not 3 */
#define MATCH_NARROW_MAX ((uint64_t)1 << 24)

struct match_file_table {
	uint32_t kind;  /* enum hash_kind */
	uint32_t flags; /* MATCH_TABLE_ */
	uint64_t n;     /* values */
	uint64_t n_videos;
};

struct match_file_head {
	char magic[8];
	uint32_t version;
	uint32_t n_tables;
	uint64_t generation;
	uint64_t bytes; /* of the file */
	uint32_t n_lists;
	uint32_t unused;
	uint64_t sums_sum;
	uint64_t sum; /* of the page of the head, with a zero here */
	struct match_file_table table[HASH_KINDS];
};

/* An owner is a list's base plus the number of an entry. */
struct match_file_list {
	uint32_t number;
	uint32_t enabled;
	uint32_t base, owners; /* owners: highest entry + 1 */
	uint32_t distance[HASH_KINDS];
	float level1, level2;
	char provenance[MATCH_INDEX_PROVENANCE_MAX + 1];
	char unused[8];
};

struct match_file_video {
	uint32_t owner;
	uint32_t frames;   /* that count */
	uint32_t distinct; /* of them */
	uint32_t unused;
};

/*
 * Where the parts of a table lie.
 *
 * rows     values; of tables by bits in the order of their first chunk, of
 *          digests in their own order
 * owners   of each row; counts (vPDQ): how often the frame is in its video
 * first    [chunk][value]: where the postings of rows with that value in that
 *          chunk begin, and where the last of them end
 * postings of chunk after chunk:
 *   next   [posting]: the chunk that follows, the first after the last
 *   ids    [posting]: number of the row, 3 or 4 bytes; not of chunk 0, whose
 *          postings are the rows themselves
 */
struct match_layout {
	uint64_t begin, rows, owners, counts, videos, first, postings, end;
	uint64_t
	    next_stride;     /* postings of one chunk, with room to over-read */
	uint64_t ids_stride; /* bytes of one chunk, the same */
	uint32_t row_bytes;  /* from a row to the next */
	uint32_t value_bytes;
	uint32_t id_bytes;
	uint32_t chunks; /* 0: no tables */
	bool by_bits;
};

static inline uint64_t
match_layout_next(const struct match_layout *l, uint32_t chunk)
{
	return l->postings + chunk * 2 * l->next_stride +
	       (chunk > 1 ? (chunk - 1) * l->ids_stride : 0);
}

/* Of chunks from 1 on. */
static inline uint64_t
match_layout_ids(const struct match_layout *l, uint32_t chunk)
{
	return match_layout_next(l, chunk) + 2 * l->next_stride;
}

#define MATCH_OVERREAD 64 /* bytes that may be read past next and ids */

/* False: a kind that has no table, too many values, or past 2^63 bytes. */
bool match_layout_of(const struct match_file_table *, uint64_t begin,
    struct match_layout *ret) MUST_USE;

/* Detects, does not prove: any one word that changed gives another sum. */
uint64_t match_sum(uint64_t seed, const void *, size_t);

#endif
