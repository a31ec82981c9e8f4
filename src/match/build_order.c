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

/* Some rows to their places. */
static void
scatter(struct build_order *to, const struct build_kind *k, bool digests,
    const uint32_t *base, uint64_t end)
{
	const uint8_t *rows = k->rows.p;
	const struct build_owner *owners = k->owners.p;
	const uint32_t *counts = k->counts.p;
	uint8_t *to_rows = to->rows.p;
	uint32_t *to_owners = to->owners.p, *to_counts = to->counts.p;

	for (uint64_t i = to->at; i < end; i++) {
		const uint8_t *row = rows + i * k->row_bytes;
		uint32_t at = to->next[key_of(row, digests)]++;

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

/* Some keys' rows.  next[v] is where key v's end. */
static bool
sort_some(
    struct build_order *o, struct build_kind *k, uint64_t slice, struct err *e)
{
	uint32_t from = o->begin;

	assert(k->row_bytes <= sizeof(((struct record *)NULL)->digest));
	for (; o->at < MATCH_CHUNK_VALUES && o->begin - from < slice;
	     o->begin = o->next[o->at++])
		if (o->next[o->at] - o->begin > 1 &&
		    !sort_rows(k, o->begin, o->next[o->at], e))
			return false;
	return true;
}

void
build_order_done(struct build_order *o)
{
	pages_done(&o->rows);
	pages_done(&o->owners);
	pages_done(&o->counts);
	free(o->next);
	*o = (struct build_order){0};
}

static bool
begin(struct build_order *o, const struct build_kind *k, bool digests,
    struct err *e)
{
	o->next = malloc((MATCH_CHUNK_VALUES + 1) * sizeof(*o->next));
	if (o->next == NULL)
		return err_sys(e, "index");
	if (!pages_grow(&o->rows, k->n * k->row_bytes, e) ||
	    !pages_grow(&o->owners, k->n * sizeof(uint32_t), e) ||
	    (k->counts.p != NULL &&
		!pages_grow(&o->counts, k->n * sizeof(uint32_t), e)))
		return false;
	count_keys(k, digests, o->next);
	o->counted = true;
	return true;
}

/* All rows have moved: these are the kind's. */
static void
take_over(struct build_order *o, struct build_kind *k)
{
	pages_done(&k->rows);
	pages_done(&k->owners);
	pages_done(&k->counts);
	k->rows = o->rows;
	k->owners = o->owners;
	k->counts = o->counts;
	o->rows = o->owners = o->counts = (struct pages){0};
	o->at = 0;
	o->moved = true;
}

bool
build_order_step(struct build_order *o, struct build_kind *k, bool digests,
    const uint32_t *base, uint64_t slice, bool *ret_done, struct err *e)
{
	uint64_t end = o->at + slice < k->n ? o->at + slice : k->n;

	*ret_done = false;
	if (!o->counted)
		return begin(o, k, digests, e);
	if (!o->moved) {
		scatter(o, k, digests, base, end);
		o->at = end;
		if (end == k->n)
			take_over(o, k);
		*ret_done = o->moved && !digests;
		return true;
	}
	if (!sort_some(o, k, slice / 4 + 1, e))
		return false;
	*ret_done = o->at == MATCH_CHUNK_VALUES;
	return true;
}
