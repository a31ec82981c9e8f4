/*
 * address — who is at the other end of a connection, and whom a trusted proxy
 * says it speaks for.
 *
 * An address is 16 bytes; IPv4 is ::ffff:a.b.c.d.
 */
#ifndef FRONT_ADDRESS_H
#define FRONT_ADDRESS_H

#include <stdint.h>
#include <sys/socket.h>

#include "base/str.h"

struct address {
	uint8_t b[16];
	uint16_t port; /* 0: not known */
};

/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]:443", "192.0.2.1:443". */
bool address_parse(str, struct address *ret);
bool address_of(const struct sockaddr *, struct address *ret);
bool address_same_host(const struct address *, const struct address *);

/* The hop that the nearest proxy wrote: the last of the list.  False leaves
 * *ret alone. */
bool address_forwarded(str list, struct address *ret);

#endif
