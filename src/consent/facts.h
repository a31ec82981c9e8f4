/*
 * facts — reads all that effective.h decides on about one child.
 */
#ifndef CONSENT_FACTS_H
#define CONSENT_FACTS_H

#include "consent/effective.h"
#include "people/child.h"

/* ERR_NOT_FOUND: no child of this organisation.  What lives in the arena is
 * borrowed by *ret. */
bool consent_facts(struct house *, struct arena *, const struct organisation *,
    int64_t child, int64_t today, struct consent_child *ret,
    struct err *) MUST_USE;

const char *consent_action_word(enum consent_action); /* as stored */
const char *consent_speaker_word(enum consent_speaker);
const char *consent_method_word(enum consent_method);

#endif
