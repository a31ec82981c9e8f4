/*
 * deed — who does something, for which organisation, and when: what every
 * function of people/ that changes anything takes first.
 *
 * The caller has begun a transaction; the deed and its line in the audit are
 * committed together or not at all.
 */
#ifndef PEOPLE_DEED_H
#define PEOPLE_DEED_H

#include "audit/audit.h"
#include "house/house.h"

struct deed {
	struct house *house;
	struct arena *arena;
	const struct organisation *org;
	int64_t actor; /* account; 0 the command line, -1 nobody signed in */
	int64_t now, today;
};

/* What the deed was about; what is left out is none. */
struct deed_about {
	const char *kind;
	int64_t id, child, group;
	str detail; /* words and numbers of ours, never personal text */
};

bool deed_note(const struct deed *, enum audit_action,
    const struct deed_about *, struct err *) MUST_USE;
bool deed_note_account(const struct deed *, enum audit_action, int64_t account,
    struct err *) MUST_USE;

/* Sealed under the organisation's key for that column; NULL stays NULL, and so
 * does an empty text. */
bool deed_seal(const struct deed *, const char *column, str text, str *ret,
    struct err *) MUST_USE;

/* The actor as a column wants it: NULL when it is no account. */
int64_t deed_author(const struct deed *);

#endif
