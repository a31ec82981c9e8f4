/*
 * item — what stands in a centre's days: an event of the calendar, a week's
 * programme or menus, a poll, a bring-list, an entry of the day.
 *
 * A post of words (words.h): audience, hour and withdrawing are posts', who
 * sees it is permit.h's (PERMIT_NOTICE, PERMIT_NOTICE_EDIT).  French, English
 * or both, sealed under the organisation's key; an entry for families by name
 * becomes one for each child, under that child's own key.  Items go
 * with their rule (ENDS_DAYS) after the season that they fell in.
 */
#ifndef LIFE_ITEM_H
#define LIFE_ITEM_H

#include "life/words.h"

#define ITEM_TITLE_MAX 80 /* code points */
#define ITEM_BODY_MAX 4000
#define ITEM_PLACE_MAX 120
#define ITEM_CELL_MAX 300 /* of a line, and its allergens */
#define ITEM_LINES_MAX 40
#define ITEM_WANTED_MAX 99
#define ITEM_DAYS_MAX 92 /* an event is no longer */
#define ITEM_FAR_DAYS 400

enum item_kind {
	ITEM_EVENT,
	ITEM_PROGRAMME,
	ITEM_MENU,
	ITEM_POLL,
	ITEM_BRING,
	ITEM_ENTRY,
	ITEM_KINDS
};

str item_word(enum item_kind); /* as stored, and in addresses */
bool item_of_word(str, enum item_kind *ret) MUST_USE;

enum item_part { ITEM_TITLE, ITEM_BODY, ITEM_PLACE, ITEM_THINGS, ITEM_PARTS };

struct item_line {
	int64_t id;
	int64_t day;    /* programme, menu; else DB_NULL */
	int64_t half;   /* 0 morning or meal, 1 afternoon */
	int64_t wanted; /* of a bring-list, else 0 */
	str text[LANGS];
	str more[LANGS]; /* allergens */
};

struct item_new {
	enum item_kind kind;
	str words[LANGS][ITEM_PARTS]; /* "": not written */
	int64_t from_on, until_on;    /* both included */
	int64_t from_min,
	    until_min;        /* after local midnight; DB_NULL: all day */
	int64_t weekly_until; /* DB_NULL: once */
	bool closed;          /* event: nobody comes on these days */
	bool many;            /* poll: several choices */
	bool each;     /* every adult who decides answers, not one a family */
	bool shown;    /* poll: families see how many chose what */
	int64_t album; /* entry: beside it; DB_NULL */
	const struct item_line *line; /* by position */
	size_t n_line;
};

struct item {
	int64_t id;
	struct item_new is;
	int64_t last_on; /* of the last week */
	int64_t changes, changed_at;
	int64_t child; /* about whom alone it is; DB_NULL */
	enum post_state state;
	int64_t publish_at; /* DB_NULL: a draft */
	str author_name;
	const int64_t *off; /* Mondays of weeks that it does not take place */
	size_t n_off;
};

/* The language to show words in: l if there are any in it, else the other. */
enum lang item_lang(const struct item *, enum lang l);
str item_part(const struct item *, enum lang l, enum item_part);
str item_line_text(const struct item_line *, enum lang l);
str item_line_more(const struct item_line *, enum lang l);

/* Does it fall on that day? */
bool item_is_on(const struct item *, int64_t day);
/* It would, but not that week. */
bool item_is_off(const struct item *, int64_t day);
int64_t item_monday(int64_t day); /* of its week */

/* grant: PERMIT_NOTICE, PERMIT_NOTICE_EDIT or PERMIT_NOTICE_GONE, for which it
 * has no words.  A notice: ERR_NOT_FOUND. */
bool item_load(const struct deed *, const struct grant *, struct item *ret,
    struct err *) MUST_USE;

struct item_seen {
	struct item item;
	const struct grant *grant;
};

struct items {
	struct item_seen *v;
	size_t n;
	int64_t later; /* when one may come by the clock alone; 0: none */
};

/* What this viewer may see (want) of what falls into those days, by last day.
 * The sums of a house, so that no page grows without end: 300 at most. */
bool items_between(const struct deed *, const struct viewer *, enum item_kind,
    int64_t from_on, int64_t until_on, enum permit_want, struct items *ret,
    struct err *) MUST_USE;
/* The newest first, before that post; *ret_next 0: there are no more. */
bool items_list(const struct deed *, const struct viewer *, enum item_kind,
    int64_t before, struct items *ret, int64_t *ret_next,
    struct err *) MUST_USE;
/* A group's week that begins on that Monday; NULL: none.  Drafts too, for who
 * may see them. */
bool items_week(const struct deed *, const struct viewer *, enum item_kind,
    int64_t group, int64_t monday, const struct item_seen **ret,
    struct err *) MUST_USE;

/* ---- the team; in the caller's transaction, grant: PERMIT_NOTICE_EDIT ---- */

bool item_create(const struct deed *, const struct item_new *, int64_t *ret_id,
    struct err *) MUST_USE;
/* Once it was published, lines that are answered stay as they are. */
bool item_change(const struct deed *, const struct grant *,
    const struct item_new *, struct err *) MUST_USE;
/* WORDS_LATE: after the last day to answer. */
bool item_publish(const struct deed *, const struct grant *, int64_t at,
    enum words_hour *ret, struct err *) MUST_USE;
/* The week of a weekly event that begins on that Monday alone: off, it does not
 * take place.  No such week: ERR_NOT_FOUND. */
bool item_week(const struct deed *, const struct grant *, int64_t monday,
    bool off, struct err *) MUST_USE;
bool item_withdraw(
    const struct deed *, const struct grant *, struct err *) MUST_USE;
bool item_discard(
    const struct deed *, const struct grant *, struct err *) MUST_USE;

/* ---- jobs ---- */

/* What hangs on an item, and it; its post and audience are the caller's.  Held
 * or not: the caller asked (ends/round.h). */
bool item_end(struct house *, int64_t post, struct err *) MUST_USE;

#endif
