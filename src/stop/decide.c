#include "stop/decide.h"

#include <inttypes.h>

#include "erasure/erasure.h"
#include "list/list.h"
#include "sql_job.h"
#include "sql_post.h"
#include "sql_stop.h"
#include "sql_stop_look.h"
#include "stop/hold.h"
#include "stop/stop.h"

#define INTAKE_JOB "intake"

/* A case that somebody who may is deciding. */
struct deciding {
	const struct deed *d;
	struct sql_stop_by_id_row s;
	str note;
};

static bool
begin(struct deciding *q, const struct deed *d, int64_t stopping, str note,
    struct err *e)
{
	struct circle circle;

	*q = (struct deciding){.d = d, .note = note};
	if (!circle_of(
		d->house, d->arena, d->org, stopping, d->today, &circle, e))
		return false;
	if (!circle_has(&circle, d->actor))
		return err_set(e, ERR_NOT_FOUND, "not in the circle");
	return sql_stop_by_id(
		   d->house->db, d->arena, stopping, d->org->id, &q->s, e) ||
	       err_wrap(e, "stop %" PRId64, stopping);
}

static bool
is_open(const struct deciding *q, const char *cause, struct err *e)
{
	if (q->s.outcome.p == NULL && str_eq(q->s.cause, str_c(cause)))
		return true;
	return err_set(
	    e, ERR_CONFLICT, "stop %" PRId64 " is not open for that", q->s.id);
}

/* In the case and in the audit. */
static bool
record(const struct deciding *q, int64_t stopping, const char *deed,
    enum audit_action action, struct err *e)
{
	struct deed_about about = {.kind = "stopping", .id = stopping};
	const struct deed *d = q->d;
	str sealed;
	int64_t rows;

	return deed_seal(d, "stop_event.note_enc", q->note, &sealed, e) &&
	       sql_stop_event_add(d->house->db, stopping, d->now,
		   deed_author(d), str_c(deed), sealed, &rows, e) &&
	       deed_note(d, action, &about, e);
}

static bool
close_case(const struct deciding *q, int64_t stopping, const char *outcome,
    struct err *e)
{
	int64_t rows, gone;

	return sql_stop_decide(q->d->house->db, str_c(outcome), q->d->actor,
		   q->d->now, stopping, &rows, e) &&
	       sql_stop_aside_gone(q->d->house->db, stopping, &gone, e) &&
	       (rows == 1 || err_set(e, ERR_CONFLICT,
				 "stop %" PRId64 " is decided", stopping));
}

/* Lists are of the whole house: the words of the note stay in the case. */
static str
reason(const struct deciding *q)
{
	return arena_fmt(q->d->arena, "stop %" PRId64, q->s.id);
}

/* What is said of the entries, for those who made the list. */
static bool
tell_source(const struct deciding *q, enum list_verdict verdict, struct err *e)
{
	const struct deed *d = q->d;
	struct sql_stop_hits_rows hits;

	if (!sql_stop_hits(d->house->db, d->arena, q->s.id, &hits, e))
		return false;
	for (size_t i = 0; i < hits.n; i++) {
		const struct sql_stop_hits_row *h = &hits.v[i];
		struct entry entry = {.kind = (uint8_t)h->hash_kind,
		    .value = h->entry_value,
		    .id = h->entry_name,
		    .scheme = h->entry_scheme,
		    .category = h->entry_category};

		if (h->list != DB_NULL && h->off_at == DB_NULL &&
		    !list_feedback(d->house->db, d->arena, h->list, &entry,
			verdict, reason(q), d->actor, d->now, e))
			return false;
	}
	return true;
}

bool
decide_confirm(const struct deed *d, int64_t stopping, str note, struct err *e)
{
	struct deciding q;

	return begin(&q, d, stopping, note, e) && is_open(&q, "list", e) &&
	       tell_source(&q, LIST_RIGHT, e) &&
	       close_case(&q, stopping, "confirmed", e) &&
	       record(&q, stopping, "confirmed", AUDIT_STOP_CONFIRMED, e);
}

bool
decide_wrong(const struct deed *d, int64_t stopping, bool whole_list, str note,
    struct err *e)
{
	struct deciding q;
	int64_t rows;

	if (!begin(&q, d, stopping, note, e) || !is_open(&q, "list", e))
		return false;
	if (q.s.proposed.p != NULL)
		return err_set(e, ERR_CONFLICT, "somebody said so already");
	return sql_stop_propose(d->house->db,
		   whole_list ? S("list") : S("entry"), d->actor, d->now,
		   stopping, &rows, e) &&
	       record(&q, stopping,
		   whole_list ? "proposed-list" : "proposed-entry",
		   AUDIT_STOP_PROPOSED, e);
}

