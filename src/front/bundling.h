/*
 * bundling — a bundle (ipc/bundle.h) that is being sent: its literal bytes
 * from the memory file, and each copy asked of a worker when its first byte is
 * needed, while the connection sleeps.
 *
 * What a worker does not give any more, or gives otherwise than it was
 * promised, ends the connection short of the length that was said: nothing is
 * ever put in its place.  Why is in the log.
 *
 * In memory: one row, one copy as it is composed.  A reader that is slow or
 * stuck costs its buffer and, by the deadline that each copy has, not for ever.
 *
 * An account has one under way.  When it comes for the rest (a range), what it
 * had before is over: a network that broke is seen by the other side first.  A
 * second one from the beginning is refused while the first one moves.
 */
#ifndef FRONT_BUNDLING_H
#define FRONT_BUNDLING_H

#include <sys/types.h>

#include "base/own.h"
#include "ipc/http.h"

#define BUNDLINGS_MAX 8 /* in the house at a time */

struct bundling;
struct exchange;

/* fd is taken, whatever happens.  The exchange may end before it. */
struct bundling *bundling_new(struct exchange *, int *fd, struct err *);
void bundling_free(struct bundling *);
uint64_t bundling_bytes(const struct bundling *);

/* ERR_BUSY: this account has one under way, or the house has enough.  end: the
 * byte behind the last that is wanted. */
bool bundling_admit(
    struct bundling *, bool resumes, uint64_t end, struct err *) MUST_USE;

/* Up to max bytes from pos; 0: the connection sleeps until there are some; -1:
 * it ends here. */
ssize_t bundling_read(struct bundling *, uint64_t pos, char *to, size_t max);

/* What a worker says of the copy that was asked for; NULL: nothing. */
void bundling_copy(struct bundling *, const struct http_response *, int *fd);
void bundling_leave(struct bundling *); /* its exchange ends */

DEFINE_OWNED(bundling)

#endif
