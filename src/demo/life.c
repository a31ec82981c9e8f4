#include "demo/life.h"

#include "demo/cast.h"
#include "life/absence.h"
#include "people/account.h"
#include "sql_account.h"

static bool
viewer_of(
    const struct deed *d, const char *login, struct viewer **ret, struct err *e)
{
	struct sql_account_by_login_row row;
	bool found;

	if (!sql_account_by_login(d->house->db, d->arena,
		account_login_digest(d->house, d->arena, str_c(login)), &found,
		&row, e))
		return false;
	if (!found)
		return err_set(e, ERR_CORRUPT, "nobody is %s", login);
	return viewer_load(
	    d->house, d->arena, d->org, row.id, d->today, ret, e);
}

/* Noé's mother, this morning. */
static bool
tell_absence(const struct deed *by, struct err *e)
{
	struct sql_child_list_rows children;
	enum absence_answer answer;
	struct absence_told t = {.kind = ABSENCE_ABSENT,
	    .from_on = by->today,
	    .until_on = by->today,
	    .reason = S("Rendez-vous chez l’orthodontiste.")};
	struct deed d = *by;
	struct viewer *v;

	if (!viewer_of(by, "anne", &v, e) ||
	    !sql_child_list(d.house->db, d.arena, d.org->id, &children, e))
		return false;
	d.actor = v->account;
	t.child = cast_child(&d, &children, "Noé");
	return absence_tell(&d, v, &t, &answer, e) &&
	       (answer == ABSENCE_DONE ||
		   err_set(e, ERR_CORRUPT, "an absence of today"));
}

bool
demo_life(const struct deed *d, struct err *e)
{
	return tell_absence(d, e) || err_wrap(e, "life of the centre");
}
