#include "faces/consent.h"

#include <inttypes.h>

#include "consent/board.h"
#include "sql_post_audience.h"

static const enum face_leave leave_of[CONSENT_WHYS] = {
    [CONSENT_YES] = FACE_GIVEN,
    [CONSENT_ERASED] = FACE_REFUSED,
    [CONSENT_COURT_BLOCK] = FACE_REFUSED,
    [CONSENT_CHILD_NO] = FACE_REFUSED,
    [CONSENT_HOLDER_NO] = FACE_REFUSED,
    [CONSENT_NO_HOLDER] = FACE_WAITING,
    [CONSENT_MISSING] = FACE_WAITING,
    [CONSENT_EXPIRED] = FACE_WAITING,
    [CONSENT_RENEW] = FACE_WAITING,
    [CONSENT_UNKNOWN] = FACE_WAITING,
    [CONSENT_BIRTH_UNKNOWN] = FACE_WAITING,
    [CONSENT_CHILD_MISSING] = FACE_WAITING,
    [CONSENT_LEFT] = FACE_LEFT,
};

static bool
audience_of(const struct deed *d, int64_t post, int64_t only,
    struct consent_audience *ret, struct err *e)
{
	struct sql_audience_ids_rows rows = {0};
	int64_t *group, *family;

	if (post != 0 &&
	    !sql_audience_ids(d->house->db, d->arena, post, &rows, e))
		return false;
	group = NEW_N(d->arena, int64_t, rows.n + 1);
	family = NEW_N(d->arena, int64_t, rows.n + 1);
	if (group == NULL || family == NULL)
		return err_set(e, ERR_LIMIT, "too many audiences");
	*ret = (struct consent_audience){
	    .reach = CONSENT_GROUP, .group = group, .family = family};
	if (post == 0)
		group[ret->n_group++] = only;
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].activity_group != DB_NULL)
			group[ret->n_group++] = rows.v[i].activity_group;
		else
			family[ret->n_family++] = rows.v[i].child;
	return true;
}

static bool
by_board(const struct deed *d, int64_t post, int64_t group, unsigned medium,
    const int64_t *child, size_t n, enum face_leave *ret, struct err *e)
{
	enum consent_why *why = NEW_N(d->arena, enum consent_why, n + 1);
	struct consent_audience to;
	struct consent_look look;

	if (why == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	if (!audience_of(d, post, group, &to, e))
		return err_wrap(e, "audience of post %" PRId64, post);
	to.medium = medium;
	for (size_t i = 0; i < n; i++)
		ret[i] = FACE_UNKNOWN;
	if (to.n_group + to.n_family == 0)
		return true;
	if (!consent_look_begin(
		d->house, d->arena, d->org, NULL, d->now, d->today, &look, e) ||
	    !consent_why_for_audience(&look, &to, child, n, why, e))
		return false;
	for (size_t i = 0; i < n; i++)
		ret[i] = leave_of[why[i]];
	return true;
}

face_leave_of *faces_leave = by_board;
