/* open — an index from its file: every byte is checked, then every number. */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "match/table.h"

#define PIECE ((size_t)64 << 20) /* of one read */

static bool
damaged(struct err *e, uint64_t begin, uint64_t end)
{
	return err_set(e, ERR_CORRUPT,
	    "bytes %llu to %llu of the index are not what was written",
	    (unsigned long long)begin, (unsigned long long)end);
}

static bool
copy(struct match_index *ix, int fd, struct err *e)
{
	size_t at = 0;

	while (at < ix->bytes) {
		size_t want = ix->bytes - at < PIECE ? ix->bytes - at : PIECE;
		ssize_t n = pread(fd, ix->p + at, want, (off_t)at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "index");
		if (n == 0)
			return err_set(
			    e, ERR_CORRUPT, "the index ends at byte %zu", at);
		at += (size_t)n;
	}
	return true;
}

static bool
bring(struct match_index *ix, int fd, enum match_index_memory memory,
    struct err *e)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "index");
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "the index is not a file");
	if (st.st_size < MATCH_FILE_HEAD)
		return err_set(e, ERR_CORRUPT, "the index ends at byte %lld",
		    (long long)st.st_size);
	ix->bytes = (size_t)st.st_size;
	if (memory == MATCH_INDEX_MAPPED)
		p = mmap(NULL, ix->bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	else
		p = mmap(NULL, ix->bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return err_sys(e, "index");
	ix->p = p;
	(void)madvise(p, ix->bytes, MADV_HUGEPAGE); /* where there are any */
	if (memory == MATCH_INDEX_MAPPED)
		return true;
	return copy(ix, fd, e) &&
	       (mprotect(p, ix->bytes, PROT_READ) == 0 || err_sys(e, "index"));
}

/* How many bytes lie between the head and the sums, one for each block of
 * them; 0 when no number of blocks fits. */
static uint64_t
bytes_summed(uint64_t file, uint64_t *ret_blocks)
{
	uint64_t rest = file - MATCH_FILE_HEAD;
	uint64_t with_sum = MATCH_FILE_BLOCK + sizeof(uint64_t);
	uint64_t blocks = (rest + with_sum - 1) / with_sum;
	uint64_t n = rest - blocks * sizeof(uint64_t);

	if (rest < blocks * sizeof(uint64_t) ||
	    (n + MATCH_FILE_BLOCK - 1) / MATCH_FILE_BLOCK != blocks)
		return 0;
	*ret_blocks = blocks;
	return n;
}

static bool
check_head(struct match_index *ix, struct err *e)
{
	struct match_file_head *h = &ix->head;
	uint8_t page[MATCH_FILE_HEAD];
	uint64_t sum;

	memcpy(h, ix->p, sizeof(*h));
	if (memcmp(h->magic, MATCH_FILE_MAGIC, sizeof(h->magic)) != 0)
		return err_set(e, ERR_CORRUPT, "byte 0: not an index");
	if (h->version != MATCH_FILE_VERSION)
		return err_set(e, ERR_CORRUPT,
		    "byte 8: an index of version %u, not %d", h->version,
		    MATCH_FILE_VERSION);
	memcpy(page, ix->p, sizeof(page));
	memset(page + offsetof(struct match_file_head, sum), 0, sizeof(sum));
	sum = match_sum(0, page, sizeof(page));
	if (sum != h->sum)
		return damaged(e, 0, MATCH_FILE_HEAD);
	if (h->bytes != ix->bytes)
		return err_set(e, ERR_CORRUPT,
		    "the index ends at byte %zu, not %llu", ix->bytes,
		    (unsigned long long)h->bytes);
	return true;
}

struct match_opening {
	struct match_index *ix;
	uint64_t n;          /* bytes that are summed */
	uint64_t blocks, at; /* of them, and those that were checked */
};

static bool
check_block(const struct match_opening *o, uint64_t i, struct err *e)
{
	const uint8_t *sums = o->ix->p + MATCH_FILE_HEAD + o->n;
	uint64_t begin = i * MATCH_FILE_BLOCK, sum;
	uint64_t size =
	    o->n - begin < MATCH_FILE_BLOCK ? o->n - begin : MATCH_FILE_BLOCK;

	memcpy(&sum, sums + i * sizeof(sum), sizeof(sum));
	begin += MATCH_FILE_HEAD;
	return match_sum(0, o->ix->p + begin, size) == sum ||
	       damaged(e, begin, begin + size);
}

/* The head, and the sums of the blocks by their own. */
static bool
check_sizes(struct match_opening *o, struct err *e)
{
	struct match_index *ix = o->ix;
	const uint8_t *sums;

	if (!check_head(ix, e))
		return false;
	o->n = bytes_summed(ix->bytes, &o->blocks);
	if (ix->head.n_tables > HASH_KINDS || o->n > ix->bytes ||
	    (o->n == 0 && ix->bytes != MATCH_FILE_HEAD))
		return err_set(e, ERR_CORRUPT,
		    "byte 0 of the index: sizes that do not add up");
	sums = ix->p + MATCH_FILE_HEAD + o->n;
	return match_sum(0, sums, o->blocks * sizeof(uint64_t)) ==
		   ix->head.sums_sum ||
	       damaged(e, MATCH_FILE_HEAD + o->n, ix->bytes);
}

/* What a file of right sums says wrongly was never ours. */
static bool
wrong(struct err *e, uint64_t at, const char *what)
{
	return err_set(e, ERR_CORRUPT, "byte %llu of the index: %s",
	    (unsigned long long)at, what);
}

static bool
read_list(const struct match_file_list *f, struct match_index_list *ret,
    struct err *e)
{
	*ret = (struct match_index_list){.number = f->number,
	    .enabled = f->enabled != 0,
	    .level1 = f->level1,
	    .level2 = f->level2};
	memcpy(ret->distance, f->distance, sizeof(ret->distance));
	memcpy(ret->provenance, f->provenance, sizeof(ret->provenance));
	return match_index_list_check(ret, e);
}

static bool
read_lists(struct match_index *ix, uint64_t *at, uint64_t end, struct err *e)
{
	size_t n = ix->head.n_lists;
	uint64_t base = 0;
	struct match_file_list f;

	if (n > MATCH_INDEX_LISTS_MAX || n * sizeof(f) > end - *at)
		return wrong(e, *at, "too many lists");
	ix->lists = calloc(n + 1, sizeof(*ix->lists));
	ix->base = calloc(n + 1, sizeof(*ix->base));
	if (ix->lists == NULL || ix->base == NULL)
		return err_sys(e, "index");
	for (size_t i = 0; i < n; i++, *at += sizeof(f)) {
		memcpy(&f, ix->p + *at, sizeof(f));
		if (f.base != base)
			return wrong(e, *at, "owners that do not add up");
		ix->base[i] = f.base;
		base += f.owners;
		if (base > MATCH_INDEX_VALUES_MAX)
			return wrong(e, *at, "too many owners");
		if (!read_list(&f, &ix->lists[i], e))
			return err_wrap(e, "byte %llu of the index",
			    (unsigned long long)*at);
	}
	ix->base[n] = (uint32_t)base;
	return true;
}

/* Runs are bounds within the postings, for the whole of them. */
static bool
check_first(struct table *t, uint64_t begin, struct err *e)
{
	uint64_t weight[MATCH_CHUNKS_MAX];

	for (uint32_t c = 0; c < t->l.chunks; c++) {
		const uint32_t *first =
		    t->first + (size_t)c * (MATCH_CHUNK_VALUES + 1);
		uint64_t at = begin + 4ull * c * (MATCH_CHUNK_VALUES + 1);
		uint32_t i = c;

		weight[c] = 0;
		for (size_t v = 0; v < MATCH_CHUNK_VALUES; v++) {
			uint64_t n = first[v + 1] - first[v];

			if (first[v] > first[v + 1])
				return wrong(
				    e, at + 4 * v, "runs that overlap");
			weight[c] += n * n;
		}
		if (first[0] != 0 || first[MATCH_CHUNK_VALUES] != t->head.n)
			return wrong(e, at, "runs that are not all");
		for (; i > 0 && weight[t->heavy[i - 1]] < weight[c]; i--)
			t->heavy[i] = t->heavy[i - 1];
		t->heavy[i] = (uint8_t)c;
	}
	return true;
}

static bool
read_table(struct match_index *ix, const struct match_file_table *f,
    uint64_t *at, uint64_t end, struct err *e)
{
	struct table *t;
	struct match_layout l;
	const void *p;

	if (f->kind >= HASH_KINDS || ix->table[f->kind].head.n != 0 ||
	    f->n == 0 || !match_layout_of(f, *at, &l))
		return wrong(e, 0, "a table that cannot be");
	if (l.end > end)
		return wrong(e, *at, "a table that is not all there");
	t = &ix->table[f->kind];
	t->head = *f;
	t->l = l;
	t->file = ix->p;
	t->rows = ix->p + l.rows;
	p = ix->p + l.owners;
	t->owners = p;
	p = ix->p + l.counts;
	t->counts = p;
	p = ix->p + l.videos;
	t->videos = p;
	p = ix->p + l.first;
	t->first = p;
	*at = l.end;
	return check_first(t, l.first, e);
}

/* Of a file whose bytes are right. */
static bool
read_all(struct match_index *ix, uint64_t end, struct err *e)
{
	uint64_t at = MATCH_FILE_HEAD;

	if (!read_lists(ix, &at, end, e))
		return false;
	for (uint32_t i = 0; i < ix->head.n_tables; i++)
		if (!read_table(ix, &ix->head.table[i], &at, end, e))
			return false;
	return at == end || wrong(e, at, "more than there should be");
}

void
match_opening_free(struct match_opening *o)
{
	if (o == NULL)
		return;
	match_index_free(o->ix);
	free(o);
}

struct match_opening *
match_opening_new(int fd, enum match_index_memory memory, struct err *e)
{
	OWNED(match_opening) o = calloc(1, sizeof(*o));

	if (o != NULL)
		o->ix = calloc(1, sizeof(*o->ix));
	if (o == NULL || o->ix == NULL) {
		(void)err_sys(e, "index");
		return NULL;
	}
	if (!bring(o->ix, fd, memory, e) || !check_sizes(o, e))
		return NULL;
	return TAKE(o);
}

bool
match_opening_step(struct match_opening *o, uint64_t bytes,
    struct match_index **ret, struct err *e)
{
	uint64_t most = bytes / MATCH_FILE_BLOCK + 1;

	for (; o->at < o->blocks && most > 0; o->at++, most--)
		if (!check_block(o, o->at, e))
			return false;
	if (o->at < o->blocks) {
		*ret = NULL;
		return true;
	}
	if (!read_all(o->ix, MATCH_FILE_HEAD + o->n, e))
		return false;
	*ret = o->ix;
	o->ix = NULL;
	return true;
}

struct match_index *
match_index_open(int fd, enum match_index_memory memory, struct err *e)
{
	OWNED(match_opening) o = match_opening_new(fd, memory, e);
	struct match_index *ix = NULL;

	if (o == NULL || !match_opening_step(o, UINT64_MAX, &ix, e))
		return NULL;
	return ix;
}

bool
match_index_shrink(struct match_index *ix, size_t bytes)
{
	size_t page = 4096, rest;

	if (ix->bytes <= bytes)
		return false;
	rest = (ix->bytes - bytes + page - 1) / page * page;
	if (rest >= ix->bytes)
		return false;
	(void)munmap(ix->p + rest, ix->bytes - rest);
	ix->bytes = rest;
	return true;
}

void
match_index_free(struct match_index *ix)
{
	if (ix == NULL)
		return;
	if (ix->p != NULL)
		(void)munmap(ix->p, ix->bytes);
	free(ix->lists);
	free(ix->base);
	free(ix);
}
