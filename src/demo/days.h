/* days — what stands in the calendar of « Les Tilleuls »: events, a week's
 * programme and menus, a poll, a bring-list, an entry of the day, a template.
 */
#ifndef DEMO_DAYS_H
#define DEMO_DAYS_H

#include "people/deed.h"

/* by: whose time it is; in the caller's transaction. */
bool demo_days(const struct deed *by, struct err *) MUST_USE;

#endif
