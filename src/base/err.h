/*
 * err — what went wrong, for the one who must act on it.
 *
 * A function that can fail returns bool, is MUST_USE, and takes a struct err
 * as its last argument.  It fills the err only when it returns false.  It
 * does not log: whoever handles the error logs it, once.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <errno.h>
#include <stdbool.h>

#include "base/own.h"

/* The kind decides the answer: HTTP status, exit code, retry or give up. */
enum err_kind {
	ERR_NONE,
	ERR_INPUT, /* the caller sent nonsense */
	ERR_DENIED,
	ERR_NOT_FOUND,
	ERR_CONFLICT,
	ERR_LIMIT,     /* too big, too many, too deep */
	ERR_BUSY,      /* try again later */
	ERR_FULL,      /* no space left: nothing was kept, try later */
	ERR_READ_ONLY, /* the disk takes nothing: likewise */
	ERR_IO,
	ERR_CORRUPT, /* our own data does not add up */
	ERR_KINDS
};

/* What each kind means to the three who ask: a browser, a shell, a caller. */
struct err_meaning {
	const char *name; /* stable word for logs and --json */
	int http;         /* status */
	int exit_code;    /* of the command line, see preau(1) */
	bool retry;       /* the same call may succeed later */
};

extern const struct err_meaning err_meanings[ERR_KINDS];

struct err {
	enum err_kind kind;
	int sys;           /* errno, or 0 */
	const char *where; /* function that failed first */
	char msg[240];     /* outermost context first */
};

/* ENOSPC and EDQUOT are ERR_FULL, EROFS is ERR_READ_ONLY, EAGAIN is ERR_BUSY,
 * the rest ERR_IO. */
enum err_kind err_kind_of_errno(int);

void err_set_(struct err *, const char *where, enum err_kind, int sys,
    const char *fmt, ...) PRINTF(5, 6);
void err_wrap_(struct err *, const char *fmt, ...) PRINTF(2, 3);

/* All three are false, so that failing is one statement: return err_set(...) */
#define ERR_FALSE_(call) \
	__extension__({  \
		call;    \
		false;   \
	})
#define err_set(e, kind, ...) \
	ERR_FALSE_(err_set_((e), __func__, (kind), 0, __VA_ARGS__))
#define err_sys(e, ...)                                                 \
	ERR_FALSE_(err_set_((e), __func__, err_kind_of_errno(errno), errno, \
	    __VA_ARGS__))
#define err_wrap(e, ...) ERR_FALSE_(err_wrap_((e), __VA_ARGS__))

#endif
