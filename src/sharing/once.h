/*
 * once — an album that a telephone asks for until it is answered is made once.
 *
 * The telephone gives a word of its own choice, which counts for its account
 * alone.  What was made of it is noted where forms that had their effect are,
 * and as long (8 days, jobs/sweep.c): the note is a keyed digest of the word
 * with the number of the post behind it.  A telephone keeps what it was not yet
 * answered for less long than that (docs/offline.md).
 */
#ifndef SHARING_ONCE_H
#define SHARING_ONCE_H

#include "people/deed.h"

#define ONCE_MIN 16 /* bytes of a word */
#define ONCE_MAX 64

/* Both inside the caller's transaction.  *ret_post 0: nothing yet; ERR_INPUT:
 * no such word. */
bool once_find(
    const struct deed *, str word, int64_t *ret_post, struct err *) MUST_USE;
bool once_note(
    const struct deed *, str word, int64_t post, struct err *) MUST_USE;

#endif
