#include "move/parcels.h"

#include <inttypes.h>

#include "base/log.h"
#include "people/child.h"
#include "sql_child.h"

void
parcel_file_done(struct parcel_file *f)
{
	key_done(&f->key);
	if (f->fd >= 0)
		(void)close(f->fd);
	f->fd = -1;
}

bool
parcels_child_key(struct house *h, struct arena *a,
    const struct organisation *org, int64_t child, struct key *ret,
    struct err *e)
{
	struct sql_child_by_id_row row;

	if (!sql_child_by_id(h->db, a, child, org->id, &row, e))
		return err_wrap(e, "child %" PRId64, child);
	if (row.key_wrapped.p == NULL)
		return err_set(e, ERR_NOT_FOUND, "child %" PRId64, child);
	return child_key(a, org, child, row.key_wrapped, ret, e);
}

static str
context(struct arena *a, str name)
{
	return arena_fmt(a, "parcel " STR_FMT, STR_ARG(name));
}

bool
parcels_create(struct house *h, struct arena *a, const struct organisation *org,
    int64_t child, struct parcel_file *f, str *ret_wrapped, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct err ignored;

	if (!parcels_child_key(h, a, org, child, &k, e) ||
	    !blob_create(h->parcels, f->name, &f->fd, e))
		return false;
	key_random(&f->key);
	if (key_wrap(
		a, &k, &f->key, context(a, str_c(f->name)), ret_wrapped, e))
		return true;
	(void)!blob_remove(h->parcels, f->name, &ignored);
	return false;
}

bool
parcels_open(struct house *h, struct arena *a, const struct organisation *org,
    int64_t child, str name, str wrapped, bool incoming, struct parcel_file *f,
    struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	char *z = arena_cstr(a, name);

	if (z == NULL || name.n >= sizeof(f->name) || wrapped.p == NULL)
		return err_set(e, ERR_NOT_FOUND, "no such parcel");
	memcpy(f->name, z, name.n + 1);
	return parcels_child_key(h, a, org, child, &k, e) &&
	       key_unwrap(&k, wrapped, context(a, name), &f->key, e) &&
	       (incoming ? blob_open_incoming(h->parcels, z, true, &f->fd, e)
			 : blob_open(h->parcels, z, &f->fd, e));
}

bool
parcels_keep(struct house *h, const char *name, struct err *e)
{
	return blob_keep(h->parcels, name, e);
}

void
parcels_remove(struct house *h, struct arena *a, str name)
{
	char *z = name.n > 0 ? arena_cstr(a, name) : NULL;
	struct err e;

	if (z != NULL && !blob_remove(h->parcels, z, &e) &&
	    e.kind != ERR_NOT_FOUND)
		log_err(LOG_LEVEL_WARN, &e, "a parcel stays until it is swept");
}

void
parcels_card(const struct organisation *org, struct card *ret)
{
	struct seal_keys k;

	seal_keys(&org->key, &k);
	memcpy(ret->box, k.box, CARD_KEY);
	memcpy(ret->sign, k.sign, CARD_KEY);
	ret->name = org->name;
	seal_keys_done(&k);
}
