#include "faces/consent.h"

static bool
nobody_knows(const struct deed *d, int64_t post, const int64_t *child, size_t n,
    enum face_leave *ret, struct err *e)
{
	(void)d;
	(void)post;
	(void)child;
	(void)e;
	for (size_t i = 0; i < n; i++)
		ret[i] = FACE_UNKNOWN;
	return true;
}

face_leave_of *faces_leave = nobody_knows;
