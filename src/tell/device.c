#include "tell/device.h"

#include "base/buf.h"
#include "base/num.h"
#include "base/rand.h"
#include "sql_push.h"
#include "tell/choice.h"

static str
cookie_digest(const struct deed *d, str cookie)
{
	uint8_t raw[DEVICE_COOKIE_CHARS / 2];

	if (cookie.n != DEVICE_COOKIE_CHARS ||
	    !num_hex(cookie, raw, sizeof(raw)))
		return (str){0};
	return key_digest(d->arena, &d->org->digest, "push_device.cookie",
	    (str){(const char *)raw, sizeof(raw)});
}

bool
device_list(const struct deed *d, int64_t account, str cookie,
    struct tell_devices *ret, struct err *e)
{
	struct sql_push_devices_rows rows;
	str here = cookie_digest(d, cookie);
	struct tell_device *v;

	if (!sql_push_devices(d->house->db, d->arena, account, &rows, e))
		return false;
	v = NEW_N(d->arena, struct tell_device, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many devices");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct tell_device){.id = rows.v[i].id,
		    .made_at = rows.v[i].made_at,
		    .sent_at =
			rows.v[i].sent_at == DB_NULL ? 0 : rows.v[i].sent_at,
		    .name = house_text(d->arena, d->org, "push_device.name_enc",
			rows.v[i].name_enc),
		    .here = here.p != NULL &&
			    key_equal(here, rows.v[i].cookie_digest)};
	*ret = (struct tell_devices){v, rows.n};
	return true;
}

static bool
insert(
    const struct deed *d, const struct device_new *n, str cookie, struct err *e)
{
	struct sql_push_device_add_row row;
	str target, name, digest, address;
	int64_t rows;

	digest = cookie_digest(d, cookie);
	address = key_digest(d->arena, &d->org->digest, "push_device.target",
	    n->target->address);
	if (digest.p == NULL || address.p == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	return deed_seal(d, "push_device.target_enc",
		   push_target_text(d->arena, n->target), &target, e) &&
	       deed_seal(d, "push_device.name_enc", n->name, &name, e) &&
	       sql_push_device_replace(
		   d->house->db, digest, address, &rows, e) &&
	       sql_push_device_add(d->house->db, d->arena, d->org->id,
		   n->account, n->session, digest, address, target, name,
		   d->now, n->house_key, &row, e);
}

static bool
new_cookie(const struct deed *d, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf hex = BUF_MAX(DEVICE_COOKIE_CHARS);
	uint8_t raw[DEVICE_COOKIE_CHARS / 2];

	rand_bytes(raw, sizeof(raw));
	buf_hex(&hex, raw, sizeof(raw));
	return arena_str(d->arena, hex.p, hex.n, ret) ||
	       err_set(e, ERR_LIMIT, "no memory");
}

bool
device_add(const struct deed *d, const struct device_new *n, str *ret_cookie,
    struct err *e)
{
	struct device_new named = *n;
	str cookie = n->cookie, had = {0};
	struct tell_devices l;
	size_t others = 0;

	if (!device_list(d, n->account, n->cookie, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].here)
			had = l.v[i].name;
		else
			others++;
	*ret_cookie = (str){0};
	if (others >= DEVICES_MAX)
		return true;
	if (named.name.n == 0)
		named.name = had.n > 0 ? had : n->agent;
	if (cookie_digest(d, cookie).p == NULL && !new_cookie(d, &cookie, e))
		return false;
	if (!insert(d, &named, cookie, e) ||
	    !tell_reached(d, n->account, n->staff, e))
		return false;
	*ret_cookie = cookie;
	return true;
}

bool
device_end(
    const struct deed *d, int64_t account, int64_t id, bool *ret, struct err *e)
{
	int64_t rows;

	if (!sql_push_device_end(d->house->db, id, account, &rows, e))
		return false;
	*ret = rows == 1;
	return true;
}

bool
device_signed_in(const struct deed *d, int64_t account, int64_t session,
    str cookie, struct err *e)
{
	str digest = cookie_digest(d, cookie);
	int64_t rows;

	return digest.p == NULL || (sql_push_device_other(d->house->db, digest,
					account, &rows, e) &&
				       sql_push_device_here(d->house->db,
					   session, digest, account, &rows, e));
}
