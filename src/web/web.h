/*
 * web — requests, answers and the table of routes.
 *
 * A route states what it needs and the router checks it before the handler
 * runs; a route without a need does not start.  Every POST (and what else is
 * not only read) runs inside one immediate transaction that the router commits
 * when the handler returns true with a status below 400, and rolls back
 * otherwise; its form token is checked before and can be used once.  What a
 * viewer may not see is the same 404 as what does not exist.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "house/house.h"
#include "ipc/http.h"
#include "people/session.h"
#include "web/view.h"

enum need {
	NEED_FORGOTTEN, /* no such route may exist */
	NEED_NOBODY,    /* anybody, signed in or not */
	NEED_FIRST,     /* passphrase given, second factor still to come */
	NEED_MEMBER,    /* any active account with all its factors */
	NEED_FAMILY,    /* guardian or relative */
	NEED_STAFF,
	NEED_DIRECTOR,
};

enum route_flag {
	ROUTE_QUIET = 1, /* signed out: 404 instead of the way to sign in */
	ROUTE_NO_TRANSACTION = 2, /* begins its own; REPEATABLE with it */
	ROUTE_REPEATABLE = 4,     /* a form that may be sent twice (sign-in) */
	ROUTE_LOCKED_TOO = 8,     /* reachable while the session is locked */
	ROUTE_PROVEN = 32, /* a form of nobody's page, proven by its path: no
			      token, from anywhere; REPEATABLE with it */
	ROUTE_SPENDS = 16, /* begins its own by request_begin, later on */
};

struct request {
	struct house *house;
	struct arena *arena;
	const struct http_request *http;
	int64_t now;
	int64_t today;                  /* in the organisation's zone */
	const struct organisation *org; /* of the viewer, or the first one */
	struct session_info session;
	const struct viewer *viewer; /* NULL when signed out */
	struct view view;
	int64_t id[4];  /* the :id parts of the path, in order */
	str word[4];    /* the :word parts */
	str sheet;      /* what a form's one file holds; p NULL: none came */
	str nonce;      /* of the form, to be spent with what it does */
	bool spent;     /* in a transaction that was begun for it */
	bool elsewhere; /* a form of another origin's page: refused */
};

struct response {
	int status;
	struct http_response http;
	struct http_pair header[16];
	int fd;        /* blob or memfd that goes with it, owned; -1 none */
	bool rollback; /* a form shown again: nothing was done */
	/* Once what was done is committed, or NULL: files go after their rows.
	 * what: in the request's arena. */
	bool (*after)(struct request *, const void *what, struct err *);
	const void *what;
};

typedef bool handler(struct request *, struct response *, struct err *);

struct route {
	uint8_t method;   /* enum http_method */
	const char *path; /* "/album/:id/photo/:id", "/join/:word" */
	handler *run;
	enum need need;
	unsigned flags;
	/* For paths that take media: may this file come, and where to.  True
	 * without a descriptor: the answer stands in *out. */
	bool (*open_file)(struct request *, struct http_file_go *ret,
	    int *ret_fd, struct response *out, struct err *);
};

/* Every page family exports one; router.c lists them. */
extern const struct route sign_in_routes[], join_routes[], account_routes[],
    structure_routes[], roster_routes[], letter_routes[], family_routes[],
    publish_routes[], pieces_routes[], medium_routes[], register_routes[],
    rights_routes[], about_routes[], stopped_routes[], consent_routes[],
    consents_routes[], consents_child_routes[], faces_routes[], mask_routes[],
    masks_routes[], trace_routes[], outings_routes[], memories_routes[],
    papers_routes[], seconds_routes[], line_routes[], absence_routes[],
    absence_day_routes[], notice_routes[], notice_write_routes[],
    notice_asked_routes[], video_routes[], item_routes[], item_write_routes[],
    week_routes[], grid_routes[], subscribe_routes[], document_routes[],
    pwa_routes[], later_routes[], report_routes[], report_child_routes[],
    decision_routes[], safety_routes[], cases_routes[], case_hold_routes[], veil_routes[],
    voice_routes[], pattern_routes[], ends_routes[], holds_routes[],
    claims_routes[], mine_routes[], telling_routes[], devices_routes[],
    sendings_routes[], urgent_routes[], certificates_routes[], moving_routes[],
    bringing_routes[], moves_routes[], filing_routes[], safe_routes[],
    case_safe_routes[], tipline_routes[], tipline_link_routes[], custodians_routes[], seals_routes[],
    ceremony_routes[], glance_routes[], handlers_routes[];

/* Called once at start, before any request: false names the route that is
 * wrong. */
bool routes_check(struct err *) MUST_USE;

/* One request through session, need, token, transaction and handler.  Always
 * fills *out, whatever happens.
 *
 * more: the next request has arrived already, so that both may be shown the one
 * moment of the database at which this one looks; if that only reads, too, it
 * need not look again.  Whatever was committed before either was sent counts
 * for it. */
void route_request(struct house *, struct arena *, const struct http_request *,
    str sheet, bool more, struct buf *page, struct response *out);
/* For a route that does something slow first, or counts what went wrong: begins
 * the transaction of what the form is for, and spends the form in it.
 * ERR_CONFLICT: it was sent before; nothing is begun. */
bool request_begin(struct request *, struct err *) MUST_USE;

/* Step 1 of an upload; false: *out is the refusal. */
bool route_file_open(struct house *, struct arena *,
    const struct http_request *, struct buf *page, struct http_file_go *ret,
    int *ret_fd, struct response *out);

/* What handlers answer with.  respond_page sends what was written to the view.
 */
bool respond_page(struct request *, struct response *, int status);
bool respond_see_other(struct request *, struct response *, str path);
bool respond_bytes(
    struct request *, struct response *, str content_type, str bytes);
void respond_header(
    struct request *, struct response *, const char *name, str value);
/* The next page says this once (a cookie of the session carries its key). */
void respond_notice(struct request *, struct response *, const char *key);

/* The session's cookie; an empty token takes it away. */
void respond_session(
    struct request *, struct response *, str token, int64_t max_age_s);
void respond_lang(struct request *, struct response *, enum lang);
/* The one by which this browser is known as a device (tell/device.h). */
#define COOKIE_DEVICE "preau-device"
void respond_device(struct request *, struct response *, str value);

/* First value of that name, {0} when there is none. */
str request_query(const struct request *, const char *name);
str request_field(const struct request *, const char *name);
str request_cookie(const struct request *, const char *name);
/* If-None-Match of RFC 9110: a list of tags, or * for whatever there is. */
bool request_has(const struct request *, str mark);

#endif
