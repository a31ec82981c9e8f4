/*
 * report — what a mail server says later of a letter that it took: a delivery
 * status notification (RFC 3464), read strictly and no further than needed.
 *
 * Strangers write these.  Nothing is decoded, nothing is allocated and nothing
 * of their words is kept: the reader follows lines to the first part of the
 * type message/delivery-status and takes two fields of it, Action and Status.
 * What is not that form is MAIL_REPORT_NONE, an answer of somebody who is away
 * for one.
 */
#ifndef MAIL_REPORT_H
#define MAIL_REPORT_H

#include <stdint.h>

#include "base/str.h"

#define MAIL_REPORT_MAX ((size_t)512 * 1024) /* bytes; the rest is not read */

enum mail_action {
	MAIL_REPORT_NONE,
	MAIL_REPORT_FAILED,
	MAIL_REPORT_DELAYED,
	MAIL_REPORT_OTHER, /* delivered, relayed, expanded */
};

struct mail_report {
	enum mail_action action;
	/* Of RFC 3463: 5.1.1 is a mailbox that there is not; 0.0.0: unsaid. */
	uint16_t class, subject, detail;
};

struct mail_report mail_report_read(str letter);

/* Does it say that the address is none, rather than that this letter did not
 * arrive? */
bool mail_report_no_address(const struct mail_report *);

/* The address in the head's « To », to which a report goes; a view into letter,
 * {0} where there is none. */
str mail_report_to(str letter);

#endif
