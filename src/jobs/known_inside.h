/* known_inside — what the files of known share. */
#ifndef JOBS_KNOWN_INSIDE_H
#define JOBS_KNOWN_INSIDE_H

#include "jobs/known.h"

/* The process is gone; whatever waits is asked of the next one. */
void known_lose(struct known *);
/* Looks at the lists when something was committed since. */
void known_follow(struct known *);
/* Asks whatever waits and is not under way. */
void known_send(struct known *);
/* An ANSWER.  False: it says nonsense. */
bool known_answered(struct known *, str body, struct err *) MUST_USE;

#endif
