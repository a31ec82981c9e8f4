#include "people/circle.h"

const struct circle_member *
circle_find(const struct circle *c, int64_t account)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].account == account)
			return &c->v[i];
	return NULL;
}

bool
circle_has(const struct circle *c, int64_t account)
{
	return circle_find(c, account) != NULL;
}

str
circle_name(const struct circle *c, int64_t account)
{
	const struct circle_member *m = circle_find(c, account);

	return m == NULL ? S("") : m->name;
}
