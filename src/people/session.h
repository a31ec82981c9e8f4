/*
 * session — one signed-in browser.
 *
 * The browser holds 32 random bytes in hexadecimal, we hold their keyed digest:
 * a stolen database signs nobody in.  With the second factor comes a new token,
 * so that one planted before is worth nothing.  A staff session that was idle
 * for conf.staff_lock_min is locked: the passphrase opens it again.  One write
 * a minute at most remembers that a session is in use.
 */
#ifndef PEOPLE_SESSION_H
#define PEOPLE_SESSION_H

#include "people/deed.h"

#define SESSION_TOKEN_CHARS 64
#define SESSION_FIRST_MIN 15 /* minutes to give the second factor */

struct session_info {
	int64_t id, account;
	int factor; /* 0 signed out, 1, 2 */
	bool locked;
};

struct session_found {
	struct session_info info;
	int64_t organisation;
	enum lang lang; /* of the account */
	bool staff;
};

/* A token that is unknown, over, revoked or of an account that may not be here
 * gives factor 0 and is no error. */
bool session_find(struct house *, struct arena *, str token, int64_t now,
    struct session_found *ret, struct err *) MUST_USE;

/* Where a session comes from, for its owner to recognise it by. */
struct session_origin {
	str agent;
	const uint8_t *address; /* 16 bytes */
	uint16_t port;          /* 0: a proxy did not say */
};

struct session_new {
	int64_t id;
	str token;         /* for the cookie; in the arena */
	int64_t max_age_s; /* of the cookie */
};

bool session_create(const struct deed *, int64_t account, bool staff,
    int factor, const struct session_origin *, struct session_new *ret,
    struct err *) MUST_USE;
bool session_upgrade(const struct deed *, int64_t id, bool staff,
    struct session_new *ret, struct err *) MUST_USE;

bool session_lock(const struct deed *, int64_t id, struct err *) MUST_USE;
bool session_unlock(const struct deed *, int64_t id, struct err *) MUST_USE;

/* The way out. */
bool session_end(
    const struct deed *, int64_t account, int64_t id, struct err *) MUST_USE;
/* One of one's own; ERR_NOT_FOUND when it is not that account's. */
bool session_revoke(
    const struct deed *, int64_t account, int64_t id, struct err *) MUST_USE;
/* All but `except` (0: all). */
bool session_revoke_all(const struct deed *, int64_t account, int64_t except,
    struct err *) MUST_USE;

struct session_line {
	int64_t id, created_at, seen_at;
	str agent;   /* "" when it cannot be read, as the next */
	str address; /* "192.0.2.7 port 50123" */
};

struct session_lines {
	struct session_line *v;
	size_t n;
};

bool session_list(const struct deed *, int64_t account,
    struct session_lines *ret, struct err *) MUST_USE;
/* Those that ended too, the newest 200: id and seen_at are 0. */
bool session_past(const struct deed *, int64_t account,
    struct session_lines *ret, struct err *) MUST_USE;

#endif
