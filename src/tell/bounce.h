/*
 * bounce — letters that come back: to which message one belongs, and what
 * becomes of it.
 *
 * With `mail_bounce` in the configuration each letter's envelope has a sender
 * of its own, that address with « +number-tag » before the @ (RFC 5233): what a
 * mail server cannot deliver later comes back to it.  The tag is a keyed digest
 * of the number, so that nobody can give up somebody else's messages.
 */
#ifndef TELL_BOUNCE_H
#define TELL_BOUNCE_H

#include "house/house.h"
#include "mail/report.h"

/* The sender of that message's envelope: mail_from where no mail_bounce is
 * configured; {0} past the arena's limit. */
str bounce_sender(struct arena *, const struct house *,
    const struct organisation *, int64_t message);

enum bounce_fate {
	BOUNCE_NOTED,   /* given up; shown, and to be telephoned when urgent */
	BOUNCE_NOTHING, /* no report, none of a failure, or noted before */
};

/* In a transaction of its own.  What only that message told is untold again.
 * to: the sender it came back to, as above.  An
 * address that is none is not written to again, unless another was confirmed
 * since.  ERR_NOT_FOUND: a sender that this house never made, or of a message
 * that is over. */
bool bounce_note(struct house *, struct arena *, str to,
    const struct mail_report *, int64_t now, enum bounce_fate *ret,
    struct err *) MUST_USE;

#endif
