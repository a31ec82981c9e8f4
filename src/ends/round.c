#include "ends/round.h"

#include <inttypes.h>

#include "audit/anchor.h"
#include "base/rand.h"
#include "ends/hold.h"
#include "ends/round_inside.h"
#include "erasure/erasure.h"
#include "erasure/safe.h"
#include "life/absence.h"
#include "life/asked.h"
#include "life/item.h"
#include "safe/safe.h"
#include "sql_claim.h"
#include "sql_ends.h"
#include "sql_job.h"
#include "sql_notice.h"
#include "sql_post_audience.h"
#include "sql_received.h"
#include "sql_safe.h"
#include "sql_session.h"
#include "stop/register.h"
#include "trace/trace.h"

#define DAY ((int64_t)86400)
#define DEVICE_DAYS 30 /* after its session ran out */

/* ---- in one transaction each ---- */

static bool
end_holds(struct round *r, int64_t *ret_n, struct err *e)
{
	return hold_sweep(&r->d, ret_n, e);
}

static bool
end_posts(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_ends_posts_rows posts;
	str title, body;
	int64_t rows;

	if (!sql_ends_posts(r->d.house->db, r->d.arena, r->d.org->id,
		r->before_on, r->most, &posts, e) ||
	    !text_seal(r->d.arena, &r->d.org->key, "post.title_enc", S(""),
		&title, e) ||
	    !text_seal(
		r->d.arena, &r->d.org->key, "post.body_enc", S(""), &body, e))
		return false;
	for (size_t i = 0; i < posts.n; i++)
		if (!sql_ends_post(r->d.house->db, title, body, r->d.now,
			posts.v[i].id, &rows, e))
			return false;
	*ret_n = (int64_t)posts.n;
	return true;
}

static bool
end_posts_of_words(
    struct round *r, const int64_t *post, size_t n, struct err *e)
{
	struct db *db = r->d.house->db;
	str title, body;
	int64_t rows;

