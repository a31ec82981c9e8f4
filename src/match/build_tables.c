/* Postings of each chunk, by two passes of a radix sort: one to 256 parts
 * through a line of cache for each, one within a part that the cache holds. */
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "match/build.h"

#define PARTS 256
#define LINE 8 /* postings gathered before they are written */

/* A posting on its way: chunk, the chunk that follows, row. */
typedef uint64_t posting;

static posting
posting_of(uint32_t chunk, uint32_t next, uint64_t row)
{
	return (posting)chunk << 48 | (posting)next << 32 | row;
}

struct sorting {
	const struct build_kind *k;
	const struct match_layout *l;
	struct build_tables *t;
};

void
build_tables_done(struct build_tables *t)
{
	pages_done(&t->first);
	pages_done(&t->parts);
	pages_done(&t->next);
	pages_done(&t->ids);
	*t = (struct build_tables){0};
}

static uint32_t *
first_of(const struct sorting *s, uint32_t chunk)
{
	return (uint32_t *)s->t->first.p +
	       (size_t)chunk * (MATCH_CHUNK_VALUES + 1);
}

#define TOGETHER ((uint64_t)32 * 1024) /* rows that the cache holds */

/* Chunk after chunk of so many rows: a chunk's counts stay at hand then. */
static void
count_rows(const struct sorting *s, const uint8_t *rows, uint64_t n)
{
	for (uint32_t c = 0; c < s->l->chunks; c++) {
		uint32_t *first = first_of(s, c);
		const uint8_t *row = rows;

		for (uint64_t i = 0; i < n; i++, row += s->k->row_bytes)
			first[build_chunk(row, c)]++;
	}
}

/* A slice of all rows. */
static void
count_some(const struct sorting *s, uint64_t slice)
{
	const uint8_t *rows = s->k->rows.p;
	uint64_t end = s->t->at + slice;

	end = end < s->k->n ? end : s->k->n;
	for (uint64_t n; s->t->at < end; s->t->at += n) {
		n = end - s->t->at < TOGETHER ? end - s->t->at : TOGETHER;
		count_rows(s, rows + s->t->at * s->k->row_bytes, n);
	}
}

/* Where each value of each chunk begins. */
static void
sum_counts(const struct sorting *s)
{
	for (uint32_t c = 0; c < s->l->chunks; c++) {
		uint32_t *first = first_of(s, c), at = 0;

		for (size_t v = 0; v <= MATCH_CHUNK_VALUES; v++) {
			uint32_t n = first[v];

			first[v] = at;
			at += n;
		}
	}
}

static void
bounds(const struct sorting *s, uint32_t chunk, uint32_t ret[PARTS + 1])
{
	for (size_t i = 0; i <= PARTS; i++)
		ret[i] = first_of(s, chunk)[i * (MATCH_CHUNK_VALUES / PARTS)];
}

/* A line to where it is not read soon: past the caches, where that is known. */
static inline void
put_line(posting *to, const posting line[LINE])
{
#ifdef __SSE2__
	for (size_t i = 0; i < LINE; i += 2)
		_mm_stream_si128((__m128i *)(void *)(to + i),
		    _mm_load_si128((const __m128i *)(const void *)(line + i)));
#else
	memcpy(to, line, LINE * sizeof(posting));
#endif
}

/* Postings gathered for each part: slot k of a line is for a place that is k
 * more than a multiple of LINE, from `begin` on where a part begins. */
struct gathering {
	_Alignas(64) posting line[PARTS][LINE];
	uint32_t at[PARTS + 1], begin[PARTS];
};

static void
put_some(struct gathering *g, posting *parts, size_t part)
{
	uint32_t end = g->at[part], from = (end - 1) / LINE * LINE;

	if (from < g->begin[part])
		from = g->begin[part];
	memcpy(parts + from, g->line[part] + from % LINE,
	    (end - from) * sizeof(posting));
}

static inline void
gather(struct gathering *g, posting *parts, posting p)
{
	size_t part = p >> 56;
	uint32_t at = g->at[part]++;

	g->line[part][at % LINE] = p;
	if (at % LINE < LINE - 1)
		return;
	if (__builtin_expect(at + 1 - g->begin[part] < LINE, 0))
		put_some(g, parts, part);
	else
		put_line(parts + at + 1 - LINE, g->line[part]);
}