bool
decide_disagree(const struct deed *d, int64_t stopping, str note, struct err *e)
{
	struct deciding q;
	int64_t rows;

	if (!begin(&q, d, stopping, note, e) || !is_open(&q, "list", e))
		return false;
	if (q.s.proposed.p == NULL)
		return err_set(e, ERR_CONFLICT, "nobody said so");
	return sql_stop_unpropose(d->house->db, stopping, &rows, e) &&
	       record(&q, stopping, "refused", AUDIT_STOP_REFUSED, e);
}

/* ---- letting go ---- */

/* To where it was: prepared already, or in the queue.  What is sealed stays so,
 * whatever is said of a list (custody/seal.h). */
static bool
put_back(const struct deciding *q, int64_t medium, int64_t post, struct err *e)
{
	struct sql_stop_has_renditions_row blob;
	struct sql_stop_sealed_row seal;
	const struct deed *d = q->d;
	struct db *db = d->house->db;
	bool prepared, sealed;
	int64_t rows;

	if (!sql_stop_sealed(db, d->arena, medium, &sealed, &seal, e) ||
	    !sql_stop_has_renditions(db, d->arena, medium, &prepared, &blob, e))
		return false;
	if (sealed)
		return true;
	if (!prepared)
		return sql_stop_state(db, S("queued"), medium, &rows, e) &&
		       sql_job_add(db, S(INTAKE_JOB), medium, d->now, &rows, e);
	return sql_stop_return(db, medium, &rows, e) &&
	       sql_post_recount(db, post, &rows, e);
}

/* What was to be erased, and could not be meanwhile, is erased now. */
static bool
carry_out_wish(const struct deciding *q, int64_t medium, struct err *e)
{
	struct sql_legal_hold_wanted_row wanted;
	const struct deed *d = q->d;
	int64_t held = 0;
	bool found;

	if (!sql_legal_hold_wanted(
		d->house->db, d->arena, medium, &found, &wanted, e))
		return false;
	return !found || erasure_medium_when_free(
			     d->house, d->arena, medium, d->now, &held, e);
}

struct released {
	int64_t id, medium, post;
};

static bool
release(const struct deciding *q, const struct released *r, const char *deed,
    struct err *e)
{
	struct db *db = q->d->house->db;
	int64_t rows;

	return sql_stop_hits_off(db, q->d->now, r->id, &rows, e) &&
	       close_case(q, r->id, "released", e) &&
	       record(q, r->id, deed, AUDIT_STOP_RELEASED, e) &&
	       sql_legal_hold_end(db, q->d->now, r->medium, &rows, e) &&
	       hold_lift(q->d, r->id, e) &&
	       put_back(q, r->medium, r->post, e) &&
	       carry_out_wish(q, r->medium, e);
}

/* Nothing else is left that would hold it. */
static bool
release_if_free(const struct deciding *q, const struct released *r,
    int64_t *io_n, struct err *e)
{
	struct sql_stop_hits_live_row live;

	if (!sql_stop_hits_live(q->d->house->db, q->d->arena, r->id, &live, e))
		return false;
	if (live.n > 0)
		return true;
	++*io_n;
	return release(q, r, "released", e);
}

static bool
release_of_entry(const struct deciding *q, const struct sql_stop_hits_row *hit,
    int64_t *io_n, struct err *e)
{
	struct sql_stop_cases_of_entry_rows cases;
	const struct deed *d = q->d;
	struct db *db = d->house->db;
	int64_t rows;

	if (!sql_stop_cases_of_entry(db, d->arena, hit->hash_kind,
		hit->entry_value, hit->list, d->org->id, &cases, e))
		return false;
	for (size_t i = 0; i < cases.n; i++) {
		struct released r = {
		    cases.v[i].id, cases.v[i].medium, cases.v[i].post};

		if (!sql_stop_hit_off(db, d->now, r.id, hit->list,
			hit->hash_kind, hit->entry_value, &rows, e) ||
		    !release_if_free(q, &r, io_n, e))
			return false;
	}
	return true;
}

static bool
release_of_list(
    const struct deciding *q, int64_t list, int64_t *io_n, struct err *e)
{
	struct sql_stop_cases_of_list_rows cases;
	const struct deed *d = q->d;
	struct db *db = d->house->db;
	int64_t rows;

	if (!sql_stop_cases_of_list(db, d->arena, d->org->id, list, &cases, e))
		return false;
	for (size_t i = 0; i < cases.n; i++) {
		struct released r = {
		    cases.v[i].id, cases.v[i].medium, cases.v[i].post};

		if (!sql_stop_hits_off_list(db, d->now, r.id, list, &rows, e) ||
		    !release_if_free(q, &r, io_n, e))
			return false;
	}
	return true;
}

