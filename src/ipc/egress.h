/*
 * egress — messages between jobs and the process that may call other servers.
 *
 * One question, one answer, in order.  A question names a whole https address;
 * the egress process asks it only when host and port are in `egress_hosts` (for
 * a notification: of `push_services`).
 * Secrets are not in the question: `auth` names one, and it is added only for
 * the server that it belongs to.  No redirect is followed, nothing is kept.
 *
 * Any answer but EGRESS_ANSWERED means that nothing is known: who asks must
 * go on holding what it holds.
 */
#ifndef IPC_EGRESS_H
#define IPC_EGRESS_H

#include "base/buf.h"
#include "ipc/chan.h"
#include "ipc/read.h"

enum egress_kind {
	EGRESS_ASK = 1,
	EGRESS_ANSWER = 2,
	EGRESS_MAIL = 3,
	EGRESS_PUSH = 4
};

#define EGRESS_URL_MAX 1024
#define EGRESS_BODY_MAX ((uint32_t)64 * 1024)
#define EGRESS_REPLY_MAX ((uint32_t)128 * 1024)
#define EGRESS_TIME_MAX_MS 60000u
#define EGRESS_RETRY_MAX_S 86400u

#define EGRESS_ADDRESS_MAX 254
#define EGRESS_LETTER_MAX ((uint32_t)60 * 1024)
#define EGRESS_MAIL_BUF (EGRESS_LETTER_MAX + 2 * EGRESS_ADDRESS_MAX + 64)

#define EGRESS_TOKEN_MAX 1400
#define EGRESS_SEALED_MAX 4096 /* RFC 8030, 7.2 */
#define EGRESS_PUSH_BUF \
	(EGRESS_URL_MAX + EGRESS_TOKEN_MAX + EGRESS_SEALED_MAX + 64)
#define EGRESS_TTL_MAX_S 172800u

#define EGRESS_ASK_BUF (EGRESS_BODY_MAX + EGRESS_URL_MAX + 64)
#define EGRESS_ANSWER_BUF (EGRESS_REPLY_MAX + 256)

extern const struct chan_permit egress_to_egress[]; /* what it may hear */
extern const struct chan_permit egress_to_jobs[];

enum egress_auth {
	EGRESS_AUTH_NONE,
	EGRESS_AUTH_SHIELD, /* only ever sent to the origin of shield_url */
	EGRESS_AUTH_NCMEC,  /* … of ncmec_url */
	EGRESS_AUTHS
};

enum egress_method {
	EGRESS_GET,
	EGRESS_GET_XML,
	EGRESS_POST_JSON,
	EGRESS_POST_XML,
	EGRESS_POST_FORM,  /* application/x-www-form-urlencoded */
	EGRESS_POST_PARTS, /* multipart/form-data between EGRESS_BOUNDARY */
	EGRESS_METHODS
};

/* Who writes parts sees that it stands in none of them. */
#define EGRESS_BOUNDARY "preau-7d5b1c0f9a3e48c2b6"
#define EGRESS_TRACE_MAX 128

struct egress_ask {
	uint32_t id; /* comes back with the answer */
	uint8_t method, auth;
	uint32_t timeout_ms; /* 1 to EGRESS_TIME_MAX_MS, the whole exchange */
	uint32_t reply_max;  /* bytes, at most EGRESS_REPLY_MAX */
	str url;             /* https://host[:port]/path */
	str body;            /* of a GET: empty */
};

enum egress_outcome {
	EGRESS_ANSWERED,    /* whole, whatever its status */
	EGRESS_NOT_ALLOWED, /* not in egress_hosts, or an address that is not
			       of the public internet */
	EGRESS_NO_ADDRESS,  /* its name is not found */
	EGRESS_UNREACHABLE,
	EGRESS_UNTRUSTED, /* its certificate is not the one of that name */
	EGRESS_TOO_SLOW,
	EGRESS_TOO_LARGE,
	EGRESS_BROKEN,  /* what it sent is no HTTP, or is cut */
	EGRESS_REFUSED, /* a mail server that takes no letter from us at all:
			   its greeting, the password, the sender */
	EGRESS_OUTCOMES
};

const char *egress_outcome_word(enum egress_outcome); /* for the log */

/* A letter for the server of `mail_server`, which is in `egress_hosts`.  The
 * answer's status is what the server said of this letter or of whom it is for
 * (SMTP, 200 to 599); its body is empty. */
struct egress_mail {
	uint32_t id;
	uint32_t timeout_ms; /* as of egress_ask */
	str from, to;        /* of the envelope */
	str letter;          /* lines end in CR LF */
};

/* A notification (RFC 8030) for a service of `push_services`.  The answer's
 * status and Retry-After are the service's; its body is empty. */
struct egress_push {
	uint32_t id;
	uint32_t timeout_ms; /* as of egress_ask */
	uint32_t ttl_s;      /* how long the service keeps it, at most
				EGRESS_TTL_MAX_S */
	bool urgent;
	str url;
	str token;  /* the value of Authorization: printable, no line end */
	str sealed; /* aes128gcm */
};

struct egress_answer {
	uint32_t id;
	uint8_t outcome;
	uint32_t status;  /* of HTTP or SMTP, 100 to 599; else 0 */
	uint32_t retry_s; /* Retry-After in seconds, 0: not said */
	str trace;        /* Request-ID as it came, printable; empty: none */
	str body;
};

void egress_ask_write(struct buf *, const struct egress_ask *);
bool egress_ask_read(str, struct egress_ask *ret, struct err *) MUST_USE;
void egress_mail_write(struct buf *, const struct egress_mail *);
bool egress_mail_read(str, struct egress_mail *ret, struct err *) MUST_USE;
void egress_push_write(struct buf *, const struct egress_push *);
bool egress_push_read(str, struct egress_push *ret, struct err *) MUST_USE;
void egress_answer_write(struct buf *, const struct egress_answer *);
bool egress_answer_read(str, struct egress_answer *ret, struct err *) MUST_USE;

#endif
