/* The decision alone: no database, no clock, no key. */
#include "sharing/permit.h"
#include "store/db.h"

static bool
has(const int64_t *v, size_t n, int64_t x)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

static bool
is_barred(const struct viewer *v, const struct post_facts *f)
{
	for (size_t i = 0; i < f->n_audience; i++) {
		const struct audience *a = &f->audience[i];

		if (a->group != 0
			? has(v->barred_group, v->n_barred_group, a->group)
			: has(v->barred_child, v->n_barred_child, a->child))
			return true;
	}
	return false;
}

static bool
medium_fits(enum medium_state m, enum permit_want want)
{
	if (m == MEDIUM_NONE)
		return true;
	if (m == MEDIUM_READY)
		return true;
	return (want == PERMIT_EDIT || want == PERMIT_PAPER_EDIT) &&
	       (m == MEDIUM_RECEIVING || m == MEDIUM_QUEUED ||
		   m == MEDIUM_REFUSED);
}

/* What was reported stays as it was, to be looked at. */
static bool
changes(enum permit_want want)
{
	return want == PERMIT_EDIT || want == PERMIT_NOTICE_EDIT ||
	       want == PERMIT_PAPER_EDIT || want == PERMIT_ORIGINAL;
}

/* Of a child that is enrolled in some group today: a family that has left sees
 * what named it no more than the rest. */
static int64_t
child_rights(const struct viewer *v, int64_t child)
{
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == child && v->child[i].n_group > 0)
			return v->child[i].rights;
	return 0;
}

/* The rights that the audiences give a family, all together. */
static int64_t
family_rights(const struct viewer *v, const struct post_facts *f)
{
	int64_t rights = 0;

	for (size_t i = 0; i < f->n_audience; i++) {
		const struct audience *a = &f->audience[i];
		int64_t r = a->group != 0 ? viewer_group_rights(v, a->group)
					  : child_rights(v, a->child);

		/* What may not be seen may not be downloaded either. */
		if (r > 0 && (r & RIGHT_SEE) != 0)
			rights |= r;
	}
	return rights;
}

static bool
family_may(const struct viewer *v, const struct post_facts *f, int64_t now,
    enum permit_want want)
{
	int64_t need =
	    want == PERMIT_DOWNLOAD ? RIGHT_SEE | RIGHT_DOWNLOAD : RIGHT_SEE;

	enum post_state state =
	    want == PERMIT_NOTICE_GONE ? POST_WITHDRAWN : POST_PUBLISHED;

	if (want != PERMIT_SEE && want != PERMIT_DOWNLOAD &&
	    want != PERMIT_NOTICE && want != PERMIT_NOTICE_GONE)
		return false;
	if (f->state != state || f->publish_at == DB_NULL ||
	    f->publish_at > now)
		return false;
	return (family_rights(v, f) & need) == need;
}

static bool
works_near(const struct viewer *v, const struct post_facts *f)
{
	for (size_t i = 0; i < f->n_audience; i++) {
		const struct audience *a = &f->audience[i];

		if (a->group != 0 ? viewer_group_rights(v, a->group) >= 0
				  : a->near)
			return true;
	}
	return false;
}

static bool
staff_may(const struct viewer *v, const struct post_facts *f)
{
	if (v->role == STAFF_DIRECTOR)
		return true;
	if (f->state == POST_DRAFT && f->author == v->account)
		return true;
	return (f->state != POST_DRAFT || f->second) && works_near(v, f);
}

static bool
is_signer(const struct viewer *v, const struct post_facts *f)
{
	if (f->signer == 0 || f->signer != v->account)
		return false;
	for (size_t i = 0; i < v->n_child; i++)
		for (size_t k = 0; k < f->n_audience; k++)
			if (v->child[i].id == f->audience[k].child)
				return true;
	return false;
}

static bool
paper_may(
    const struct viewer *v, const struct post_facts *f, enum permit_want want)
{
	if (viewer_is_director(v))
		return true;
	if (want != PERMIT_PAPER)
		return false;
	if (viewer_is_staff(v))
		return f->witness != 0 && f->witness == v->account;
	return is_signer(v, f);
}

