/*
 * farewell — a season whose photos a family should take home: because it is
 * over, and again before they end.
 *
 * Told in three windows, of which each is one thing to tell: for
 * FAREWELL_AFTER_DAYS after the season; from FAREWELL_FIRST_DAYS before the
 * last day of its photos; and once more from FAREWELL_LAST_DAYS before it.  The
 * last two are told by the first page that was asked for, or by a digest that
 * was taken (tell/news.h), whichever comes first.
 */
#ifndef LIFE_FAREWELL_H
#define LIFE_FAREWELL_H

#include "people/deed.h"
#include "sharing/memories.h"

#define FAREWELL_AFTER_DAYS 42
#define FAREWELL_FIRST_DAYS 42
#define FAREWELL_LAST_DAYS 14

/* Where a family was not told twice, photos wait for it, at most so long after
 * their last day; told the second time, they stay for a few days more. */
#define FAREWELL_WAITS_DAYS 30
#define FAREWELL_STAYS_DAYS 3

enum farewell_window {
	FAREWELL_NONE,
	FAREWELL_OVER, /* the season is over */
	FAREWELL_FIRST,
	FAREWELL_LAST,
};

/* last_on: the last day of its photos; DB_NULL: not known. */
enum farewell_window farewell_window(
    int64_t until_on, int64_t last_on, int64_t today);

struct farewell {
	enum farewell_window window;
	int64_t child, season;
	str first, name; /* of the child, of the season */
	int64_t last_on; /* DB_NULL: not known */
};

struct farewells {
	struct farewell *v;
	size_t n;
};

/* When the photos of a season that ends on that day end; DB_NULL: not known. */
typedef int64_t farewell_last(void *ctx, int64_t until_on);

/* Is there any season of the organisation whose photos end soon?  Without one
 * farewell_due keeps nothing for anybody. */
bool farewell_any(struct house *, struct arena *, const struct organisation *,
    int64_t today, farewell_last *last, void *ctx, bool *ret,
    struct err *) MUST_USE;

/* What is to be told to this account today: of each child whose photos it may
 * take home, the seasons in which the child is on a published photo.  last:
 * NULL when it is not known of any. */
bool farewell_list(struct house *, struct arena *, const struct organisation *,
    const struct viewer *, int64_t today, farewell_last *last, void *ctx,
    struct farewells *ret, struct err *) MUST_USE;

/* Writes down that this stood before somebody, on a page or in a message: the
 * first time in the last windows, and the second on a later day in the very
 * last; ends/round.h waits for both.  In the caller's transaction.  Called
 * again it changes nothing; *ret_new of farewell_untold: there is something to
 * write. */
bool farewell_told(const struct deed *, int64_t account,
    const struct farewells *, struct err *) MUST_USE;
bool farewell_untold(const struct deed *, int64_t account,
    const struct farewells *, bool *ret_new, struct err *) MUST_USE;
/* Those of which there is something to write. */
bool farewell_due(const struct deed *, int64_t account,
    const struct farewells *, struct farewells *ret, struct err *) MUST_USE;
/* What was written at that very time did not reach anybody; a second telling
 * that stands is the first then. */
bool farewell_undone(const struct deed *, int64_t account,
    const struct farewells *, int64_t told_at, struct err *) MUST_USE;

#endif
