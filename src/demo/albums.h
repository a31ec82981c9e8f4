/* albums — drawn pictures, uploaded and published like anybody's photos. */
#ifndef DEMO_ALBUMS_H
#define DEMO_ALBUMS_H

#include "house/house.h"

/* px: longest side of the pictures.  Begins and commits its own transactions,
 * as an upload does. */
bool demo_albums(struct house *, struct arena *, const struct organisation *,
    int64_t px, int64_t now, struct err *) MUST_USE;

#endif
