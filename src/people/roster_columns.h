/*
 * roster_columns — what the columns of a roster are called and the words that
 * may stand in them, folded (fold.h).  Private to people/roster*.c.
 */
#ifndef PEOPLE_ROSTER_COLUMNS_H
#define PEOPLE_ROSTER_COLUMNS_H

#include "people/roster.h"

enum child_column {
	CHILD_REF,
	CHILD_FIRST,
	CHILD_LAST,
	CHILD_BORN,
	CHILD_GROUP,
	CHILD_FROM,
	CHILD_UNTIL,
	CHILD_COLUMNS
};

enum adult_column {
	ADULT_NAME,
	ADULT_LINK,
	ADULT_LANG,
	ADULT_EMAIL,
	ADULT_PHONE,
	ADULT_REF,
	ADULT_FROM,
	ADULT_UNTIL,
	ADULT_DOCUMENT,
	ADULT_RIGHTS,
	ADULT_COLUMNS
};

#define COLUMNS (CHILD_COLUMNS + ROSTER_ADULTS * ADULT_COLUMNS)

#define ALIASES_MAX 9

struct column {
	const char *said; /* to people, when the sheet has no such column */
	bool required;
	const char *alias[ALIASES_MAX]; /* folded, without blanks */
};

struct roster_word {
	const char *word;
	int64_t means;
};

extern const struct column roster_child_columns[CHILD_COLUMNS];
extern const struct column roster_adult_columns[ADULT_COLUMNS];
/* Lists of words, each ends at NULL. */
extern const struct roster_word roster_links[];  /* enum authority_kind */
extern const struct roster_word roster_langs[];  /* enum lang */
extern const struct roster_word roster_rights[]; /* bits of rights */

/* The column of that folded name; COLUMNS when it is none. */
size_t roster_column(str word);
bool roster_word(const struct roster_word *, str folded, int64_t *ret);

#endif
