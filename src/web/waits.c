/* waits — what the newest page of a family's journal says beside the albums:
 * the page that is asked for most, so it is kept as HTML (house/opened.h), for
 * one version of the database and no longer than until the clock alone would
 * change it. */
#include "ends/term.h"
#include "html_family.h"
#include "sharing/viewer.h"
#include "store/kept.h"
#include "web/absence.h"
#include "web/family.h"
#include "web/member.h"
#include "web/share.h"
#include "web/telling.h"

#define ENTRY_DAYS 3 /* so long an entry stands on the first page */

/* ---- finding ---- */

/* Of one child alone where one is chosen. */
static void
keep_entries(const struct viewer *v, int64_t child, struct items *io)
{
	size_t n = 0;

	for (size_t i = 0; i < io->n; i++)
		for (size_t k = 0; k < v->n_child; k++)
			if ((child == 0 || v->child[k].id == child) &&
			    asked_for(
				grant_facts(io->v[i].grant), &v->child[k])) {
				io->v[n++] = io->v[i];
				break;
			}
	io->n = n;
}

/* A day that cannot be known is not told: what was found wrong is said where
 * it ends something. */
static int64_t
photos_last(void *ctx, int64_t until_on)
{
	int64_t on;
	struct err e;

	return ends_season_last(ctx, until_on, &on, &e) ? on : DB_NULL;
}

/* That it stood here is written down: the photos wait for it. */
static bool
note_farewells(struct request *r, const struct farewells *l, struct err *e)
{
	struct deed d = share_deed(r);
	bool more;

	if (!farewell_untold(&d, r->viewer->account, l, &more, e))
		return false;
	return !more ||
	       (db_begin(r->house->db, e) &&
		   member_settle(
		       r, farewell_told(&d, r->viewer->account, l, e), e));
}

static bool
find(struct request *r, int64_t child, struct waits *io, struct err *e)
{
	struct deed d = share_deed(r);
	const struct viewer *v = r->viewer;

	if (!farewell_list(r->house, r->arena, r->org, v, r->today, photos_last,
		&d, &io->farewells, e) ||
	    !note_farewells(r, &io->farewells, e) ||
	    !urgent_first(r, &io->urgent, e) ||
	    !outings_wait(r, child, &io->forms, e) ||
	    !asked_waits(&d, v, child, r->view.lang, &io->notices, e) ||
	    !choice_waits(&d, v, child, r->view.lang, &io->polls, e) ||
	    !items_between(&d, v, ITEM_ENTRY, r->today - ENTRY_DAYS, r->today,
		PERMIT_NOTICE, &io->entries, e))
		return false;
	keep_entries(v, child, &io->entries);
	return absence_chips(r, 0, &io->absences) ||
	       err_set(e, ERR_LIMIT, "too many children");
}

/* ---- keeping ---- */

static const char kept_as[] = "waits";

struct about {
	int64_t account, child, today, lang;
};

/* The first moment at which something comes or ends by itself; 0: none.  Days
 * are in the key. */
static int64_t
changes_at(const struct waits *w)
{
	int64_t at = words_sooner(
	    w->notices.later, words_sooner(w->polls.later, w->entries.later));

	for (size_t i = 0; i < w->urgent.n; i++)
		at = words_sooner(at, w->urgent.v[i].until_at);
	return at;
}

static void
keep(struct kept *k, str key, int64_t until, const struct waits_html *w)
{
	const struct kept_value v[3] = {{kept_number, until},
	    {w->urgent.s.p, (int64_t)w->urgent.s.n},
	    {w->rest.s.p, (int64_t)w->rest.s.n}};

	if (!kept_begin(k, kept_as, key) || !kept_add_row(k, v, 3) ||
	    kept_end(k) == NULL)
		kept_give_up(k);
}

static bool
copy(struct request *r, const struct kept_value *v, html *ret)
{
	return arena_str(r->arena, v->p, (size_t)v->n, &ret->s);
}

/* What was written since `from` is taken out of the page again. */
static bool
take_out(struct request *r, size_t from, html *ret)
{
	struct buf *out = r->view.out;
	size_t n = out->n - from;

	out->n = from;
	return arena_str(r->arena, n > 0 ? out->p + from : "", n, &ret->s);
}

static bool
draw(struct request *r, const struct waits *w, struct waits_html *ret)
{
	size_t from = r->view.out->n;

	html_urgent_cards(&r->view, &w->urgent);
	if (!take_out(r, from, &ret->urgent))
		return false;
	html_first_cards(&r->view, w);
	return take_out(r, from, &ret->rest);
}

bool
waits_html(
    struct request *r, int64_t child, struct waits_html *ret, struct err *e)
{
	const struct about about = {
	    r->viewer->account, child, r->today, r->view.lang};
	str key = {(const char *)&about, sizeof(about)};
	struct kept *k = r->org->opened;
	const struct kept_answer *a = NULL;
	struct waits w = {0};

	if (k != NULL)
		a = kept_find(k, kept_as, key);
	if (a != NULL && (a->first->v[0].n == 0 || r->now < a->first->v[0].n))
		return (copy(r, &a->first->v[1], &ret->urgent) &&
			   copy(r, &a->first->v[2], &ret->rest)) ||
		       err_set(e, ERR_LIMIT, "too much waits");
	if (!find(r, child, &w, e))
		return false;
	if (!draw(r, &w, ret) || r->view.out->full)
		return err_set(e, ERR_LIMIT, "too much waits");
	if (k != NULL)
		keep(k, key, changes_at(&w), ret);
	return true;
}
