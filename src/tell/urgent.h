/*
 * urgent — a word that cannot wait, to the families of one group, or to those
 * whose child is expected in it on one day.
 *
 * One of the team writes it, a second member of the team approves it: until
 * then nothing goes and no family sees it (the schema holds both apart).  Then
 * it goes by e-mail at once, through quiet hours and pauses, to every adult who
 * decides for a child that it is for and has an address that is confirmed; and
 * it stands on their first page until it ends.  The e-mail says that there is
 * one, not what it says: the words may name a child.
 */
#ifndef TELL_URGENT_H
#define TELL_URGENT_H

#include "people/deed.h"
#include "sharing/viewer.h"

#define URGENT_TEXT_MAX 600 /* code points */
#define URGENT_HOURS_MAX 72
#define URGENT_SHOWN_DAYS 14 /* on the team's page, once it is over */

struct urgent_new {
	int64_t group;
	int64_t day;   /* of whom is expected that day; 0: the whole group */
	int64_t hours; /* on first pages, 1 to URGENT_HOURS_MAX */
	str text;
};

enum urgent_state { URGENT_WAITS, URGENT_GOES, URGENT_OVER, URGENT_ENDED };

struct urgent {
	int64_t id, group, day, author, written_at, second_at, until_at;
	enum urgent_state state;
	str group_name, text, author_name, second_name;
	bool mine;
};

struct urgent_list {
	struct urgent *v;
	size_t n;
};

/* Who may: staff who work with the group, and directors (permit_day).  In the
 * caller's transaction.  ERR_NOT_FOUND: not this person's group. */
bool urgent_write(const struct deed *, const struct viewer *,
    const struct urgent_new *, int64_t *ret_id, struct err *) MUST_USE;
/* By any other member of the team; *ret false: it was decided meanwhile, or is
 * this person's own: nothing goes. */
bool urgent_approve(const struct deed *, const struct viewer *, int64_t id,
    bool *ret, struct err *) MUST_USE;
/* Taken back or refused: no first page shows it any more. */
bool urgent_end(const struct deed *, const struct viewer *, int64_t id,
    struct err *) MUST_USE;

/* The team's: what waits, goes, or went. */
bool urgent_all(const struct deed *, const struct viewer *,
    struct urgent_list *ret, struct err *) MUST_USE;
bool urgent_get(const struct deed *, const struct viewer *, int64_t id,
    struct urgent *ret, struct err *) MUST_USE;

/* A family's first page. */
bool urgent_for(const struct deed *, const struct viewer *,
    struct urgent_list *ret, struct err *) MUST_USE;

/* Whom it is for and whether it reached them; to be telephoned are those it
 * did not. */
struct urgent_adult {
	int64_t guardian;
	str name, phone, children;
	bool sent, on_its_way;
};

struct urgent_adults {
	struct urgent_adult *v; /* who is to be telephoned first */
	size_t n, sent;
};

bool urgent_adults(const struct deed *, const struct urgent *,
    struct urgent_adults *ret, struct err *) MUST_USE;

#endif
