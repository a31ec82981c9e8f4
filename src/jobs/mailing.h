/*
 * mailing — what jobs does so that people are told: counts what is new when an
 * account's hour has come (tell/digest.h), and gives one letter after the other
 * to egress (tell/outbox.h).
 *
 * Nothing happens unless the configuration names a mail server, or a push
 * service (pushing.h), for which the news are counted here too.  One letter is
 * on its way at a time, behind whatever else egress is asked; a server that
 * cannot be reached rests, longer each time.
 */
#ifndef JOBS_MAILING_H
#define JOBS_MAILING_H

#include "house/house.h"
#include "ipc/chan.h"
#include "ipc/egress.h"

/* Answers with this bit are ours; the channel is shared (jobs/shield.h). */
#define MAILING_ID ((uint32_t)1 << 31)

struct mailing {
	struct house *house;
	int64_t sending;  /* message; 0: none is on its way */
	uint32_t id;      /* of the last letter */
	int64_t until_ms; /* for its answer */
	int64_t rest_ms;  /* the server rests until then */
	unsigned failures;
	int64_t due_ms; /* when there is something to do */
	bool letters;   /* there is a mail server */
	bool on;        /* there is any way to tell somebody */
};

/* ERR_…: what was on its way could not be put back. */
bool mailing_init(struct mailing *, struct house *, struct err *) MUST_USE;

/* Does what is due now; egress: fd -1 when there is no such process. */
void mailing_tick(struct mailing *, struct arena *, struct chan *egress);
/* In clock_ms(). */
int64_t mailing_due_ms(const struct mailing *);
/* Of an answer with MAILING_ID. */
void mailing_hear(
    struct mailing *, struct arena *, const struct egress_answer *);
/* The egress process is gone: nobody knows what became of the letter. */
void mailing_lost(struct mailing *, struct arena *);

#endif
