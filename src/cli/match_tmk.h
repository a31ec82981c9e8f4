/* match_tmk — .tmk files among the inputs of preau match: one video each. */
#ifndef CLI_MATCH_TMK_H
#define CLI_MATCH_TMK_H

#include "base/arena.h"
#include "base/err.h"

/* By the end of its name. */
bool match_tmk_is(const char *name);
/* The whole file, checked (hash/tmk.h). */
bool match_tmk_read(
    struct arena *, const char *name, str *ret, struct err *) MUST_USE;

#endif
