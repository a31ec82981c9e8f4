#include "erasure/erasure.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>

#include "base/num.h"
#include "base/rand.h"
#include "crypto/mac.h"
#include "erasure/held.h"
#include "erasure/report.h"
#include "erasure/safe.h"
#include "erasure/sealed.h"
#include "sql_absence.h"
#include "sql_arriving.h"
#include "sql_blob.h"
#include "sql_calendar_feed.h"
#include "sql_cover.h"
#include "sql_document.h"
#include "sql_erasure.h"
#include "sql_glance.h"
#include "sql_item.h"
#include "sql_leaving.h"
#include "sql_medium_hash.h"
#include "sql_message.h"
#include "sql_notice.h"
#include "sql_received.h"
#include "sql_region.h"
#include "sql_roll.h"
#include "sql_tell.h"
#include "sql_trace.h"
#include "sql_veil.h"
#include "sql_voice.h"

#define TOKEN_BYTES 16
#define STEP_MAX ((size_t)1 << 20)

static bool
is_held(
    struct house *h, struct arena *a, int64_t medium, bool *ret, struct err *e)
{
	struct sql_erasure_held_row row;

	return sql_erasure_held(h->db, a, medium, ret, &row, e) ||
	       err_wrap(e, "erase medium %" PRId64, medium);
}

bool
erasure_made_of(struct house *h, int64_t medium, struct err *e)
{
	int64_t rows;

	return sql_region_forget_requests(h->db, medium, &rows, e) &&
	       sql_region_forget_words(h->db, medium, &rows, e) &&
	       sql_region_forget(h->db, medium, &rows, e) &&
	       sql_cover_forget(h->db, medium, &rows, e) &&
	       sql_document_forget_opened(h->db, medium, &rows, e) &&
	       sql_document_forget(h->db, medium, &rows, e) &&
	       sql_veil_forget_boxes(h->db, medium, &rows, e) &&
	       sql_veil_forget_greys(h->db, medium, &rows, e) &&
	       sql_veil_forget(h->db, medium, &rows, e) &&
	       sql_voice_forget_children(h->db, medium, &rows, e) &&
	       sql_voice_forget(h->db, medium, &rows, e);
}

/* The blobs of one medium: to the journal, then out of the rows. */
bool
erasure_sealed(struct house *h, struct arena *a, int64_t medium, int64_t now,
    struct err *e)
{
	struct sql_erasure_blobs_rows blobs;
	struct erasure_entry *v;
	int64_t rows;

	assert(db_in_transaction(h->db));
	if (!sql_erasure_blobs(h->db, a, medium, &blobs, e))
		return err_wrap(e, "erase medium %" PRId64, medium);
	v = NEW_N(a, struct erasure_entry, blobs.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room to erase");
	for (size_t i = 0; i < blobs.n; i++)
		v[i] = (struct erasure_entry){
		    now, ERASURE_BLOB, blobs.v[i].id, blobs.v[i].name};
	if ((blobs.n > 0 &&
		!journal_add(h->conf->erasures, &h->master, v, blobs.n, e)) ||
	    !sql_erasure_blob_keys(h->db, medium, &rows, e) ||
	    !sql_erasure_medium_row(h->db, now, medium, &rows, e) ||
	    !sql_erasure_jobs(h->db, medium, &rows, e) ||
	    !sql_glance_gone_medium(h->db, medium, &rows, e) ||
	    !sql_medium_hash_forget(h->db, medium, &rows, e) ||
	    !sql_received_forget(h->db, medium, &rows, e) ||
	    !erasure_made_of(h, medium, e) ||
	    !sql_erasure_end_case(h->db, now, medium, &rows, e))
		return err_wrap(e, "erase medium %" PRId64, medium);
	return true;
}

static bool
erase_one(struct house *h, struct arena *a, int64_t medium, int64_t now,
    struct err *e)
{
	bool held = true;

	if (!is_held(h, a, medium, &held, e))
		return false;
	if (held)
		return err_set(
		    e, ERR_CONFLICT, "medium %" PRId64 " is held", medium);
	return erasure_sealed(h, a, medium, now, e);
}

bool
erasure_medium(struct house *h, struct arena *a, int64_t medium, int64_t now,
    struct err *e)
{
	struct sql_erasure_stills_rows stills;

