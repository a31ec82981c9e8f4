/* moving — what the pages of a child that moves show, to its family and to the
 * director. */
#ifndef WEB_MOVING_H
#define WEB_MOVING_H

#include "move/arrive.h"
#include "move/leave.h"
#include "web/form.h"
#include "web/qr.h"

struct moving_house {
	str card, words; /* of this house */
	struct qr qr;
};

struct moving_page {
	int64_t child;
	str first; /* name */
	struct moving_house here;
	const struct form *form;
	bool may_ask, may_bring;
	bool leaves, arrives; /* there was one */
	struct leaving leaving;
	struct arriving arriving;
	struct record_lines record;
	str our_words; /* of the house that sends: this one */
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

/* Back on the page, with a word. */
bool moving_see(struct request *, struct response *, const char *notice);
/* A file of parcels goes once that is committed. */
bool moving_goes(struct request *, struct response *, str name);

#endif
