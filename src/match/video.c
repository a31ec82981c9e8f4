#include "match/video.h"

#include <stdlib.h>

#include "match/frames.h"
#include "match/live_inside.h"

#define HITS_MAX ((size_t)1 << 26)

/* The frames asked with: each hash once, and how often it is there. */
struct asked {
	uint8_t *value;
	uint32_t *count;
	size_t n, frames;
};

static void
asked_done(struct asked *a)
{
	free(a->value);
	free(a->count);
}

static bool
asked_init(
    struct asked *ret, const struct vpdq *video, int quality, struct err *e)
{
	struct pdq_hash *v = frames_take(video, quality, &ret->frames, e);

	if (v == NULL)
		return false;
	ret->value = calloc(ret->frames + 1, PDQ_BITS / 8);
	ret->count = calloc(ret->frames + 1, sizeof(*ret->count));
	for (size_t i = 0;
	     ret->value != NULL && ret->count != NULL && i < ret->frames; i++) {
		if (i == 0 || frames_order(v + i - 1, v + i) != 0) {
			pdq_bytes(v + i, ret->value + ret->n * (PDQ_BITS / 8));
			ret->n++;
		}
		ret->count[ret->n - 1]++;
	}
	free(v);
	if (ret->value == NULL || ret->count == NULL)
		return err_sys(e, "frames");
	return true;
}

static int
by_video(const void *a, const void *b)
{
	const struct match_index_hit *x = a, *y = b;

	if (x->list != y->list)
		return x->list < y->list ? -1 : 1;
	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	return (x->query > y->query) - (x->query < y->query);
}

static int
by_place(const void *a, const void *b)
{
	const struct match_index_hit *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

/* How many frames there are of a listed video, by the rule. */
static size_t
frames_of(const struct match_live *l, uint32_t list, uint32_t entry,
    enum vpdq_rule rule)
{
	const struct match_index *ix = l->index;
	size_t n = 0;

	for (size_t i = 0; i < l->changes.n_videos; i++) {
		const struct changed_video *v = &l->changes.videos[i];

		if (v->owner.list == list && v->owner.entry == entry)
			n += rule == VPDQ_BRUTE ? v->frames : v->distinct;
	}
	if (ix == NULL || changes_is_dead(&l->changes, list, entry))
		return n;
	for (uint32_t p = 0; p < ix->head.n_lists; p++) {
		const struct table *t = &ix->table[HASH_VPDQ];
		uint64_t low = 0, high = t->head.n_videos;
		uint64_t owner = (uint64_t)ix->base[p] + entry;

		if (ix->lists[p].number != list || owner >= ix->base[p + 1])
			continue;
		while (low < high) {
			uint64_t mid = low + (high - low) / 2;

			if (t->videos[mid].owner < owner)
				low = mid + 1;
			else
				high = mid;
		}
		if (low < t->head.n_videos && t->videos[low].owner == owner)
			n += rule == VPDQ_BRUTE ? t->videos[low].frames
						: t->videos[low].distinct;
	}
	return n;
}

static size_t
frames_at(const struct match_live *l, uint64_t place, enum vpdq_rule rule)
{
	if (rule == VPDQ_PYTHON)
		return 1;
	if ((place & LIVE_INSERTED) != 0)
		return l->changes.kind[HASH_VPDQ]
		    .counts[place & ~LIVE_INSERTED];
	return l->index->table[HASH_VPDQ].counts[place];
}

static double
percent(size_t part, size_t all)
{
	return all == 0 ? 0 : (double)part * 100 / (double)all;
}

/* Hits of one listed video, by query. */
static struct match_video_hit
weigh(const struct match_live *l, const struct asked *a,
    const struct match_video_rule *rule, struct match_index_hit *v, size_t n)
{
	struct match_video_hit hit = {.list = v->list, .entry = v->entry};
	bool brute = rule->rule == VPDQ_BRUTE;
	size_t of_query = 0, of_target = 0;

	for (size_t i = 0; i < n; i++)
		if (i == 0 || v[i].query != v[i - 1].query)
			of_query += brute ? a->count[v[i].query] : 1;
	qsort(v, n, sizeof(*v), by_place);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || v[i].place != v[i - 1].place)
			of_target += frames_at(l, v[i].place, rule->rule);
	hit.match.query_frames = brute ? a->frames : a->n;
	hit.match.target_frames = frames_of(l, hit.list, hit.entry, rule->rule);
	hit.match.query_percent = percent(of_query, hit.match.query_frames);
	hit.match.target_percent = percent(of_target, hit.match.target_frames);
	return hit;
}

static bool
gather(const struct match_live *l, struct arena *a, const struct asked *asked,
    const struct match_video_rule *rule, struct match_index_hits *hits,
    struct match_video_hit **ret, size_t *ret_n, struct err *e)
{
	struct match_video_hit *v;
	size_t n = 0, videos = 0;

	if (hits->n > 0)
		qsort(hits->v, hits->n, sizeof(*hits->v), by_video);
	for (size_t i = 0; i < hits->n; i++)
		videos += i == 0 || hits->v[i].list != hits->v[i - 1].list ||
			  hits->v[i].entry != hits->v[i - 1].entry;
	v = NEW_N(a, struct match_video_hit, videos + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many videos match");
	for (size_t i = 0, same; i < hits->n; i += same) {
		const struct match_index_hit *h = hits->v + i;

		for (same = 1; i + same < hits->n && h[same].list == h->list &&
			       h[same].entry == h->entry;)
			same++;
		v[n] = weigh(l, asked, rule, hits->v + i, same);
		if (v[n].match.query_percent >= rule->query_percent &&
		    v[n].match.target_percent >= rule->target_percent)
			n++;
	}
	*ret = v;
	*ret_n = n;
	return true;
}

bool
match_live_video(struct match_live *l, struct arena *a,
    const struct vpdq *query, const struct match_video_rule *rule,
    const struct match_index_scope *scope, struct match_video_hit **ret,
    size_t *ret_n, struct err *e)
{
	CLEANUP(match_index_hits_done)
	struct match_index_hits hits = MATCH_INDEX_HITS(HITS_MAX);
	CLEANUP(asked_done) struct asked asked = {0};
	struct live_ask ask = {.kind = HASH_VPDQ,
	    .scope = scope,
	    .less = rule->rule == VPDQ_BRUTE};

	return asked_init(&asked, query, rule->quality, e) &&
	       live_search(l, &ask, asked.value, asked.n, &hits, e) &&
	       gather(l, a, &asked, rule, &hits, ret, ret_n, e);
}