static void
to_parts(const struct sorting *s, uint32_t chunk)
{
	struct gathering g;
	posting *parts = s->t->parts.p;
	const uint8_t *row = s->k->rows.p;
	uint32_t after = (chunk + 1) % s->l->chunks;

	bounds(s, chunk, g.at);
	memcpy(g.begin, g.at, sizeof(g.begin));
	for (uint64_t i = 0; i < s->k->n; i++, row += s->k->row_bytes)
		gather(&g, parts,
		    posting_of(
			build_chunk(row, chunk), build_chunk(row, after), i));
	for (size_t part = 0; part < PARTS; part++)
		if (g.at[part] > g.begin[part] && g.at[part] % LINE != 0)
			put_some(&g, parts, part);
}

static void
place(const struct sorting *s, uint32_t chunk, uint32_t begin, uint32_t end,
    size_t part)
{
	const posting *parts = s->t->parts.p;
	uint32_t at[MATCH_CHUNK_VALUES / PARTS];
	uint16_t *next = s->t->next.p;
	uint8_t *ids = s->t->ids.p;
	bool four = s->l->id_bytes == 4;

	memcpy(at, first_of(s, chunk) + part * (MATCH_CHUNK_VALUES / PARTS),
	    sizeof(at));
	for (uint32_t i = begin; i < end; i++) {
		posting p = parts[i];
		uint32_t to = at[p >> 48 & 0xff]++;
		uint8_t *id = ids + (size_t)to * s->l->id_bytes;

		next[to] = (uint16_t)(p >> 32);
		memcpy(id, &p, 2);
		id[2] = (uint8_t)(p >> 16);
		if (four)
			id[3] = (uint8_t)(p >> 24);
	}
}

/* Rows are in the order of chunk 0: its postings need no sorting. */
static void
place_first(const struct sorting *s)
{
	const uint8_t *row = s->k->rows.p;
	uint16_t *next = s->t->next.p;

	for (uint64_t i = 0; i < s->k->n; i++, row += s->k->row_bytes)
		next[i] = (uint16_t)build_chunk(row, 1);
}

/* The second pass of a chunk. */
static void
place_parts(const struct sorting *s, uint32_t chunk)
{
	uint32_t part[PARTS + 1];

	bounds(s, chunk, part);
	for (size_t i = 0; i < PARTS; i++)
		place(s, chunk, part[i], part[i + 1], i);
}

#define FIRST_BYTES(l) ((l)->chunks * 4ul * (MATCH_CHUNK_VALUES + 1))

static bool
begin(const struct sorting *s, struct err *e)
{
	struct build_tables *t = s->t;

	return pages_grow(&t->first, FIRST_BYTES(s->l), e) &&
	       pages_grow(&t->parts, s->k->n * sizeof(posting), e) &&
	       pages_grow(&t->next, 2 * s->l->next_stride, e) &&
	       pages_grow(&t->ids, s->l->ids_stride, e);
}

/* The last of the rows is counted: the first part of the table. */
static bool
write_first(const struct sorting *s, struct writer *w, struct err *e)
{
	sum_counts(s);
	s->t->counted = true;
	return writer_put(w, s->t->first.p, FIRST_BYTES(s->l), e) &&
	       writer_pad(w, s->l->postings, e);
}

/* Half of a chunk, or the first, whose half there is not. */
static bool
chunk_step(const struct sorting *s, struct writer *w, struct err *e)
{
	struct build_tables *t = s->t;

	if (t->chunk > 0 && !t->gathered) {
		to_parts(s, t->chunk);
		t->gathered = true;
		return true;
	}
	if (t->chunk == 0)
		place_first(s);
	else
		place_parts(s, t->chunk);
	if (!writer_put(w, t->next.p, 2 * s->l->next_stride, e) ||
	    (t->chunk > 0 && !writer_put(w, t->ids.p, s->l->ids_stride, e)))
		return false;
	t->gathered = false;
	t->chunk++;
	return true;
}

bool
build_tables_step(struct build_tables *t, const struct build_kind *k,
    const struct match_layout *l, struct writer *w, uint64_t slice,
    bool *ret_done, struct err *e)
{
	const struct sorting s = {.k = k, .l = l, .t = t};

	*ret_done = false;
	if (t->first.p == NULL && !begin(&s, e))
		return false;
	if (!t->counted) {
		count_some(&s, slice);
		return t->at < k->n || write_first(&s, w, e);
	}
	if (!chunk_step(&s, w, e))
		return false;
	*ret_done = t->chunk == l->chunks;
	return true;
}
