/*
 * arena — memory that dies together: one per request, job or command.
 *
 * Blocks are zeroed and never freed one by one.  The limit is part of the
 * contract: past it the arena returns NULL and the caller says ERR_LIMIT.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "base/own.h"
#include "base/str.h"

struct arena;

struct arena *arena_new(size_t limit);
void arena_free(struct arena *); /* NULL is fine */
void *arena_alloc(struct arena *, size_t n, size_t size) MUST_USE
    __attribute__((alloc_size(2, 3)));
size_t arena_taken(const struct arena *); /* bytes of all blocks */
void arena_reset(struct arena *); /* forget all blocks, keep one chunk */
/* A NUL-terminated copy, for the few calls that need one; NULL past the limit
 * or when s holds a NUL byte itself. */
char *arena_cstr(struct arena *, str s) MUST_USE;
/* Both NUL-terminated; {0}: past the limit. */
str arena_fmt(struct arena *, const char *fmt, ...) PRINTF(2, 3);
str arena_i64(struct arena *, int64_t);
bool arena_str(struct arena *, const void *p, size_t n, str *ret) MUST_USE;

DEFINE_OWNED(arena)

#define NEW(a, T) ((T *)arena_alloc((a), 1, sizeof(T)))
#define NEW_N(a, T, n) ((T *)arena_alloc((a), (n), sizeof(T)))

#endif
