/*
 * child — a child of the organisation: names and birth date under a key of its
 * own, which the organisation's key wraps; erasing destroys that key.
 */
#ifndef PEOPLE_CHILD_H
#define PEOPLE_CHILD_H

#include "people/deed.h"

#define CHILD_NAME_MAX 80 /* code points, of each of the two */

struct child_name {
	str first, last; /* "" when they cannot be read any more */
	int64_t born_on; /* DB_NULL likewise */
};

/* What the columns of one row say; those that were not read are {0}. */
struct child_sealed {
	int64_t id;
	str key_wrapped, first_enc, last_enc, born_enc;
};

bool child_key(struct arena *, const struct organisation *, int64_t id,
    str key_wrapped, struct key *ret, struct err *) MUST_USE;
struct child_name child_open(
    struct arena *, const struct organisation *, const struct child_sealed *);
/* « Léa Martin »; {0} past the arena's limit. */
str child_full_name(struct arena *, const struct child_name *);

/* ref_digest: what the same child is found by again (roster.h), or {0}. */
bool child_create(const struct deed *, str ref_digest,
    const struct child_name *, int64_t *ret_id, struct err *) MUST_USE;
bool child_rename(const struct deed *, int64_t id, str key_wrapped,
    str ref_digest, const struct child_name *, struct err *) MUST_USE;

#endif
