/* walk — every file below a folder, in the order of names. */
#ifndef TOOLS_WALK_H
#define TOOLS_WALK_H

#include "base/err.h"

/* Hidden entries are left out; false stops the walk. */
bool walk(const char *folder, bool (*f)(void *, const char *path, struct err *),
    void *arg, struct err *) MUST_USE;

#endif
