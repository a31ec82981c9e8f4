/* notice — what the pages about notices are given. */
#ifndef WEB_NOTICE_H
#define WEB_NOTICE_H

#include "life/asked.h"
#include "life/pattern.h"
#include "web/consent.h"
#include "web/form.h"
#include "web/publish.h"

/* Of the path's notice, for who may do that with it. */
bool notice_of(struct request *, enum permit_want, const struct grant **ret_g,
    struct notice *ret, struct err *) MUST_USE;

static inline enum lang
notice_shown(const struct view *v, const struct notice *n)
{
	return notice_lang(&n->is.words, v->lang);
}

static inline str
notice_title(const struct view *v, const struct notice *n)
{
	return n->is.words.title[notice_shown(v, n)];
}

struct notice_line {
	struct notice notice;
	struct asked_mine mine;
};

struct notices_page {
	struct notice_line *v; /* the newest first */
	size_t n;
	int64_t next; /* where the next page begins; 0: there is none */
};

struct notice_lines {
	const struct notice_line *v;
	size_t n;
};

static inline struct notice_lines
notice_lines(const struct notices_page *p)
{
	return (struct notice_lines){p->v, p->n};
}

struct notice_page {
	const struct notice *notice;
	const struct asked_mine *mine;
	bool may_edit;
};

struct asked_child_list {
	const struct asked_child *v;
	size_t n;
};

static inline struct asked_child_list
asked_children(const struct asked_mine *m)
{
	return (struct asked_child_list){m->v, m->n};
}

/* ---- the team ---- */

struct notice_text_page {
	const struct form *form;
	int64_t id;               /* 0: a new one */
	bool published;           /* another text asks again */
	struct patterns patterns; /* of a new one */
};

struct asked_page {
	const struct notice *notice;
	int64_t group; /* 0: the families that are named */
	const struct choices *choices;
	struct asked_rows rows;
	bool named; /* some are */
};

struct asked_row_list {
	const struct asked_row *v;
	size_t n;
};

static inline struct asked_row_list
asked_row_list(const struct asked_page *p)
{
	return (struct asked_row_list){p->rows.v, p->rows.n};
}

struct asked_adult_list {
	const struct asked_adult *v;
	size_t n;
};

static inline struct asked_adult_list
asked_adults(const struct asked_row *r)
{
	return (struct asked_adult_list){r->v, r->n};
}

struct notice_paper_page {
	const struct notice *notice;
	int64_t group;
	const struct asked_row *row;
	struct consent_witness_list witnesses;
	int64_t who, witness; /* chosen; 0: none yet */
	str signed_on;        /* as it was typed */
	const char *fault;    /* catalogue key, or NULL */
};

#endif
