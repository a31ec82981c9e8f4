/*
 * pushing — gives one notification after the other to egress (tell/notify.h).
 *
 * Beside the letters (mailing.h), which count what is new for both.  Nothing
 * happens unless the configuration names a push service.  One is on its way at
 * a time; when none can be reached all rest, longer each time.
 */
#ifndef JOBS_PUSHING_H
#define JOBS_PUSHING_H

#include "jobs/mailing.h"

/* Of our questions, beside MAILING_ID. */
#define PUSHING_ID ((uint32_t)1 << 30)

struct pushing {
	struct house *house;
	int64_t sending;  /* message; 0: none is on its way */
	uint32_t id;      /* of the last one */
	int64_t until_ms; /* for its answer */
	int64_t rest_ms;  /* the services rest until then */
	unsigned failures;
	int64_t due_ms; /* when there is something to do */
	bool on;
};

void pushing_init(struct pushing *, struct house *);
/* As their namesakes of mailing.h. */
void pushing_tick(struct pushing *, struct arena *, struct chan *egress);
int64_t pushing_due_ms(const struct pushing *);
void pushing_hear(
    struct pushing *, struct arena *, const struct egress_answer *);
void pushing_lost(struct pushing *, struct arena *);

#endif
