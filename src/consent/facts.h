/*
 * facts — reads all that effective.h decides on, about one child or about all
 * whose numbers lie close together, in as many statements.
 */
#ifndef CONSENT_FACTS_H
#define CONSENT_FACTS_H

#include "consent/effective.h"
#include "people/child.h"

struct sql_consent_children_row;

/* ERR_NOT_FOUND: no child of this organisation.  What lives in the arena is
 * borrowed by *ret. */
bool consent_facts(struct house *, struct arena *, const struct organisation *,
    int64_t child, int64_t today, struct consent_child *ret,
    struct err *) MUST_USE;

/* Children by number, low to high. */
struct consent_many {
	const struct consent_child *v; /* born_on is not read yet */
	const struct sql_consent_children_row *row;
	size_t n;
	const struct organisation *org;
};

/* purpose: what may be asked of the answers; 0: all. */
bool consent_facts_many(struct house *, struct arena *,
    const struct organisation *, int64_t low, int64_t high, int64_t purpose,
    int64_t today, struct consent_many *ret, struct err *) MUST_USE;
/* False: no such child is among them. */
bool consent_facts_of(const struct consent_many *, struct arena *,
    int64_t child, struct consent_child *ret) MUST_USE;

const char *consent_action_word(enum consent_action); /* as stored */
const char *consent_speaker_word(enum consent_speaker);
const char *consent_method_word(enum consent_method);
/* The three as one number, that stands beside the words: what is read of every
 * child at once is read without them. */
int64_t consent_said_number(
    enum consent_speaker, enum consent_action, enum consent_method);

#endif
