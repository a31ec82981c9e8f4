/* job — one MEDIA_JOB, _COVER, _LOOK or _TRACE taken, done and answered. */
#ifndef MEDIA_WORKER_JOB_H
#define MEDIA_WORKER_JOB_H

#include "ipc/chan.h"

#define JOB_MESSAGE_MAX (24 * 1024)

extern const struct chan_permit job_permits[];

/* False: the peer is broken or we are; exit. */
bool job_serve(struct chan *, struct chan_msg *, struct err *) MUST_USE;

#endif
