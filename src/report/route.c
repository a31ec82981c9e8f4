#include "report/route.h"

static const struct route_person *
find(const struct route_house *h, int64_t account)
{
	for (size_t i = 0; i < h->n_person; i++)
		if (h->person[i].account == account)
			return &h->person[i];
	return NULL;
}

static bool
among(const int64_t *v, size_t n, int64_t account)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == account)
			return true;
	return false;
}

static bool
is_independent(const struct route_person *p)
{
	return p->independent || p->rank == ROUTE_OUTSIDE;
}

static bool
is_below(const struct route_person *p, const struct route_person *other)
{
	return p->rank < other->rank && other->rank != ROUTE_OUTSIDE &&
	       !is_independent(p);
}

/* Two of the team are beside each other by what they work with only.  The
 * second lead, who is independent, is not beside one who is not. */
static bool
is_of_its_rank(const struct route_person *p, const struct route_person *other)
{
	if (p->rank != other->rank || p->rank < ROUTE_LEAD)
		return false;
	return p->rank == ROUTE_OUTSIDE || !is_independent(p) ||
	       is_independent(other);
}

static bool
has_tie(
    const struct route_house *h, int64_t account, const struct route_tie *place)
{
	for (size_t i = 0; i < h->n_tie; i++)
		if (h->tie[i].account == account &&
		    h->tie[i].kind == place->kind && h->tie[i].id == place->id)
			return true;
	return false;
}

static bool
share_a_tie(const struct route_house *h, int64_t account, int64_t other)
{
	for (size_t i = 0; i < h->n_tie; i++)
		if (h->tie[i].account == other &&
		    has_tie(h, account, &h->tie[i]))
			return true;
	return false;
}

static bool
is_in_place(const struct route_house *h, const struct route_matter *m,
    const struct route_person *p)
{
	for (size_t i = 0; i < m->n_place; i++)
		if (has_tie(h, p->account, &m->place[i]))
			return true;
	return false;
}

static enum route_why
why_of_one(
    const struct route_house *h, const struct route_person *p, int64_t account)
{
	const struct route_person *other = find(h, account);

	if (other != NULL && is_below(p, other))
		return ROUTE_BELOW;
	if ((other != NULL && is_of_its_rank(p, other)) ||
	    share_a_tie(h, p->account, account))
		return ROUTE_BESIDE;
	return ROUTE_MAY;
}

enum route_why
route_tied(
    const struct route_house *h, const struct route_matter *m, int64_t account)
{
	const struct route_person *p = find(h, account);
	enum route_why why = ROUTE_MAY;

	if (account == m->reporter)
		return ROUTE_REPORTER;
	if (among(m->about, m->n_about, account))
		return ROUTE_ABOUT;
	if (among(m->barred, m->n_barred, account))
		return ROUTE_BARRED;
	if (p == NULL)
		return ROUTE_NO_HANDLER;
	for (size_t i = 0; i < m->n_about && why == ROUTE_MAY; i++)
		why = why_of_one(h, p, m->about[i]);
	if (why == ROUTE_MAY && is_in_place(h, m, p))
		why = ROUTE_BESIDE;
	return why;
}

enum route_why
route_why(
    const struct route_house *h, const struct route_matter *m, int64_t account)
{
	const struct route_person *p = find(h, account);

	if (p == NULL || !p->handles || p->rank == ROUTE_FAMILY)
		return ROUTE_NO_HANDLER;
	return route_tied(h, m, account);
}

/* ---- the path ---- */

static void
add_rank(const struct route_house *h, const struct route_matter *m,
    enum route_rank rank, struct route *io)
{
	for (size_t i = 0; i < h->n_person; i++)
		if (h->person[i].rank == rank &&
		    route_why(h, m, h->person[i].account) == ROUTE_MAY)
			io->account[io->n++] = h->person[i].account;
}

bool
route_of(struct arena *a, const struct route_house *h,
    const struct route_matter *m, struct route *ret, struct err *e)
{
	struct route r = {NEW_N(a, int64_t, h->n_person + 1), 0};

	if (r.account == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	add_rank(h, m, ROUTE_LEAD, &r);
	add_rank(h, m, ROUTE_TEAM, &r);
	if (r.n < ROUTE_ENOUGH)
		add_rank(h, m, ROUTE_DIRECTOR, &r);
	if (r.n < ROUTE_ENOUGH)
		add_rank(h, m, ROUTE_OUTSIDE, &r);
	*ret = r;
	return true;
}

bool
route_has(const struct route *r, int64_t account)
{
	return among(r->account, r->n, account);
}

bool
route_asks(
    const struct route *r, const int64_t *aside, size_t n, int64_t account)
{
	bool left = false;

	for (size_t i = 0; i < r->n; i++)
		left |= !among(aside, n, r->account[i]);
	return route_has(r, account) && (!left || !among(aside, n, account));
}
