#include "demo/demo.h"

#include "demo/albums.h"
#include "demo/cast.h"
#include "demo/consents.h"
#include "demo/days.h"
#include "demo/life.h"
#include "demo/people.h"

static bool
exists(const struct house *h)
{
	for (size_t i = 0; i < h->n_org; i++)
		if (str_eq(h->org[i].name, S(DEMO_NAME)))
			return true;
	return false;
}

static bool
begin(struct house *h, struct arena *a, int64_t now, int64_t *ret_id,
    struct err *e)
{
	struct deed d = {.house = h, .arena = a, .now = now};

	if (!house_org_create(h, a, S(DEMO_NAME), S("fr"), S("Europe/Paris"),
		LANG_FR, now, ret_id, e) ||
	    !house_reload(h, e) || !house_org(h, *ret_id, &d.org, e))
		return false;
	d.today = day_of(d.org->zone, now);
	return demo_people(&d, e) && demo_consents(&d, e) &&
	       demo_absence(&d, e);
}

static bool
notice(struct house *h, struct arena *a, const struct organisation *o,
    int64_t now, struct err *e)
{
	struct deed d = {.house = h,
	    .arena = a,
	    .org = o,
	    .now = now,
	    .today = day_of(o->zone, now)};

	if (!db_begin(h->db, e))
		return false;
	if (demo_notice(&d, e) && demo_days(&d, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "demo");
}

bool
demo_make(struct house *h, struct arena *a, int64_t photos_px, int64_t now,
    bool *ret_made, struct err *e)
{
	const struct organisation *o;
	int64_t id;

	*ret_made = false;
	if (exists(h))
		return true;
	if (!db_begin(h->db, e))
		return false;
	if (!begin(h, a, now, &id, e) || !db_commit(h->db, e)) {
		db_rollback(h->db);
		return err_wrap(e, "demo");
	}
	*ret_made = true;
	return house_org(h, id, &o, e) &&
	       demo_albums(h, a, o, photos_px, now, e) &&
	       notice(h, a, o, now, e);
}

static size_t
count(void)
{
	size_t n = 0;

	for (const struct demo_staff *p = demo_staff; p->login != NULL; p++)
		n++;
	for (const struct demo_family *f = demo_families; f->login != NULL; f++)
		n++;
	return n;
}

bool
demo_logins(const struct house *h, struct arena *a, struct demo_logins *ret,
    struct err *e)
{
	struct demo_login *v = NEW_N(a, struct demo_login, count());
	size_t n = 0;

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for logins");
	for (const struct demo_staff *p = demo_staff; p->login != NULL; p++) {
		v[n] = (struct demo_login){
		    str_c(p->who), str_c(p->login), str_c(p->pass), true, {0}};
		demo_totp(h, p->login, v[n++].totp);
	}
	for (const struct demo_family *f = demo_families; f->login != NULL; f++)
		v[n++] = (struct demo_login){
		    str_c(f->who), str_c(f->login), str_c(f->pass), false, {0}};
	*ret = (struct demo_logins){v, n};
	return true;
}
