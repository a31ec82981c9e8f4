#include "stop/stop.h"

#include <assert.h>
#include <inttypes.h>

#include "list/list.h"
#include "people/deed.h"
#include "sql_glance.h"
#include "sql_job.h"
#include "sql_post.h"
#include "sql_stop.h"
#include "stop/hold.h"
#include "stop/register.h"
#include "stop/why.h"

#define INTAKE_JOB "intake"

/* A stop that is being made. */
struct stopping {
	struct deed d;
	struct sql_stop_medium_facts_row m;
	const struct stop_hit **hit; /* those that count */
	size_t n;
	bool listed; /* one of them is of a list */
	int64_t id;  /* the case */
	bool is_new;
};

static bool
org_of(
    struct house *h, int64_t id, const struct organisation **ret, struct err *e)
{
	/* An organisation that was made after this process began. */
	return house_org(h, id, ret, e) ||
	       (house_reload(h, e) && house_org(h, id, ret, e));
}

/* ---- which hits count ---- */

static bool
is_off(
    const struct deed *d, const struct stop_hit *hit, bool *ret, struct err *e)
{
	struct sql_stop_list_row list;
	bool found, off = false;

	*ret = false;
	if (hit->list == STOP_REGISTER || hit->list == STOP_SHIELD)
		return true;
	if (!sql_stop_list(d->house->db, d->arena, hit->list, &found, &list, e))
		return false;
	if (found && list.enabled != 0 &&
	    !list_entry_is_off(d->house->db, d->arena, hit->list,
		(enum hash_kind)hit->entry.kind, hit->entry.value, &off, e))
		return false;
	*ret = !found || list.enabled == 0 || off;
	return true;
}

static bool
counts(const struct deed *d, int64_t medium, const struct stop_hit *hit,
    bool *ret, struct err *e)
{
	struct sql_stop_hit_judged_row judged;
	bool off, was_judged;

	if (!is_off(d, hit, &off, e) ||
	    !sql_stop_hit_judged(d->house->db, d->arena, medium,
		hit->entry.kind, hit->entry.value, hit->list, &was_judged,
		&judged, e))
		return false;
	*ret = !off && !was_judged;
	return true;
}

/* What is on a list is a matter of that list alone; should it be let go, the
 * register is asked again. */
static void
drop_register(struct stopping *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->hit[i]->list != STOP_REGISTER)
			s->hit[n++] = s->hit[i];
	s->n = n;
}

static bool
sift(struct stopping *s, const struct stop_hits *hits, struct err *e)
{
	s->hit = NEW_N(s->d.arena, const struct stop_hit *, hits->n + 1);
	if (s->hit == NULL)
		return err_set(e, ERR_LIMIT, "too many hits");
	for (size_t i = 0; i < hits->n && s->n < STOP_HITS_MAX; i++) {
		bool yes;

		if (!counts(&s->d, s->m.id, &hits->v[i], &yes, e))
			return false;
		if (!yes)
			continue;
		s->hit[s->n++] = &hits->v[i];
		s->listed |= hits->v[i].list != STOP_REGISTER;
	}
	if (s->listed)
		drop_register(s);
	return true;
}

/* ---- the case ---- */

static bool
add_event(struct stopping *s, const char *deed, struct err *e)
{
	int64_t rows;

	return sql_stop_event_add(s->d.house->db, s->id, s->d.now, DB_NULL,
	    str_c(deed), (str){0}, &rows, e);
}

