#include "house/house.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "sql_audit.h"
#include "sql_organisation.h"

#define LIST_MAX ((size_t)1 << 20)
#define PATH_MAX_HERE (CONF_TEXT_MAX + 16)

static void
org_done(struct organisation *o)
{
	free((void *)(uintptr_t)o->name.p);
	free((void *)(uintptr_t)o->profile.p);
	zone_free(o->zone);
	kept_free(o->opened);
	key_done(&o->key);
	key_done(&o->digest);
	key_done(&o->chain);
	key_done(&o->mark);
}

static void
orgs_free(struct organisation *org, size_t n)
{
	for (size_t i = 0; i < n; i++)
		org_done(&org[i]);
	free(org);
}

static str
keep(str s)
{
	char *p = malloc(s.n + 1);

	if (p == NULL)
		abort();
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (str){p, s.n};
}

static str
key_context(struct arena *a, int64_t id)
{
	return arena_fmt(a, "organisation %" PRId64, id);
}

static bool
org_load(const struct house *h, struct arena *a,
    const struct sql_organisation_list_row *row, struct organisation *o,
    struct err *e)
{
	o->id = row->id;
	o->evening_min = row->evening_min;
	if (!lang_of_code(row->lang, &o->lang))
		return err_set(e, ERR_CORRUPT,
		    "language of organisation %" PRId64, row->id);
	if (!key_unwrap(&h->master, row->key_wrapped, key_context(a, row->id),
		&o->key, e))
		return err_wrap(e,
		    "key of organisation %" PRId64
		    " (is this the right master key?)",
		    row->id);
	key_derive(&o->key, "digest", &o->digest);
	key_derive(&o->key, "audit", &o->chain);
	key_derive(&o->key, "mark", &o->mark);
	o->zone = zone_open(row->time_zone, e);
	if (o->zone == NULL)
		return err_wrap(e, "organisation %" PRId64, row->id);
	o->name = keep(row->name);
	o->profile = keep(row->profile);
	return true;
}

bool
house_reload(struct house *h, struct err *e)
{
	OWNED(arena) a = arena_new(LIST_MAX);
	struct sql_organisation_list_rows rows;
	struct organisation *org;

	if (!sql_organisation_list(h->db, a, &rows, e))
		return false;
	org = calloc(rows.n + 1, sizeof(*org));
	if (org == NULL)
		abort();
	for (size_t i = 0; i < rows.n; i++)
		if (!org_load(h, a, &rows.v[i], &org[i], e)) {
			orgs_free(org, i + 1);
			return false;
		}
	orgs_free(h->org, h->n_org);
	h->org = org;
	h->n_org = rows.n;
	return true;
}

/* What was written last is the earliest that it can be now. */
static bool
start_time(struct house *h, struct err *e)
{
	OWNED(arena) a = arena_new(4096);
	struct sql_audit_newest_row row;
	bool found;

	if (!sql_audit_newest(h->db, a, &found, &row, e))
		return false;
	h->told_at = found ? row.at : 0;
	h->told_ms = clock_ms();
	return true;
}

static bool
open_parts(struct house *h, enum db_open_mode mode, struct err *e)
{
	char path[PATH_MAX_HERE];
	int applied;

	(void)snprintf(path, sizeof(path), "%s/preau.db", h->conf->data);
	h->db = db_open(path, mode, e);
	if (h->db == NULL)
		return false;
	if (mode == DB_CREATE ? !db_migrate(h->db, &applied, e)
			      : !db_schema_is_current(h->db, e))
		return false;
	(void)snprintf(path, sizeof(path), "%s/blobs", h->conf->data);
	h->blobs = blob_dir_open(path, e);
	if (h->blobs == NULL)
		return false;
	(void)snprintf(path, sizeof(path), "%s/parcels", h->conf->data);
	h->parcels = blob_dir_open(path, e);
	return h->parcels != NULL && house_reload(h, e) && start_time(h, e);
}

int64_t
house_now(struct house *h)
{
	int64_t clock = clock_now(), ms = clock_ms();
	int64_t at = h->told_at + (ms - h->told_ms) / 1000;

	if (at > clock && at - clock <= HOUSE_BACK_S)
		return at;
	h->told_at = clock;
	h->told_ms = ms;
	return clock;
}

bool
house_open(struct house *h, const struct conf *c, const struct key *master,
    enum db_open_mode mode, struct err *e)
{
	*h = (struct house){.conf = c, .master = *master};
	key_derive(&h->master, "login", &h->login);
	key_derive(&h->login, "form", &h->form);
	if (open_parts(h, mode, e))
		return true;
	house_close(h);
	return err_wrap(e, "%s", c->data);
}

void
house_close(struct house *h)
{
	if (h->consent_free != NULL)
		h->consent_free(h->consent);
	orgs_free(h->org, h->n_org);
	db_free(h->db);
	blob_dir_free(h->blobs);
	blob_dir_free(h->parcels);
	key_done(&h->master);
	key_done(&h->login);
	key_done(&h->form);
	*h = (struct house){0};
}

bool
house_look(struct house *h, struct err *e)
{
	if (!db_look(h->db, e))
		return false;
	for (size_t i = 0; i < h->n_org; i++) {
		struct organisation *o = &h->org[i];

		if (o->opened == NULL)
			o->opened = kept_new(OPENED_BYTES, true);
		kept_turn(o->opened, db_looked_at(h->db));
	}
	return true;
}

void
house_rest(struct house *h)
{
	for (size_t i = 0; i < h->n_org; i++)
		if (h->org[i].opened != NULL)
			kept_forget(h->org[i].opened);
}

bool
house_org(const struct house *h, int64_t id, const struct organisation **ret,
    struct err *e)
{
	for (size_t i = 0; i < h->n_org; i++)
		if (h->org[i].id == id) {
			*ret = &h->org[i];
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "organisation %" PRId64, id);
}

bool
house_org_create(struct house *h, struct arena *a, str name, str profile,
    str time_zone, enum lang lang, int64_t now, int64_t *ret_id, struct err *e)
{
	OWNED(zone) zone = zone_open(time_zone, e);
	CLEANUP(key_done) struct key key;
	struct sql_organisation_insert_row row;
	struct sql_organisation_next_id_row next;
	str wrapped;

	if (zone == NULL)
		return false;
	key_random(&key);
	/* The key's context holds the number, so the number comes first. */
	if (!sql_organisation_next_id(h->db, a, &next, e) ||
	    !key_wrap(a, &h->master, &key, key_context(a, next.next_id),
		&wrapped, e) ||
	    !sql_organisation_insert(h->db, a, next.next_id, name, profile,
		time_zone, str_c(lang_codes[lang]), wrapped, now, &row, e))
		return err_wrap(e, "organisation");
	*ret_id = row.id;
	return true;
}

str
house_text(struct arena *a, const struct organisation *o, const char *context,
    str sealed)
{
	struct err ignored;
	str ret;

	if (sealed.p == NULL)
		return S("");
	if (opened_find(o->opened, context, sealed, a, &ret))
		return ret;
	if (!text_open(a, &o->key, context, sealed, &ret, &ignored))
		return S("");
	opened_keep(o->opened, context, sealed, ret);
	return ret;
}
