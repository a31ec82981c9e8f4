/* notices_wait — the notices that wait for a member of a family, on the page
 * that is asked for most: kept for one version of the database. */
#include "sharing/viewer.h"
#include "store/kept.h"
#include "web/family.h"
#include "web/share.h"

static const char kept_as[] = "notices_wait";

struct about {
	int64_t account, child, today, lang;
};

static bool
recall(struct request *r, const struct kept_answer *k, struct asked_waits *ret)
{
	size_t n = 0;

	for (const struct kept_row *w = k->first; w != NULL; w = w->next)
		n++;
	ret->v = NEW_N(r->arena, struct asked_wait, n + 1);
	if (ret->v == NULL)
		return false;
	for (const struct kept_row *w = k->first; w != NULL; w = w->next) {
		struct asked_wait *to = &ret->v[ret->n++];

		*to = (struct asked_wait){.notice = w->v[0].n,
		    .by_on = w->v[1].n,
		    .sign = w->v[2].n != 0,
		    .reminded = w->v[3].n != 0};
		if (!arena_str(
			r->arena, w->v[4].p, (size_t)w->v[4].n, &to->title))
			return false;
	}
	return true;
}

static void
keep(struct kept *k, str key, const struct asked_waits *l)
{
	bool fits = kept_begin(k, kept_as, key);

	for (size_t i = 0; fits && i < l->n; i++) {
		const struct asked_wait *w = &l->v[i];
		const struct kept_value v[5] = {{kept_number, w->notice},
		    {kept_number, w->by_on}, {kept_number, w->sign},
		    {kept_number, w->reminded},
		    {w->title.p, (int64_t)w->title.n}};

		fits = kept_add_row(k, v, 5);
	}
	if (!fits || kept_end(k) == NULL)
		kept_give_up(k);
}

bool
notices_wait(
    struct request *r, int64_t child, struct asked_waits *ret, struct err *e)
{
	const struct about about = {
	    r->viewer->account, child, r->today, r->view.lang};
	str key = {(const char *)&about, sizeof(about)};
	struct kept *k = r->org->opened;
	const struct kept_answer *a = NULL;
	struct deed d = share_deed(r);

	*ret = (struct asked_waits){0};
	if (k != NULL)
		a = kept_find(k, kept_as, key);
	if (a != NULL)
		return recall(r, a, ret) ||
		       err_set(e, ERR_LIMIT, "too many notices");
	if (!asked_waits(&d, r->viewer, child, r->view.lang, ret, e))
		return false;
	if (k != NULL && !ret->later)
		keep(k, key, ret);
	return true;
}
