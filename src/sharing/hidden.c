#include "sharing/hidden.h"

bool
hidden_areas(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int64_t now, const struct cover_area **ret, size_t *ret_n,
    struct err *e)
{
	(void)h, (void)a, (void)v, (void)medium, (void)now, (void)e;
	*ret = NULL;
	*ret_n = 0;
	return true;
}
