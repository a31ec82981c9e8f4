/*
 * task — what consent leaves to the director: facts, never solved by the
 * machine.  Jobs look at every child that is enrolled whenever a fact or the
 * day changed; what is found opens a row once, what is not there any more
 * closes it.
 */
#ifndef CONSENT_TASK_H
#define CONSENT_TASK_H

#include "consent/facts.h"

enum consent_task {
	CONSENT_TASK_CONTRADICTION, /* one holder yes, another no; a purpose */
	CONSENT_TASK_UNKNOWN,       /* another holder may exist */
	CONSENT_TASK_MISSING,       /* a holder has not answered everything */
	CONSENT_TASK_EXPIRED,       /* a yes is over; a purpose */
	CONSENT_TASK_EXPIRING,      /* within CONSENT_SOON days; a purpose */
	CONSENT_TASK_OWN_WORD, /* old enough to be asked, and has not been */
	CONSENT_TASK_MAJORITY, /* of age: only the own word counts */
	CONSENT_TASK_BORN,     /* no birth date */
	CONSENT_TASKS
};

#define CONSENT_SOON 14

const char *consent_task_word(enum consent_task); /* as stored */
bool consent_task_of_word(str, enum consent_task *ret) MUST_USE;
/* A catalogue key; %1 is the child, %2 the purpose where there is one. */
const char *consent_task_sentence(enum consent_task);

/* Looks when something changed since the last time, and writes the end of each
 * yes that is over (CONSENT_EXPIRE).  Own transactions, short ones: in a house
 * of thousands nobody waits for it.  What is over is written once, whatever
 * dies. */
bool consent_sweep(
    struct house *, struct arena *, int64_t now, struct err *) MUST_USE;

#endif
