/*
 * target — the path and the query of a request line, and urlencoded forms,
 * decoded once and never normalised: what matches no route is a 404.
 */
#ifndef FRONT_TARGET_H
#define FRONT_TARGET_H

#include "base/arena.h"
#include "ipc/http.h"

enum target_fault {
	TARGET_FINE,
	TARGET_MALFORMED, /* bad percent sign, a NUL, no leading slash */
	TARGET_TOO_LONG,  /* or too many names, or past the arena */
};

/* Percent signs undone; with `plus`, + is a blank.  A NUL is malformed. */
enum target_fault target_decode(struct arena *, str, bool plus, str *ret);

/* a=1&b=2 … into at most max pairs of the arena. */
enum target_fault target_pairs(
    struct arena *, str, size_t max, struct http_pair **ret, size_t *ret_n);

/* "/path?query" as it stood in the request line. */
enum target_fault target_split(struct arena *, str raw, str *ret_path,
    struct http_pair **ret_query, size_t *ret_n);

#endif
