#include "list/block.h"

#include <zlib.h>

#define MAGIC "PREAUENT"
#define MAGIC_N 8
#define KINDS_AT 48
#define CRC_AT (ENTRIES_BLOCK - 4)

static void
put(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t
get(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

static uint32_t
crc_of(const uint8_t *p, size_t n, uint64_t number)
{
	uint8_t at[8];
	uLong crc = crc32(0, NULL, 0);

	put(at, number, sizeof(at));
	crc = crc32(crc, at, sizeof(at));
	return (uint32_t)crc32(crc, p, (uInt)n);
}

void
entries_head_put(uint8_t ret[ENTRIES_BLOCK], const struct entries_head *h)
{
	memset(ret, 0, ENTRIES_BLOCK);
	memcpy(ret, MAGIC, MAGIC_N);
	put(ret + 8, ENTRIES_VERSION, 4);
	put(ret + 12, ENTRIES_BLOCK, 4);
	put(ret + 16, (uint64_t)h->list, 8);
	put(ret + 24, (uint64_t)h->generation, 8);
	put(ret + 32, h->entries, 8);
	put(ret + 40, h->blocks, 8);
	for (size_t i = 0; i < HASH_KINDS; i++)
		put(ret + KINDS_AT + 8 * i, h->of_kind[i], 8);
	put(ret + CRC_AT, crc_of(ret, CRC_AT, UINT64_MAX), 4);
}

bool
entries_head_take(
    const uint8_t b[ENTRIES_BLOCK], struct entries_head *ret, struct err *e)
{
	struct entries_head h;

	if (memcmp(b, MAGIC, MAGIC_N) != 0)
		return err_set(e, ERR_CORRUPT, "no entries file (byte 0)");
	if (get(b + 8, 4) != ENTRIES_VERSION || get(b + 12, 4) != ENTRIES_BLOCK)
		return err_set(e, ERR_CORRUPT, "of another version (byte 8)");
	if (get(b + CRC_AT, 4) != crc_of(b, CRC_AT, UINT64_MAX))
		return err_set(e, ERR_CORRUPT, "damaged header (byte 0)");
	h.list = (int64_t)get(b + 16, 8);
	h.generation = (int64_t)get(b + 24, 8);
	h.entries = get(b + 32, 8);
	h.blocks = get(b + 40, 8);
	for (size_t i = 0; i < HASH_KINDS; i++)
		h.of_kind[i] = get(b + KINDS_AT + 8 * i, 8);
	if (h.entries > ENTRIES_MAX || h.blocks > h.entries)
		return err_set(e, ERR_CORRUPT, "absurd counts (byte 32)");
	*ret = h;
	return true;
}

void
block_seal(
    uint8_t b[ENTRIES_BLOCK], uint64_t number, const struct block_head *h)
{
	put(b + 4, h->n, 4);
	put(b + 8, h->first, 8);
	put(b + 16, h->used, 4);
	memset(b + h->used, 0, ENTRIES_BLOCK - h->used);
	put(b, crc_of(b + 4, ENTRIES_BLOCK - 4, number), 4);
}

bool
block_check(const uint8_t b[ENTRIES_BLOCK], uint64_t number,
    struct block_head *ret, struct err *e)
{
	struct block_head h = {.n = (uint32_t)get(b + 4, 4),
	    .first = get(b + 8, 8),
	    .used = (uint32_t)get(b + 16, 4)};

	if (get(b, 4) != crc_of(b + 4, ENTRIES_BLOCK - 4, number) ||
	    h.used < BLOCK_HEAD || h.used > ENTRIES_BLOCK || h.n == 0)
		return err_set(e, ERR_CORRUPT, "damaged at byte %llu",
		    (unsigned long long)((number + 1) * ENTRIES_BLOCK));
	*ret = h;
	return true;
}
