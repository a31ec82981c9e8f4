#include "report/matter.h"

#include <inttypes.h>

#include "sql_report.h"

static enum route_rank
rank_of(str role, str standing)
{
	if (str_eq(role, S("director")))
		return ROUTE_DIRECTOR;
	if (str_eq(standing, S("outside")))
		return ROUTE_OUTSIDE;
	return str_eq(role, S("safeguarding")) ? ROUTE_LEAD : ROUTE_TEAM;
}

static bool
take_people(struct arena *a, const struct sql_route_people_rows *rows,
    struct matter_house *io, struct err *e)
{
	struct route_person *v = NEW_N(a, struct route_person, rows->n + 1);
	str *name = NEW_N(a, str, rows->n + 1);

	if (v == NULL || name == NULL)
		return err_set(e, ERR_LIMIT, "too many staff");
	for (size_t i = 0; i < rows->n; i++) {
		const struct sql_route_people_row *r = &rows->v[i];

		name[i] = r->name_enc;
		v[i] =
		    (struct route_person){r->id, rank_of(r->role, r->standing),
			str_eq(r->standing, S("independent")) ||
			    str_eq(r->standing, S("outside")),
			r->handles != 0};
	}
	io->is.person = v;
	io->is.n_person = rows->n;
	io->name_enc = name;
	return true;
}

static bool
load_people(struct house *h, struct arena *a, int64_t organisation,
    struct matter_house *io, struct err *e)
{
	struct sql_route_people_rows rows;

	return sql_route_people(h->db, a, io->today, organisation, &rows, e) &&
	       take_people(a, &rows, io, e);
}

/* The adults of children stand behind them. */
static bool
take_groups(struct arena *a, const struct sql_route_groups_rows *groups,
    const struct route_tie *adult, size_t n_adult, struct matter_house *io,
    struct err *e)
{
	struct route_tie *v =
	    NEW_N(a, struct route_tie, groups->n + n_adult + 1);
	size_t n = 0;

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many groups");
	for (size_t i = 0; i < groups->n; i++)
		v[n++] = (struct route_tie){ROUTE_GROUP, groups->v[i].account,
		    groups->v[i].activity_group};
	for (size_t i = 0; i < n_adult; i++)
		v[n++] = adult[i];
	io->is.tie = v;
	io->is.n_tie = n;
	return true;
}

static bool
load_ties(struct house *h, struct arena *a, int64_t organisation,
    struct matter_house *io, struct err *e)
{
	struct sql_route_groups_rows groups;
	struct sql_route_adults_rows adults;
	struct route_tie *v;

	if (!sql_route_groups(h->db, a, organisation, &groups, e) ||
	    !sql_route_adults(h->db, a, organisation, &adults, e))
		return false;
	v = NEW_N(a, struct route_tie, adults.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many adults");
	for (size_t i = 0; i < adults.n; i++)
		v[i] = (struct route_tie){
		    ROUTE_CHILD, adults.v[i].account, adults.v[i].child};
	return take_groups(a, &groups, v, adults.n, io, e);
}

bool
matter_house(struct house *h, struct arena *a, int64_t organisation,
    int64_t today, struct matter_house *ret, struct err *e)
{
	*ret = (struct matter_house){.today = today};
	return (load_people(h, a, organisation, ret, e) &&
		   load_ties(h, a, organisation, ret, e)) ||
	       err_wrap(e, "who may have part in a report");
}

/* ---- one case ---- */

static bool
load_accounts(struct house *h, struct arena *a, int64_t case_file,
    struct route_matter *io, struct err *e)
{
	struct sql_case_reporters_rows reporters;
	struct sql_case_people_rows people;
	int64_t *about, *barred;

