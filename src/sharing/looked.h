/*
 * looked — whoever looks is written down, for those whom it concerns.
 *
 * One line per audience of the post: a family finds the lines of its child and
 * of its child's groups.  A post without audience yet gives one line that
 * concerns nobody.
 */
#ifndef SHARING_LOOKED_H
#define SHARING_LOOKED_H

#include "people/deed.h"
#include "sharing/permit.h"

/* Inside the caller's transaction, or in one of its own when there is none. */
bool looked_note(const struct deed *, enum audit_action, const char *kind,
    int64_t subject, const struct grant *, str detail, struct err *) MUST_USE;

/* The same of what is fetched in many parts: nothing, when that person's look
 * of the last LOOKED_ONCE_S is written down for every audience. */
#define LOOKED_ONCE_S 600
bool looked_note_once(const struct deed *, enum audit_action, const char *kind,
    int64_t subject, const struct grant *, struct err *) MUST_USE;

#endif
