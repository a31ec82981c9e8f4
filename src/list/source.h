/*
 * source — the bytes of a list file, unpacked when they are gzip.
 *
 * Memory is constant.  A gzip file that ends early, is damaged or carries
 * something after its end is ERR_INPUT; more than SOURCE_BYTES_MAX unpacked
 * bytes are ERR_LIMIT.
 */
#ifndef LIST_SOURCE_H
#define LIST_SOURCE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define SOURCE_BYTES_MAX ((uint64_t)1 << 38)

struct source;

struct source *source_open(int fd, struct err *); /* fd stays the caller's */
/* Bytes that are here already, for tests; they must outlive it. */
struct source *source_of(str bytes, struct err *);
void source_free(struct source *);

/* A json_read_fn, with the source as ctx. */
bool source_read(
    void *source, char *p, size_t cap, size_t *ret_n, struct err *) MUST_USE;

DEFINE_OWNED(source)

#endif
