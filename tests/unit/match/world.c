#include "world.h"

#include <sys/mman.h>

#include "match/build.h"

#define LISTS 3

uint64_t
world_next(struct world *w)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 7;
	w->seed ^= w->seed << 17;
	return w->seed * 0x2545f4914f6cdd1du;
}

uint32_t
world_below(struct world *w, uint32_t n)
{
	return (uint32_t)((world_next(w) >> 32) * n >> 32);
}

static void
flip(uint8_t *value, uint32_t bit)
{
	value[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void
uniform(struct world *w, uint8_t *ret)
{
	for (uint32_t i = 0; i < w->bytes; i++)
		ret[i] = (uint8_t)(world_next(w) >> 56);
}

/* Rows of low frequencies repeat themselves; as many bits set as not. */
static void
skewed(struct world *w, uint8_t *ret)
{
	uint32_t bits = w->bytes * 8, set = 0;

	for (uint32_t i = 0; i < w->bytes; i += 2) {
		uint16_t chunk = (uint16_t)(0x5a5a << world_below(w, 3));

		chunk =
		    world_below(w, 3) == 0 ? (uint16_t)world_next(w) : chunk;
		memcpy(ret + i, &chunk, 2);
	}
	for (uint32_t i = 0; i < w->bytes; i++)
		set += (uint32_t)__builtin_popcount(ret[i]);
	while (set != bits / 2) {
		uint32_t bit = world_below(w, bits);
		bool is_set = (ret[bit / 8] >> bit % 8 & 1) != 0;

		if (is_set == (set > bits / 2)) {
			flip(ret, bit);
			set = is_set ? set - 1 : set + 1;
		}
	}
}

static void
clustered(struct world *w, uint8_t *ret)
{
	uint64_t seed = w->seed;

	w->seed = 1 + world_below(w, 8);
	uniform(w, ret);
	w->seed = seed;
	(void)world_next(w);
	for (uint32_t n = world_below(w, 40); n > 20; n--)
		flip(ret, world_below(w, w->bytes * 8));
}

void
world_value(struct world *w, enum shape shape, uint8_t *ret)
{
	static void (*const make[SHAPES])(struct world *, uint8_t *) = {
	    uniform, skewed, clustered};

	make[shape](w, ret);
}

/* Exactly d bits differ afterwards: of all chunks in turn, or of the first
 * few. */
static void
move_away(struct world *w, uint8_t *value, uint32_t d)
{
	uint32_t chunks = w->bytes / 2, bits = w->bytes * 8;
	uint8_t old[HASH_VALUE_MAX];
	uint32_t chunk = world_below(w, chunks), way = world_below(w, 3);

	memcpy(old, value, w->bytes);
	for (uint32_t n = 0; n < d;) {
		uint32_t bit = world_below(w, bits);

		if (way == 0) /* spread */
			bit = chunk % chunks * 16 + bit % 16;
		if (way == 1) /* crowded */
			bit = (chunk * 16 + bit % (d + 8)) % bits;
		if (((value[bit / 8] ^ old[bit / 8]) >> bit % 8 & 1) != 0)
			continue;
		flip(value, bit);
		chunk += way == 0;
		n++;
	}
}

static void
make_query(struct world *w, enum shape shape, uint32_t around, uint8_t *ret)
{
	uint32_t how = world_below(w, 8), d = world_below(w, 64);

	if (how == 0 || w->n == 0) {
		world_value(w, shape, ret);
		return;
	}
	memcpy(
	    ret, w->rows + world_below(w, (uint32_t)w->n) * w->bytes, w->bytes);
	if (how > 2)
		d = around + how % 2;
	move_away(w, ret, d < w->bytes * 8 ? d : 0);
}

void
world_init(struct world *w, enum hash_kind kind, enum shape shape, size_t n,
    size_t queries, uint32_t around)
{
	*w = (struct world){.kind = kind,
	    .bytes = hash_kind_facts(kind)->bytes,
	    .n = n,
	    .n_queries = queries,
	    .seed = 0x9e3779b97f4a7c15u + n + (uint64_t)shape};
	w->rows = calloc(n + 1, w->bytes);
	w->list = calloc(n + 1, sizeof(*w->list));
	w->entry = calloc(n + 1, sizeof(*w->entry));
	w->queries = calloc(queries, w->bytes);
	for (size_t i = 0; i < n; i++) {
		world_value(w, shape, w->rows + i * w->bytes);
		w->list[i] = 1 + world_below(w, LISTS);
		w->entry[i] = (uint32_t)i * 3;
	}
	for (size_t i = 0; i < queries; i++)
		make_query(w, shape, around, w->queries + i * w->bytes);
}

void
world_done(struct world *w)
{
	free(w->rows);
	free(w->list);
	free(w->entry);
	free(w->queries);
}

int
world_file(void)
{
	int fd = memfd_create("index", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	return fd;
}

struct match_index *
world_index(const struct world *w, bool tables, bool wide,
    const struct match_index_list *lists, size_t n_lists)
{
	struct err err = {0};
	OWNED(match_builder) b = match_builder_new((uint64_t)1 << 32, &err);
	OWNED_FD fd = world_file();
	struct match_index *ix;

	assert_non_null(b);
	match_builder_tables(b, tables ? 1 : UINT64_MAX, wide, 777);
	for (size_t i = 0; i < n_lists; i++)
		OK(match_builder_list(b, &lists[i], e));
	for (size_t i = 0; i < w->n; i++) {
		const void *p = w->rows + i * w->bytes;

		OK(match_builder_add(b, w->kind, (str){p, w->bytes}, w->list[i],
		    w->entry[i], e));
	}
	OK(match_builder_write(b, fd, 5, e));
	ix = match_index_open(
	    fd, wide ? MATCH_INDEX_MAPPED : MATCH_INDEX_COPIED, &err);
	if (ix == NULL)
		fail_msg("%s: %s", err.where, err.msg);
	return ix;
}

static void
add_hit(struct match_index_hits *h, struct match_index_hit hit)
{
	if (h->n == h->cap) {
		h->cap = h->cap == 0 ? 1024 : 2 * h->cap;
		h->v = reallocarray(h->v, h->cap, sizeof(*h->v));
		assert_non_null(h->v);
	}
	h->v[h->n++] = hit;
}

void
world_look(const struct world *w, const int64_t reach[LISTS],
    struct match_index_hits *ret)
{
	for (size_t q = 0; q < w->n_queries; q++)
		for (size_t i = 0; i < w->n; i++) {
			uint32_t d = hash_value_distance(w->kind,
			    w->queries + q * w->bytes, w->rows + i * w->bytes);

			if ((int64_t)d <= reach[w->list[i] - 1])
				add_hit(ret, (struct match_index_hit){
						 .query = (uint32_t)q,
						 .list = w->list[i],
						 .entry = w->entry[i],
						 .distance = d});
		}
	match_index_hits_sort(ret);
}

void
world_same(const struct match_index_hits *want, struct match_index_hits *got)
{
	match_index_hits_sort(got);
	assert_int_equal(want->n, got->n);
	for (size_t i = 0; i < want->n; i++) {
		const struct match_index_hit *a = &want->v[i], *b = &got->v[i];

		assert_int_equal(a->query, b->query);
		assert_int_equal(a->list, b->list);
		assert_int_equal(a->entry, b->entry);
		assert_int_equal(a->distance, b->distance);
	}
}