	if (!text_seal(r->d.arena, &r->d.org->key, "post.title_enc", S(""),
		&title, e) ||
	    !text_seal(
		r->d.arena, &r->d.org->key, "post.body_enc", S(""), &body, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!sql_audience_clear(db, post[i], &rows, e) ||
		    !sql_ends_words_post(db, post[i], &rows, e) ||
		    !sql_ends_post(
			db, title, body, r->d.now, post[i], &rows, e))
			return false;
	return true;
}

static bool
end_notices(struct round *r, int64_t *ret_n, struct err *e)
{
	struct db *db = r->d.house->db;
	struct sql_ends_notices_rows v;
	int64_t rows, post[ENDS_PIECE];

	if (!sql_ends_notices(
		db, r->d.arena, r->d.org->id, r->before_on, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		post[i] = v.v[i].post;
		if (!sql_notice_drop_text(db, post[i], &rows, e) ||
		    !sql_notice_drop(db, post[i], &rows, e))
			return false;
	}
	*ret_n = (int64_t)v.n;
	return end_posts_of_words(r, post, v.n, e);
}

static bool
end_items(struct round *r, int64_t *ret_n, struct err *e)
{
	struct db *db = r->d.house->db;
	struct sql_ends_items_rows v;
	int64_t post[ENDS_PIECE];

	if (!sql_ends_items(
		db, r->d.arena, r->d.org->id, r->before_on, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		post[i] = v.v[i].post;
		if (!item_end(r->d.house, post[i], e))
			return false;
	}
	*ret_n = (int64_t)v.n;
	return end_posts_of_words(r, post, v.n, e);
}

static bool
end_answers(struct round *r, int64_t *ret_n, struct err *e)
{
	return notice_sweep(
	    r->d.house, r->d.org->id, r->before_on, r->most, ret_n, e);
}

static bool
end_absences(struct round *r, int64_t *ret_n, struct err *e)
{
	return absence_sweep(
	    r->d.house, r->d.org->id, r->before_on, r->most, ret_n, e);
}

static bool
erase_accounts(
    struct round *r, const int64_t *v, size_t n, int64_t *ret_n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		r->medium[r->n_medium++] = v[i];
		if (!erasure_account(r->d.house, r->d.arena, v[i], r->d.now, e))
			return false;
	}
	*ret_n = (int64_t)n;
	return true;
}

static bool
end_account_files(struct round *r, struct err *e)
{
	for (size_t i = 0; i < r->n_medium; i++)
		if (!erasure_safes_files(
			r->d.house, r->d.arena, r->medium[i], e))
			return false;
	return true;
}

static bool
end_families(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_ends_families_rows v;
	int64_t id[ENDS_PIECE];

	if (!sql_ends_families(r->d.house->db, r->d.arena, r->d.org->id,
		r->before_on, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		id[i] = v.v[i].id;
	return erase_accounts(r, id, v.n, ret_n, e);
}

static bool
end_closed(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_ends_closed_rows v;
	int64_t id[ENDS_PIECE];

	if (!sql_ends_closed(r->d.house->db, r->d.arena, r->d.org->id,
		r->before_at, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		id[i] = v.v[i].id;
	return erase_accounts(r, id, v.n, ret_n, e);
}

/* The proofs themselves go with consent/task.h, which their schema asks. */
static bool
end_adults(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_ends_adults_rows v;
	uint8_t random[KEY_DIGEST_BYTES];
	int64_t rows;
	str nothing;

	if (!sql_ends_adults(r->d.house->db, r->d.arena, r->d.org->id,
		r->before_at, r->most, &v, e) ||
	    !text_seal(r->d.arena, &r->d.org->key, "guardian.name_enc", S(""),
		&nothing, e))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		rand_bytes(random, sizeof(random));
		if (!sql_ends_adult(r->d.house->db,
			(str){(const char *)random, sizeof(random)}, nothing,
			r->d.now, v.v[i].id, &rows, e))
			return false;
	}
	*ret_n = (int64_t)v.n;
	return true;
}

static bool
end_register(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_ends_register_held_row row;
	bool held;

	*ret_n = 0;
	if (!sql_ends_register_held(
		r->d.house->db, r->d.arena, r->d.org->id, &held, &row, e))
		return false;
	return held || audit_end(r->d.house->db, r->d.arena, &r->d.org->chain,
			   &(struct audit_ending){
			       r->d.org->id, r->before_at, r->most, r->d.now},
			   ret_n, e);
}

static bool
end_claims(struct round *r, int64_t *ret_n, struct err *e)
{
	struct db *db = r->d.house->db;
	int64_t leaving, arriving;

	/* To take a folder along is asked by right, too. */
	if (!sql_claim_over(
		db, r->d.now, r->d.org->id, r->before_at, r->most, ret_n, e) ||
	    !sql_ends_leaving(
		db, r->d.org->id, r->before_at, r->most, &leaving, e) ||
	    !sql_ends_arriving(
		db, r->d.org->id, r->before_at, r->most, &arriving, e))
		return false;
	*ret_n += leaving + arriving;
	return true;
}

static bool
end_withdrawn(struct round *r, int64_t *ret_n, struct err *e)
{
	return register_sweep(
	    r->d.house, r->d.org->id, r->d.now, r->most, ret_n, e);
}

static bool
end_sessions(struct round *r, int64_t *ret_n, struct err *e)
{
	int64_t devices;

	return sql_session_devices_end(r->d.house->db, r->d.org->id,
		   r->d.now - DEVICE_DAYS * DAY, r->most, &devices, e) &&
	       sql_session_purge(r->d.house->db, r->d.org->id, r->before_at,
		   r->most, ret_n, e);
}

static bool
end_origins(struct round *r, int64_t *ret_n, struct err *e)
{
	return sql_ends_origins(
	    r->d.house->db, r->d.org->id, r->before_at, r->most, ret_n, e);
}

/* Small, and many. */
#define RECEIVED_PIECE (20 * ENDS_PIECE)

static bool
end_received(struct round *r, int64_t *ret_n, struct err *e)
{
	r->most = RECEIVED_PIECE;
	return sql_received_end(r->d.house->db, r->d.org->id,
	    day_of(r->d.org->zone, r->before_at), r->most, ret_n, e);
}

static bool
end_letters(struct round *r, int64_t *ret_n, struct err *e)
{
	return sql_job_sweep_invitations(
	    r->d.house->db, r->d.org->id, r->before_at, r->most, ret_n, e);
}

/* ---- evidence of families ---- */

/* No line in the register: nobody of the organisation knows of a safe. */
static bool
end_safe(struct round *r, int64_t safe, struct err *e)
{
	r->medium[r->n_medium++] = safe;
	return safe_empty(&r->d, safe, e);
}

static bool
end_safes(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_safe_ends_rows v;

	if (!sql_safe_ends(r->d.house->db, r->d.arena, r->d.org->id,
		r->before_at, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!end_safe(r, v.v[i].id, e))
			return false;
	*ret_n = (int64_t)v.n;
	return true;
}

/* Of a family that has left: kept by a case alone, and ended with it. */
static bool
end_left_safes(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_safe_left_ends_rows v;

	if (!sql_safe_left_ends(
		r->d.house->db, r->d.arena, r->d.org->id, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!end_safe(r, v.v[i].id, e))
			return false;
	*ret_n = (int64_t)v.n;
	return true;
}

static bool
end_safe_files(struct round *r, struct err *e)
{
	for (size_t i = 0; i < r->n_medium; i++)
		if (!erasure_safe_files(
			r->d.house, r->d.arena, r->medium[i], e))
			return false;
	return true;
}

/* ---- what goes out ---- */

static bool
end_sendings(struct round *r, int64_t *ret_n, struct err *e)
{
	struct db *db = r->d.house->db;
	int64_t urgents = 0;

	if (!sql_ends_messages(
		db, r->d.org->id, r->before_at, r->most, ret_n, e) ||
	    !sql_ends_urgents(
		db, r->d.org->id, r->before_at, r->most, &urgents, e))
		return false;
	*ret_n += urgents;
	return true;
}

static bool
end_channels(struct round *r, int64_t *ret_n, struct err *e)
{
	struct db *db = r->d.house->db;
	int64_t feeds = 0, choices = 0;

	if (!sql_ends_feeds(db, r->d.org->id, r->before_at, &feeds, e) ||
	    !sql_ends_choices_of_closed(
		db, r->d.org->id, r->before_at, &choices, e))
		return false;
	*ret_n = feeds + choices;
	return true;
}

static bool
end_patterns(struct round *r, int64_t *ret_n, struct err *e)
{
	return sql_ends_patterns(
	    r->d.house->db, r->d.org->id, r->before_at, r->most, ret_n, e);
}

static bool
end_certificates(struct round *r, int64_t *ret_n, struct err *e)
{
	return sql_ends_certificates(
	    r->d.house->db, r->d.org->id, r->before_at, r->most, ret_n, e);
}

/* ---- the table ---- */

#define NO_RULE ENDS_RULES

/* In this order: what goes with something else comes after it.  files: what is
 * left to do once it is committed.  alone: has transactions of its own. */
/* clang-format off */
static const struct step {
	enum ends_rule rule;
	bool (*end)(struct round *, int64_t *ret_n, struct err *);
	bool (*files)(struct round *, struct err *);
	/* Goes with another kind, is none, or may be told in no number: who a
	 * case is about is in none (report/route.h). */
	bool uncounted;
	bool alone;
} steps[] = {
	{ NO_RULE, end_holds, NULL, true, false },
	{ NO_RULE, end_wanted, end_files, true, false },
	{ NO_RULE, end_wanted_words, NULL, true, false },
	{ ENDS_UPLOADS, end_uploads, end_upload_files, false, false },
	{ ENDS_PHOTOS, end_untold, NULL, true, false },
	{ ENDS_PHOTOS, end_photos, end_files, false, false },
	{ ENDS_PHOTOS, end_posts, NULL, true, false },
	{ ENDS_ANSWERS, end_answers, NULL, false, false },
	{ ENDS_NOTICES, end_notice_media, end_files, true, false },
	{ ENDS_NOTICES, end_notices, NULL, false, false },
	{ ENDS_DAYS, end_items, NULL, false, false },
	{ ENDS_ABSENCES, end_absences, NULL, false, false },
	{ ENDS_CHILDREN, end_children, end_child_files, false, false },
	{ ENDS_FAMILIES, end_families, end_account_files, false, false },
	{ ENDS_STAFF, end_closed, end_account_files, false, false },
	{ ENDS_CONSENTS, end_adults, NULL, false, false },
	{ ENDS_REGISTER, end_register, NULL, false, false },
	{ ENDS_CLAIMS, end_claims, NULL, false, false },
	{ ENDS_CASES, end_cases, NULL, true, false },
	{ ENDS_CASES, end_stop_looks, NULL, true, false },
	{ NO_RULE, end_left_safes, end_safe_files, true, false },
	{ ENDS_CASES, end_seals, NULL, true, false },
	{ ENDS_CASES, end_custodians, NULL, true, false },
	{ ENDS_SAFES, end_safes, end_safe_files, true, false },
	{ ENDS_CERTIFICATES, end_certificates, NULL, false, false },
	{ ENDS_COPIES, end_copies, NULL, false, true },
	{ ENDS_WITHDRAWN, end_withdrawn, NULL, false, false },
	{ ENDS_SESSIONS, end_sessions, NULL, false, false },
	{ ENDS_ORIGINS, end_origins, NULL, false, false },
	{ ENDS_RECEIVED, end_received, NULL, true, false },
	{ ENDS_LETTERS, end_letters, NULL, false, false },
	{ ENDS_SENDINGS, end_sendings, NULL, false, false },
	{ ENDS_CHANNELS, end_channels, NULL, false, false },
	{ ENDS_PATTERNS, end_patterns, NULL, false, false },
};
/* clang-format on */

static bool
count_done(struct round *r, const struct step *s, int64_t n, struct err *e)
{
	const struct ends_row *row;
	struct deed_about about = {.kind = "organisation", .id = r->d.org->id};
	int64_t rows;

	if (s->uncounted || n == 0)
		return true;
	row = &ends_rows[s->rule];
	about.detail = arena_fmt(r->d.arena, "%s %" PRId64, row->word, n);
	return sql_ends_done_add(r->d.house->db, r->d.org->id, str_c(row->word),
		   r->d.today, n, &rows, e) &&
	       (!row->gentle || deed_note(&r->d, AUDIT_ENDED, &about, e));
}

static bool
in_transaction(
    struct round *r, const struct step *s, int64_t *ret_n, struct err *e)
{
	struct db *db = r->d.house->db;

	if (!db_begin(db, e))
		return false;
	if (s->end(r, ret_n, e) && count_done(r, s, *ret_n, e) &&
	    db_commit(db, e))
		return s->files == NULL || *ret_n == 0 || s->files(r, e);
	db_rollback(db);
	return false;
}

static bool
run_step(struct round *r, const struct step *s, struct err *e)
{
	const struct ends_term *t =
	    s->rule == NO_RULE ? NULL : &r->term[s->rule];
	int64_t n = 0;

	r->most = ENDS_PIECE;
	r->n_medium = 0;
	if (t != NULL && r->d.now < t->not_before)
		return true;
	if (t != NULL) {
		r->before_on = r->d.today - t->days;
		r->before_at = r->d.now - t->days * DAY;
	}
	if (!(s->alone ? s->end(r, &n, e) && count_done(r, s, n, e)
		       : in_transaction(r, s, &n, e)))
		return err_wrap(e, "end of %s",
		    t == NULL ? "holds" : ends_rows[s->rule].word);
	r->more |= n >= r->most;
	return true;
}

static bool
begin(const struct deed *d, struct err *e)
{
	struct sql_ends_begun_row row;
	bool found;

	if (!sql_ends_begun(
		d->house->db, d->arena, d->org->id, &found, &row, e))
		return false;
	if (found)
		return true;
	if (!db_begin(d->house->db, e))
		return false;
	if (ends_begin(d, e) && db_commit(d->house->db, e))
		return true;
	db_rollback(d->house->db);
	return false;
}

static bool
round_of(struct round *r, struct err *e)
{
	if (!begin(&r->d, e) || !ends_terms(&r->d, r->term, e))
		return false;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (!run_step(r, &steps[i], e))
			return false;
	return true;
}

bool
ends_round(struct house *h, struct arena *a, int64_t now, bool *ret_more,
    struct err *e)
{
	struct round r = {
	    .d = {.house = h, .arena = a, .actor = AUDIT_SERVER, .now = now}};

	for (size_t i = 0; i < h->n_org; i++) {
		r.d.org = &h->org[i];
		r.d.today = day_of(r.d.org->zone, now);
		if (!round_of(&r, e))
			return err_wrap(
			    e, "organisation %" PRId64, r.d.org->id);
	}
	*ret_more = r.more;
	return true;
}

bool
ends_done_since(
    const struct deed *d, int64_t day_on, struct ends_done *ret, struct err *e)
{
	struct sql_ends_done_since_rows rows;
	enum ends_rule rule;

	for (int i = 0; i < ENDS_RULES; i++) {
		ret->n[i] = 0;
		ret->last_on[i] = DB_NULL;
	}
	if (!sql_ends_done_since(
		d->house->db, d->arena, d->org->id, day_on, &rows, e))
		return err_wrap(e, "what has ended");
	for (size_t i = 0; i < rows.n; i++)
		if (ends_rule_of(rows.v[i].rule, &rule)) {
			ret->n[rule] = rows.v[i].ended;
			ret->last_on[rule] = rows.v[i].last_on;
		}
	return true;
}
