/* consents — what the families of the demonstration answered: most say yes,
 * two parents contradict each other, one says no, one has not answered. */
#ifndef DEMO_CONSENTS_H
#define DEMO_CONSENTS_H

#include "people/deed.h"

/* In the caller's transaction, after demo_people. */
bool demo_consents(const struct deed *, struct err *) MUST_USE;

#endif
