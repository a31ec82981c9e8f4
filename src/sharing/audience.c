/* The audience of a post: what may be chosen, and keeping what was. */
#include <inttypes.h>

#include "people/child.h"
#include "sharing/looked.h"
#include "sharing/publish.h"
#include "sql_post.h"
#include "sql_post_audience.h"

static bool
load_groups(const struct deed *d, const struct viewer *v, struct choices *c,
    struct err *e)
{
	struct sql_audience_choices_rows rows;

	if (!sql_audience_choices(d->house->db, d->arena, d->today, d->org->id,
		viewer_is_director(v), v->account, &rows, e))
		return false;
	c->group.v = NEW_N(d->arena, struct choice, rows.n);
	if (c->group.v == NULL)
		return err_set(e, ERR_LIMIT, "too many groups");
	c->group.n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		c->group.v[i] = (struct choice){.id = rows.v[i].id,
		    .name = rows.v[i].name,
		    .families = rows.v[i].children};
	return true;
}

/* « Léa M. »: enough to tell two of them apart, no more. */
static str
short_name(struct arena *a, const struct child_name *n)
{
	str rest = n->last;
	size_t first = 1;

	if (rest.n == 0)
		return n->first;
	while (first < rest.n && ((unsigned char)rest.p[first] & 0xc0) == 0x80)
		first++;
	return arena_fmt(a, STR_FMT " " STR_FMT ".", STR_ARG(n->first),
	    STR_ARG(str_sub(rest, 0, first)));
}

static bool
load_children(const struct deed *d, const struct viewer *v, struct choices *c,
    struct err *e)
{
	struct sql_audience_families_rows rows;

	if (!sql_audience_families(d->house->db, d->arena, d->org->id, d->today,
		viewer_is_director(v), v->account, &rows, e))
		return false;
	c->child.v = NEW_N(d->arena, struct choice, rows.n);
	if (c->child.v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	c->child.n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct child_sealed s = {.id = rows.v[i].id,
		    .key_wrapped = rows.v[i].key_wrapped,
		    .first_enc = rows.v[i].first_enc,
		    .last_enc = rows.v[i].last_enc};
		struct child_name n = child_open(d->arena, d->org, &s);

		c->child.v[i] = (struct choice){.id = s.id,
		    .name = short_name(d->arena, &n),
		    .group = rows.v[i].activity_group};
	}
	return true;
}

static void
choose(struct choice_list *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			l->v[i].chosen = true;
}

static bool
mark_chosen(
    const struct deed *d, int64_t post, struct choices *c, struct err *e)
{
	struct sql_audience_by_post_rows rows;

	if (post == 0)
		return true;
	if (!sql_audience_by_post(d->house->db, d->arena, post, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].child == DB_NULL)
			choose(&c->group, rows.v[i].activity_group);
		else
			choose(&c->child, rows.v[i].child);
	return true;
}

bool
publish_groups(const struct deed *d, const struct viewer *v, int64_t post,
    struct choices *ret, struct err *e)
{
	struct choices c = {0};

	if (!viewer_is_staff(v))
		return err_set(e, ERR_NOT_FOUND, "not of the staff");
	if (!load_groups(d, v, &c, e) || !mark_chosen(d, post, &c, e))
		return err_wrap(e, "groups to publish to");
	*ret = c;
	return true;
}

bool
publish_choices(const struct deed *d, const struct viewer *v, int64_t post,
    struct choices *ret, struct err *e)
{
	struct choices c = {0};

	if (!viewer_is_staff(v))
		return err_set(e, ERR_NOT_FOUND, "not of the staff");
	if (!load_groups(d, v, &c, e) || !load_children(d, v, &c, e) ||
	    !mark_chosen(d, post, &c, e))
		return err_wrap(e, "whom to publish to");
	*ret = c;
	return true;
}

static bool
is_choice(const struct choice_list *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			return true;
	return false;
}

struct writing {
	const struct deed *d;
	int64_t post, day;
	struct audience *kept; /* what stands after */
	size_t n;
};

/* A child that is in two groups is listed twice and written once. */
static bool
write_one(struct writing *w, int64_t group, int64_t child, struct err *e)
{
	int64_t rows;

	for (size_t i = 0; i < w->n; i++)
		if (w->kept[i].group == group && w->kept[i].child == child)
			return true;
	w->kept[w->n++] = (struct audience){.group = group, .child = child};
	return sql_audience_add(w->d->house->db, w->post,
	    group == 0 ? DB_NULL : group, child == 0 ? DB_NULL : child, w->day,
	    &rows, e);
}

static bool
write_rest(struct writing *w, const struct post_facts *f,
    const struct choices *c, struct err *e)
{
	for (size_t i = 0; i < f->n_audience; i++) {
		const struct audience *a = &f->audience[i];
		bool ours = a->group != 0 ? is_choice(&c->group, a->group)
					  : is_choice(&c->child, a->child);

		if (!ours && !write_one(w, a->group, a->child, e))
			return false;
	}
	return true;
}

static bool
write_chosen(struct writing *w, const struct choices *c, struct err *e)
{
	for (size_t i = 0; i < c->group.n; i++)
		if (c->group.v[i].chosen &&
		    !write_one(w, c->group.v[i].id, 0, e))
			return false;
	for (size_t i = 0; i < c->child.n; i++)
		if (c->child.v[i].chosen &&
		    !write_one(w, 0, c->child.v[i].id, e))
			return false;
	return true;
}

bool
post_set_audience(const struct deed *d, const struct grant *g,
    const struct choices *c, struct err *e)
{
	const struct post_facts *f = grant_facts(g);
	struct writing w = {.d = d, .post = grant_post(g)};
	struct sql_post_day_row post;
	int64_t rows;

	if (grant_want(g) != PERMIT_EDIT && grant_want(g) != PERMIT_NOTICE_EDIT)
		return err_set(e, ERR_NOT_FOUND, "no leave to change");
	w.kept = NEW_N(
	    d->arena, struct audience, f->n_audience + c->group.n + c->child.n);
	if (w.kept == NULL)
		return err_set(e, ERR_LIMIT, "too many audiences");
	if (!sql_post_day(d->house->db, d->arena, w.post, &post, e))
		return err_wrap(e, "post %" PRId64, w.post);
	w.day = post.day_on;
	if (!sql_audience_clear(d->house->db, w.post, &rows, e) ||
	    !write_rest(&w, f, c, e) || !write_chosen(&w, c, e))
		return err_wrap(e, "audience of post %" PRId64, w.post);
	if (f->state == POST_DRAFT)
		return true;
	return looked_note(
	    d, AUDIT_POST_CHANGED, "post", w.post, g, S("audience"), e);
}
