/* week — what the pages of the week, of the month, and of the grids of a
 * programme and of menus are given. */
#ifndef WEB_WEEK_H
#define WEB_WEEK_H

#include "life/address.h"
#include "web/item.h"

#define WEEK_DAYS 7
#define WORK_DAYS 5

struct week_page {
	int64_t monday, today;
	struct item_seens events, programmes, menus;
	const str *group;                /* of programmes, by their place */
	const struct choice_list *write; /* groups that the team writes for */
};

/* ---- a day, for the templates ---- */

struct item_line_list {
	const struct item_line *v;
	size_t n;
};

static inline struct item_line_list
item_lines(const struct item *i)
{
	return (struct item_line_list){i->is.line, i->is.n_line};
}

bool week_has(const struct week_page *, int64_t day); /* anything at all */
bool week_has_lines(const struct item *, int64_t day);
/* An occurrence begins on that day, or goes on where the list begins. */
bool week_begins(const struct item *, int64_t day, int64_t first);

/* ---- a month ---- */

struct month_page {
	int64_t first, last, today;
	int64_t before, after; /* days of the months beside it */
	str name;
	struct item_seens events;
};

/* ---- a grid of days ---- */

struct grid_page {
	enum item_kind kind;
	int64_t group; /* 0: menus, for all groups */
	str name;      /* of the group */
	int64_t monday;
	int days; /* 5, or 7 */
	struct item_new is;
	int64_t id; /* 0: nothing is written for this week yet */
	enum post_state state;
	struct patterns patterns;
	const char *fault;
};

/* What stands in a cell; NULL: nothing. */
const struct item_line *grid_cell(
    const struct grid_page *, int64_t day, int64_t half);
/* « f-0-1 »: of a form; which: f and e the words, a and b the allergens. */
str grid_name(struct view *, char which, int day, int half);

/* The cells of a week, without its days, for a template. */
bool week_keep(struct request *, const struct item *,
    struct pattern_fields *ret, struct err *) MUST_USE;

/* ---- the address ---- */

struct subscribe_page {
	str address; /* "": there is none */
	int64_t made_at;
	struct address_kinds kinds;
};

#endif
