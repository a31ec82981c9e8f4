#include "match/builder.h"

#include <stdlib.h>

#include "match/build.h"
#include "match/frames.h"
#include "match/lists.h"

#define GROW_FIRST ((size_t)64 * 1024)

struct match_builder {
	struct lists lists;
	struct build_kind kind[HASH_KINDS];
	uint64_t bytes, bytes_max;
	uint64_t tables_from;
	bool wide;
	struct tmk *tmk; /* for checks */
};

struct match_builder *
match_builder_new(uint64_t bytes_max, struct err *e)
{
	struct match_builder *b = calloc(1, sizeof(*b));

	if (b == NULL) {
		(void)err_sys(e, "index");
		return NULL;
	}
	b->bytes_max = bytes_max;
	b->tables_from = MATCH_TABLES_FROM;
	return b;
}

void
match_builder_free(struct match_builder *b)
{
	if (b == NULL)
		return;
	for (size_t k = 0; k < HASH_KINDS; k++) {
		pages_done(&b->kind[k].rows);
		pages_done(&b->kind[k].owners);
		pages_done(&b->kind[k].counts);
		pages_done(&b->kind[k].videos);
	}
	lists_done(&b->lists);
	free(b->tmk);
	free(b);
}

void
match_builder_tables(struct match_builder *b, uint64_t from, bool wide)
{
	b->tables_from = from;
	b->wide = wide;
}

bool
match_builder_list(
    struct match_builder *b, const struct match_index_list *l, struct err *e)
{
	if (lists_find(&b->lists, l->number) != NULL)
		return err_set(e, ERR_CONFLICT, "list %u twice", l->number);
	return lists_put(&b->lists, l, e);
}

/* Room for one more thing of `size` bytes behind n of them. */
static bool
room(struct match_builder *b, struct pages *p, uint64_t n, size_t size,
    struct err *e)
{
	size_t want = (n + 1) * size, bytes = p->bytes;

	if (want <= bytes)
		return true;
	if (bytes < GROW_FIRST)
		bytes = GROW_FIRST;
	while (bytes < want)
		bytes += bytes / 2 / 4096 * 4096;
	if (b->bytes + (bytes - p->bytes) > b->bytes_max)
		return err_set(e, ERR_LIMIT,
		    "the lists are too large for the memory that is set");
	b->bytes += bytes - p->bytes;
	return pages_grow(p, bytes, e);
}

static bool
find_owner(struct match_builder *b, uint32_t list, uint32_t entry,
    struct build_owner *ret, struct err *e)
{
	struct listed *l = lists_find(&b->lists, list);

	if (l == NULL)
		return err_set(e, ERR_INPUT, "no list %u", list);
	if (entry >= MATCH_INDEX_VALUES_MAX)
		return err_set(
		    e, ERR_LIMIT, "entry %u of list %u", entry, list);
	if (entry >= l->owners)
		l->owners = entry + 1;
	*ret = (struct build_owner){(uint32_t)(l - b->lists.v), entry};
	return true;
}

/* One row; counts only where count is not 0. */
static bool
add_row(struct match_builder *b, struct build_kind *k, const void *value,
    struct build_owner owner, uint32_t count, struct err *e)
{
	if (k->n == MATCH_INDEX_VALUES_MAX)
		return err_set(e, ERR_LIMIT, "too many values of one kind");
	if (!room(b, &k->rows, k->n, k->row_bytes, e) ||
	    !room(b, &k->owners, k->n, sizeof(owner), e) ||
	    (count > 0 && !room(b, &k->counts, k->n, sizeof(count), e)))
		return false;
	memcpy((uint8_t *)k->rows.p + k->n * k->row_bytes, value, k->row_bytes);
	((struct build_owner *)k->owners.p)[k->n] = owner;
	if (count > 0)
		((uint32_t *)k->counts.p)[k->n] = count;
	k->n++;
	return true;
}

bool
match_builder_add(struct match_builder *b, enum hash_kind kind, str value,
    uint32_t list, uint32_t entry, struct err *e)
{
	const struct hash_kind_facts *facts = hash_kind_facts(kind);
	struct build_owner owner;

	if (facts == NULL || facts->bytes == 0)
		return err_set(e, ERR_INPUT,
		    "hashes of kind %d are not indexed", (int)kind);
	if (value.n != facts->bytes)
		return err_set(
		    e, ERR_INPUT, "a %s of %zu bytes", facts->name, value.n);
	if (!find_owner(b, list, entry, &owner, e) ||
	    (kind == HASH_TMK && !frames_check_tmk(value, &b->tmk, e)))
		return false;
	b->kind[kind].row_bytes = facts->bytes;
	return add_row(b, &b->kind[kind], value.p, owner, 0, e);
}

