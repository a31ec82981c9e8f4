/*
 * fetch — one exchange with another server, by libcurl.
 *
 * https only, certificates verified against the authorities that were given,
 * no redirect, no proxy, no cookie, no connection kept, no thread.  The name
 * is looked up here and the address is checked before anybody is called, and
 * once more when the socket is made.
 */
#ifndef EGRESS_FETCH_H
#define EGRESS_FETCH_H

#include "conf/conf.h"
#include "egress/lookup.h"
#include "ipc/egress.h"

struct fetch;

/* Opens and warms up what needs more rights than the sandbox leaves.  The
 * texts are copied: ca is PEM, password without its line end. */
struct fetch *fetch_new(
    const struct conf *, str ca, str password, struct err *) MUST_USE;
void fetch_free(struct fetch *); /* wipes the password */
DEFINE_OWNED(fetch)

/* Letters go to the mail server of this configuration (deliver.h). */
bool fetch_may_mail(
    struct fetch *, const struct conf *, str password, struct err *) MUST_USE;

/* Reports go to the CyberTipline of this configuration. */
bool fetch_may_report(
    struct fetch *, const struct conf *, str password, struct err *) MUST_USE;

struct lookup *fetch_lookup(struct fetch *); /* for tests */

/* Always fills *ret; its body is a view that the next call ends.  Broken off
 * (EGRESS_BROKEN) when stop_fd becomes readable; -1: nothing stops it. */
void fetch_one(struct fetch *, const struct egress_ask *, int stop_fd,
    struct egress_answer *ret);

#endif
