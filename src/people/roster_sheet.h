/*
 * roster_sheet — the cells of a roster read into children and adults: which
 * column is which, days, words; every fault noted by line and column.
 * Private to people/roster*.c.
 */
#ifndef PEOPLE_ROSTER_SHEET_H
#define PEOPLE_ROSTER_SHEET_H

#include "people/roster.h"

struct sheet_adult {
	str name, name_key, ref, document; /* name empty: no such adult */
	str email, email_key, phone, phone_key;
	enum authority_kind kind;
	int64_t rights;            /* -1: the sheet does not say */
	int64_t from_on, until_on; /* DB_NULL likewise */
	bool has_lang;
	enum lang lang;
};

struct sheet_line {
	int64_t line;
	bool bad; /* a fault was noted */
	str ref, group, group_key;
	struct child_name name;
	str name_key, last_key, household;
	int64_t from_on, until_on;
	struct sheet_adult adult[ROSTER_ADULTS];
};

struct sheet {
	struct sheet_line *v;
	size_t n;
	bool bad; /* the heads are wrong: no line was read */
};

bool sheet_read(const struct deed *, struct roster_plan *notes_to, str bytes,
    struct sheet *ret, struct err *) MUST_USE;

/* column: literal or in the arena; past ROSTER_NOTES_MAX only counted. */
struct roster_note *roster_note(struct roster_plan *, bool error, int64_t line,
    str column, const char *text);

/* What a child or a household is compared by. */
str roster_child_key(struct arena *, const struct child_name *);
str roster_household_key(struct arena *, str last_name, str *name_keys,
    size_t n); /* sorts name_keys */

#endif
