#include "match/builder.h"

#include <stdlib.h>

#include "match/build.h"
#include "match/frames.h"
#include "match/lists.h"

#define GROW_FIRST ((size_t)64 * 1024)

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
	b->slice = BUILD_SLICE;
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
	build_write_done(b->write);
	lists_done(&b->lists);
	free(b->tmk);
	free(b);
}

void
match_builder_tables(
    struct match_builder *b, uint64_t from, bool wide, uint64_t slice)
{
	b->slice = slice;
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
