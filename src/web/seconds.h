/* seconds — what somebody of the team is asked to have seen too. */
#ifndef WEB_SECONDS_H
#define WEB_SECONDS_H

#include "people/halt.h"
#include "sharing/paper.h"
#include "web/web.h"

struct second {
	int64_t id, from_on, until_on;
	str child, person, noted_by;
	str matter; /* "": all */
	str document;
};

struct second_page {
	struct second *v;
	size_t n;
	struct paper_list papers;
	struct halt_list halts; /* that the viewer may agree to */
};

struct second_list {
	const struct second *v;
	size_t n;
};

static inline struct second_list
second_lines(const struct second_page *p)
{
	return (struct second_list){p->v, p->n};
}

/* What waits for the viewer, who is of the staff: into the view. */
bool seconds_count(struct request *, struct err *) MUST_USE;

#endif
