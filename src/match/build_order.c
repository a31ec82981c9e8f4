#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "match/build.h"

bool
pages_grow(struct pages *p, size_t bytes, struct err *e)
{
	void *at;

	if (bytes <= p->bytes)
		return true;
	if (p->p == NULL)
		at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	else
		at = mremap(p->p, p->bytes, bytes, MREMAP_MAYMOVE);
	if (at == MAP_FAILED)
		return err_set(e, ERR_LIMIT, "no memory for %zu bytes", bytes);
	(void)madvise(at, bytes, MADV_HUGEPAGE);
	p->p = at;
	p->bytes = bytes;
	return true;
}

void
pages_done(struct pages *p)
{
	if (p->p != NULL)
		(void)munmap(p->p, p->bytes);
	*p = (struct pages){0};
}

/* Bits are grouped by the chunk as it lies in memory; digests are put in the
 * order of their bytes. */
static uint32_t
key_of(const uint8_t *row, bool digests)
{
	uint32_t key = build_chunk(row, 0);

	return digests ? (uint32_t)__builtin_bswap16((uint16_t)key) : key;
}

/* Where each key's rows begin; one more for the end. */
static void
count_keys(const struct build_kind *k, bool digests, uint32_t *first)
{
	const uint8_t *rows = k->rows.p;
	uint32_t at = 0;

	memset(first, 0, (MATCH_CHUNK_VALUES + 1) * sizeof(*first));
	for (uint64_t i = 0; i < k->n; i++)
		first[key_of(rows + i * k->row_bytes, digests)]++;
	for (size_t v = 0; v <= MATCH_CHUNK_VALUES; v++) {
		uint32_t n = first[v];

		first[v] = at;
		at += n;
	}
}

struct ordered {
	struct pages rows, owners, counts;
};

static void
scatter(const struct build_kind *k, bool digests, const uint32_t *base,
    uint32_t *next, struct ordered *to)
{
	const uint8_t *rows = k->rows.p;
	const struct build_owner *owners = k->owners.p;
	const uint32_t *counts = k->counts.p;
	uint8_t *to_rows = to->rows.p;
	uint32_t *to_owners = to->owners.p, *to_counts = to->counts.p;

	for (uint64_t i = 0; i < k->n; i++) {
		const uint8_t *row = rows + i * k->row_bytes;
		uint32_t at = next[key_of(row, digests)]++;

		memcpy(to_rows + (size_t)at * k->row_bytes, row, k->row_bytes);
		to_owners[at] = base[owners[i].list] + owners[i].entry;
		if (counts != NULL)
			to_counts[at] = counts[i];
	}
}

struct record {
	uint8_t digest[32];
	uint32_t owner;
};

static int
by_digest(const void *a, const void *b)
{
	const struct record *x = a, *y = b;
	int order = memcmp(x->digest, y->digest, sizeof(x->digest));

	return order != 0 ? order
			  : (x->owner > y->owner) - (x->owner < y->owner);
}

/* Rows begin to end have the same key. */
static bool
sort_rows(struct build_kind *k, uint32_t begin, uint32_t end, struct err *e)
{
	uint8_t *rows = k->rows.p;
	uint32_t *owners = k->owners.p;
	size_t n = end - begin;
	struct record *v = calloc(n, sizeof(*v));

	if (v == NULL)
		return err_sys(e, "index");
	for (size_t i = 0; i < n; i++) {
		memcpy(v[i].digest, rows + (begin + i) * k->row_bytes,
		    k->row_bytes);
		v[i].owner = owners[begin + i];
	}
	qsort(v, n, sizeof(*v), by_digest);
	for (size_t i = 0; i < n; i++) {
		memcpy(rows + (begin + i) * k->row_bytes, v[i].digest,
		    k->row_bytes);
		owners[begin + i] = v[i].owner;
	}
	free(v);
	return true;
}

static bool
sort_digests(struct build_kind *k, const uint32_t *end, struct err *e)
{
	uint32_t begin = 0;

	assert(k->row_bytes <= sizeof(((struct record *)NULL)->digest));
	for (size_t v = 0; v < MATCH_CHUNK_VALUES; begin = end[v++])
		if (end[v] - begin > 1 && !sort_rows(k, begin, end[v], e))
			return false;
	return true;
}

static void
ordered_done(struct ordered *o)
{
	pages_done(&o->rows);
	pages_done(&o->owners);
	pages_done(&o->counts);
}

bool
build_order(
    struct build_kind *k, bool digests, const uint32_t *base, struct err *e)
{
	CLEANUP(ordered_done) struct ordered to = {0};
	uint32_t *next = malloc((MATCH_CHUNK_VALUES + 1) * sizeof(*next));
	bool done;

	if (next == NULL)
		return err_sys(e, "index");
	done = pages_grow(&to.rows, k->n * k->row_bytes, e) &&
	       pages_grow(&to.owners, k->n * sizeof(uint32_t), e) &&
	       (k->counts.p == NULL ||
		   pages_grow(&to.counts, k->n * sizeof(uint32_t), e));
	if (done) {
		count_keys(k, digests, next);
		scatter(k, digests, base, next, &to);
		pages_done(&k->rows);
		pages_done(&k->owners);
		pages_done(&k->counts);
		k->rows = to.rows;
		k->owners = to.owners;
		k->counts = to.counts;
		to = (struct ordered){0};
		done = !digests || sort_digests(k, next, e);
	}
	free(next);
	return done;
}
