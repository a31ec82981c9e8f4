/* report — what the pages about reports show. */
#ifndef WEB_REPORT_H
#define WEB_REPORT_H

#include "people/throttle.h"
#include "report/casefile.h"
#include "report/filing.h"
#include "report/glance.h"
#include "web/form.h"
#include "web/help.h"

enum { REPORT_F_WORDS, REPORT_F_CONTACT };

struct report_child {
	int64_t id;
	str first;
	bool chosen;
};

struct report_person {
	int64_t account;
	str name;
	bool chosen;
};

struct report_form {
	const struct form *form;
	struct helpline_list lines;
	str organisation;
	bool subject; /* a photo, a video or a post, and not in general */
	str what;     /* it is called */
	str action;   /* where the form goes */
	str category;
	unsigned functions;
	bool unsaid, member;
	int64_t wait_s;
	struct report_child *child;
	size_t n_child;
	struct report_person *person;
	size_t n_person;
};

struct report_line {
	int64_t id, made_at;
	const struct category *category;
	str number;
	const char *state; /* catalogue key */
	const char *tag;
};

struct report_lines {
	struct report_line *v;
	size_t n;
};

struct report_page {
	const struct report_seen *seen;
	const struct form *form;
	str receipt; /* that it was opened by; {0}: by its reporter's account */
};

/* Fills view.reports, for the cards of a first page of the team. */
bool report_waits(struct request *, struct err *) MUST_USE;

/* What strangers send is counted by the address that it comes from.
 * *ret_wait_s > 0: too much of late. */
bool report_may_send(struct request *, enum throttle, int64_t *ret_wait_s,
    struct err *) MUST_USE;

const char *report_outcome(str word); /* catalogue key */

/* A case in the list, and the paper that it waits for. */
struct case_line {
	const struct case_head *head;
	struct filing_next paper;
};

struct case_lines {
	struct case_line *v;
	size_t n;
};

struct cases_page {
	struct case_heads heads;
	struct case_lines lines;
	bool later;
};

struct case_view {
	const struct case_page *page;
	const struct form *form;
	const struct report_person *person; /* of the staff, to be named */
	size_t n_person;
	bool mine, may_decide, may_again, ncmec;
	struct filing_next paper;  /* that has to be done first */
	bool safe;                 /* one is open to it (web/case_safe.c) */
	struct glance_items items; /* what was reported */
	str chosen;
	str path; /* « Anne et Paul » */
};

struct case_hold_line {
	int64_t id, until_on;
	str reason;
	bool over, may_ask, asked, may_release;
};

struct case_hold_page {
	int64_t id; /* of the case */
	const struct form *form;
	struct case_hold_line *hold;
	size_t n_hold;
};

/* Lists as templates walk them. */
struct case_hold_lines {
	const struct case_hold_line *v;
	size_t n;
};
struct report_people {
	const struct report_person *v;
	size_t n;
};
struct report_children {
	const struct report_child *v;
	size_t n;
};
struct case_reports {
	const struct case_report *v;
	size_t n;
};
struct case_abouts {
	const struct case_person_line *v;
	size_t n;
};

static inline struct report_people
report_people(const struct report_form *p)
{
	return (struct report_people){p->person, p->n_person};
}
static inline struct report_people
case_people(const struct case_view *p)
{
	return (struct report_people){p->person, p->n_person};
}
static inline struct report_children
report_children(const struct report_form *p)
{
	return (struct report_children){p->child, p->n_child};
}
static inline struct case_reports
case_reports(const struct case_page *p)
{
	return (struct case_reports){p->report, p->n_report};
}
static inline struct case_hold_lines
case_hold_lines(const struct case_hold_page *p)
{
	return (struct case_hold_lines){p->hold, p->n_hold};
}
static inline struct case_abouts
case_abouts(const struct case_page *p)
{
	return (struct case_abouts){p->about, p->n_about};
}

/* The tag of a case: what it waits for. */
const char *case_state_label(const struct case_head *);
const char *case_state_tag(const struct case_head *);
const char *report_who_label(str who);

#endif