	if (!erase_one(h, a, medium, now, e))
		return false;
	if (!sql_erasure_stills(h->db, a, medium, &stills, e))
		return err_wrap(e, "erase medium %" PRId64, medium);
	for (size_t i = 0; i < stills.n; i++)
		if (!erase_one(h, a, stills.v[i].id, now, e))
			return false;
	return true;
}

static bool
forget_child(
    struct house *h, str token, int64_t at, int64_t *ret_rows, struct err *e)
{
	int64_t ended;

	return sql_region_forget_child(h->db, at, token, &ended, e) &&
	       sql_voice_child_gone(h->db, token, &ended, e) &&
	       sql_voice_forget_child(h->db, token, &ended, e) &&
	       sql_absence_forget_child(h->db, token, &ended, e) &&
	       sql_notice_forget_child(h->db, token, &ended, e) &&
	       sql_item_forget_child(h->db, token, &ended, e) &&
	       sql_item_forget_words(h->db, token, &ended, e) &&
	       sql_leaving_forget_child(h->db, at, token, &ended, e) &&
	       sql_arriving_forget_child(h->db, at, token, &ended, e) &&
	       sql_erasure_child_by_token(h->db, at, token, ret_rows, e) &&
	       sql_erasure_child_authority(h->db, at, token, &ended, e);
}

bool
erasure_medium_when_free(struct house *h, struct arena *a, int64_t medium,
    int64_t now, int64_t *io_held, struct err *e)
{
	bool held = true;
	int64_t rows;

	if (!is_held(h, a, medium, &held, e))
		return false;
	if (!held)
		return erasure_medium(h, a, medium, now, e);
	++*io_held;
	return (sql_erasure_want(h->db, now, medium, &rows, e) &&
		   sql_erasure_want_later(h->db, medium, now, &rows, e)) ||
	       err_wrap(e, "erase medium %" PRId64, medium);
}

bool
erasure_child_held(
    struct house *h, struct arena *a, int64_t child, bool *ret, struct err *e)
{
	struct sql_erasure_child_held_row row;

	return sql_erasure_child_held(h->db, a, child, ret, &row, e) ||
	       err_wrap(e, "erase child %" PRId64, child);
}

/* ---- accounts ---- */

static void
account_token(const struct house *h, const struct sql_erasure_account_at_row *r,
    uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, &h->login, "preau account 1");
	mac_i64(&m, r->id);
	mac_i64(&m, r->created_at);
	mac_str(&m, r->login_digest);
	mac_end(&m, ret);
}

/* What nobody's name is. */
#define NOBODY S("\xe2\x80\x94")

static bool
forget_account(struct house *h, struct arena *a,
    const struct sql_erasure_account_at_row *r, int64_t now, struct err *e)
{
	uint8_t random[KEY_DIGEST_BYTES];
	str digest = {(const char *)random, sizeof(random)}, nothing;
	const struct organisation *org;
	int64_t rows;

	rand_bytes(random, sizeof(random));
	return house_org(h, r->organisation, &org, e) &&
	       text_seal(
		   a, &org->key, "account.name_enc", NOBODY, &nothing, e) &&
	       sql_erasure_account_row(
		   h->db, digest, nothing, now, r->id, &rows, e) &&
	       sql_erasure_account_sessions(h->db, r->id, &rows, e) &&
	       sql_erasure_account_codes(h->db, r->id, &rows, e) &&
	       sql_roll_erase(h->db, r->id, &rows, e) &&
	       sql_calendar_feed_drop(h->db, r->id, &rows, e) &&
	       sql_document_forget_reader(h->db, r->id, &rows, e) &&
	       sql_message_forget(h->db, r->id, &rows, e) &&
	       sql_tell_forget(h->db, r->id, &rows, e) &&
	       sql_erasure_account_appeals(h->db, r->id, &rows, e) &&
	       sql_farewell_forget(h->db, r->id, &rows, e) &&
	       sql_received_forget_account(h->db, r->id, &rows, e) &&
	       sql_erasure_account_guardian(h->db, r->id, &rows, e);
}

bool
erasure_account(struct house *h, struct arena *a, int64_t account, int64_t now,
    struct err *e)
{
	char hex[2 * KEY_DIGEST_BYTES + 1];
	struct erasure_entry entry = {now, ERASURE_ACCOUNT, account, {0}};
	struct sql_erasure_account_at_row row;
	uint8_t token[KEY_DIGEST_BYTES];
	bool found;

