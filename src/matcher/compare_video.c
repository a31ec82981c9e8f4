/* One video by its .tmk against all that is live. */
#include <stdlib.h>
#include <sys/stat.h>

#include "match/video.h"
#include "matcher/compare.h"

#define ARENA_MAX ((size_t)16 << 20) /* hits of 500,000 listed videos */

static bool
bring(struct compare_video *v, int fd, struct err *e)
{
	struct stat st;
	size_t at = 0;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "video");
	if (st.st_size != TMK_BYTES)
		return err_set(e, ERR_INPUT, "a .tmk of %lld bytes",
		    (long long)st.st_size);
	while (at < TMK_BYTES) {
		ssize_t n = pread(fd, v->file + at, TMK_BYTES - at, (off_t)at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "video");
		if (n == 0)
			return err_set(e, ERR_INPUT, "a .tmk that ends");
		at += (size_t)n;
	}
	return tmk_read((str){(const char *)v->file, TMK_BYTES}, &v->tmk, e);
}

static uint32_t
distance_of(float level2)
{
	uint32_t short_of =
	    level2 >= 1 ? 0 : (uint32_t)((1 - (double)level2) * 1000);

	return short_of > MATCH_DISTANCE_MAX ? MATCH_DISTANCE_MAX : short_of;
}

static int
best_first(const void *a, const void *b)
{
	const struct match_tmk_hit *x = a, *y = b;

	if (x->level2 != y->level2)
		return x->level2 > y->level2 ? -1 : 1;
	if (x->list != y->list)
		return x->list < y->list ? -1 : 1;
	return (x->entry > y->entry) - (x->entry < y->entry);
}

static bool
keep(struct comparer *c, struct match_tmk_hit *v, size_t n, struct err *e)
{
	struct match_hit *p =
	    reallocarray(c->hit, MATCH_ITEM_HITS_MAX, sizeof(*c->hit));

	if (p == NULL)
		return err_sys(e, "hits");
	c->hit = p;
	c->cap_hits = MATCH_ITEM_HITS_MAX;
	if (n > 0)
		qsort(v, n, sizeof(*v), best_first);
	c->n_hits = n < MATCH_ITEM_HITS_MAX ? n : MATCH_ITEM_HITS_MAX;
	for (size_t i = 0; i < c->n_hits; i++)
		c->hit[i] = (struct match_hit){.list = v[i].list,
		    .entry = v[i].entry,
		    .distance = distance_of(v[i].level2),
		    .kind = HASH_TMK,
		    .transform = (uint8_t)v[i].turn};
	return true;
}

bool
compare_video(struct comparer *c, struct match_live *live,
    const struct match_query *q, int fd, struct err *e)
{
	const struct match_index_scope scope = {
	    .list = q->list, .n_lists = q->n_lists};
	OWNED(arena) a = arena_new(ARENA_MAX);
	struct match_tmk_hit *v;
	size_t n;

	c->n_hits = 0;
	if (c->video == NULL)
		c->video = malloc(sizeof(*c->video));
	if (c->video == NULL)
		return err_sys(e, "video");
	return bring(c->video, fd, e) &&
	       match_live_tmk(live, a, &c->video->tmk, &scope, &v, &n, e) &&
	       keep(c, v, n, e);
}
