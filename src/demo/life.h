/* life — what happens in the demonstration's centre today: a child who does
 * not come. */
#ifndef DEMO_LIFE_H
#define DEMO_LIFE_H

#include "people/deed.h"

/* In the caller's transaction, after demo_people. */
bool demo_life(const struct deed *, struct err *) MUST_USE;

#endif