	if (!sql_case_people(h->db, a, case_file, &people, e) ||
	    !sql_case_reporters(h->db, a, case_file, &reporters, e))
		return false;
	about = NEW_N(a, int64_t, people.n + 1);
	barred = NEW_N(a, int64_t, people.n + reporters.n + 1);
	if (about == NULL || barred == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	for (size_t i = 0; i < people.n; i++)
		if (str_eq(people.v[i].part, S("barred")))
			barred[io->n_barred++] = people.v[i].account;
		else
			about[io->n_about++] = people.v[i].account;
	/* A case of several reports: none of them judges it. */
	for (size_t i = 0; i < reporters.n; i++)
		barred[io->n_barred++] = reporters.v[i].reporter;
	io->about = about;
	io->barred = barred;
	return true;
}

bool
matter_of(struct house *h, struct arena *a, int64_t case_file,
    struct route_matter *ret, struct err *e)
{
	struct sql_case_places_rows places;
	struct route_tie *v;

	*ret = (struct route_matter){0};
	if (!load_accounts(h, a, case_file, ret, e) ||
	    !sql_case_places(h->db, a, case_file, &places, e))
		return err_wrap(e, "case %" PRId64, case_file);
	v = NEW_N(a, struct route_tie, places.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many groups");
	for (size_t i = 0; i < places.n; i++)
		v[i] =
		    places.v[i].child == DB_NULL
			? (struct route_tie){ROUTE_GROUP, 0,
			      places.v[i].activity_group}
			: (struct route_tie){ROUTE_CHILD, 0, places.v[i].child};
	ret->place = v;
	ret->n_place = places.n;
	return true;
}

/* Without what those whom it is about changed since.  *ret_any false: they
 * changed nothing. */
static bool
unmeddled_path(struct house *h, struct arena *a, const struct matter_house *mh,
    int64_t case_file, const struct route_matter *m, bool *ret_any,
    struct route *ret, struct err *e)
{
	struct matter_house here = *mh;
	struct sql_route_people_rows people;
	struct sql_route_groups_rows groups;
	struct sql_route_meddled_row row;
	size_t first = 0;

	if (!sql_route_meddled(h->db, a, case_file, ret_any, &row, e))
		return false;
	while (first < mh->is.n_tie && mh->is.tie[first].kind == ROUTE_GROUP)
		first++;
	return !*ret_any || (sql_route_people_unmeddled(
				 h->db, a, mh->today, case_file, &people, e) &&
				sql_route_groups_unmeddled(
				    h->db, a, case_file, &groups, e) &&
				take_people(a, &people, &here, e) &&
				take_groups(a, &groups, mh->is.tie + first,
				    mh->is.n_tie - first, &here, e) &&
				route_of(a, &here.is, m, ret, e));
}

bool
matter_path(struct house *h, struct arena *a, const struct matter_house *mh,
    int64_t case_file, struct route *ret, struct err *e)
{
	struct route_matter m;
	struct route path = {0};
	bool meddled;

	if (!matter_of(h, a, case_file, &m, e) ||
	    !unmeddled_path(h, a, mh, case_file, &m, &meddled, &path, e) ||
	    (path.n == 0 && !route_of(a, &mh->is, &m, &path, e)))
		return err_wrap(e, "path of case %" PRId64, case_file);
	*ret = path;
	return true;
}

bool
matter_bar(const struct deed *d, const struct matter_house *mh,
    int64_t case_file, int64_t reporter, struct err *e)
{
	struct route_matter m;
	int64_t rows;

	if (!matter_of(d->house, d->arena, case_file, &m, e))
		return false;
	m.reporter = reporter;
	for (size_t i = 0; i < mh->is.n_person; i++) {
		int64_t account = mh->is.person[i].account;
		enum route_why why = route_tied(&mh->is, &m, account);

		if ((why == ROUTE_BELOW || why == ROUTE_BESIDE ||
			why == ROUTE_REPORTER) &&
		    !sql_case_person_add(d->house->db, case_file, account,
			S("barred"), d->now, &rows, e))
			return err_wrap(e, "case %" PRId64, case_file);
	}
	return true;
}

bool
matter_bar_team(const struct deed *d, const struct matter_house *mh,
    int64_t case_file, struct err *e)
{
	int64_t rows;

	for (size_t i = 0; i < mh->is.n_person; i++)
		if (mh->is.person[i].rank == ROUTE_TEAM &&
		    !sql_case_person_add(d->house->db, case_file,
			mh->is.person[i].account, S("barred"), d->now, &rows,
			e))
			return err_wrap(e, "case %" PRId64, case_file);
	return true;
}