static bool
begin_case(struct stopping *s, enum stop_stage stage, struct err *e)
{
	struct db *db = s->d.house->db;
	struct sql_stop_create_row made;
	struct sql_stop_open_row open;
	bool found;
	int64_t rows;

	if (!sql_stop_open(db, s->d.arena, s->m.id, &found, &open, e))
		return false;
	s->is_new = !found;
	if (found) {
		s->id = open.id;
		return (!s->listed || (sql_stop_worsen(db, open.id, &rows, e) &&
					  sql_stop_hits_off_register(db,
					      s->d.now, open.id, &rows, e))) &&
		       add_event(s, "more", e);
	}
	if (!sql_stop_create(db, s->d.arena, s->m.organisation, s->m.id,
		s->m.post, s->m.uploader,
		s->listed ? S("list") : S("withdrawn"),
		stage == STOP_INTAKE ? S("intake") : S("rescan"), s->d.now,
		&made, e))
		return false;
	s->id = made.id;
	return add_event(s, "stopped", e);
}

static bool
add_hit(struct stopping *s, const struct stop_hit *h, struct err *e)
{
	struct sql_stop_list_row list = {.name = S(""), .source = S("")};
	bool of_list = h->list > 0, found = false, flooded;
	struct db *db = s->d.house->db;
	int64_t rows;

	if (h->list == STOP_SHIELD)
		list = (struct sql_stop_list_row){.name = S("Arachnid Shield"),
		    .source = S(STOP_SHIELD_SOURCE)};
	if (of_list &&
	    !sql_stop_list(db, s->d.arena, h->list, &found, &list, e))
		return false;
	if (!sql_stop_hit_add(db, s->id, of_list ? h->list : DB_NULL, list.name,
		list.source, h->generation, h->number, why_text(h->entry.id),
		why_text(h->entry.scheme), why_text(h->entry.category),
		h->entry.value, h->entry.kind, h->value, h->hypothesis,
		h->transform, h->frame,
		h->quality == HASHES_NO_QUALITY ? DB_NULL : h->quality,
		h->distance, h->threshold, s->d.now, &rows, e))
		return false;
	return !of_list || rows == 0 ||
	       list_note_hit(db, s->d.arena, h->list, &h->entry, s->m.uploader,
		   s->d.now, &flooded, e);
}

static bool
add_hits(struct stopping *s, struct err *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (!add_hit(s, s->hit[i], e))
			return false;
	return true;
}

/* Why, in words that anybody of the organisation understands, as it was said
 * in that hour. */
static bool
raise_signal(struct stopping *s, struct err *e)
{
	str words =
	    why_signal(s->d.arena, s->d.org->lang, s->listed, s->hit, s->n);
	str sealed;
	int64_t rows;

	return text_seal(s->d.arena, &s->d.org->key, "signal.reason_enc", words,
		   &sealed, e) &&
	       sql_stop_signal_add(s->d.house->db, s->m.organisation,
		   s->listed ? S("known-material") : S("withdrawn-picture"),
		   S("stopping"), s->id, s->d.now, sealed, &rows, e);
}

/* ---- the medium ---- */

static bool
lock(struct stopping *s, struct err *e)
{
	struct db *db = s->d.house->db;
	int64_t rows, gone;

	/* The small grey pictures of a report go: nobody is shown them. */
	return sql_glance_gone_medium(db, s->m.id, &gone, e) &&
	       sql_stop_state(db, s->listed ? S("locked") : S("held"), s->m.id,
		   &rows, e) &&
	       sql_job_done(db, S(INTAKE_JOB), s->m.id, &rows, e) &&
	       sql_post_recount(db, s->m.post, &rows, e) &&
	       (!s->listed ||
		   sql_legal_hold_add(db, s->m.id, s->id, s->d.now, &rows, e));
}

static bool
note(struct stopping *s, struct err *e)
{
	struct deed_about about = {.kind = "stopping", .id = s->id};

	return deed_note(&s->d, AUDIT_MEDIUM_STOPPED, &about, e);
}

static bool
was_locked(const struct stopping *s)
{
	return str_eq(s->m.state, S("locked"));
}

static bool
make_case(struct stopping *s, enum stop_stage stage, struct err *e)
{
	return begin_case(s, stage, e) && add_hits(s, e) &&
	       raise_signal(s, e) && (was_locked(s) || lock(s, e)) &&
	       (!s->listed || was_locked(s) ||
		   hold_batch(&s->d, s->id, s->m.id, s->m.uploader, e)) &&
	       note(s, e);
}

