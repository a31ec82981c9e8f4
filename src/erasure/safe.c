#include "erasure/safe.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>

#include "base/num.h"
#include "erasure/erasure.h"
#include "sql_safe.h"

#define TOKEN_BYTES 16

static bool
forget(struct house *h, int64_t safe, int64_t now, struct err *e)
{
	int64_t rows;

	return sql_safe_forget(h->db, now, safe, &rows, e) &&
	       sql_safe_forget_lines(h->db, safe, &rows, e) &&
	       sql_safe_forget_shares(h->db, now, safe, &rows, e);
}

static bool
erase_media(
    struct house *h, struct arena *a, int64_t safe, int64_t now, struct err *e)
{
	struct sql_safe_media_rows v;
	int64_t held = 0;

	if (!sql_safe_media(h->db, a, safe, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!erasure_medium_when_free(h, a, v.v[i].id, now, &held, e))
			return false;
	return true;
}

bool
erasure_safe(
    struct house *h, struct arena *a, int64_t safe, int64_t now, struct err *e)
{
	char hex[2 * TOKEN_BYTES + 1];
	struct erasure_entry entry = {now, ERASURE_SAFE, safe, {0}};
	struct sql_safe_token_row row;
	bool found;

	assert(db_in_transaction(h->db));
	if (!sql_safe_token(h->db, a, safe, &found, &row, e))
		return err_wrap(e, "erase safe %" PRId64, safe);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "safe %" PRId64, safe);
	if (row.emptied_at != DB_NULL)
		return true;
	if (row.token.n != TOKEN_BYTES)
		return err_set(e, ERR_CORRUPT, "token of safe %" PRId64, safe);
	(void)sodium_bin2hex(
	    hex, sizeof(hex), (const uint8_t *)row.token.p, row.token.n);
	entry.token = str_c(hex);
	return (journal_add(h->conf->erasures, &h->master, &entry, 1, e) &&
		   erase_media(h, a, safe, now, e) &&
		   forget(h, safe, now, e)) ||
	       err_wrap(e, "erase safe %" PRId64, safe);
}

/* ---- of an account ---- */

static bool
erase_withdrawn(
    struct house *h, struct arena *a, int64_t safe, int64_t now, struct err *e)
{
	struct sql_safe_media_withdrawn_rows v;
	int64_t held = 0;

	if (!sql_safe_media_withdrawn(h->db, a, safe, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!erasure_medium_when_free(h, a, v.v[i].id, now, &held, e))
			return false;
	return true;
}

static bool
leave(struct house *h, int64_t safe, int64_t now, struct err *e)
{
	int64_t rows;

	return sql_safe_forget_withdrawn(h->db, safe, &rows, e) &&
	       sql_safe_leave(h->db, now, safe, &rows, e);
}

static bool
erase_or_leave(
    struct house *h, struct arena *a, int64_t safe, int64_t now, struct err *e)
{
	struct sql_safe_needed_row row;
	bool needed;

	if (!sql_safe_needed(h->db, a, safe, &needed, &row, e))
		return err_wrap(e, "safe %" PRId64, safe);
	return needed ? erase_withdrawn(h, a, safe, now, e) &&
			    leave(h, safe, now, e)
		      : erasure_safe(h, a, safe, now, e);
}

bool
erasure_safes_of(struct house *h, struct arena *a, int64_t account, int64_t now,
    struct err *e)
{
	struct sql_safes_of_account_rows v;

	if (!sql_safes_of_account(h->db, a, account, &v, e))
		return err_wrap(e, "safe of account %" PRId64, account);
	for (size_t i = 0; i < v.n; i++)
		if (!erase_or_leave(h, a, v.v[i].id, now, e))
			return false;
	return true;
}

bool
erasure_safes_left(struct house *h, struct arena *a, int64_t account,
    int64_t now, struct err *e)
{
	struct sql_safes_of_account_rows v;

	if (!sql_safes_of_account(h->db, a, account, &v, e))
		return err_wrap(e, "safe of account %" PRId64, account);
	for (size_t i = 0; i < v.n; i++)
		if (!leave(h, v.v[i].id, now, e))
			return false;
	return true;
}

bool
erasure_safes_files(
    struct house *h, struct arena *a, int64_t account, struct err *e)
{
	struct sql_safe_media_of_account_rows v;

	if (!sql_safe_media_of_account(h->db, a, account, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!erasure_files(h, a, v.v[i].id, e))
			return false;
	return true;
}

bool
erasure_safe_files(
    struct house *h, struct arena *a, int64_t safe, struct err *e)
{
	struct sql_safe_media_all_rows v;

	if (!sql_safe_media_all(h->db, a, safe, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!erasure_files(h, a, v.v[i].id, e))
			return false;
	return true;
}

/* ---- the journal ---- */

bool
erasure_safe_pending(struct house *h, struct arena *a,
    const struct erasure_entry *v, bool *ret, struct err *e)
{
	struct sql_safe_token_row row;
	uint8_t want[TOKEN_BYTES];

	if (!num_hex(v->token, want, sizeof(want)))
		return err_set(e, ERR_CORRUPT,
		    "erasure journal: safe %" PRId64 " has no token", v->id);
	if (!sql_safe_token(h->db, a, v->id, ret, &row, e))
		return false;
	*ret = *ret && row.emptied_at == DB_NULL &&
	       key_equal((str){(const char *)want, sizeof(want)}, row.token);
	return true;
}

/* Its pictures are in the journal themselves. */
bool
erasure_safe_again(struct house *h, struct arena *a,
    const struct erasure_entry *v, bool *ret, struct err *e)
{
	return erasure_safe_pending(h, a, v, ret, e) &&
	       (!*ret || forget(h, v->id, v->at, e));
}
