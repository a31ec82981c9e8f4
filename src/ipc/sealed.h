/*
 * sealed — a message too long for a channel, as a memory file that nobody can
 * change or shorten any more: its receiver maps it without a copy.
 */
#ifndef IPC_SEALED_H
#define IPC_SEALED_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* *ret: the caller closes it. */
bool sealed_make(str bytes, int *ret, struct err *) MUST_USE;

struct sealed_view {
	void *p; /* NULL: nothing */
	size_t n;
};

/* The descriptor may be closed while the view is there.  ERR_CORRUPT: it is not
 * sealed, or longer than max. */
bool sealed_open(
    int fd, size_t max, struct sealed_view *ret, struct err *) MUST_USE;
void sealed_done(struct sealed_view *);

static inline str
sealed_bytes(const struct sealed_view *v)
{
	return (str){v->p, v->n};
}

#endif