static bool
add_frames(struct match_builder *b, const struct pdq_hash *v, size_t n,
    struct build_owner owner, struct err *e)
{
	struct build_kind *k = &b->kind[HASH_VPDQ];
	struct build_video video = {.owner = owner, .frames = (uint32_t)n};
	uint8_t bytes[PDQ_BITS / 8];

	k->row_bytes = sizeof(bytes);
	for (size_t i = 0, same; i < n; i += same) {
		for (same = 1;
		     i + same < n && frames_order(v + i, v + i + same) == 0;)
			same++;
		pdq_bytes(v + i, bytes);
		if (!add_row(b, k, bytes, owner, (uint32_t)same, e))
			return false;
		video.distinct++;
	}
	if (n == 0)
		return true;
	if (!room(b, &k->videos, k->n_videos, sizeof(video), e))
		return false;
	((struct build_video *)k->videos.p)[k->n_videos++] = video;
	return true;
}

bool
match_builder_video(struct match_builder *b, const struct vpdq *video,
    int quality, uint32_t list, uint32_t entry, struct err *e)
{
	struct build_owner owner;
	struct pdq_hash *v;
	size_t n;
	bool done;

	if (!find_owner(b, list, entry, &owner, e))
		return false;
	v = frames_take(video, quality, &n, e);
	done = v != NULL && add_frames(b, v, n, owner, e);
	free(v);
	return done;
}

/* Where each list's owners begin. */
static bool
lay_owners(const struct match_builder *b, uint32_t *ret, struct err *e)
{
	uint64_t at = 0;

	for (size_t i = 0; i < b->lists.n; i++) {
		ret[i] = (uint32_t)at;
		at += b->lists.v[i].owners;
		if (at > MATCH_INDEX_VALUES_MAX)
			return err_set(e, ERR_LIMIT,
			    "the lists have too many entries together");
	}
	return true;
}

static bool
write_lists(const struct match_builder *b, const uint32_t *base,
    struct writer *w, struct err *e)
{
	for (size_t i = 0; i < b->lists.n; i++) {
		const struct match_index_list *l = &b->lists.v[i].list;
		struct match_file_list f = {.number = l->number,
		    .enabled = l->enabled,
		    .base = base[i],
		    .owners = b->lists.v[i].owners,
		    .level1 = l->level1,
		    .level2 = l->level2};

		memcpy(f.distance, l->distance, sizeof(f.distance));
		memcpy(f.provenance, l->provenance, strlen(l->provenance));
		if (!writer_put(w, &f, sizeof(f), e))
			return false;
	}
	return true;
}

static int
by_owner(const void *a, const void *b)
{
	uint32_t x = ((const struct match_file_video *)a)->owner,
		 y = ((const struct match_file_video *)b)->owner;

	return (x > y) - (x < y);
}

/* By owner; what was added to an entry in parts is one video. */
static void
order_videos(struct build_kind *k, const uint32_t *base)
{
	struct build_video *from = k->videos.p;
	struct match_file_video *to = k->videos.p;
	uint64_t n = 0;

	for (uint64_t i = 0; i < k->n_videos; i++) {
		struct build_video v = from[i];

		to[i] = (struct match_file_video){
		    .owner = base[v.owner.list] + v.owner.entry,
		    .frames = v.frames,
		    .distinct = v.distinct};
	}
	if (k->n_videos > 0)
		qsort(to, k->n_videos, sizeof(*to), by_owner);
	for (uint64_t i = 0; i < k->n_videos; i++) {
		if (n > 0 && to[n - 1].owner == to[i].owner) {
			to[n - 1].frames += to[i].frames;
			to[n - 1].distinct += to[i].distinct;
		} else {
			to[n++] = to[i];
		}
	}
	k->n_videos = n;
}

static bool
write_rows(const struct build_kind *k, const struct match_layout *l,
    struct writer *w, struct err *e)
{
	const uint8_t *rows = k->rows.p;

