/*
 * trace — a copy of a photo was found outside: through which account did it
 * leave?  Who may ask, who allows it, and what becomes of the copy.
 *
 * Nothing is compared on the word of one person.  One of the circle asks, with
 * a reason; another one of it allows, or refuses; only then does jobs look
 * (candidate.h, reading.h).  The circle: active directors and safeguarding
 * leads.  The second one is another account than the first, and not an account
 * of the same name.  Whoever a trace names stays in the record with the rest,
 * but does not close it: that would destroy the copy.  The schema holds two
 * people and a reason too (sql/migrations/0012_trace.sql).
 *
 * The copy is kept encrypted with the trace.  Its key is destroyed when the
 * trace is closed or refused, or TRACE_KEPT_DAYS after it was asked; the
 * journal of erasures has it, so that no backup brings it back.
 *
 * Every function stands inside the caller's transaction unless it says else,
 * and each step is noted in the trace and in the audit.  Who is not in the
 * circle gets ERR_NOT_FOUND, what the trace does not allow now ERR_CONFLICT.
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "ipc/http.h"
#include "people/circle.h"
#include "people/deed.h"

#define TRACE_JOB "trace" /* job.kind; subject: the trace */
#define TRACE_KEPT_DAYS 90
#define TRACE_BYTES_MAX ((uint64_t)40 << 20)
#define TRACE_REASON_MIN 3 /* code points */
#define TRACE_REASON_MAX 1000

bool trace_circle(struct house *, struct arena *, const struct organisation *,
    struct circle *ret, struct err *) MUST_USE;

/* A place for the bytes of a copy; in a transaction of its own. */
bool trace_receive(const struct deed *, str name, struct http_file_go *ret,
    int *ret_fd, struct err *) MUST_USE;
/* A file that came, and is not to be kept; its rows and bytes go. */
bool trace_drop(const struct deed *, int64_t trace, struct err *) MUST_USE;

/* The first person's word.  bytes: of the copy, which is whole.  post: the
 * album that it is believed to be from, 0 for none; of another organisation:
 * ERR_INPUT.  reason: as long as it has to be, else ERR_INPUT. */
bool trace_ask(const struct deed *, int64_t trace, uint64_t bytes, int64_t post,
    str reason, struct err *) MUST_USE;

/* The second person's.  The one who asked, or her namesake: ERR_DENIED. */
bool trace_allow(
    const struct deed *, int64_t trace, str note, struct err *) MUST_USE;
bool trace_refuse(
    const struct deed *, int64_t trace, str note, struct err *) MUST_USE;
/* Whom it names may not: ERR_DENIED. */
bool trace_close(
    const struct deed *, int64_t trace, str note, struct err *) MUST_USE;

/* After the commit of what destroyed its key: its file goes. */
bool trace_file_gone(struct house *, struct arena *, int64_t organisation,
    int64_t trace, struct err *) MUST_USE;

/* Copies that the organisation kept long enough, *ret_n of them, and files that
 * never came whole; its own transactions. */
bool trace_sweep(struct house *, struct arena *, int64_t organisation,
    int64_t now, int64_t *ret_n, struct err *) MUST_USE;

#endif
