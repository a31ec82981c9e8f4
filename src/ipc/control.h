/*
 * control — what the monitor and a role tell each other, over descriptor 3.
 *
 *   monitor → role    START, once and first: who you are, the configuration,
 *                     the listeners, TLS material, the master key
 *                     PEER, any time: a fresh channel to another role, in
 *                     place of an older one to the same role and number
 *                     DRAIN: take nothing new, finish, exit
 *                     BEAR (office): start one like you, a child of the
 *                     monitor, with this standard error and this descriptor 3
 *   role → monitor    READY, once: jailed and able to work
 *                     NEED_MEDIA, DROP_MEDIA, DROP_MATCH (jobs): one more
 *                     media worker; kill that one, or the match process:
 *                     it does not answer; NEED_VIDEO, DROP_VIDEO: the
 *                     same of the one video worker;
 *                     NEED_DOCUMENT, DROP_DOCUMENT: of documents;
 *                     NEED_SCAN, DROP_SCAN: of who asks the antivirus
 *                     BORN (office), after each BEAR: its process, 0: none
 *
 * Beside these, workers kick jobs over a channel of their own: KICK has no
 * field, it only says that there is something in the queue.
 */
#ifndef IPC_CONTROL_H
#define IPC_CONTROL_H

#include "base/buf.h"
#include "ipc/chan.h"
#include "ipc/read.h"

#define CONTROL_FD 3
#define CONTROL_CONF_MAX 16384
#define CONTROL_BUF (CONTROL_CONF_MAX + 64) /* room for any control message */
#define CONTROL_LISTEN_MAX 4
#define CONTROL_BEAR_FDS 2
#define CONTROL_ROLES 15 /* a role's number on the wire is at most that */

enum control_kind {
	CONTROL_START = 1,
	CONTROL_PEER = 2,
	CONTROL_DRAIN = 3,
	CONTROL_READY = 4,
	CONTROL_NEED_MEDIA = 5,
	CONTROL_DROP_MEDIA = 6,
	CONTROL_DROP_MATCH = 7,
	CONTROL_NEED_VIDEO = 8,
	CONTROL_DROP_VIDEO = 9,
	CONTROL_NEED_DOCUMENT = 10,
	CONTROL_DROP_DOCUMENT = 11,
	CONTROL_NEED_SCAN = 12,
	CONTROL_DROP_SCAN = 13,
	CONTROL_BEAR = 14,
	CONTROL_BORN = 15,
};

enum kick_kind { KICK = 1 };

extern const struct chan_permit control_to_role[];
extern const struct chan_permit control_to_office[];
extern const struct chan_permit control_to_monitor[]; /* most roles */
extern const struct chan_permit control_to_monitor_from_jobs[];
extern const struct chan_permit control_to_monitor_from_office[];
extern const struct chan_permit kick_to_jobs[];
extern const struct chan_permit kick_to_worker[]; /* nothing at all */

/* fds, in this order: listeners, then (tls) certificate and key, then (ca) the
 * authorities of other servers, then (secret) a password for one of them,
 * (mail) the mail server's, (ncmec) NCMEC's, each a sealed memory file, then
 * (master) a pipe with the 32 bytes of the key. */
struct control_start {
	uint8_t role; /* enum role_id */
	uint32_t number;
	uint8_t n_listen;
	bool tls, ca, secret, mail, ncmec, master;
	str conf; /* text of conf_print */
};

/* fd 0: the channel.  pid: of the peer, whose processor time is counted; 0
 * where that is nobody's business. */
struct control_peer {
	uint8_t role;
	uint32_t number;
	uint32_t pid;
};

void control_start_write(struct buf *, const struct control_start *);
/* n_fds: how many came along; another number than it says is ERR_CORRUPT. */
bool control_start_read(
    str, size_t n_fds, struct control_start *ret, struct err *) MUST_USE;
void control_peer_write(struct buf *, const struct control_peer *);
bool control_peer_read(str, struct control_peer *ret, struct err *) MUST_USE;
void control_ready_write(struct buf *, bool weak);
bool control_ready_read(str, bool *ret_weak, struct err *) MUST_USE;
void control_drop_write(struct buf *, uint32_t number);
bool control_drop_read(str, uint32_t *ret_number, struct err *) MUST_USE;
void control_born_write(struct buf *, uint32_t pid);
bool control_born_read(str, uint32_t *ret_pid, struct err *) MUST_USE;

#endif
