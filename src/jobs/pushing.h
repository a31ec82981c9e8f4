/*
 * pushing — gives one notification after the other to egress (tell/notify.h).
 *
 * Beside the letters (mailing.h), which count what is new for both.  Nothing
 * happens unless the configuration names a push service.
 */
#ifndef JOBS_PUSHING_H
#define JOBS_PUSHING_H

#include "jobs/courier.h"

void pushing_init(struct courier *, struct house *);
/* Does what is due now; egress: fd -1 when there is no such process. */
void pushing_tick(struct courier *, struct arena *, struct chan *egress);

#endif
