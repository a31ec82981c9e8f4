/* share — what share.c asks of the chain. */
#ifndef SAFE_SHARE_H
#define SAFE_SHARE_H

#include "safe/safe.h"

/* An entry: opened or closed to the case of that number. */
bool safe_note_share(const struct deed *, int64_t safe, enum safe_kind,
    str number, struct err *) MUST_USE;

#endif
