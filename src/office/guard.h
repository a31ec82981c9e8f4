/*
 * guard — one file in its jail: decrypted, looked at (archive.h), given to
 * LibreOffice, and the PDF encrypted again.  It can start nothing and reach
 * nothing but the folder that it shares with LibreOffice, which has no
 * descriptor of its own.
 */
#ifndef OFFICE_GUARD_H
#define OFFICE_GUARD_H

#include "office/suite.h"

/* fd as of OFFICE_TAKE; false is our own failure. */
bool guard_turn(const struct office_take *, const int fd[OFFICE_TAKE_FDS],
    struct suite *, struct office_taken *ret, struct err *) MUST_USE;

#endif
