#include "sharing/blob_key.h"

static str
context_of(struct arena *a, str name)
{
	return arena_fmt(a, "blob " STR_FMT, STR_ARG(name));
}

bool
blob_key_wrap(struct arena *a, const struct organisation *org, str name,
    const struct key *k, str *ret, struct err *e)
{
	str context = context_of(a, name);

	if (context.p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a key's context");
	return key_wrap(a, &org->key, k, context, ret, e);
}

bool
blob_key_unwrap(struct arena *a, const struct organisation *org, str name,
    str wrapped, struct key *ret, struct err *e)
{
	str context = context_of(a, name);

	if (context.p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a key's context");
	return key_unwrap(&org->key, wrapped, context, ret, e);
}
