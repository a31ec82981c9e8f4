/*
 * handlers — who handles reports is told that something waits, and nothing of
 * what.
 *
 * Of immediate danger at once, through quiet hours of her own, within the hours
 * of the profile (report/care.h), else when they begin; everything else is
 * in the message of her day (waits.h).  It goes to those in the path of the
 * case who are asked (report/route.h), to a confirmed address and to each
 * device that they allowed (device.h), and is asked about once more when it
 * goes: whom nothing waits for any more gets none.  No page of the team counts
 * these messages.
 */
#ifndef TELL_HANDLERS_H
#define TELL_HANDLERS_H

#include "people/deed.h"

/* In the caller's transaction; whoever does the deed is not told.  danger: its
 * category says so. */
bool handlers_tell(
    const struct deed *, int64_t case_file, bool danger, struct err *) MUST_USE;

/* Whether something of that kind still waits for this account. */
bool handlers_wait(struct house *, struct arena *, const struct organisation *,
    int64_t account, int64_t now, bool *ret, struct err *) MUST_USE;

#endif
