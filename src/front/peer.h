/*
 * peer — one connection of a browser: how long it may take, how many of them
 * one address may have, and how it ends so that the last answer is read.
 */
#ifndef FRONT_PEER_H
#define FRONT_PEER_H

#include <microhttpd.h>

#include "front/address.h"

struct front;
struct exchange;

struct peer {
	struct peer *prev, *next;
	int fd;
	struct address from;
	int64_t deadline_ms;  /* 0: none; past it the connection is cut */
	uint64_t window;      /* body bytes since the deadline was set */
	struct exchange *now; /* the request in hand, NULL between two */
	int linger;           /* -1, or a second descriptor of the socket */
};

#define LINGER_MAX 32

struct lingering {
	int fd; /* 0: free */
	int64_t deadline_ms;
	uint64_t left; /* bytes that it may still send us in vain */
};

struct peers {
	struct peer *first;
	size_t n;
	struct lingering linger[LINGER_MAX];
};

/* For MHD_OPTION_NOTIFY_CONNECTION; cls is the front. */
void peer_notify(void *cls, struct MHD_Connection *, void **socket_context,
    enum MHD_ConnectionNotificationCode);
struct peer *peer_of(struct MHD_Connection *);

void peer_allow(struct peer *, int64_t ms); /* 0: as long as it likes */
/* The other end has closed, or is known to be no more. */
bool peer_is_gone(const struct peer *);
/* Body bytes came; a trickle does not move the deadline. */
void peer_progress(struct front *, struct peer *, size_t n);

/* An answer goes out while the body is still coming: read and forget a little
 * of it after the answer, else the browser sees a reset and not the answer. */
void peer_linger(struct peer *);
void peer_linger_read(struct front *, uint32_t which);

void peers_tick(struct front *, int64_t now_ms);
void peers_drain(struct front *); /* idle connections are closed */

#endif
