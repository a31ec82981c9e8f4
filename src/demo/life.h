/* life — what happens in the demonstration's centre today: a child who does
 * not come, a notice to sign. */
#ifndef DEMO_LIFE_H
#define DEMO_LIFE_H

#include "people/deed.h"

/* Both in the caller's transaction.  The first after demo_people; the second
 * after the albums, whose numbers come first. */
bool demo_absence(const struct deed *, struct err *) MUST_USE;
bool demo_notice(const struct deed *, struct err *) MUST_USE;

#endif
