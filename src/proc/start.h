/*
 * proc/start — how a role begins and what it hears from the monitor later.
 *
 *	if (!role_start(ROLE_WORKER, &start, &e))	exit 1
 *	… open and warm up what needs more rights …
 *	if (!sandbox_enter(ROLE_WORKER, &start.conf, &weak, &e) ||
 *	    !role_ready(&start, weak, &e))		exit 1
 *	for (;;) poll start.control.fd and the channels of peers;
 *		the first readable: role_news()
 *
 * No peer is there at the start: the front's channels to the workers, a
 * worker's to the front and to jobs, jobs' to the workers, media, match
 * and egress, theirs to jobs all come as news, and come again when the other
 *side was started anew.  A role exits when its channel to the monitor is
 *closed.
 */
#ifndef PROC_START_H
#define PROC_START_H

#include "crypto/key.h"
#include "ipc/control.h"
#include "proc/role.h"

struct role_start {
	enum role_id role;
	uint32_t number;     /* among those of the same role, from 0 */
	struct conf conf;    /* all paths absolute */
	struct chan control; /* fd CONTROL_FD */
	int listen[CONTROL_LISTEN_MAX]; /* front: listening, non-blocking */
	size_t n_listen;
	int tls_certificate, tls_key; /* front: sealed memory files, or -1 */
	int ca, secret, mail, ncmec;  /* egress: the same */
	bool has_master;              /* worker, jobs */
	struct key master;            /* wipe with role_start_done when used */
};

/* Waits for START.  Sets the log's role and level, ignores SIGPIPE, and
 * refuses to be a role that the monitor did not mean. */
bool role_start(enum role_id, struct role_start *ret, struct err *) MUST_USE;
void role_start_done(struct role_start *); /* wipes the key, closes nothing */

bool role_ready(struct role_start *, bool weak, struct err *) MUST_USE;

enum role_news_kind {
	NEWS_PEER,  /* a channel to a peer; the older one with it is dead */
	NEWS_DRAIN, /* front: stop listening, finish, exit 0 */
	NEWS_BEAR,  /* office: start another, and role_born */
};

struct role_news {
	enum role_news_kind kind;
	enum role_id role; /* of the peer */
	uint32_t number;
	int32_t pid;      /* of the peer; 0: not told */
	int fd;           /* NEWS_PEER: the receiver closes it */
	int log, control; /* NEWS_BEAR: the same */
};

/* Up to timeout_ms, as chan_recv: ERR_BUSY when there is none; ERR_NONE when
 * the monitor is gone: exit 0.  Any other error: exit 1. */
bool role_news(struct role_start *, int timeout_ms, struct role_news *ret,
    struct err *) MUST_USE;

/* Office, in the child: these become its own, and nothing else stays open. */
bool role_be_born(const struct role_news *, struct err *) MUST_USE;
/* … and in whoever bore it; 0: it could not. */
bool role_born(struct role_start *, int32_t pid, struct err *) MUST_USE;

/* Jobs: asks for one more media worker; it comes as NEWS_PEER.  The monitor
 * has at most conf.media_workers at a time and remembers the wish. */
bool role_need_media(struct role_start *, struct err *) MUST_USE;
/* Jobs: that one missed its deadline, the monitor kills it.  To let an idle
 * one retire, close its channel. */
bool role_drop_media(
    struct role_start *, uint32_t number, struct err *) MUST_USE;

/* Jobs: the match process missed its deadline; the monitor kills it, and a
 * fresh one comes as NEWS_PEER. */
bool role_drop_match(struct role_start *, struct err *) MUST_USE;

/* Jobs: the video worker is wanted, and comes as NEWS_PEER; or it missed its
 * deadline.  To let it go, close its channel. */
bool role_need_video(struct role_start *, struct err *) MUST_USE;
bool role_drop_video(struct role_start *, struct err *) MUST_USE;
/* The same of the one document worker. */
bool role_need_document(struct role_start *, struct err *) MUST_USE;
bool role_drop_document(struct role_start *, struct err *) MUST_USE;
/* The same of who asks the antivirus. */
bool role_need_scan(struct role_start *, struct err *) MUST_USE;
bool role_drop_scan(struct role_start *, struct err *) MUST_USE;

/* Worker: something is in the queue.  Never waits; a full channel is fine. */
void role_kick(struct chan *jobs);

#endif
