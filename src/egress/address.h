/*
 * address — an internet address, and whether it is one of the public internet.
 *
 * A name may lead to the local network (by mistake, or because somebody who
 * owns the name wants to reach what stands there): those addresses are not
 * called.  Source: the IANA registries of special-purpose addresses.
 */
#ifndef EGRESS_ADDRESS_H
#define EGRESS_ADDRESS_H

#include <netinet/in.h>

#include "base/str.h"

struct address {
	int family;    /* AF_INET, AF_INET6 */
	uint8_t b[16]; /* 4 of it for AF_INET */
};

#define ADDRESS_TEXT_MAX INET6_ADDRSTRLEN

bool address_read(const char *, struct address *ret);
void address_text(const struct address *, char ret[ADDRESS_TEXT_MAX]);
/* False for a family that is neither of the two. */
bool address_of(const struct sockaddr *, socklen_t, struct address *ret);
bool address_is_public(const struct address *);

#endif
