/*
 * lookup — the addresses of a name, asked of the name servers directly.
 *
 * The resolver of the C library would open files and load plug-ins at each
 * question; this one reads /etc/resolv.conf once, before the sandbox, and then
 * needs sockets only.  /etc/hosts does not count: egress_hosts can name an
 * address.  Names are whole, no search list is tried.
 */
#ifndef EGRESS_LOOKUP_H
#define EGRESS_LOOKUP_H

#include "base/err.h"
#include "egress/address.h"

#define LOOKUP_MAX 8

struct lookup;

struct lookup *lookup_new(struct err *) MUST_USE;
void lookup_free(struct lookup *);
DEFINE_OWNED(lookup)

/* In place of the machine's own, for tests: one server on this port. */
void lookup_use(struct lookup *, const struct sockaddr_in *);

/* IPv4 first.  None at all is ERR_NOT_FOUND; no server answered is ERR_IO. */
bool lookup_name(struct lookup *, const char *name,
    struct address ret[LOOKUP_MAX], size_t *ret_n, struct err *) MUST_USE;

#endif
