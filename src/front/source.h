/*
 * source — a body that is read while it is sent: some bytes in front, then a
 * memory file or an encrypted blob.  A damaged chunk ends the connection.
 */
#ifndef FRONT_SOURCE_H
#define FRONT_SOURCE_H

#include <microhttpd.h>

#include "ipc/http.h"

/* Bytes [first, first + n) of what p describes; fd is taken on success. */
struct MHD_Response *source_response(const struct http_response *p, int *fd,
    uint64_t first, uint64_t n, struct err *);

#endif
