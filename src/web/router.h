/* router — finding the route of a path; the rest of routing is web.h. */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H

#include "web/web.h"

/* The route of that method and path, its :id and :word parts in r; NULL when
 * there is none.  *ret_other_method: the path exists, for another method. */
const struct route *route_find(uint8_t method, str path, int64_t ret_id[4],
    str ret_word[4], bool *ret_other_method);

/* Whether a route says all that it must; false names it. */
bool route_sound(const struct route *, struct err *) MUST_USE;

#endif
