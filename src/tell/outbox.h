/*
 * outbox — messages that are queued, one after the other to the mail server.
 *
 * One is taken (and marked as on its way, in a commit of its own), given to
 * egress, and what the server said is noted.  A process that is killed between
 * the server's word and ours leaves it on its way: it goes again, with the same
 * Message-ID, because nobody can know (RFC 5321, 4.5.4.1 and 6.1); a message is
 * never lost.
 *
 * What is for good and what is not:
 *   5xx about the letter   given up, at once; 550, 551, 553: nothing goes to
 *                          that address any more until it is confirmed anew
 *   4xx about the letter   again, later and later, OUTBOX_TRIES times
 *   the dialogue breaks    likewise, and the server rests
 *   the server itself      no message's fault: all wait, until they are too
 *                          old (outbox_kept_s)
 */
#ifndef TELL_OUTBOX_H
#define TELL_OUTBOX_H

#include "base/buf.h"
#include "house/house.h"
#include "ipc/egress.h"

#define OUTBOX_TRIES 8
#define OUTBOX_RETRY_MAX_S 14400
#define OUTBOX_SHOWN_DAYS 30 /* on the page « Envois » */

/* What becomes of a message after what was said. */
enum outbox_fate {
	OUTBOX_SENT,
	OUTBOX_AGAIN, /* after_s from now, and it counts */
	OUTBOX_WAITS, /* for the server, and it does not count */
	OUTBOX_FAILED,
};

struct outbox_verdict {
	enum outbox_fate fate;
	const char *why;
	int64_t after_s;
	bool broken; /* there is no such address, or device */
	bool server; /* the server rests before the next message */
};

/* Pure.  tries: with this one; retry_s: of the configuration. */
struct outbox_verdict outbox_judge(
    enum egress_outcome, uint32_t status, int64_t tries, int64_t retry_s);

/* Seconds before the next try, of a message that was tried so often. */
int64_t outbox_back_off(int64_t retry_s, int64_t tries);
/* What was judged is noted, with what it told of (ending.h), in the caller's
 * transaction; the address or the device is the caller's. */
struct sql_message_account_of_row;
bool outbox_settle(struct house *, struct arena *, int64_t id,
    const struct sql_message_account_of_row *, const struct outbox_verdict *,
    uint32_t status, int64_t now, struct err *) MUST_USE;

struct outbox_letter {
	int64_t id;   /* 0: nothing is due */
	str from, to; /* of the envelope; in the arena */
};

/* At the start of the process that sends. */
bool outbox_start(struct house *, int64_t now, struct err *) MUST_USE;
/* Takes the next one that is due and writes it; drops what nobody wants any
 * more, and gives up what is too old. */
bool outbox_take(struct house *, struct arena *, int64_t now,
    struct buf *ret_letter, struct outbox_letter *ret, struct err *) MUST_USE;
bool outbox_said(struct house *, struct arena *, int64_t id,
    enum egress_outcome, uint32_t status, int64_t now,
    struct outbox_verdict *ret, struct err *) MUST_USE;
/* When the next is due; DB_NULL: nothing is queued. */
bool outbox_due(
    struct house *, struct arena *, int64_t *ret, struct err *) MUST_USE;

/* In a backup that was just restored: what was on its way may have gone. */
bool outbox_restored(struct house *, const struct organisation *, int64_t now,
    struct err *) MUST_USE;

#endif
