/*
 * notify — one notification to the push service of a browser (RFC 8030).
 *
 * The rules of fetch.h, for those of push_services: a service that stands in
 * the table is called at an address of the public internet only.  What it
 * answers is read up to NOTIFY_REPLY_MAX bytes, and thrown away.
 */
#ifndef EGRESS_NOTIFY_H
#define EGRESS_NOTIFY_H

#include "egress/fetch.h"

#define NOTIFY_REPLY_MAX 4096u

/* As fetch_one; the body of the answer is empty. */
void notify_one(struct fetch *, const struct egress_push *, int stop_fd,
    struct egress_answer *ret);

#endif
