/*
 * notify — notifications that are queued, one after the other to the push
 * services of the browsers (RFC 8030).
 *
 * A notification says that there is something new, in the words of an e-mail's
 * subject, and nothing else.  It is another way of the same messages
 * (outbox.h): queued in the same commit, one a day for each device, marked as
 * on its way before it goes.  In quiet hours none goes, and none is kept by the
 * service until they begin.
 *
 * What becomes of it:
 *   2xx              sent
 *   404, 410         the device is forgotten
 *   429, 5xx         again, later and later, not before Retry-After,
 *                    OUTBOX_TRIES times
 *   other answers    given up, at once
 *   it breaks        as 5xx, and the services rest
 *   nobody is there  waits, until it is too old
 */
#ifndef TELL_NOTIFY_H
#define TELL_NOTIFY_H

#include "tell/outbox.h"

/* Pure.  tries: with this one; retry_s: of the configuration. */
struct outbox_verdict notify_judge(
    const struct egress_answer *, int64_t tries, int64_t retry_s);

struct notification {
	int64_t id; /* 0: nothing is due */
	bool urgent;
	uint32_t ttl_s;
	str address, token; /* in the arena */
};

/* Takes the next one that is due and seals it. */
bool notify_take(struct house *, struct arena *, int64_t now,
    struct buf *ret_sealed, struct notification *ret, struct err *) MUST_USE;
bool notify_said(struct house *, struct arena *, int64_t id,
    const struct egress_answer *, int64_t now, struct outbox_verdict *ret,
    struct err *) MUST_USE;
bool notify_due(
    struct house *, struct arena *, int64_t *ret, struct err *) MUST_USE;

#endif
