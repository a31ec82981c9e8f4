/*
 * roster — a sheet of children and their adults against what we know already:
 * plan, look, apply.  docs/roster.md describes the columns and the rules by
 * which a child or an adult is the same as before.
 *
 * A plan reads and changes nothing.  It holds every problem by line and column;
 * with one error in it nothing is applied.  Applying is one transaction of the
 * caller's; the same sheet again plans nothing.
 */
#ifndef PEOPLE_ROSTER_H
#define PEOPLE_ROSTER_H

#include "people/authority.h"
#include "people/child.h"

#define ROSTER_LINES_MAX 10000
#define ROSTER_ADULTS 4
#define ROSTER_NOTES_MAX 500
/* An arena for a plan of the longest sheet. */
#define ROSTER_ARENA_BYTES ((size_t)256 * 1024 * 1024)

struct roster_note {
	bool error;       /* else a warning */
	int64_t line;     /* of the sheet; 0: the whole */
	str column;       /* as the sheet calls it; empty: the whole line */
	const char *text; /* catalogue key, %1 and %2 are arg */
	str arg[2];
};

enum roster_deed { ROSTER_SAME, ROSTER_NEW, ROSTER_CHANGED };

struct roster_child {
	int64_t id; /* 0: new */
	enum roster_deed deed;
	struct child_name name;
	str full_name, key_wrapped, ref_digest;
	int64_t line; /* first one that speaks of it; 0: none does */
	str name_key, household;
	bool has_ref;
};

struct roster_person {
	int64_t id;
	enum roster_deed deed;
	str name, email, phone, ref_digest;
	enum lang lang;
	str name_key, phone_key, email_key;
	bool has_ref, by_name; /* joined by name and household only */
	size_t children;       /* of this sheet */
	int64_t line;
};

struct roster_group {
	int64_t id;
	str name, key;
};

struct roster_enrolment {
	int64_t id;
	enum roster_deed deed;
	size_t child, group;
	int64_t from_on, until_on, line;
};

struct roster_link {
	int64_t id;
	enum roster_deed deed;
	bool end; /* stood before, stands no more */
	size_t child, person;
	enum authority_kind kind;
	int64_t rights, from_on, until_on, line;
	str document;
};

struct roster_counts {
	size_t children_new, children_changed;
	size_t people_new, people_changed;
	size_t enrolments_new, enrolments_changed;
	size_t links_new, links_changed, links_ended;
	size_t groups_new;
};

struct roster_plan {
	int64_t season, season_from, season_until;
	size_t lines; /* of children */
	struct roster_note *note;
	size_t n_note, errors, warnings; /* n_note stops at ROSTER_NOTES_MAX */
	struct roster_child *child;
	struct roster_person *person;
	struct roster_group *group;
	struct roster_enrolment *enrolment;
	struct roster_link *link;
	size_t n_child, n_person, n_group, n_enrolment, n_link;
	struct roster_counts counts;
};

/* sheet: the bytes of the file.  ERR_LIMIT when it does not fit the arena of
 * the deed; everything that is wrong with the sheet itself is a note. */
bool roster_plan(const struct deed *, int64_t season, str sheet,
    struct roster_plan *ret, struct err *) MUST_USE;
bool roster_is_empty(const struct roster_plan *); /* nothing to do */
/* Changes with whatever the plan would do: preview and deed are the same. */
str roster_mark(const struct deed *, const struct roster_plan *);

/* ERR_INPUT when the plan has errors. */
bool roster_apply(
    const struct deed *, const struct roster_plan *, struct err *) MUST_USE;

#endif
