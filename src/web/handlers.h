/* handlers — the register of those who handle reports, for who directs. */
#ifndef WEB_HANDLERS_H
#define WEB_HANDLERS_H

#include "report/glance.h"
#include "web/form.h"

struct handlers_page {
	struct roll roll;
	const struct care_rule *rule;
	int64_t today;
	/* Of the last GLANCE_DAYS, of cases that lead to who reads; by the
	 * lines of the roll. */
	int64_t *minutes;
};

struct handler_page {
	const struct roll_line *line;
	const struct care_rule *rule;
	const struct form *form;
};

const char *roll_role_label(const struct roll_line *); /* catalogue key */
const char *roll_end_label(enum roll_end);             /* %1: the day */

static inline int64_t
roll_minutes(const struct handlers_page *p, const struct roll_line *l)
{
	return p->minutes[l - p->roll.v];
}

static inline bool
roll_is_over(const struct roll_line *l, int64_t today)
{
	return l->last_on != DB_NULL && l->last_on < today;
}

static inline bool
roll_is_near(const struct handlers_page *p, const struct roll_line *l)
{
	return l->last_on != DB_NULL && l->last_on >= p->today &&
	       l->last_on - p->today <= p->rule->warn_days;
}

#endif