/* Of the list, whatever happened to it meanwhile: off is off. */
static bool
disable_list(const struct deciding *q, int64_t list, struct err *e)
{
	struct sql_stop_list_row row;
	const struct deed *d = q->d;
	bool found;

	if (!sql_stop_list(d->house->db, d->arena, list, &found, &row, e))
		return false;
	return !found || row.enabled == 0 ||
	       list_disable(d->house->db, list, d->actor, reason(q), d->now, e);
}

static bool
disable_entry(const struct deciding *q, const struct sql_stop_hits_row *hit,
    struct err *e)
{
	enum hash_kind kind = (enum hash_kind)hit->hash_kind;
	const struct deed *d = q->d;
	bool off;

	if (!list_entry_is_off(d->house->db, d->arena, hit->list, kind,
		hit->entry_value, &off, e))
		return false;
	return off || list_entry_disable(d->house->db, hit->list, kind,
			  hit->entry_value, d->actor, reason(q), d->now, e);
}

/* The service keeps its list to itself: what two people found wrong does not
 * count for this medium any more. */
static bool
release_of_shield(const struct deciding *q, const struct sql_stop_hits_row *hit,
    int64_t *io_n, struct err *e)
{
	struct released r = {q->s.id, q->s.medium, q->s.post};
	const struct deed *d = q->d;
	int64_t rows;

	if (!sql_stop_hit_off_here(d->house->db, d->now, hit->id, &rows, e))
		return false;
	return rows == 0 || release_if_free(q, &r, io_n, e);
}

/* All entries of lists that this case stands on, or their lists. */
static bool
disable_and_release(
    const struct deciding *q, bool whole_list, int64_t *io_n, struct err *e)
{
	const struct deed *d = q->d;
	struct sql_stop_hits_rows hits;

	if (!tell_source(q, LIST_WRONG, e) ||
	    !sql_stop_hits(d->house->db, d->arena, q->s.id, &hits, e))
		return false;
	for (size_t i = 0; i < hits.n; i++) {
		const struct sql_stop_hits_row *hit = &hits.v[i];

		if (hit->off_at != DB_NULL)
			continue;
		if (hit->list == DB_NULL) {
			if (str_eq(hit->list_source, S(STOP_SHIELD_SOURCE)) &&
			    !release_of_shield(q, hit, io_n, e))
				return false;
			continue;
		}
		if (!(whole_list ? disable_list(q, hit->list, e) &&
				       release_of_list(q, hit->list, io_n, e)
				 : disable_entry(q, hit, e) &&
				       release_of_entry(q, hit, io_n, e)))
			return false;
	}
	return true;
}

bool
decide_agree(const struct deed *d, int64_t stopping, str note,
    int64_t *ret_released, struct err *e)
{
	struct deciding q;
	int64_t n = 0;

	if (!begin(&q, d, stopping, note, e) || !is_open(&q, "list", e))
		return false;
	if (q.s.proposed.p == NULL)
		return err_set(e, ERR_CONFLICT, "nobody said so");
	if (q.s.proposed_by == d->actor)
		return err_set(e, ERR_DENIED, "a second person has to agree");
	if (!record(&q, stopping, "agreed", AUDIT_STOP_AGREED, e) ||
	    !disable_and_release(&q, str_eq(q.s.proposed, S("list")), &n, e))
		return err_wrap(e, "stop %" PRId64, stopping);
	*ret_released = n;
	return true;
}

bool
decide_free_rest(
    const struct deed *d, int64_t stopping, str note, struct err *e)
{
	struct deciding q;

	return begin(&q, d, stopping, note, e) && hold_lift(d, stopping, e) &&
	       record(&q, stopping, "rest-released", AUDIT_STOP_REST, e);
}

/* ---- a picture that had been withdrawn ---- */

bool
decide_let_in(const struct deed *d, int64_t stopping, str note, struct err *e)
{
	struct deciding q;
	struct released r;

	if (!begin(&q, d, stopping, note, e) || !is_open(&q, "withdrawn", e))
		return false;
	r = (struct released){stopping, q.s.medium, q.s.post};
	return release(&q, &r, "let-in", e);
}

bool
decide_keep_out(const struct deed *d, int64_t stopping, str note,
    int64_t *ret_medium, struct err *e)
{
	struct deciding q;
	int64_t rows;

	if (!begin(&q, d, stopping, note, e) || !is_open(&q, "withdrawn", e) ||
	    !close_case(&q, stopping, "kept-out", e) ||
	    !record(&q, stopping, "kept-out", AUDIT_STOP_KEPT_OUT, e) ||
	    !erasure_medium(d->house, d->arena, q.s.medium, d->now, e) ||
	    !sql_post_recount(d->house->db, q.s.post, &rows, e))
		return false;
	*ret_medium = q.s.medium;
	return true;
}
