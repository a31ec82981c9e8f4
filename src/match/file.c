#include "match/file.h"

#define LANES 8
#define FACTOR 0x9e3779b97f4a7c15u
#define ROWS_BYTES_MAX ((uint64_t)1 << 62)

static uint64_t
turn(uint64_t x)
{
	return x << 29 | x >> 35;
}

/* One to one in both, so that no change of a word is lost on the way. */
static uint64_t
mix(uint64_t sum, uint64_t word)
{
	return turn((sum ^ word) * FACTOR);
}

uint64_t
match_sum(uint64_t seed, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	uint64_t lane[LANES], word[LANES], sum = mix(seed, n);

	for (uint64_t i = 0; i < LANES; i++)
		lane[i] = seed + i * FACTOR;
	for (; n >= sizeof(word); p += sizeof(word), n -= sizeof(word)) {
		memcpy(word, p, sizeof(word));
		for (int i = 0; i < LANES; i++)
			lane[i] = mix(lane[i], word[i]);
	}
	memset(word, 0, sizeof(word));
	if (n > 0)
		memcpy(word, p, n);
	for (int i = 0; i < LANES; i++)
		sum = mix(sum, mix(lane[i], word[i]));
	return sum ^ sum >> 32;
}

static uint64_t
aligned(uint64_t at)
{
	return (at + MATCH_FILE_ALIGN - 1) / MATCH_FILE_ALIGN *
	       MATCH_FILE_ALIGN;
}

static bool
lay_kind(const struct match_file_table *t, struct match_layout *ret)
{
	const struct hash_kind_facts *facts =
	    hash_kind_facts((enum hash_kind)t->kind);

	if (facts == NULL)
		return false;
	ret->value_bytes = facts->bytes;
	if (facts->metric == HASH_FRAMES)
		ret->value_bytes = PDQ_BITS / 8;
	if (ret->value_bytes == 0)
		return false;
	ret->by_bits =
	    facts->metric == HASH_BITS || facts->metric == HASH_FRAMES;
	ret->row_bytes = ret->value_bytes;
	if (facts->metric == HASH_SCORES) /* floats are read in place */
		ret->row_bytes = (uint32_t)aligned(ret->value_bytes);
	if (t->flags >
		(MATCH_TABLE_POSTED | MATCH_TABLE_EVEN | MATCH_TABLE_WIDE) ||
	    (t->n_videos != 0 && t->kind != HASH_VPDQ))
		return false;
	if ((t->flags & MATCH_TABLE_POSTED) != 0)
		ret->chunks = ret->value_bytes / 2;
	return t->flags == 0 || ret->by_bits;
}

static bool
is_narrow(const struct match_file_table *t)
{
	return (t->flags & MATCH_TABLE_POSTED) != 0 &&
	       (t->flags & MATCH_TABLE_WIDE) == 0;
}

bool
match_layout_of(
    const struct match_file_table *t, uint64_t begin, struct match_layout *ret)
{
	struct match_layout l = {.begin = begin, .rows = aligned(begin)};
	uint64_t n = t->n;

	if (n > MATCH_INDEX_VALUES_MAX ||
	    (n > MATCH_NARROW_MAX && is_narrow(t)) ||
	    t->n_videos > MATCH_INDEX_VALUES_MAX || !lay_kind(t, &l) ||
	    begin > ROWS_BYTES_MAX)
		return false;
	l.id_bytes = (t->flags & MATCH_TABLE_WIDE) != 0 ? 4 : 3;
	l.next_stride = aligned(2 * n + MATCH_OVERREAD) / 2;
	l.ids_stride = aligned(l.id_bytes * n + MATCH_OVERREAD);
	l.owners = aligned(l.rows + n * l.row_bytes);
	l.counts = aligned(l.owners + n * 4);
	l.videos = aligned(l.counts + (t->kind == HASH_VPDQ ? n * 4 : 0));
	l.first =
	    aligned(l.videos + t->n_videos * sizeof(struct match_file_video));
	l.postings =
	    aligned(l.first + l.chunks * 4ull * (MATCH_CHUNK_VALUES + 1));
	l.end = match_layout_next(&l, l.chunks);
	*ret = l;
	return true;
}