	assert(db_in_transaction(h->db));
	if (!sql_erasure_account_at(h->db, a, account, &found, &row, e))
		return err_wrap(e, "erase account %" PRId64, account);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "account %" PRId64, account);
	if (row.ended_at != DB_NULL)
		return true;
	account_token(h, &row, token);
	(void)sodium_bin2hex(hex, sizeof(hex), token, sizeof(token));
	entry.token = str_c(hex);
	return (journal_add(h->conf->erasures, &h->master, &entry, 1, e) &&
		   erasure_reports_by(h, a, account, now, e) &&
		   erasure_safes_of(h, a, account, now, e) &&
		   forget_account(h, a, &row, now, e)) ||
	       err_wrap(e, "erase account %" PRId64, account);
}

/* The account of an entry, when it is there as it was then. */
static bool
account_of(struct house *h, struct arena *a, const struct erasure_entry *v,
    bool *ret, struct sql_erasure_account_at_row *row, struct err *e)
{
	uint8_t want[KEY_DIGEST_BYTES], is[KEY_DIGEST_BYTES];

	if (!num_hex(v->token, want, sizeof(want)))
		return err_set(e, ERR_CORRUPT,
		    "erasure journal: account %" PRId64 " has no token", v->id);
	if (!sql_erasure_account_at(h->db, a, v->id, ret, row, e))
		return false;
	if (!*ret)
		return true;
	account_token(h, row, is);
	*ret = sodium_memcmp(want, is, sizeof(is)) == 0;
	return true;
}

bool
erasure_child(struct house *h, struct arena *a, int64_t child, int64_t now,
    int64_t *ret_held, struct err *e)
{
	char hex[2 * TOKEN_BYTES + 1];
	struct sql_erasure_child_token_row row;
	struct sql_erasure_child_media_rows media;
	struct erasure_entry entry = {now, ERASURE_CHILD, child, {0}};
	int64_t rows, held = 0;
	bool ordered = true;

	assert(db_in_transaction(h->db));
	if (!erasure_child_held(h, a, child, &ordered, e))
		return false;
	if (ordered)
		return err_set(
		    e, ERR_CONFLICT, "child %" PRId64 " is held", child);
	if (!sql_erasure_child_token(h->db, a, child, &row, e) ||
	    !sql_erasure_child_media(h->db, a, child, &media, e))
		return err_wrap(e, "erase child %" PRId64, child);
	for (size_t i = 0; i < media.n; i++)
		if (!erasure_medium_when_free(
			h, a, media.v[i].id, now, &held, e))
			return false;
	if (media.n > 0 && !sql_erasure_recount(h->db, &rows, e))
		return false;
	if (row.erasure_token.n != TOKEN_BYTES)
		return err_set(
		    e, ERR_CORRUPT, "child %" PRId64 ": no token", child);
	(void)sodium_bin2hex(hex, sizeof(hex),
	    (const uint8_t *)row.erasure_token.p, TOKEN_BYTES);
	entry.token = str_c(hex);
	if (!journal_add(h->conf->erasures, &h->master, &entry, 1, e) ||
	    !erasure_cases_about(h, a, child, now, e) ||
	    !forget_child(h, row.erasure_token, now, &rows, e))
		return err_wrap(e, "erase child %" PRId64, child);
	*ret_held = held;
	return true;
}

static bool
remove_file(struct house *h, str name, struct err *e)
{
	char z[BLOB_NAME_MAX];

	if (name.n >= sizeof(z))
		return err_set(e, ERR_CORRUPT, "a blob's name is too long");
	memcpy(z, name.p, name.n);
	z[name.n] = '\0';
	return blob_remove(h->blobs, z, e);
}

static bool
remove_files(struct house *h, struct arena *a, int64_t medium, struct err *e)
{
	struct sql_erasure_names_rows names;

	if (!sql_erasure_names(h->db, a, medium, &names, e))
		return false;
	for (size_t i = 0; i < names.n; i++)
		if (!remove_file(h, names.v[i].name, e))
			return err_wrap(e, "files of medium %" PRId64, medium);
	return true;
}

bool
erasure_files(struct house *h, struct arena *a, int64_t medium, struct err *e)
{
	db_settle(h->db);
	return remove_files(h, a, medium, e);
}