/* A draft of it is still being taken in, and nobody's. */
static bool
brought_may(const struct viewer *v, const struct post_facts *f, int64_t now,
    enum permit_want want)
{
	if (!viewer_is_family(v) || f->n_audience != 1 ||
	    f->state != POST_PUBLISHED || f->publish_at > now)
		return false;
	if (want != PERMIT_SEE && want != PERMIT_DOWNLOAD &&
	    want != PERMIT_EDIT)
		return false;
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == f->audience[0].child)
			return v->child[i].holder && v->child[i].n_group > 0 &&
			       f->kind != MEDIUM_STILL;
	return false;
}

/* Neither what is decided about somebody's posts nor an order takes a safe away
 * from its family. */
static bool
safe_may(
    const struct viewer *v, const struct post_facts *f, enum permit_want want)
{
	bool own = viewer_is_family(v) && f->owner == v->account;

	if (f->kind != MEDIUM_PHOTO)
		return false;
	if (want == PERMIT_SAFE)
		return own || (f->shown && viewer_is_staff(v) && !v->apart);
	return own && (want == PERMIT_SAFE_EDIT || want == PERMIT_ORIGINAL);
}

/* What is asked about photos never gets a paper or a notice, nor the other way
 * round; and nobody signs a video. */
static bool
is_about(const struct post_facts *f, enum permit_want want)
{
	bool paper = want == PERMIT_PAPER || want == PERMIT_PAPER_EDIT;

	bool notice = want == PERMIT_NOTICE || want == PERMIT_NOTICE_EDIT ||
		      want == PERMIT_NOTICE_GONE;

	return f->paper == paper && f->notice == notice &&
	       (!paper || f->kind == MEDIUM_PHOTO || want == PERMIT_PAPER_EDIT);
}

bool
permit_decide(const struct viewer *v, const struct post_facts *f, int64_t now,
    enum permit_want want)
{
	if (v->state != VIEWER_ACTIVE || f->state == POST_NONE ||
	    f->organisation != v->organisation)
		return false;
	if (f->safe)
		return medium_fits(f->medium, want) && safe_may(v, f, want);
	if (want == PERMIT_SAFE || want == PERMIT_SAFE_EDIT)
		return false;
	if (is_barred(v, f) || !medium_fits(f->medium, want) ||
	    !is_about(f, want) || (f->reported && changes(want)) ||
	    (v->silenced && changes(want)))
		return false;
	if (v->apart && v->kind == VIEWER_STAFF)
		return false;
	if (f->paper)
		return paper_may(v, f, want);
	if (f->brought)
		return brought_may(v, f, now, want);
	if (v->kind == VIEWER_STAFF)
		return want != PERMIT_NOTICE_GONE && staff_may(v, f);
	return f->kind != MEDIUM_STILL && viewer_is_family(v) &&
	       family_may(v, f, now, want);
}

bool
permit_tell(const struct viewer *v, int64_t child)
{
	if (v->state != VIEWER_ACTIVE || !viewer_is_family(v))
		return false;
	if (has(v->barred_child, v->n_barred_child, child))
		return false;
	for (size_t i = 0; i < v->n_child; i++) {
		const struct viewer_child *c = &v->child[i];

		if (c->id == child)
			return c->n_group > 0 &&
			       (c->holder || (c->rights & RIGHT_TELL) != 0);
	}
	return false;
}

bool
permit_day(const struct viewer *v, int64_t group)
{
	if (v->state != VIEWER_ACTIVE || !viewer_is_staff(v))
		return false;
	if (has(v->barred_group, v->n_barred_group, group))
		return false;
	return viewer_is_director(v) || viewer_group_rights(v, group) >= 0;
}

bool
permit_urgent(const struct viewer *v, int64_t group)
{
	int64_t rights = viewer_group_rights(v, group);

	return v->state == VIEWER_ACTIVE && viewer_is_family(v) &&
	       !has(v->barred_group, v->n_barred_group, group) && rights >= 0 &&
	       (rights & RIGHT_SEE) != 0;
}
