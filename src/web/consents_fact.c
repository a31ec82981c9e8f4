/* consents_fact — what a judge decided about pictures of a child, told to those
 * of the team who work with it: the fact, not the document. */
#include "base/zone.h"
#include "people/child.h"
#include "sql_consent.h"
#include "web/consent.h"
#include "web/member.h"

struct telling {
	struct request *r;
	struct consent_child child;
	struct consent_purposes purposes;
	struct consent_fact_list *to;
};

static str
purpose_name(const struct telling *t, int64_t purpose)
{
	const struct consent_purpose *p =
	    consent_purpose_by_id(&t->purposes, purpose);

	return p == NULL ? S("") : p->name[t->r->view.lang];
}

static void
tell(struct telling *t, const char *sentence, str one, str two,
    int64_t until_on, bool stop)
{
	struct view *v = &t->r->view;
	const str arg[2] = {one, two};
	str text = lang_fill(v->arena, lang_text(v->lang, sentence), arg, 2);

	if (until_on != DB_NULL) {
		const str with[2] = {text, say_date(v, until_on)};

		text = lang_fill(
		    v->arena, lang_text(v->lang, N_("%1 Until %2.")), with, 2);
	}
	t->to->v[t->to->n++] = (struct consent_fact){text, stop};
}

static void
tell_standing(struct telling *t, const struct consent_stands *s, str name)
{
	if (!consent_stands_now(s, t->r->now, t->r->today))
		return;
	if (s->kind == CONSENT_SOLE)
		tell(t, N_("%1 exercises authority alone."), name, S(""),
		    s->until_on, false);
	else if (s->purpose == 0)
		tell(t, N_("A judge gave %1 the decision about pictures."),
		    name, S(""), s->until_on, false);
	else
		tell(t, N_("A judge gave %1 the decision about “%2”."), name,
		    purpose_name(t, s->purpose), s->until_on, false);
}

static bool
is_lifted(const struct consent_child *c, int64_t block)
{
	for (size_t i = 0; i < c->n_event; i++)
		if (c->event[i].lifts == block)
			return true;
	return false;
}

static void
tell_block(struct telling *t, const struct consent_event *v)
{
	if (v->action != CONSENT_BLOCK || is_lifted(&t->child, v->id) ||
	    v->from_on > t->r->today ||
	    (v->until_on != DB_NULL && v->until_on < t->r->today))
		return;
	if (v->purpose == 0)
		tell(t, N_("A court forbids every picture of this child."),
		    S(""), S(""), v->until_on, true);
	else
		tell(t, N_("A court forbids this: “%2”."), S(""),
		    purpose_name(t, v->purpose), v->until_on, true);
}

bool
consent_facts_told(struct request *r, int64_t child,
    struct consent_fact_list *ret, struct err *e)
{
	struct telling t = {.r = r, .to = ret};
	struct sql_consent_standings_rows rows;

	if (!consent_facts(
		r->house, r->arena, r->org, child, r->today, &t.child, e) ||
	    !consent_purposes_load(
		r->house, r->arena, r->org, &t.purposes, e) ||
	    !sql_consent_standings(r->house->db, r->arena, child, &rows, e))
		return false;
	*ret = (struct consent_fact_list){
	    NEW_N(r->arena, struct consent_fact, rows.n + t.child.n_event + 1),
	    0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many decisions");
	for (size_t i = 0; i < rows.n && i < t.child.n_stands; i++)
		tell_standing(&t, &t.child.stands[i],
		    house_text(r->arena, r->org, "guardian.name_enc",
			rows.v[i].name_enc));
	for (size_t i = 0; i < t.child.n_event; i++)
		tell_block(&t, &t.child.event[i]);
	return true;
}
