/* moving — what the pages of a child that moves show, to its family and to the
 * director. */
#ifndef WEB_MOVING_H
#define WEB_MOVING_H

#include "move/arrive.h"
#include "move/leave.h"
#include "web/form.h"
#include "web/qr.h"
#include "web/safe.h"

struct moving_house {
	str card, words; /* of this house */
	struct qr qr;
};

struct moving_seasons {
	struct folder_season *v; /* those in which there is something */
	size_t n;
	bool all; /* is chosen */
};

struct moving_page {
	int64_t child;
	str first; /* name */
	struct moving_house here;
	const struct form *form;
	bool may_ask, may_bring;
	struct moving_seasons seasons; /* to choose from, when one may ask */
	bool leaves, arrives;          /* there was one */
	struct leaving leaving;
	struct arriving arriving;
	struct record_lines record;
	struct safe_parting safe; /* before the family leaves */
};

struct move_line {
	const struct leaving *leaving; /* or */
	const struct arriving *arriving;
	str child; /* its name here */
	str who;   /* asks, or brought it */
	str named; /* in the record of what is brought; "" */
};

struct move_line_list {
	struct move_line *v;
	size_t n;
};

struct moves_page {
	struct moving_house here;
	struct move_line_list leaving, arriving;
};

bool moving_house(
    struct request *, struct moving_house *ret, struct err *) MUST_USE;
/* What was wrong with a file, for people: a catalogue key. */
const char *moving_fault(const struct arriving *);
/* And between which of its bytes. */
str moving_fault_place(struct view *, const struct arriving *);

/* « 12 photos, 1 video » */
str moving_count(struct view *, const struct folder_count *);
/* A season, or the days of none, in words. */
str moving_season(struct view *, const struct folder_season *);
/* Ticked in a form. */
bool moving_chosen(const struct request *, int64_t season);
/* Those that are wanted, for a template. */
struct moving_seasons moving_wanted(struct view *, const struct leaving *);

/* Back on the page, with a word. */
bool moving_see(struct request *, struct response *, const char *notice);
/* A file of parcels goes once that is committed. */
bool moving_goes(struct request *, struct response *, str name);

#endif
