/*
 * answer — what a worker said becomes what a browser gets: the house's heads,
 * ranges, and bodies that stream out of an encrypted blob.
 */
#ifndef FRONT_ANSWER_H
#define FRONT_ANSWER_H

#include <microhttpd.h>

#include "ipc/http.h"

struct exchange;

void answer_head(struct MHD_Response *, const char *name, const char *value);
/* On every answer; `cached`: Cache-Control has been said already. */
void answer_house_heads(struct MHD_Response *, bool tls, bool cached);

/* fd: taken when used.  io_status: the worker's, or 206 or 416.  NULL: it
 * could not be made, and why is in the log. */
struct MHD_Response *answer_make(struct exchange *,
    const struct http_response *, int *fd, unsigned *io_status);

/* Static assets and the health check; NULL: a worker's business. */
struct MHD_Response *answer_own(struct exchange *, unsigned *ret_status);

#endif
