#include "custody/custodian.h"

#include <inttypes.h>

#include "base/rand.h"
#include "sql_seal.h"

bool
custodian_list(struct house *h, struct arena *a, const struct organisation *org,
    struct custodians *ret, struct err *e)
{
	struct sql_custodian_list_rows rows;

	if (!sql_custodian_list(h->db, a, org->id, &rows, e))
		return err_wrap(e, "custodians");
	*ret =
	    (struct custodians){NEW_N(a, struct custodian, rows.n + 1), 0, 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many custodians");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_custodian_list_row *r = &rows.v[i];
		struct custodian *c = &ret->v[ret->n++];

		*c = (struct custodian){.id = r->id,
		    .account = r->account,
		    .named_at = r->named_at,
		    .ready_at = r->ready_at,
		    .ended_at = r->ended_at,
		    .active = str_eq(r->state, S("active")),
		    .name = house_text(a, org, "account.name_enc", r->name_enc),
		    .namer =
			house_text(a, org, "account.name_enc", r->namer_enc)};
		if (r->public.n == BOX_PUBLIC)
			box_fingerprint(
			    (const uint8_t *)r->public.p, c->fingerprint);
		ret->ready += c->active && r->ready_at != DB_NULL &&
			      r->ended_at == DB_NULL;
	}
	return true;
}

static bool
note(const struct deed *d, enum audit_action action, int64_t account,
    struct err *e)
{
	return deed_note_account(d, action, account, e);
}

/* Nobody makes both halves. */
static bool
check_own(const struct deed *d, int64_t account, struct err *e)
{
	struct sql_custodian_own_named_row own;
	struct sql_custodian_staff_row staff;
	bool found;

	if (!sql_custodian_staff(d->house->db, d->arena, d->actor, account,
		d->org->id, &found, &staff, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such account");
	if (!sql_custodian_own_named(
		d->house->db, d->arena, d->org->id, d->actor, &own, e))
		return false;
	return own.n == 0 || (!staff.own && account != d->actor) ||
	       err_set(e, ERR_CONFLICT, "the second one of her own making");
}

static bool
check_room(const struct deed *d, int64_t account, struct err *e)
{
	struct custodians all;
	size_t standing = 0;

	if (!custodian_list(d->house, d->arena, d->org, &all, e))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		if (all.v[i].ended_at != DB_NULL)
			continue;
		if (all.v[i].account == account)
			return err_set(e, ERR_CONFLICT, "is one already");
		standing += all.v[i].active;
	}
	return standing < BOX_CUSTODIANS_MAX ||
	       err_set(e, ERR_CONFLICT, "there are enough");
}

bool
custodian_name(const struct deed *d, int64_t account, struct err *e)
{
	struct sql_custodian_add_row row;

	return check_own(d, account, e) && check_room(d, account, e) &&
	       sql_custodian_add(d->house->db, d->arena, d->org->id, account,
		   d->actor, d->now, &row, e) &&
	       note(d, AUDIT_CUSTODIAN_NAMED, account, e);
}

bool
custodian_end(const struct deed *d, int64_t id, struct err *e)
{
	struct sql_custodian_by_id_row row;
	int64_t rows;
	bool found;

	if (!sql_custodian_by_id(
		d->house->db, d->arena, id, d->org->id, &found, &row, e))
		return err_wrap(e, "custodian %" PRId64, id);
	if (!found || row.ended_at != DB_NULL)
		return err_set(e, ERR_NOT_FOUND, "no such custodian");
	return sql_custodian_end(
		   d->house->db, d->actor, d->now, id, d->org->id, &rows, e) &&
	       note(d, AUDIT_CUSTODIAN_ENDED, row.account, e);
}

static bool
own(const struct deed *d, struct sql_custodian_of_row *ret, struct err *e)
{
	bool found;

	if (!sql_custodian_of(
		d->house->db, d->arena, d->actor, d->org->id, &found, ret, e))
		return err_wrap(e, "custodian");
	return found || err_set(e, ERR_NOT_FOUND, "is no custodian");
}

bool
custodian_own(const struct deed *d, bool *ret_set, struct err *e)
{
	struct sql_custodian_of_row row;

	if (!own(d, &row, e))
		return false;
	*ret_set = row.public.p != NULL;
	return true;
}

bool
custodian_set(const struct deed *d, str pass, struct err *e)
{
	CLEANUP(box_pair_done) struct box_pair pair = {{0}, {{0}}};
	struct sql_custodian_of_row row;
	uint8_t salt[BOX_SALT];
	int64_t rows;

	if (!own(d, &row, e))
		return false;
	if (row.public.p != NULL)
		return err_set(e, ERR_CONFLICT, "it is set already");
	rand_bytes(salt, sizeof(salt));
	return box_pair_of(pass, salt, &pair, e) &&
	       sql_custodian_ready(d->house->db,
		   (str){(const char *)salt, sizeof(salt)},
		   (str){(const char *)pair.public, sizeof(pair.public)},
		   d->now, row.id, &rows, e) &&
	       note(d, AUDIT_CUSTODIAN_READY, d->actor, e);
}
