/*
 * source — a body that is read while it is sent: some bytes in front, then a
 * memory file, an encrypted blob, or one viewer's picture composed out of one
 * (segment/plan.h), or a bundle of those (bundling.h).  A damaged chunk ends
 * the connection, or the answer before its first byte.
 */
#ifndef FRONT_SOURCE_H
#define FRONT_SOURCE_H

#include <microhttpd.h>

#include "base/own.h"
#include "ipc/http.h"

struct source;
struct exchange;

/* fd is taken, whatever happens.  NULL: what was promised is not there, or is
 * damaged, and nothing was sent yet.  The exchange is for a bundle alone. */
struct source *source_new(
    struct exchange *, const struct http_response *, int *fd, struct err *);
void source_free(struct source *);
uint64_t source_bytes(const struct source *);            /* of the whole body */
struct bundling *source_bundling(const struct source *); /* NULL: it is none */

/* Some bytes of it from `at`, before its end; at least one. */
bool source_some(struct source *, uint64_t at, char *to, size_t max,
    size_t *ret_n, struct err *) MUST_USE;

/* Bytes [first, first + n) of it; s is taken on success.  sent: false when the
 * answer to a HEAD is made, and no byte will be asked for. */
struct MHD_Response *source_response(
    struct source **s, uint64_t first, uint64_t n, bool sent, struct err *);

DEFINE_OWNED(source)

#endif
