#include "home.h"

#include <stdio.h>

#include "erasure/journal.h"
#include "people/child.h"
#include "people/enrolment.h"
#include "sql_activity_group.h"

static int64_t
make_group(struct home *h, str name)
{
	struct sql_activity_group_insert_row row;

	DONE(&h->p,
	    sql_activity_group_insert(h->p.house.db, h->p.arena, h->p.d.org->id,
		h->p.season, name, h->p.d.now, &row, &h->p.e));
	return row.id;
}

void
home_open(struct home *h)
{
	*h = (struct home){0};
	place_open(&h->p);
	(void)snprintf(h->p.conf.erasures, sizeof(h->p.conf.erasures),
	    "%s/erasures.log", h->p.folder);
	DONE(&h->p, journal_prepare(
			h->p.conf.erasures, &h->p.house.master, NULL, &h->p.e));
	h->group = make_group(h, S("Les Écureuils"));
	h->other = make_group(h, S("Les Hérissons"));
	h->staff = place_account(&h->p, S("staff"), S("director"), S("claire"));
	h->witness =
	    place_account(&h->p, S("staff"), S("animateur"), S("sami"));
	h->p.d.actor = h->staff;
	DONE(&h->p, consent_purposes_load(&h->p.house, h->p.arena, h->p.d.org,
			&h->purposes, &h->p.e));
}

void
home_close(struct home *h)
{
	place_close(&h->p);
}

int64_t
home_child(struct home *h, const char *first, int years, int64_t group)
{
	struct civil c = day_to_civil(h->p.d.today - 40);
	struct child_name n = {str_c(first), S("Martin"),
	    day_from_civil(c.year - years, c.month, c.day)};
	struct enrolment m = {.group = group,
	    .from_on = h->p.d.today - 30,
	    .until_on = h->p.d.today + 200};
	int64_t id, enrolled;

	place_begin(&h->p);
	DONE(&h->p, child_create(&h->p.d, (str){0}, &n, &id, &h->p.e));
	m.child = id;
	if (group != 0)
		DONE(&h->p, enrolment_add(&h->p.d, &m, &enrolled, &h->p.e));
	place_commit(&h->p);
	return id;
}

int64_t
home_guardian(struct home *h, const char *name)
{
	struct person_new n = {.name = str_c(name)};
	int64_t id;

	DID(&h->p, authority_person(&h->p.d, &n, &id, &h->p.e));
	return id;
}

int64_t
home_parent(struct home *h, int64_t guardian, int64_t child)
{
	struct authority t = {.guardian = guardian,
	    .child = child,
	    .kind = AUTHORITY_PARENTAL,
	    .rights = AUTHORITY_ALL,
	    .until_on = DB_NULL};
	int64_t id;

	DID(&h->p, authority_add(&h->p.d, &t, &id, &h->p.e));
	return id;
}

struct consent_word
home_word(struct home *h, int64_t child, int64_t guardian,
    enum consent_reach reach, enum consent_action action)
{
	const struct consent_purpose *p =
	    consent_purpose_for(&h->purposes, reach);
	struct consent_text t;
	struct consent_word w = {.child = child,
	    .guardian = guardian,
	    .purpose = p->id,
	    .media = p->media,
	    .speaker = guardian == 0 ? CONSENT_CHILD : CONSENT_HOLDER,
	    .action = action,
	    .method = guardian == 0 ? CONSENT_PAPER : CONSENT_SECOND_STEP,
	    .from_on = h->p.d.today,
	    .until_on = h->p.d.today + 200,
	    .shown_at = h->p.d.now - 60,
	    .acted_at = h->p.d.now,
	    .witness = guardian == 0 ? h->witness : 0};

	DONE(&h->p, consent_text_make(h->p.arena, h->p.d.org, p, p->media,
			LANG_FR, &t, &h->p.e));
	DID(&h->p, consent_text_keep(&h->p.d, &t, &w.text, &h->p.e));
	return w;
}

bool
home_try(struct home *h, const struct consent_word *w, int64_t *ret_id)
{
	place_begin(&h->p);
	if (!consent_record(&h->p.d, w, ret_id, &h->p.e)) {
		db_rollback(h->p.house.db);
		return false;
	}
	place_commit(&h->p);
	return true;
}

int64_t
home_says(struct home *h, int64_t child, int64_t guardian,
    enum consent_reach reach, enum consent_action action)
{
	struct consent_word w = home_word(h, child, guardian, reach, action);
	int64_t id = 0;

	if (!home_try(h, &w, &id))
		fail_msg("%s", h->p.e.msg);
	return id;
}

bool
home_masked(struct home *h, int64_t child, int64_t group,
    const struct consent_viewer *v)
{
	struct consent_audience a = {
	    .reach = CONSENT_GROUP, .group = &group, .n_group = 1};
	struct consent_look l;
	bool masked;

	DONE(&h->p, consent_look_begin(&h->p.house, h->p.arena, h->p.d.org, v,
			h->p.d.now, h->p.d.today, &l, &h->p.e));
	DONE(&h->p, consent_for_audience(&l, &a, &child, 1, &masked, &h->p.e));
	return masked;
}
