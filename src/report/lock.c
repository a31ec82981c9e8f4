#include "report/lock.h"

static str
context_of(struct arena *a, const struct lock *l)
{
	return arena_fmt(a, "%s " STR_FMT,
	    l->of == LOCK_CASE ? "case" : "report of case", STR_ARG(l->number));
}

bool
lock_new(const struct deed *d, enum lock_of of, str number, struct lock *ret,
    struct err *e)
{
	CLEANUP(key_done) struct key k;
	struct lock l = {of, number, {0}};

	key_random(&k);
	if (!key_wrap(d->arena, &d->org->key, &k, context_of(d->arena, &l),
		&l.wrapped, e))
		return err_wrap(e, "key of a case");
	*ret = l;
	return true;
}

bool
lock_seal(const struct deed *d, const struct lock *l, const char *column,
    str text, str *ret, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};

	if (l->wrapped.p == NULL || text.n == 0)
		return deed_seal(d, column, text, ret, e);
	return key_unwrap(
		   &d->org->key, l->wrapped, context_of(d->arena, l), &k, e) &&
	       text_seal(d->arena, &k, column, text, ret, e);
}

str
lock_text(struct arena *a, const struct organisation *org, const struct lock *l,
    const char *column, str sealed)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct err ignored;
	str text;

	if (l->wrapped.p != NULL && sealed.p != NULL &&
	    key_unwrap(&org->key, l->wrapped, context_of(a, l), &k, &ignored) &&
	    text_open(a, &k, column, sealed, &text, &ignored))
		return text;
	return house_text(a, org, column, sealed);
}
