/* help — the numbers to call, by jurisdiction profile, with their review date.
 */
#ifndef WEB_HELP_H
#define WEB_HELP_H

#include <stdbool.h>

#include "base/str.h"

struct helpline {
	str number;               /* as people read it */
	str tel;                  /* digits, for a tel: link */
	const char *what;         /* catalogue key: whom it is for, and when */
	bool children;            /* children are shown it */
	const char *for_children; /* catalogue key: the same, for them */
};

struct helpline_list {
	const struct helpline *v;
	size_t n;
};

struct helpline_list helplines(str profile);

#endif
