#include "move/turn.h"

#include <inttypes.h>

static bool
deed_of(struct house *h, struct arena *a, int64_t org, struct deed *ret,
    struct err *e)
{
	const struct organisation *o;
	int64_t now = house_now(h);

	if (!house_org(h, org, &o, e) &&
	    !(house_reload(h, e) && house_org(h, org, &o, e)))
		return false;
	*ret = (struct deed){h, a, o, AUDIT_SERVER, now, day_of(o->zone, now)};
	return true;
}

static void
end(struct turn *t)
{
	t->kind->free(t->work);
	t->work = NULL;
}

int64_t
turn_due_ms(const struct turn *t)
{
	return t->not_before_ms == 0 ? INT64_MAX : t->not_before_ms;
}

static bool
find(struct turn *t, struct house *h, struct arena *a, int64_t now_ms,
    struct err *e)
{
	int64_t id = 0;

	/* One that fails again and again is not in the way of the others. */
	if (t->work != NULL || now_ms < t->not_before_ms)
		return true;
	t->not_before_ms = 0;
	if (!t->kind->find(h, a, t->after, &id, &t->org, e) ||
	    (id == 0 && t->after != 0 &&
		!t->kind->find(h, a, 0, &id, &t->org, e)))
		return err_wrap(e, "%s", t->kind->what);
	t->after = 0;
	t->id = id;
	if (id != 0)
		t->work = t->kind->begin(id);
	return true;
}

static bool
put_off(struct turn *t, int64_t now_ms, bool *ret_more, struct err *e)
{
	*ret_more = false;
	t->not_before_ms = now_ms + TURN_AGAIN_MS;
	t->after = t->id;
	end(t);
	return err_wrap(e, "%s %" PRId64, t->kind->what, t->id);
}

/* What is half-made goes first: on a full disk that is the room to say so. */
static bool
failed(struct turn *t, const struct deed *d, int64_t now_ms, bool *ret_more,
    struct err *e)
{
	struct err why = *e;
	bool over = false;

	t->kind->drop(d->house, t->work);
	if (t->kind->settle(d, t->work, &why, &over, e) && over) {
		end(t);
		return true;
	}
	*e = why;
	return put_off(t, now_ms, ret_more, e);
}

bool
turn_take(struct turn *t, struct house *h, struct arena *a, int64_t now_ms,
    bool *ret_more, struct err *e)
{
	struct deed d;
	bool done;

	*ret_more = false;
	if (!find(t, h, a, now_ms, e))
		return false;
	if (t->work == NULL)
		return true;
	*ret_more = true;
	if (!deed_of(h, a, t->org, &d, e)) {
		t->kind->drop(h, t->work);
		return put_off(t, now_ms, ret_more, e);
	}
	if (!t->kind->step(&d, t->work, &done, e))
		return failed(t, &d, now_ms, ret_more, e);
	if (done)
		end(t);
	return true;
}
