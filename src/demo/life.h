/* life — what happens in the demonstration's centre today: a child who does
 * not come, a notice to sign. */
#ifndef DEMO_LIFE_H
#define DEMO_LIFE_H

#include "people/deed.h"
#include "sharing/permit.h"

/* Both in the caller's transaction.  The first after demo_people; the second
 * after the albums, whose numbers come first. */
bool demo_absence(const struct deed *, struct err *) MUST_USE;
bool demo_notice(const struct deed *, struct err *) MUST_USE;

/* What the account of that login is to whom. */
bool demo_viewer_of(const struct deed *, const char *login, struct viewer **ret,
    struct err *) MUST_USE;
/* Leave anew: what is chosen for whom changes what may be done. */
bool demo_edit_of(const struct deed *, const struct viewer *, int64_t post,
    const struct grant **ret, struct err *) MUST_USE;

#endif
