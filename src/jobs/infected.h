/*
 * infected — a file in which the antivirus found something: its bytes are
 * destroyed, unless a list knows them (law 5).
 *
 * Lists hold digests of files too, and those are asked of bytes that nothing
 * decodes; what the picture shows is asked of no infected file.
 */
#ifndef JOBS_INFECTED_H
#define JOBS_INFECTED_H

#include "house/house.h"
#include "ipc/hashes.h"

/* The digests of its original, as rows in arena `of`. */
bool infected_hashes(struct house *, struct arena *, int64_t medium,
    struct arena *of, struct hashes *ret, struct err *) MUST_USE;

/* No list knows it: first what is known is written, with the antivirus's name
 * for it, then the bytes go; killed in between, it is asked about once more. */
bool infected_destroy(struct house *, struct arena *, int64_t medium,
    const char *name, struct err *) MUST_USE;

#endif
