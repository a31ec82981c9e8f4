/*
 * chan — one end of a SOCK_SEQPACKET pair between two roles.
 *
 * One message is one struct: a kind byte, then its fields (ipc/write.h and
 * ipc/read.h).  Descriptors travel beside it.  Each end is made with the table
 * of kinds that it may receive and how many descriptors each brings; anything
 * else is an attack or a bug, and the receiver must exit (ERR_CORRUPT).
 */
#ifndef IPC_CHAN_H
#define IPC_CHAN_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define CHAN_MSG_MAX ((size_t)160 * 1024)
#define CHAN_FDS_MAX 8

/* Ends at kind 0. */
struct chan_permit {
	uint8_t kind;
	uint8_t min_fds, max_fds;
	uint32_t max_bytes;
};

struct chan {
	int fd;
	const struct chan_permit *permits;
};

struct chan_msg {
	uint8_t kind;
	str body; /* after the kind byte; lives in the caller's buffer */
	int fd[CHAN_FDS_MAX];
	size_t n_fds; /* owned by the receiver: chan_msg_done closes the rest */
};

/* To be sent; body and descriptor stay the caller's. */
struct chan_out {
	uint8_t kind;
	str body;
	int fd; /* -1: none */
};

/* Room for one message, its kind byte included. */
struct chan_room {
	char *p;
	size_t cap;
};

bool chan_pair(int ret[2], struct err *) MUST_USE;

/* Waits up to timeout_ms (-1: for ever).  A closed peer is false with
 * ERR_NONE; nothing in time is false with ERR_BUSY.  On ERR_CORRUPT every
 * descriptor that came along is closed already.  cap counts the kind byte. */
bool chan_recv(struct chan *, void *buf, size_t cap, int timeout_ms,
    struct chan_msg *ret, struct err *) MUST_USE;
/* For an event loop: what is there now, else ERR_BUSY. */
bool chan_try_recv(struct chan *, void *buf, size_t cap, struct chan_msg *ret,
    struct err *) MUST_USE;
/* A peer that is gone is ERR_IO with sys EPIPE or ECONNRESET; the descriptors
 * stay the caller's. */
bool chan_try_send(struct chan *, uint8_t kind, str body, const int *fd,
    size_t n_fds, struct err *) MUST_USE;
/* Never waits more than 5 s for a slow peer: ERR_BUSY. */
bool chan_send(struct chan *, uint8_t kind, str body, const int *fd,
    size_t n_fds, struct err *) MUST_USE;
/*
 * Several in one call: who sleeps at the other end is woken once, and finds
 * them all.  n is CHAN_BATCH at most.  *ret_n are good, in their order; what
 * came after them is the answer: true is none, there may be more; else as
 * chan_try_recv says.  Of those sent, *ret_n have left even when this is false.
 */
#define CHAN_BATCH 8
bool chan_try_recv_some(struct chan *, const struct chan_room *, size_t n,
    struct chan_msg *ret, size_t *ret_n, struct err *) MUST_USE;
bool chan_try_send_some(struct chan *, const struct chan_out *, size_t n,
    size_t *ret_n, struct err *) MUST_USE;
/* All of them, as chan_send. */
bool chan_send_all(
    struct chan *, const struct chan_out *, size_t n, struct err *) MUST_USE;
void chan_msg_done(struct chan_msg *); /* closes the descriptors not taken */
int chan_msg_take(struct chan_msg *, size_t i); /* the caller closes it */

#endif
