/* glance — the pictures of a report, for who handles it: none unasked. */
#ifndef WEB_GLANCE_H
#define WEB_GLANCE_H

#include "report/glance.h"
#include "web/web.h"

struct glance_page {
	int64_t case_file, medium;
	enum glance_state state;
	int64_t left_s;
	bool closer; /* the page of its own, without a script */
};

/* Why one is not shown, in words for a person. */
struct glance_refused {
	int64_t case_file;
	enum glance_why why;
	const struct care *care;
	const struct care_rule *rule;
};

const char *glance_kind_label(str kind); /* catalogue keys */
const char *glance_why_label(enum glance_why);
const char *care_why_label(enum care_why); /* %1: when it goes on */

static inline int64_t
care_minutes(int64_t s)
{
	return (s + 59) / 60;
}

#endif
