/*
 * mine — everything that is kept about a person of a family and the children
 * that she decides for, in plain words: one list, shown as a page and taken
 * along as a ZIP of the same page and of JSON.
 *
 * A new datum about somebody adds its rows here.  Pictures are taken along by
 * the memory box (web/memories.h).
 */
#ifndef WEB_MINE_H
#define WEB_MINE_H

#include "web/web.h"

struct mine_row {
	const char *word; /* its name in JSON */
	str label, value; /* in the page's language */
};

struct mine_section {
	const char *word;
	str title;
	int64_t child; /* 0: about the person */
	struct mine_row *v;
	size_t n;
};

struct mine {
	struct mine_section *v;
	size_t n;
	html style; /* inside the ZIP, where it stands alone */
};

struct mine_row_list {
	const struct mine_row *v;
	size_t n;
};

static inline struct mine_row_list
mine_rows(const struct mine_section *s)
{
	return (struct mine_row_list){s->v, s->n};
}

bool mine_load(struct request *, struct mine *ret, struct err *) MUST_USE;

/* RFC 8259, UTF-8; a full buf is full. */
void mine_json(struct request *, const struct mine *, struct buf *);

#endif
