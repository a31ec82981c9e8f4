/*
 * case_hold — what a case needs may not end: placed, extended by a further one,
 * and released by two, all of them in its path (report/route.h).
 *
 * While one is in force nothing ends by rule of: the case, its reports and what
 * they hide, the accounts of whom it is about and of who reported with what
 * they sent, and the register.  Its story says who did what; nobody else is
 * told, so no list of holds has it and no line of the audit.  The names of whom
 * it is about are written into the story when it is placed.
 *
 * Within the caller's transaction.  Not in the path: ERR_NOT_FOUND; else as
 * hold.h.
 */
#ifndef ENDS_CASE_HOLD_H
#define ENDS_CASE_HOLD_H

#include "ends/hold.h"

bool case_hold_place(const struct deed *, int64_t case_file, str reason,
    int64_t until_on, struct err *) MUST_USE;
bool case_hold_ask(
    const struct deed *, int64_t case_file, int64_t id, struct err *) MUST_USE;
bool case_hold_release(
    const struct deed *, int64_t case_file, int64_t id, struct err *) MUST_USE;

#endif
