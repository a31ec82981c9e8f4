/* home — families for the tests of consent/: a group, children, parents. */
#ifndef TESTS_CONSENT_HOME_H
#define TESTS_CONSENT_HOME_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../people/place.h"
#include "consent/board.h"
#include "consent/record.h"
#include "people/authority.h"

struct home {
	struct place p;
	int64_t group, other; /* two groups of the season */
	int64_t staff, witness;
	struct consent_purposes purposes;
};

void home_open(struct home *);
void home_close(struct home *);

/* A child of that many years, enrolled in that group (0: none). */
int64_t home_child(struct home *, const char *first, int years, int64_t group);
int64_t home_guardian(struct home *, const char *name);
/* Parental authority without end; the row's number. */
int64_t home_parent(struct home *, int64_t guardian, int64_t child);

/* Says yes or no about photos and videos, online with the second step;
 * guardian 0: the child itself, on paper. */
int64_t home_says(struct home *, int64_t child, int64_t guardian,
    enum consent_reach, enum consent_action);
bool home_try(struct home *, const struct consent_word *, int64_t *ret_id);
struct consent_word home_word(struct home *, int64_t child, int64_t guardian,
    enum consent_reach, enum consent_action);

/* Is this child's face masked in an album of the group, for these eyes? */
bool home_masked(
    struct home *, int64_t child, int64_t group, const struct consent_viewer *);

#endif
