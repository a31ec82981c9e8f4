/*
 * services — the option `push_services`: which push services of browsers this
 * server may call for notifications.
 *
 * The word « browsers » stands for those of the browsers in use, a table with
 * the day on which it was last read; others are added as in `egress_hosts`
 * (hosts.h).  Of the table only addresses of the public internet are called,
 * on port 443.
 */
#ifndef CONF_SERVICES_H
#define CONF_SERVICES_H

#include "conf/hosts.h"

extern const char *const conf_services_read_on; /* of the table, ISO */

struct conf_services {
	bool browsers;
	struct conf_hosts more;
};

bool conf_services_read(
    str list, struct conf_services *ret, struct err *) MUST_USE;

/* May it be called?  ret_host, when it is not NULL: its row of `more`, or NULL
 * when it is one of the table. */
bool conf_services_know(const struct conf_services *, const struct conf_host *,
    const struct conf_host **ret_host);

static inline bool
conf_services_any(const struct conf_services *s)
{
	return s->browsers || s->more.n > 0;
}

#endif
