/*
 * mailing — what jobs does so that people are told: counts what is new when an
 * account's hour has come (tell/digest.h), and gives one letter after the other
 * to egress (tell/outbox.h).
 *
 * Nothing happens unless the configuration names a mail server, or a push
 * service (pushing.h), for which the news are counted here too.
 */
#ifndef JOBS_MAILING_H
#define JOBS_MAILING_H

#include "jobs/courier.h"

struct mailing {
	struct courier courier; /* on: there is any way to tell somebody */
	bool letters;           /* there is a mail server */
};

/* ERR_…: what was on its way could not be put back. */
bool mailing_init(struct mailing *, struct house *, struct err *) MUST_USE;
/* Does what is due now; egress: fd -1 when there is no such process. */
void mailing_tick(struct mailing *, struct arena *, struct chan *egress);

#endif
