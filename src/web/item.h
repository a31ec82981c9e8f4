/* item — what the pages of a centre's days are given. */
#ifndef WEB_ITEM_H
#define WEB_ITEM_H

#include "life/choice.h"
#include "life/pattern.h"
#include "web/field.h"
#include "web/form.h"
#include "web/publish.h"

/* The words of a kind, catalogue keys. */
const char *item_kind_label(enum item_kind); /* « Poll » */
const char *item_kind_many(enum item_kind);  /* « Polls » */
const char *item_kind_new(enum item_kind);   /* « New poll » */
const char *item_list_path(enum item_kind);  /* where the team goes back to */
const char *item_new_path(enum item_kind);   /* where a new one is begun */

static inline str
item_title(const struct view *v, const struct item *i)
{
	return item_part(i, v->lang, ITEM_TITLE);
}

/* « samedi 5 décembre, 14 h – 16 h » */
str item_when(struct view *, const struct item *);
str item_hours(struct view *, const struct item *); /* "": all day */
/* « Les Écureuils, Les Renards », of the groups that it is for. */
bool item_groups(
    struct request *, const struct grant *, str *ret, struct err *) MUST_USE;

/* Of the path's item, for who may do that with it. */
bool item_of(struct request *, enum permit_want, const struct grant **ret_g,
    struct item *ret, struct err *) MUST_USE;

struct item_week {
	int64_t day; /* that it begins on */
	bool off;
};

/* Of a weekly event, those that are not over. */
struct item_weeks {
	struct item_week *v;
	size_t n, off;
};

struct item_page {
	const struct item *item;
	str groups;
	const struct choice_sum *sum;  /* NULL: nothing is asked */
	const struct choice_whos *who; /* NULL: not shown */
	int64_t album; /* beside it, that this viewer may see; 0 */
	struct item_weeks weeks;
	const char *fault;
	bool may_edit;
};

struct sum_lines {
	const struct choice_of_line *v;
	size_t n;
};

static inline struct sum_lines
sum_lines(const struct choice_sum *s)
{
	return (struct sum_lines){s->v, s->n};
}

/* ---- lists ---- */

struct item_seens {
	const struct item_seen *v;
	size_t n;
};

struct items_page {
	enum item_kind kind;
	struct item_seens list;
	int64_t next; /* 0: there are no more */
};

/* ---- the team writes ---- */

struct album_choice {
	int64_t id;
	str title;
};

struct album_choices {
	struct album_choice *v;
	size_t n;
};

struct item_text_page {
	enum item_kind kind;
	const struct form *form;
	int64_t id; /* 0: a new one */
	bool published;
	struct patterns patterns; /* of a new one */
	struct album_choices albums;
	int64_t album;
};

#endif
