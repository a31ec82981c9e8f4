/*
 * authority — who stands how to a child: parents and tutors hold authority,
 * relatives have what was granted, and an order of no contact wins over
 * everything.  Nothing is deleted: what stood is ended and stays readable.
 */
#ifndef PEOPLE_AUTHORITY_H
#define PEOPLE_AUTHORITY_H

#include "people/deed.h"

enum authority_kind {
	AUTHORITY_PARENTAL,
	AUTHORITY_TUTOR,
	AUTHORITY_RELATIVE,
	AUTHORITY_NO_CONTACT,
	AUTHORITY_KINDS
};

/* Bits of rights. */
#define AUTHORITY_SEE 1
#define AUTHORITY_DOWNLOAD 2
#define AUTHORITY_WHO_LOOKED 4
#define AUTHORITY_ALL 7
/* For a relative; who holds authority needs no bit for it. */
#define AUTHORITY_TELL 8

str authority_word(enum authority_kind); /* as stored */
bool authority_of_word(str, enum authority_kind *ret) MUST_USE;
/* « parent », « tuteur » … a catalogue key. */
const char *authority_label(enum authority_kind);
/* What this kind has when nobody says otherwise. */
int64_t authority_usual_rights(enum authority_kind);

struct authority {
	int64_t guardian, child;
	enum authority_kind kind;
	int64_t rights, from_on;
	int64_t until_on; /* DB_NULL: no end */
	str document;     /* what it rests on; empty: none */
};

/* Both write the audit with the child, and make the account of that person a
 * guardian's or a relative's again, whichever it is now. */
bool authority_add(const struct deed *, const struct authority *,
    int64_t *ret_id, struct err *) MUST_USE;
bool authority_change(const struct deed *, int64_t id, const struct authority *,
    struct err *) MUST_USE;
bool authority_end(const struct deed *, int64_t id, struct err *) MUST_USE;

/* An adult who is not in the roster yet. */
struct person_new {
	str name, email, phone;
	enum lang lang;
	str ref_digest; /* {0}: a random one */
};

bool authority_person(const struct deed *, const struct person_new *,
    int64_t *ret_guardian, struct err *) MUST_USE;

/* The document of a row; "" when there is none or it cannot be read. */
str authority_document(struct arena *, const struct key *child, str sealed);

#endif
