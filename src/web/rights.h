/* rights — the children of a family, for the page that says what it may do. */
#ifndef WEB_RIGHTS_H
#define WEB_RIGHTS_H

#include "sharing/viewer.h"
#include "web/claims.h"

struct right_list {
	const struct viewer_child *v;
	size_t n;
};

#endif
