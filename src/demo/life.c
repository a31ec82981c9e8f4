#include "demo/life.h"

#include "demo/cast.h"
#include "life/absence.h"
#include "life/notice.h"
#include "people/account.h"
#include "sharing/publish.h"
#include "sql_account.h"

bool
demo_viewer_of(
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
bool
demo_absence(const struct deed *by, struct err *e)
{
	struct sql_child_list_rows children;
	enum absence_answer answer;
	struct absence_told t = {.kind = ABSENCE_ABSENT,
	    .from_on = by->today,
	    .until_on = by->today,
	    .reason = S("Rendez-vous chez l’orthodontiste.")};
	struct deed d = *by;
	struct viewer *v;

	if (!demo_viewer_of(by, "anne", &v, e) ||
	    !sql_child_list(d.house->db, d.arena, d.org->id, &children, e))
		return false;
	d.actor = v->account;
	t.child = cast_child(&d, &children, "Noé");
	return absence_tell(&d, v, &t, &answer, e) &&
	       (answer == ABSENCE_DONE ||
		   err_set(e, ERR_CORRUPT, "an absence of today"));
}

static const struct notice_new library = {
    .words = {.title = {[LANG_FR] = S("Sortie à la bibliothèque"),
		  [LANG_EN] = S("A trip to the library")},
	.body = {[LANG_FR] = S(
		     "Mercredi, nous allons à pied à la bibliothèque, et nous "
		     "rentrons pour le goûter.\n\nVotre enfant part avec un "
		     "vêtement de pluie. En signant, vous acceptez qu’il "
		     "quitte le centre avec nous."),
	    [LANG_EN] =
		S("On Wednesday we walk to the library and are back for the "
		  "afternoon snack.\n\nPlease bring rain clothes. By signing "
		  "you agree that your child leaves the centre with us.")}},
    .sign = true,
};

bool
demo_edit_of(const struct deed *d, const struct viewer *v, int64_t notice,
    const struct grant **ret, struct err *e)
{
	return permit_post(d->house, d->arena, v, notice, PERMIT_NOTICE_EDIT,
	    d->now, d->today, ret, e);
}

/* Sami's, to the families of the little ones. */
bool
demo_notice(const struct deed *by, struct err *e)
{
	struct notice_new n = library;
	enum words_hour answer;
	struct deed d = *by;
	struct choices choices;
	const struct grant *g;
	struct viewer *v;
	int64_t id;

	if (!demo_viewer_of(by, "sami", &v, e))
		return false;
	d.actor = v->account;
	n.by_on = d.today + 5;
	if (!notice_create(&d, &n, &id, e) ||
	    !publish_groups(&d, v, id, &choices, e))
		return false;
	for (size_t i = 0; i < choices.group.n; i++)
		choices.group.v[i].chosen = true;
	return demo_edit_of(&d, v, id, &g, e) &&
	       post_set_audience(&d, g, &choices, e) &&
	       demo_edit_of(&d, v, id, &g, e) &&
	       notice_publish(&d, g, d.now, &answer, e) &&
	       (answer == WORDS_DONE ||
		   err_set(e, ERR_CORRUPT, "a notice of today"));
}
