#include "life/address.h"

#include "base/buf.h"
#include "sql_calendar_feed.h"

#define SECRET_BYTES (ADDRESS_SIGNS / 2)

static bool
secret_of(const struct deed *d, str nonce, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(ADDRESS_SIGNS);
	str made =
	    key_digest(d->arena, &d->house->login, "calendar.address", nonce);

	if (made.n < SECRET_BYTES)
		return err_set(e, ERR_LIMIT, "no room for an address");
	buf_hex(&b, made.p, SECRET_BYTES);
	return arena_str(d->arena, b.p, b.n, ret) ||
	       err_set(e, ERR_LIMIT, "no room for an address");
}

static str
digest_of(const struct house *h, struct arena *a, str secret)
{
	return key_digest(a, &h->login, "calendar.digest", secret);
}

bool
address_of(
    const struct deed *d, int64_t account, struct address *ret, struct err *e)
{
	struct sql_calendar_feed_of_row row;
	bool found;

	*ret =
	    (struct address){.kinds = {.programme = true, .last_days = true}};
	if (!sql_calendar_feed_of(
		d->house->db, d->arena, account, &found, &row, e))
		return err_wrap(e, "the address of a calendar");
	if (!found)
		return true;
	ret->made_at = row.made_at;
	ret->kinds = (struct address_kinds){
	    row.programme != 0, row.menus != 0, row.last_days != 0};
	return secret_of(d, row.nonce, &ret->secret, e);
}

bool
address_make(const struct deed *d, const struct address_kinds *k, struct err *e)
{
	CLEANUP(key_done) struct key random = {{0}};
	str nonce = {(const char *)random.b, sizeof(random.b)}, secret, digest;
	int64_t rows;

	key_random(&random);
	if (!secret_of(d, nonce, &secret, e))
		return false;
	digest = digest_of(d->house, d->arena, secret);
	return (sql_calendar_feed_drop(d->house->db, d->actor, &rows, e) &&
		   sql_calendar_feed_add(d->house->db, d->actor, d->org->id,
		       nonce, digest, d->now, k->programme, k->menus,
		       k->last_days, &rows, e) &&
		   deed_note_account(d, AUDIT_FEED_MADE, d->actor, e)) ||
	       err_wrap(e, "the address of a calendar");
}

bool
address_set(const struct deed *d, const struct address_kinds *k, struct err *e)
{
	int64_t rows;

	return sql_calendar_feed_set(d->house->db, k->programme, k->menus,
		   k->last_days, d->actor, &rows, e) ||
	       err_wrap(e, "what a calendar holds");
}

bool
address_end(const struct deed *d, struct err *e)
{
	int64_t rows;

	return (sql_calendar_feed_drop(d->house->db, d->actor, &rows, e) &&
		   (rows == 0 ||
		       deed_note_account(d, AUDIT_FEED_ENDED, d->actor, e))) ||
	       err_wrap(e, "the address of a calendar");
}

bool
address_find(struct house *h, struct arena *a, str secret,
    struct address_owner *ret, struct err *e)
{
	struct sql_calendar_feed_find_row row;
	bool found = false;

	*ret = (struct address_owner){0};
	if (secret.n != ADDRESS_SIGNS)
		return true;
	if (!sql_calendar_feed_find(
		h->db, a, digest_of(h, a, secret), &found, &row, e))
		return err_wrap(e, "the address of a calendar");
	if (found)
		*ret = (struct address_owner){row.account, row.organisation,
		    {row.programme != 0, row.menus != 0, row.last_days != 0}};
	return true;
}
