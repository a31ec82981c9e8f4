/*
 * device — the browsers of an account that notifications go to.
 *
 * Each was allowed in that browser, from a session, and ends with it: by
 * signing out there or from elsewhere, with the account (a trigger of the
 * schema), with the session's row, when its owner says so, and when its push
 * service says that it is gone.  Whoever signs in there later is known by a
 * cookie: its owner goes on, anybody else ends it.
 */
#ifndef TELL_DEVICE_H
#define TELL_DEVICE_H

#include "people/deed.h"
#include "push/target.h"

#define DEVICES_MAX 8
#define DEVICE_NAME_MAX 40 /* code points */
#define DEVICE_COOKIE_CHARS 32

struct tell_device {
	int64_t id, made_at, sent_at; /* sent_at 0: nothing went there yet */
	str name;
	bool here; /* it is the browser that asks */
};

struct tell_devices {
	struct tell_device *v;
	size_t n;
};

/* cookie: what the browser has; "": none. */
bool device_list(const struct deed *, int64_t account, str cookie,
    struct tell_devices *ret, struct err *) MUST_USE;

struct device_new {
	int64_t account, session;
	bool staff;
	const struct push_target *target;
	str name; /* "": the one that it had, or agent */
	str agent;
	str cookie; /* what the browser has; "": none */
	int64_t
	    house_key; /* push/vapid.h: the number of the one it was given */
};

/* *ret_cookie: what the browser keeps from now on; {0}: the account has too
 * many.  The same browser once more takes its own place. */
bool device_add(const struct deed *, const struct device_new *, str *ret_cookie,
    struct err *) MUST_USE;
/* *ret false: it is none of that account. */
bool device_end(const struct deed *, int64_t account, int64_t id, bool *ret,
    struct err *) MUST_USE;

/* An account signs in, in a browser with that cookie. */
bool device_signed_in(const struct deed *, int64_t account, int64_t session,
    str cookie, struct err *) MUST_USE;

#endif