	if (l->row_bytes == l->value_bytes)
		return writer_put(w, rows, k->n * l->row_bytes, e);
	for (uint64_t i = 0; i < k->n; i++)
		if (!writer_pad(w, l->rows + i * l->row_bytes, e) ||
		    !writer_put(w, rows + i * k->row_bytes, k->row_bytes, e))
			return false;
	return true;
}

static bool
write_kind(struct build_kind *k, const struct match_layout *l, struct writer *w,
    struct err *e)
{
	if (!writer_pad(w, l->rows, e) || !write_rows(k, l, w, e) ||
	    !writer_pad(w, l->owners, e) ||
	    !writer_put(w, k->owners.p, k->n * 4, e) ||
	    !writer_pad(w, l->counts, e) ||
	    (k->counts.p != NULL && !writer_put(w, k->counts.p, k->n * 4, e)) ||
	    !writer_pad(w, l->videos, e) ||
	    !writer_put(w, k->videos.p,
		k->n_videos * sizeof(struct match_file_video), e) ||
	    !writer_pad(w, l->first, e))
		return false;
	if (l->chunks > 0 && !build_tables(k, l, w, e))
		return false;
	return writer_pad(w, l->end, e);
}

static uint32_t
flags_of(const struct match_builder *b, const struct build_kind *k)
{
	const uint8_t *p = k->rows.p;
	uint64_t odd = 0, word;
	uint32_t wide = k->n > MATCH_NARROW_MAX || b->wide;

	for (size_t i = 0; i < k->n * k->row_bytes; i += k->row_bytes) {
		uint64_t all = 0; /* its parity is the row's */

		for (size_t j = 0; j < k->row_bytes; j += sizeof(word)) {
			memcpy(&word, p + i + j, sizeof(word));
			all ^= word;
		}
		odd |= (uint64_t)__builtin_parityll(all);
	}
	return (k->n >= b->tables_from ? MATCH_TABLE_POSTED : 0) |
	       (odd == 0 ? MATCH_TABLE_EVEN : 0) |
	       (wide != 0 ? MATCH_TABLE_WIDE : 0);
}

/* One kind's table; its values are given back. */
static bool
write_table(struct match_builder *b, enum hash_kind kind, const uint32_t *base,
    struct writer *w, struct match_file_head *head, struct err *e)
{
	enum hash_metric metric = hash_kind_facts(kind)->metric;
	bool by_bits = metric == HASH_BITS || metric == HASH_FRAMES;
	struct build_kind *k = &b->kind[kind];
	struct match_file_table *t = &head->table[head->n_tables++];
	struct match_layout l;

	order_videos(k, base);
	*t = (struct match_file_table){.kind = (uint32_t)kind,
	    .flags = by_bits ? flags_of(b, k) : 0,
	    .n = k->n,
	    .n_videos = k->n_videos};
	if (!match_layout_of(t, w->at + w->in_block, &l))
		return err_set(e, ERR_LIMIT, "the index grows too large");
	if (!build_order(k, metric == HASH_EQUAL, base, e) ||
	    !write_kind(k, &l, w, e))
		return false;
	pages_done(&k->rows);
	pages_done(&k->owners);
	pages_done(&k->counts);
	pages_done(&k->videos);
	return true;
}

static bool
write_file(struct match_builder *b, uint32_t *base, struct writer *w,
    struct match_file_head *head, struct err *e)
{
	if (!lay_owners(b, base, e) || !write_lists(b, base, w, e))
		return false;
	for (int k = 0; k < HASH_KINDS; k++)
		if (b->kind[k].n > 0 &&
		    !write_table(b, (enum hash_kind)k, base, w, head, e))
			return false;
	return writer_end(w, head, e);
}

bool
match_builder_write(
    struct match_builder *b, int fd, uint64_t generation, struct err *e)
{
	CLEANUP(writer_done) struct writer w = {0};
	struct match_file_head head = {.magic = MATCH_FILE_MAGIC,
	    .version = MATCH_FILE_VERSION,
	    .generation = generation,
	    .n_lists = (uint32_t)b->lists.n};
	uint32_t *base = calloc(b->lists.n + 1, sizeof(*base));
	bool done;

	if (base == NULL)
		return err_sys(e, "index");
	done = writer_init(&w, fd, e) && write_file(b, base, &w, &head, e);
	free(base);
	return done;
}
