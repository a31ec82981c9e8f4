#include "house/opened.h"

bool
opened_find(
    struct kept *k, const char *column, str by, struct arena *a, str *ret)
{
	const struct kept_answer *t =
	    k == NULL ? NULL : kept_find(k, column, by);

	return t != NULL &&
	       arena_str(a, t->first->v[0].p, (size_t)t->first->v[0].n, ret);
}

void
opened_keep(struct kept *k, const char *column, str by, str text)
{
	struct kept_value v = {text.p, (int64_t)text.n};

	if (k == NULL || text.p == NULL)
		return;
	if (kept_begin(k, column, by) && kept_add_row(k, &v, 1))
		(void)kept_end(k);
	else
		kept_give_up(k);
}
