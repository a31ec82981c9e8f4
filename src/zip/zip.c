#include "zip/zip.h"

#include <libdeflate.h>

#define FAR32 0xffffffffu
#define FAR16 0xffffu
#define UTF8_FLAG (1u << 11)
#define MADE_BY_UNIX (3u << 8)
#define PLAIN_FILE (0100644u << 16) /* as Unix keeps it; DOS: no attribute */
#define EXTRA_ZIP64 0x0001u
#define EXTRA_TIME 0x5455u
#define HAS_MODIFIED 1u

enum { NEEDS_PLAIN = 20, NEEDS_ZIP64 = 45 };

uint32_t
zip_sum(str s)
{
	return libdeflate_crc32(0, s.p, s.n);
}

uint32_t
zip_sum_more(uint32_t sum, str s)
{
	return libdeflate_crc32(sum, s.p, s.n);
}

static void
put16(struct buf *b, uint32_t v)
{
	buf_byte(b, (char)v);
	buf_byte(b, (char)(v >> 8));
}

static void
put32(struct buf *b, uint32_t v)
{
	put16(b, v);
	put16(b, v >> 16);
}

static void
put64(struct buf *b, uint64_t v)
{
	put32(b, (uint32_t)v);
	put32(b, (uint32_t)(v >> 32));
}

static uint32_t
or_far(uint64_t v)
{
	return v < FAR32 ? (uint32_t)v : FAR32;
}

/* Date in the high half, time in steps of two seconds in the low one. */
static uint32_t
dos_time(const struct civil *c)
{
	if (c->year < 1980)
		return (1u << 5 | 1u) << 16;
	if (c->year > 2107)
		return (127u << 9 | 12u << 5 | 31u) << 16;
	return ((uint32_t)(c->year - 1980) << 9 | (uint32_t)c->month << 5 |
		   c->day)
		   << 16 |
	       (uint32_t)c->hour << 11 | (uint32_t)c->minute << 5 |
	       c->second / 2u;
}

static bool
has_time(const struct zip_entry *z)
{
	return z->utc >= 0 && z->utc <= INT32_MAX;
}

static void
put_time(struct buf *b, const struct zip_entry *z)
{
	if (!has_time(z))
		return;
	put16(b, EXTRA_TIME);
	put16(b, 5);
	buf_byte(b, HAS_MODIFIED);
	put32(b, (uint32_t)z->utc);
}

/* From « version needed » to the length of the name: the same in both. */
static void
put_facts(struct buf *b, const struct zip_entry *z, bool far)
{
	uint32_t time = dos_time(&z->local);

	put16(b, far ? NEEDS_ZIP64 : NEEDS_PLAIN);
	put16(b, UTF8_FLAG);
	put16(b, 0); /* stored */
	put16(b, time);
	put16(b, time >> 16);
	put32(b, z->crc);
	put32(b, or_far(z->bytes));
	put32(b, or_far(z->bytes));
	put16(b, (uint32_t)z->name.n);
}

void
zip_local(struct buf *b, const struct zip_entry *z)
{
	bool far = z->bytes >= FAR32;

	put32(b, 0x04034b50);
	put_facts(b, z, far);
	put16(b, (far ? 20u : 0) + (has_time(z) ? 9u : 0));
	buf_str(b, z->name);
	if (far) {
		put16(b, EXTRA_ZIP64);
		put16(b, 16);
		put64(b, z->bytes);
		put64(b, z->bytes);
	}
	put_time(b, z);
}

void
zip_central(struct buf *b, const struct zip_entry *z)
{
	bool long_file = z->bytes >= FAR32, long_way = z->at >= FAR32;
	bool far = long_file || long_way;
	uint32_t numbers = (long_file ? 16u : 0) + (long_way ? 8u : 0);

	put32(b, 0x02014b50);
	put16(b, MADE_BY_UNIX | NEEDS_ZIP64);
	put_facts(b, z, far);
	put16(b, (far ? 4 + numbers : 0) + (has_time(z) ? 9u : 0));
	put16(b, 0); /* of a comment */
	put16(b, 0); /* disk */
	put16(b, 0); /* of no kind */
	put32(b, PLAIN_FILE);
	put32(b, or_far(z->at));
	buf_str(b, z->name);
	if (far) {
		put16(b, EXTRA_ZIP64);
		put16(b, numbers);
	}
	if (long_file) {
		put64(b, z->bytes);
		put64(b, z->bytes);
	}
	if (long_way)
		put64(b, z->at);
	put_time(b, z);
}

static void
put_end64(struct buf *b, uint64_t n, uint64_t at, uint64_t bytes)
{
	put32(b, 0x06064b50);
	put64(b, 44); /* of what follows in this record */
	put16(b, MADE_BY_UNIX | NEEDS_ZIP64);
	put16(b, NEEDS_ZIP64);
	put32(b, 0);
	put32(b, 0);
	put64(b, n);
	put64(b, n);
	put64(b, bytes);
	put64(b, at);
	put32(b, 0x07064b50); /* where that record is */
	put32(b, 0);
	put64(b, at + bytes);
	put32(b, 1);
}

void
zip_end(struct buf *b, uint64_t n, uint64_t at, uint64_t bytes)
{
	uint32_t few = n < FAR16 ? (uint32_t)n : FAR16;

	if (few == FAR16 || at >= FAR32 || bytes >= FAR32)
		put_end64(b, n, at, bytes);
	put32(b, 0x06054b50);
	put16(b, 0);
	put16(b, 0);
	put16(b, few);
	put16(b, few);
	put32(b, or_far(bytes));
	put32(b, or_far(at));
	put16(b, 0); /* of a comment */
}