bool
erasure_child_files(
    struct house *h, struct arena *a, int64_t child, struct err *e)
{
	struct sql_erasure_child_deleted_rows media;

	db_settle(h->db);
	if (!sql_erasure_child_deleted(h->db, a, child, &media, e))
		return false;
	for (size_t i = 0; i < media.n; i++)
		if (!remove_files(h, a, media.v[i].id, e))
			return false;
	return true;
}

static bool
replay_account(struct house *h, struct arena *a, const struct erasure_entry *v,
    int64_t *io_accounts, struct err *e)
{
	struct sql_erasure_account_at_row row;
	bool is;

	if (!account_of(h, a, v, &is, &row, e))
		return false;
	*io_accounts += is;
	return !is || (erasure_safes_left(h, a, v->id, v->at, e) &&
			  forget_account(h, a, &row, v->at, e));
}

struct replay {
	struct house *h;
	struct arena *arena;
	struct erasure_report report;
	int64_t latest;
};

static bool
child_token(
    const struct erasure_entry *v, uint8_t ret[TOKEN_BYTES], struct err *e)
{
	return num_hex(v->token, ret, TOKEN_BYTES) ||
	       err_set(e, ERR_CORRUPT,
		   "erasure journal: child %" PRId64 " has no token", v->id);
}

static bool
replay_other(struct replay *r, const struct erasure_entry *v, struct err *e)
{
	bool is = false;

	if ((v->kind == ERASURE_REPORT || v->kind == ERASURE_CASE) &&
	    !erasure_report_again(r->h, r->arena, v, &is, e))
		return false;
	if (v->kind == ERASURE_SAFE &&
	    !erasure_safe_again(r->h, r->arena, v, &is, e))
		return false;
	r->report.reports += is;
	is = false;
	if (!erasure_sealed_again(r->h, r->arena, v, &is, e))
		return false;
	r->report.blobs += is;
	return true;
}

static bool
carry_out(void *ctx, const struct erasure_entry *v, struct err *e)
{
	struct replay *r = ctx;
	uint8_t token[TOKEN_BYTES];
	int64_t rows = 0;

	if (v->at > r->latest)
		r->latest = v->at;
	if (v->kind == ERASURE_BLOB) {
		int64_t copies;

		if (!sql_erasure_blob_by_name(r->h->db, v->token, &rows, e) ||
		    !sql_trace_forget_by_name(
			r->h->db, v->at, v->token, &copies, e))
			return false;
		r->report.blobs += rows + copies;
		return true;
	}
	arena_reset(r->arena);
	if (v->kind == ERASURE_ACCOUNT)
		return replay_account(
		    r->h, r->arena, v, &r->report.accounts, e);
	if (v->kind != ERASURE_CHILD)
		return replay_other(r, v, e);
	if (!child_token(v, token, e) ||
	    !forget_child(
		r->h, (str){(char *)token, sizeof(token)}, v->at, &rows, e))
		return false;
	r->report.children += rows;
	return true;
}

/* What is locked kept its key, and keeps its file. */
static bool
drop_files(void *ctx, const struct erasure_entry *v, struct err *e)
{
	struct replay *r = ctx;
	struct sql_erasure_files_by_name_rows names;
	struct sql_blob_known_row row;
	bool known;

	if (v->kind != ERASURE_BLOB)
		return true;
	arena_reset(r->arena);
	if (!sql_blob_known(r->h->db, r->arena, v->token, &known, &row, e) ||
	    !sql_erasure_files_by_name(
		r->h->db, r->arena, v->token, &names, e) ||
	    (!known && !remove_file(r->h, v->token, e)))
		return false;
	for (size_t i = 0; i < names.n; i++)
		if (!remove_file(r->h, names.v[i].name, e))
			return false;
	return true;
}

static bool
replay_rows(struct replay *r, const uint8_t *since, struct journal_state *state,
    struct err *e)
{
	int64_t rows;

