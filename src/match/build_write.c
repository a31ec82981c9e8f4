/* The file of a builder, written step after step. */
#include <stdlib.h>

#include "match/build.h"
#include "match/builder.h"

enum stage {
	STAGE_BEGIN, /* of a kind */
	STAGE_ORDER,
	STAGE_ROWS,
	STAGE_OWNERS,
	STAGE_TABLES,
	STAGES
};

struct build_write {
	struct writer w;
	struct match_file_head head;
	uint32_t *base;
	int kind;
	enum stage stage;
	struct match_layout l; /* of this kind's table */
	struct build_order order;
	uint64_t at; /* rows written */
	struct build_tables tables;
};

void
build_write_done(struct build_write *t)
{
	if (t == NULL)
		return;
	build_order_done(&t->order);
	build_tables_done(&t->tables);
	writer_done(&t->w);
	free(t->base);
	free(t);
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

/* The kind's table: what it is, and where its parts will lie. */
static bool
begin_kind(struct match_builder *b, struct build_write *t, struct err *e)
{
	enum hash_metric metric =
	    hash_kind_facts((enum hash_kind)t->kind)->metric;
	bool by_bits = metric == HASH_BITS || metric == HASH_FRAMES;
	struct build_kind *k = &b->kind[t->kind];
	struct match_file_table *f = &t->head.table[t->head.n_tables++];

	order_videos(k, t->base);
	*f = (struct match_file_table){.kind = (uint32_t)t->kind,
	    .flags = by_bits ? flags_of(b, k) : 0,
	    .n = k->n,
	    .n_videos = k->n_videos};
	return match_layout_of(f, t->w.at + t->w.in_block, &t->l) ||
	       err_set(e, ERR_LIMIT, "the index grows too large");
}

/* Some rows, each with the padding that it has in the file. */
static bool
write_rows(struct build_write *t, const struct build_kind *k, uint64_t slice,
    struct err *e)
{
	const struct match_layout *l = &t->l;
	const uint8_t *rows = k->rows.p;
	uint64_t end = t->at + slice < k->n ? t->at + slice : k->n;
	uint64_t n = end - t->at;
	bool whole = l->row_bytes == l->value_bytes;

	if (t->at == 0 && !writer_pad(&t->w, l->rows, e))
		return false;
	if (whole && !writer_put(&t->w, rows + t->at * l->row_bytes,
			 n * l->row_bytes, e))
		return false;
	for (uint64_t i = t->at; !whole && i < end; i++)
		if (!writer_pad(&t->w, l->rows + i * l->row_bytes, e) ||
		    !writer_put(
			&t->w, rows + i * k->row_bytes, k->row_bytes, e))
			return false;
	t->at = end;
	return true;
}

static bool
write_owners(struct build_write *t, const struct build_kind *k, struct err *e)
{
	const struct match_layout *l = &t->l;

	return writer_pad(&t->w, l->owners, e) &&
	       writer_put(&t->w, k->owners.p, k->n * 4, e) &&
	       writer_pad(&t->w, l->counts, e) &&
	       (k->counts.p == NULL ||
		   writer_put(&t->w, k->counts.p, k->n * 4, e)) &&
	       writer_pad(&t->w, l->videos, e) &&
	       writer_put(&t->w, k->videos.p,
		   k->n_videos * sizeof(struct match_file_video), e) &&
	       writer_pad(&t->w, l->first, e);
}

/* A kind's table is whole; its values are given back. */
static bool
end_kind(struct build_write *t, struct build_kind *k, struct err *e)
{
	if (!writer_pad(&t->w, t->l.end, e))
		return false;
	pages_done(&k->rows);
	pages_done(&k->owners);
	pages_done(&k->counts);
	pages_done(&k->videos);
	build_order_done(&t->order);
	build_tables_done(&t->tables);
	t->at = 0;
	t->kind++;
	return true;
}

/* A step of the stage that the kind is in; *ret_done: its next. */
static bool
stage_step(struct match_builder *b, struct build_write *t, bool *ret_done,
    struct err *e)
{
	struct build_kind *k = &b->kind[t->kind];
	enum hash_metric metric =
	    hash_kind_facts((enum hash_kind)t->kind)->metric;

	*ret_done = true;
	switch (t->stage) {
	case STAGE_BEGIN:
		return begin_kind(b, t, e);
	case STAGE_ORDER:
		return build_order_step(&t->order, k, metric == HASH_EQUAL,
		    t->base, b->slice, ret_done, e);
	case STAGE_ROWS:
		if (!write_rows(t, k, b->slice, e))
			return false;
		*ret_done = t->at == k->n;
		return true;
	case STAGE_OWNERS:
		return write_owners(t, k, e);
	default:
		return t->l.chunks == 0 ||
		       build_tables_step(
			   &t->tables, k, &t->l, &t->w, b->slice, ret_done, e);
	}
}

static bool
kind_step(struct match_builder *b, struct build_write *t, struct err *e)
{
	bool done;

	if (!stage_step(b, t, &done, e))
		return false;
	if (!done || ++t->stage < STAGES)
		return true;
	t->stage = STAGE_BEGIN;
	return end_kind(t, &b->kind[t->kind], e);
}

bool
match_builder_begin(
    struct match_builder *b, int fd, uint64_t generation, struct err *e)
{
	struct build_write *t = calloc(1, sizeof(*t));

	build_write_done(b->write);
	b->write = t;
	if (t == NULL)
		return err_sys(e, "index");
	t->head = (struct match_file_head){.magic = MATCH_FILE_MAGIC,
	    .version = MATCH_FILE_VERSION,
	    .generation = generation,
	    .n_lists = (uint32_t)b->lists.n};
	t->base = calloc(b->lists.n + 1, sizeof(*t->base));
	if (t->base == NULL)
		return err_sys(e, "index");
	return writer_init(&t->w, fd, e) && lay_owners(b, t->base, e) &&
	       write_lists(b, t->base, &t->w, e);
}

bool
match_builder_step(struct match_builder *b, bool *ret_done, struct err *e)
{
	struct build_write *t = b->write;

	while (t->kind < HASH_KINDS && b->kind[t->kind].n == 0)
		t->kind++;
	*ret_done = t->kind == HASH_KINDS;
	return *ret_done ? writer_end(&t->w, &t->head, e) : kind_step(b, t, e);
}

bool
match_builder_write(
    struct match_builder *b, int fd, uint64_t generation, struct err *e)
{
	bool done = false;

	if (!match_builder_begin(b, fd, generation, e))
		return false;
	while (!done)
		if (!match_builder_step(b, &done, e))
			return false;
	return true;
}
