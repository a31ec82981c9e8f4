/*
 * exchange — one request and its answer.
 *
 * It is born with the request line and freed by libmicrohttpd's completion
 * call; it lives in its own arena, like the bytes of its answer.  While
 * `asleep`, the connection is suspended and only the pool can wake it.  Views
 * in `q` point into the connection's memory or the arena.
 */
#ifndef FRONT_EXCHANGE_H
#define FRONT_EXCHANGE_H

#include <microhttpd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "front/page.h"
#include "front/tus.h"
#include "front/upload.h"
#include "ipc/http.h"

struct front;
struct peer;

enum stage {
	STAGE_HEAD,  /* nothing but the request line was seen */
	STAGE_LEAVE, /* leave for a whole-body file: the head comes again */
	STAGE_BODY,
	STAGE_ANSWER, /* the answer stands in `answer` */
	STAGE_SENT,
};

enum body_kind {
	BODY_NONE,
	BODY_URLENCODED,
	BODY_MULTIPART,
	BODY_WHOLE_FILE,
};

struct exchange {
	struct front *front;
	struct peer *peer;
	struct MHD_Connection *conn;
	struct arena *arena;
	enum stage stage;
	bool asleep;
	str raw_target;

	struct http_request q;
	/* Heads that are the front's own business. */
	str range, if_range, accept_encoding, content_length;
	str transfer_encoding, forwarded_for, forwarded_proto, file_name;
	struct tus_heads tus;
	struct tus_checksum checksum; /* when q.tus.summed */
	int twice; /* heads that may stand once and stand twice */

	enum http_takes takes;
	enum body_kind kind;
	uint64_t body_max, body_bytes, wasted, wasted_max;
	bool refused; /* the rest of the body is read in vain */
	bool body_ended;
	bool asking; /* for leave to send the next file */
	struct MHD_PostProcessor *parts;
	struct part_cursor {
		bool open;
		bool begun; /* has bytes */
		char name[64], file[64];
	} part;
	struct buf events; /* what the multipart parser found (parts.h) */
	size_t events_at;
	str field; /* name of the form field being read */
	bool in_field;
	struct buf value;
	size_t form_bytes, form_room;
	struct upload upload;

	/* In the pool. */
	struct exchange *prev, *next;
	bool waiting;
	int64_t waits_since_ms;
	enum http_kind ask;        /* HTTP_REQUEST or HTTP_FILE_OPEN */
	struct bundling *bundling; /* that is being sent */
	int tries;

	struct MHD_Response *answer;
	unsigned status;
	uint64_t answer_bytes;
};

struct exchange *exchange_new(
    struct front *, struct MHD_Connection *, const char *target);
void exchange_free(struct exchange *);

/* The front's own page; for now, or when the body has been read in vain. */
void exchange_page(struct exchange *, enum page);
/* Takes the answer: sent by the next call of the handler. */
void exchange_answer(struct exchange *, struct MHD_Response *, unsigned status);
void exchange_sleep(struct exchange *);
void exchange_wake(struct exchange *);

/* What the pool has to say. */
bool exchange_response(struct exchange *, struct http_response *, int *fd);
void exchange_leave(struct exchange *, const struct http_file_go *, int *fd);
void exchange_failed(struct exchange *, enum page);

#endif
