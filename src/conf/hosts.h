/*
 * hosts — the option `egress_hosts`: whom this server may call.
 *
 * `name`, `name:port` or `name:port=address`, with commas between.  Names are
 * small letters, digits, dashes and dots; 443 is the port that is not said.
 * With an address, nobody is asked for it, and it may be one of the local
 * network; without, only addresses of the public internet are called.
 */
#ifndef CONF_HOSTS_H
#define CONF_HOSTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define CONF_HOSTS_MAX 8
#define CONF_HOST_NAME_MAX 254
#define CONF_ADDRESS_MAX 46 /* INET6_ADDRSTRLEN */

struct conf_host {
	char name[CONF_HOST_NAME_MAX];
	uint16_t port;
	char address[CONF_ADDRESS_MAX]; /* "": the name is looked up */
};

struct conf_hosts {
	struct conf_host v[CONF_HOSTS_MAX];
	size_t n; /* 0: there is nobody to call */
};

/* One of them that has no address: name or name:port. */
bool conf_host_read(str, struct conf_host *ret, struct err *) MUST_USE;
bool conf_hosts_read(str, struct conf_hosts *ret, struct err *) MUST_USE;

/* https://name[:port]/path, nothing more: no user, no fragment; *ret has no
 * address.  *ret_path begins with the slash, and is empty when there is none.
 */
bool conf_url_read(
    str url, struct conf_host *ret, str *ret_path, struct err *) MUST_USE;

/* The one of that name and port; NULL: it may not be called. */
const struct conf_host *conf_hosts_find(
    const struct conf_hosts *, const struct conf_host *);

#endif
