/* listen — TCP listeners from the option `listen`. */
#ifndef MONITOR_LISTEN_H
#define MONITOR_LISTEN_H

#include "base/err.h"
#include "base/str.h"

/* "127.0.0.1:8420,[::1]:8420": at most max, none is ERR_INPUT.  Sockets are
 * listening, non-blocking and closed on exec; all or none are opened. */
bool listen_open(str addresses, int *ret_fd, size_t max, size_t *ret_n,
    struct err *) MUST_USE;

/* The address that the kernel gave, as in a URL: 127.0.0.1:8420. */
bool listen_name(int fd, char *ret, size_t cap, struct err *) MUST_USE;

#endif