static bool
may_stop(str state)
{
	return str_eq(state, S("queued")) || str_eq(state, S("ready")) ||
	       str_eq(state, S("held")) || str_eq(state, S("locked"));
}

/* In a transaction. */
static bool
stop_in(struct house *h, struct arena *a, int64_t medium,
    const struct stop_hits *hits, enum stop_stage stage, int64_t now,
    bool *ret_stopped, struct err *e)
{
	struct stopping s = {
	    .d = {.house = h, .arena = a, .actor = AUDIT_SERVER, .now = now}};
	bool found;

	*ret_stopped = false;
	if (hits->n == 0)
		return true;
	if (!sql_stop_medium_facts(h->db, a, medium, &found, &s.m, e))
		return false;
	if (!found || !may_stop(s.m.state))
		return true;
	if (!org_of(h, s.m.organisation, &s.d.org, e) || !sift(&s, hits, e))
		return false;
	if (s.n == 0)
		return true;
	s.d.today = day_of(s.d.org->zone, now);
	*ret_stopped = true;
	return make_case(&s, stage, e);
}

bool
stop_medium(struct house *h, struct arena *a, int64_t medium,
    const struct stop_hits *hits, enum stop_stage stage, int64_t now,
    bool *ret_stopped, struct err *e)
{
	bool own = !db_in_transaction(h->db), stopped;

	if (own && !db_begin(h->db, e))
		return false;
	if (!stop_in(h, a, medium, hits, stage, now, &stopped, e) ||
	    (own && !db_commit(h->db, e))) {
		if (own)
			db_rollback(h->db);
		return err_wrap(e, "stop of medium %" PRId64, medium);
	}
	*ret_stopped = stopped;
	return true;
}

/* ---- intake ---- */

static bool
join_hits(struct arena *a, const struct stop_hits *one,
    const struct stop_hits *two, struct stop_hits *ret)
{
	size_t n = one->n + two->n;
	struct stop_hit *v = NEW_N(a, struct stop_hit, n + 1);

	if (v == NULL)
		return false;
	if (one->n > 0)
		memcpy(v, one->v, one->n * sizeof(*v));
	if (two->n > 0)
		memcpy(v + one->n, two->v, two->n * sizeof(*v));
	*ret = (struct stop_hits){v, n};
	return true;
}

static bool
stop_waiting(struct house *h, struct arena *a, int64_t medium,
    const struct hashes *hashes, const struct stop_hits *hits, int64_t now,
    bool *ret_stopped, struct err *e)
{
	struct sql_stop_medium_facts_row m;
	struct stop_hits own, all;
	bool found;

	if (!sql_stop_medium_facts(h->db, a, medium, &found, &m, e))
		return false;
	if (!found || !str_eq(m.state, S("queued")))
		return err_set(e, ERR_NOT_FOUND,
		    "medium %" PRId64 " does not wait", medium);
	if (!register_find(h, a, m.organisation, hashes, now, &own, e))
		return false;
	if (!join_hits(a, hits, &own, &all))
		return err_set(e, ERR_LIMIT, "too many hits");
	return stop_in(h, a, medium, &all, STOP_INTAKE, now, ret_stopped, e);
}

bool
stop_or_pass(struct house *h, struct arena *a, int64_t medium,
    const struct hashes *hashes, const struct stop_hits *hits, int64_t now,
    bool *ret_stopped, struct err *e)
{
	bool own = !db_in_transaction(h->db), stopped;

	if (own && !db_begin(h->db, e))
		return false;
	if (!stop_waiting(h, a, medium, hashes, hits, now, &stopped, e) ||
	    (own && !db_commit(h->db, e))) {
		if (own)
			db_rollback(h->db);
		return err_wrap(e, "stop of medium %" PRId64, medium);
	}
	*ret_stopped = stopped;
	return true;
}
