/*
 * roster_known — what the house knows already, opened into a plan, with the
 * tables by which a sheet finds it again.  Private to people/roster*.c.
 */
#ifndef PEOPLE_ROSTER_KNOWN_H
#define PEOPLE_ROSTER_KNOWN_H

#include "people/index.h"
#include "people/roster_sheet.h"

/* Digests of a stable number given by the sheet have 32 bytes; what we made up
 * for an adult without one has fewer, so the two are never taken for each
 * other. */
#define ROSTER_AUTO_BYTES 16

struct planning {
	const struct deed *d;
	struct roster_plan *p;
	size_t max_child, max_person, max_group, max_enrolment, max_link;
	struct index child_ref, child_name; /* digest; roster_child_key */
	struct index person_ref, person_name;
	struct index group_name;
	struct index enrolment;  /* child and group */
	struct index child_link; /* child */
	struct index household;  /* person and household */
};

/* lines: of the sheet, for the room that it may need. */
bool roster_known(struct planning *, size_t lines, struct err *) MUST_USE;

/* Two numbers as the key of an index; in the arena. */
str roster_pair(struct arena *, size_t a, size_t b);
str roster_one(struct arena *, size_t);
str roster_person_household(struct arena *, size_t person, str household);

str roster_child_ref(const struct deed *, str ref);
str roster_child_auto(const struct deed *, str name_key);
str roster_person_ref(const struct deed *, str ref);

/* Appended, and put under their keys; the room was counted before. */
size_t roster_add_child(struct planning *, const struct roster_child *);
size_t roster_add_person(struct planning *, const struct roster_person *);
size_t roster_add_group(struct planning *, const struct roster_group *);
size_t roster_add_enrolment(struct planning *, const struct roster_enrolment *);
size_t roster_add_link(struct planning *, const struct roster_link *);

/* roster_person.c: who stands so to that child, NULL when nobody does. */
struct roster_link *roster_link_of(
    const struct planning *, size_t child, size_t person);
/* Is this person among the n that the line has named already. */
bool roster_taken(const size_t *who, size_t n, size_t person);
/* Takes what a cell says, unless it is empty; true when that is a change. */
bool roster_take_text(str *was, str now);
size_t roster_find_person(struct planning *, const struct sheet_line *,
    size_t child, const struct sheet_adult *, const size_t *who, size_t n_who);

#endif
