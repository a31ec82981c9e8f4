/* ends — what the pages about durations and holds show. */
#ifndef WEB_ENDS_H
#define WEB_ENDS_H

#include "claim/claim.h"
#include "ends/hold.h"
#include "ends/round.h"
#include "web/form.h"

struct ends_line {
	const struct ends_row *row;
	const struct ends_term *term;
	struct ends_span span;
	const char *source;
	int64_t done, last_on; /* what ended within a year */
};

struct ends_line_list {
	const struct ends_line *v;
	size_t n;
};

/* When the photos of a season end. */
struct ends_season {
	str name;
	int64_t until_on, last_on;
	int64_t untold;   /* families for whom they wait */
	int64_t waits_on; /* at most until then */
};

struct ends_season_list {
	struct ends_season *v;
	size_t n;
};

struct ends_page {
	struct ends_line_list lines;
	struct ends_season_list seasons; /* that are not over for long */
	const struct ends_law *law;
	int64_t read_on;      /* when its texts were */
	struct claims claims; /* open, the nearest date first */
	int64_t holds;        /* in force */
};

/* « 90 jours », « 5 ans » */
str ends_say_days(struct view *, int64_t days);
str ends_say_limits(struct view *, const struct ends_line *);

/* A hold as the circle reads it. */
struct hold_line {
	const struct hold *hold;
	str placed_by, asked_by, released_by;
	const char *what; /* catalogue key, %1 is the number of the subject */
	bool may_ask, may_release;
};

struct hold_line_list {
	struct hold_line *v;
	size_t n;
};

struct holds_page {
	struct hold_line_list lines;
	const struct form *form;
};

/* The last day of the photos of an album of that day. */
bool ends_photos_last(
    struct request *, int64_t day_on, int64_t *ret, struct err *) MUST_USE;

#endif
