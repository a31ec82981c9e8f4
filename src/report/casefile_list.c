/* casefile_list — which cases there are for somebody, and whom one waits for.
 */
#include "report/casefile_inside.h"

#include <inttypes.h>

#include "sql_filing.h"
#include "sql_glance.h"
#include "sql_report.h"

#define WAITING_MOST 500
#define CHUNK 200

bool
case_heads(struct house *h, struct arena *a, const struct organisation *org,
    int64_t account, int64_t today, int64_t before, struct case_heads *ret,
    struct err *e)
{
	struct case_heads l = {NEW_N(a, struct case_head, CASE_PAGE), 0, 0};
	struct sql_case_list_rows rows;
	struct matter_house mh;
	struct route path;

	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many cases");
	if (!matter_house(h, a, org->id, today, &mh, e))
		return false;
	do {
		if (!sql_case_list(
			h->db, a, org->id, before, account, CHUNK, &rows, e))
			return err_wrap(e, "cases");
		for (size_t i = 0; i < rows.n; i++) {
			before = rows.v[i].id;
			if (!matter_path(h, a, &mh, before, &path, e))
				return false;
			if (!route_has(&path, account))
				continue;
			if (l.n == CASE_PAGE) {
				l.more = before + 1;
				*ret = l;
				return true;
			}
			if (!casefile_head(
				h, a, org->id, before, &l.v[l.n++], e))
				return false;
		}
	} while (rows.n == CHUNK);
	*ret = l;
	return true;
}

static bool
load_aside(struct house *h, struct arena *a, int64_t id, int64_t **ret,
    size_t *ret_n, struct err *e)
{
	struct sql_aside_of_case_rows rows;
	int64_t *v;

	if (!sql_aside_of_case(h->db, a, id, &rows, e))
		return err_wrap(e, "case %" PRId64, id);
	v = NEW_N(a, int64_t, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = rows.v[i].account;
	*ret = v;
	*ret_n = rows.n;
	return true;
}

static bool
is_asked(struct house *h, struct arena *a, int64_t id, const struct route *path,
    int64_t account, bool *ret, struct err *e)
{
	int64_t *aside;
	size_t n;

	*ret = route_has(path, account);
	if (!*ret)
		return true;
	if (!load_aside(h, a, id, &aside, &n, e))
		return false;
	*ret = route_asks(path, aside, n, account);
	return true;
}

bool
case_asked(
    const struct deed *d, int64_t id, struct case_asked *ret, struct err *e)
{
	struct matter_house mh;
	struct case_asked asked;
	struct route path;
	int64_t *aside;
	size_t n;

	if (!matter_house(d->house, d->arena, d->org->id, d->today, &mh, e) ||
	    !matter_path(d->house, d->arena, &mh, id, &path, e) ||
	    !load_aside(d->house, d->arena, id, &aside, &n, e))
		return false;
	asked = (struct case_asked){NEW_N(d->arena, int64_t, path.n + 1), 0};
	if (asked.account == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	for (size_t i = 0; i < path.n; i++)
		if (route_asks(&path, aside, n, path.account[i]))
			asked.account[asked.n++] = path.account[i];
	*ret = asked;
	return true;
}

bool
case_outcomes(struct house *h, struct arena *a, int64_t organisation,
    int64_t account, int64_t today, int64_t since, int64_t *ret, struct err *e)
{
	struct sql_case_worked_rows rows;
	struct matter_house mh;
	struct route path;
	int64_t n = 0;

	*ret = 0;
	if (!sql_case_worked(h->db, a, organisation, since, account, &rows, e))
		return err_wrap(e, "what became of cases");
	if (rows.n == 0)
		return true;
	if (!matter_house(h, a, organisation, today, &mh, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		if (!matter_path(h, a, &mh, rows.v[i].id, &path, e))
			return false;
		n += route_has(&path, account);
	}
	*ret = n;
	return true;
}

/* Appeals, to be answered by somebody else than who decided. */
static bool
appeals_waiting(struct house *h, struct arena *a, int64_t organisation,
    const struct matter_house *mh, int64_t account, int64_t *io_n,
    struct err *e)
{
	struct sql_case_appeals_rows rows;
	struct route path;

	if (!sql_case_appeals(h->db, a, organisation, WAITING_MOST, &rows, e))
		return err_wrap(e, "appeals");
	for (size_t i = 0; i < rows.n; i++) {
		if (rows.v[i].made_by == account)
			continue;
		if (!matter_path(h, a, mh, rows.v[i].case_file, &path, e))
			return false;
		*io_n += route_has(&path, account);
	}
	return true;
}

/* Papers to be sent in cases that wait for nothing else. */
static bool
papers_waiting(struct house *h, struct arena *a, int64_t organisation,
    const struct matter_house *mh, int64_t account, int64_t *io_n,
    struct err *e)
{
	struct sql_filing_waiting_rows rows;
	struct route path;

	if (!sql_filing_waiting(
		h->db, a, organisation, account, WAITING_MOST, &rows, e))
		return err_wrap(e, "papers");
	for (size_t i = 0; i < rows.n; i++) {
		if (!matter_path(h, a, mh, rows.v[i].case_file, &path, e))
			return false;
		*io_n += route_has(&path, account);
	}
	return true;
}

bool
case_waiting(struct house *h, struct arena *a, int64_t organisation,
    int64_t account, int64_t today, bool *ret_handles, int64_t *ret,
    struct err *e)
{
	const struct route_matter nothing = {0};
	struct sql_case_waiting_rows rows;
	struct matter_house mh;
	int64_t n = 0;

	if (!matter_house(h, a, organisation, today, &mh, e) ||
	    !sql_case_waiting(
		h->db, a, organisation, account, WAITING_MOST, &rows, e))
		return err_wrap(e, "cases that wait");
	for (size_t i = 0; i < rows.n; i++) {
		struct route path;
		bool asked;

		if (!matter_path(h, a, &mh, rows.v[i].id, &path, e))
			return false;
		if (!is_asked(h, a, rows.v[i].id, &path, account, &asked, e))
			return false;
		n += asked;
	}
	if (!appeals_waiting(h, a, organisation, &mh, account, &n, e) ||
	    !papers_waiting(h, a, organisation, &mh, account, &n, e))
		return false;
	*ret_handles = route_why(&mh.is, &nothing, account) == ROUTE_MAY;
	*ret = n;
	return true;
}

bool
case_reached(struct house *h, struct arena *a, int64_t organisation,
    int64_t today, bool *ret, struct err *e)
{
	struct route_matter m = {0};
	struct matter_house mh;
	struct route path;
	int64_t *about;

	if (!matter_house(h, a, organisation, today, &mh, e))
		return false;
	about = NEW_N(a, int64_t, mh.is.n_person + 1);
	if (about == NULL)
		return err_set(e, ERR_LIMIT, "too many staff");
	for (size_t i = 0; i < mh.is.n_person; i++)
		if (mh.is.person[i].rank == ROUTE_DIRECTOR)
			about[m.n_about++] = mh.is.person[i].account;
	m.about = about;
	if (!route_of(a, &mh.is, &m, &path, e))
		return false;
	*ret = path.n > 0;
	return true;
}