	return journal_read(r->h->conf->erasures, &r->h->master, since,
		   carry_out, r, state, e) &&
	       sql_erasure_jobs_of_keyless(r->h->db, &rows, e) &&
	       sql_erasure_keyless_media(r->h->db, r->latest, &rows, e) &&
	       sql_medium_hash_forget_deleted(r->h->db, &rows, e) &&
	       sql_received_forget_deleted(r->h->db, &rows, e) &&
	       sql_region_forget_deleted(r->h->db, &rows, e) &&
	       sql_region_forget_deleted_words(r->h->db, &rows, e) &&
	       sql_cover_forget_deleted(r->h->db, &rows, e) &&
	       sql_veil_forget_deleted_boxes(r->h->db, &rows, e) &&
	       sql_veil_forget_deleted_greys(r->h->db, &rows, e) &&
	       sql_veil_forget_deleted(r->h->db, &rows, e) &&
	       sql_voice_forget_deleted_children(r->h->db, &rows, e) &&
	       sql_voice_forget_deleted(r->h->db, &rows, e) &&
	       sql_erasure_recount(r->h->db, &rows, e) &&
	       db_commit(r->h->db, e);
}

/* Before anything goes: what is held is not erased by the next round. */
static bool
replay_holds(struct replay *r, const uint8_t *since, struct err *e)
{
	bool done = held_again(r->h, r->arena, since, &r->report.holds, e);

	arena_reset(r->arena);
	return done;
}

bool
erasure_replay(struct house *h, const uint8_t *since,
    struct erasure_report *ret, struct err *e)
{
	OWNED(arena) a = arena_new(STEP_MAX);
	struct replay r = {.h = h, .arena = a};
	struct journal_state state;

	if (!db_begin(h->db, e))
		return false;
	if (!replay_holds(&r, since, e) || !replay_rows(&r, since, &state, e)) {
		db_rollback(h->db);
		return err_wrap(e, "replay");
	}
	db_settle(h->db);
	if (!journal_read(h->conf->erasures, &h->master, since, drop_files, &r,
		&state, e))
		return err_wrap(e, "replay");
	r.report.entries = state.entries;
	memcpy(r.report.digest, state.digest, sizeof(state.digest));
	*ret = r.report;
	return true;
}

static bool
count_other(struct replay *r, const struct erasure_entry *v, struct err *e)
{
	bool has = false;

	arena_reset(r->arena);
	if ((v->kind == ERASURE_REPORT || v->kind == ERASURE_CASE) &&
	    !erasure_report_pending(r->h, r->arena, v, &has, e))
		return false;
	if (v->kind == ERASURE_SAFE &&
	    !erasure_safe_pending(r->h, r->arena, v, &has, e))
		return false;
	r->report.reports += has;
	has = false;
	if (!erasure_sealed_pending(r->h, r->arena, v, &has, e))
		return false;
	r->report.blobs += has;
	return true;
}

static bool
count_one(void *ctx, const struct erasure_entry *v, struct err *e)
{
	struct replay *r = ctx;
	struct sql_erasure_blob_has_key_row blob;
	struct sql_trace_has_key_row copy;
	struct sql_erasure_child_has_key_row child;
	uint8_t token[TOKEN_BYTES];
	bool has = false;

	if (v->kind == ERASURE_BLOB) {
		if (!sql_erasure_blob_has_key(
			r->h->db, r->arena, v->token, &has, &blob, e) ||
		    (!has && !sql_trace_has_key(
				 r->h->db, r->arena, v->token, &has, &copy, e)))
			return false;
		r->report.blobs += has;
		return true;
	}
	if (v->kind == ERASURE_ACCOUNT) {
		struct sql_erasure_account_at_row row;

		arena_reset(r->arena);
		if (!account_of(r->h, r->arena, v, &has, &row, e))
			return false;
		r->report.accounts += has;
		return true;
	}
	if (v->kind != ERASURE_CHILD)
		return count_other(r, v, e);
	if (!child_token(v, token, e) ||
	    !sql_erasure_child_has_key(r->h->db, r->arena,
		(str){(char *)token, sizeof(token)}, &has, &child, e))
		return false;
	r->report.children += has;
	return true;
}

bool
erasure_pending(struct house *h, struct erasure_report *ret, struct err *e)
{
	OWNED(arena) a = arena_new(STEP_MAX);
	struct replay r = {.h = h, .arena = a};
	struct journal_state state;

	if (!journal_read(
		h->conf->erasures, &h->master, NULL, count_one, &r, &state, e))
		return false;
	r.report.entries = state.entries;
	memcpy(r.report.digest, state.digest, sizeof(state.digest));
	*ret = r.report;
	return true;
}
