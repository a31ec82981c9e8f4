/*
 * report — the words of reports: each report's own key, and the key of a case,
 * destroyed so that no backup brings them back.
 *
 * What somebody reported goes with her account.  What was reported about one
 * child alone, and what was written about it since, goes with the child: once
 * the case is decided, since until then it is what protects the child.  Of both
 * nothing goes while the case is held (ends/hold.h); it goes when the hold is
 * over.  That there was a report, of which kind and how it was decided, stays
 * until the case ends (ends/round.h).  Journal as in erasure.h; a report's
 * token is a keyed digest of number, time and the number that people quote.
 *
 * In the caller's transaction.
 */
#ifndef ERASURE_REPORT_H
#define ERASURE_REPORT_H

#include "erasure/journal.h"
#include "house/house.h"

/* All that an account reported. */
bool erasure_reports_by(struct house *, struct arena *, int64_t account,
    int64_t now, struct err *) MUST_USE;
bool erasure_cases_about(struct house *, struct arena *, int64_t child,
    int64_t now, struct err *) MUST_USE;

/* A case with all its reports, whether it is held or not: the caller asked. */
bool erasure_case(struct house *, struct arena *, int64_t case_file,
    int64_t now, struct err *) MUST_USE;

/* What had to wait and need no longer; *ret_n of them, most at a time. */
bool erasure_reports_wanted(struct house *, struct arena *,
    int64_t organisation, int64_t now, int64_t most, int64_t *ret_n,
    struct err *) MUST_USE;

/* An entry of the journal again.  *ret: its key was there. */
bool erasure_report_again(struct house *, struct arena *,
    const struct erasure_entry *, bool *ret, struct err *) MUST_USE;
/* Would it be? */
bool erasure_report_pending(struct house *, struct arena *,
    const struct erasure_entry *, bool *ret, struct err *) MUST_USE;

#endif
