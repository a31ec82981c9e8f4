/*
 * front — the only process that parses HTTP: libmicrohttpd between browsers
 * and workers, on one thread.  It has no key of its own and opens no file.
 *
 * Life of a request (exchange.h): head.c checks the head, body.c takes forms
 * and files, pool.c hands it to a free worker while the connection sleeps,
 * answer.c sends what the worker said.
 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

#include <microhttpd.h>

#include "conf/conf.h"
#include "front/address.h"
#include "front/bundling.h"
#include "front/peer.h"
#include "front/pool.h"
#include "ipc/control.h"

#define SPARE_MAX 64

struct front {
	const struct conf *conf;
	int epoll, signals;
	struct MHD_Daemon *daemon[CONTROL_LISTEN_MAX];
	size_t n_daemon;
	bool tls;
	bool draining;
	bool has_proxy;
	struct address proxy; /* its X-Forwarded-* count, nobody else's */
	struct pool pool;
	struct peers peers;
	struct bundling *bundling[BUNDLINGS_MAX]; /* under way; or NULL */
	struct arena *scratch;                    /* of the message in hand */
	struct arena *spare[SPARE_MAX]; /* empty ones, for exchanges to come */
	size_t n_spare;
};

/* What an event of the front's epoll is about: kind in the high half. */
enum watch {
	WATCH_CONTROL,
	WATCH_SIGNAL,
	WATCH_DAEMON,
	WATCH_WORKER, /* low half: slot of the pool */
	WATCH_LINGER, /* low half: slot of the lingering */
};

bool front_watch(struct front *, int fd, enum watch, uint32_t which);

#endif
