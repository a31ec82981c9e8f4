/*
 * hide — what was reported is kept from everybody while a case is open, as its
 * category says, and comes back as it was when that was wrong.
 *
 * A medium is held: nobody gets any of its bytes from the next request on; a
 * still or a page takes the whole along that it is of.  A post is withdrawn
 * with all that it shows, and cannot be changed or published meanwhile.
 * Nothing is deleted.
 */
#ifndef REPORT_HIDE_H
#define REPORT_HIDE_H

#include "report/report.h"

/* In the caller's transaction.  *ret: something was hidden that was not. */
bool hide_subject(const struct deed *, int64_t case_file, enum report_subject,
    int64_t subject, bool *ret, struct err *) MUST_USE;
/* *ret: something is shown again. */
bool hide_lift(
    const struct deed *, int64_t case_file, bool *ret, struct err *) MUST_USE;

/* Who and what a report of a medium or a post is about: its senders, its
 * groups, the children on it.  Fills implied, group and child of *io from the
 * arena, and the subject of a still or a page becomes its whole. ERR_NOT_FOUND:
 * there is none in this organisation. */
bool hide_matter(
    const struct deed *, struct report_new *io, struct err *) MUST_USE;

#endif
