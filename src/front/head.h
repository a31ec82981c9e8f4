/* head — what the head of a request must be before anything else is read. */
#ifndef FRONT_HEAD_H
#define FRONT_HEAD_H

#include "front/exchange.h"

/* Fills x->q and the front's own heads; PAGE_NONE, or the page that refuses. */
enum page head_read(struct exchange *, const char *method, const char *version);

#endif
