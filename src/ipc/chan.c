#include "ipc/chan.h"

#include <assert.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

#define SEND_WAIT_MS 5000
/* Some messages may wait unread without making the sender wait too. */
#define SEND_BUFFER (4 * (int)CHAN_MSG_MAX)

/* Ancillary data of one message: the descriptors and nothing else. */
union ancillary {
	struct cmsghdr align;
	char raw[CMSG_SPACE(CHAN_FDS_MAX * sizeof(int))];
};

/* The kernel doubles what is asked for and caps it at net.core.wmem_max. */
static bool
make_room(int fd, struct err *e)
{
	int size = SEND_BUFFER;
	socklen_t n = sizeof(size);

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, n) == -1 ||
	    getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &n) == -1)
		return err_sys(e, "SO_SNDBUF");
	if ((size_t)size < CHAN_MSG_MAX + 1024)
		return err_set(e, ERR_LIMIT,
		    "net.core.wmem_max is too small for a message of %zu bytes",
		    CHAN_MSG_MAX);
	return true;
}

bool
chan_pair(int ret[2], struct err *e)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) == -1)
		return err_sys(e, "socketpair");
	if (!make_room(fd[0], e) || !make_room(fd[1], e)) {
		(void)close(fd[0]);
		(void)close(fd[1]);
		return false;
	}
	ret[0] = fd[0];
	ret[1] = fd[1];
	return true;
}

void
chan_msg_done(struct chan_msg *m)
{
	for (size_t i = 0; i < m->n_fds; i++)
		if (m->fd[i] >= 0)
			(void)close(m->fd[i]);
	m->n_fds = 0;
}

int
chan_msg_take(struct chan_msg *m, size_t i)
{
	int fd;

	assert(i < m->n_fds && m->fd[i] >= 0);
	fd = m->fd[i];
	m->fd[i] = -1;
	return fd;
}

/* Everything that the kernel installed is ours to close, whatever the message
 * turns out to be; false when there is anything beside descriptors. */
static bool
collect_fds(struct msghdr *h, struct chan_msg *m)
{
	bool good = true;

	m->n_fds = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL;
	     c = CMSG_NXTHDR(h, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
		    n > CHAN_FDS_MAX - m->n_fds) {
			good = false;
			continue;
		}
		memcpy(m->fd + m->n_fds, CMSG_DATA(c), n * sizeof(int));
		m->n_fds += n;
	}
	return good;
}

static bool
permitted(const struct chan_permit *p, const struct chan_msg *m, struct err *e)
{
	while (p->kind != 0 && p->kind != m->kind)
		p++;
	if (p->kind == 0)
		return err_set(
		    e, ERR_CORRUPT, "message kind %u is not expected", m->kind);
	if (m->body.n > p->max_bytes)
		return err_set(e, ERR_CORRUPT, "message kind %u has %zu bytes",
		    m->kind, m->body.n);
	if (m->n_fds < p->min_fds || m->n_fds > p->max_fds)
		return err_set(e, ERR_CORRUPT,
		    "message kind %u brings %zu descriptors", m->kind,
		    m->n_fds);
	return true;
}

static ssize_t
receive(int fd, struct msghdr *h, int flags)
{
	ssize_t n;

	do
		n = recvmsg(fd, h, MSG_CMSG_CLOEXEC | flags);
	while (n == -1 && errno == EINTR);
	return n;
}

static bool
nothing_came(struct err *e)
{
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return err_set(e, ERR_BUSY, "no message");
	if (errno != ECONNRESET)
		return err_sys(e, "recvmsg");
	*e = (struct err){.kind = ERR_NONE};
	return false;
}

/* One datagram of n bytes, taken apart and checked; *m owns its descriptors
 * even when this is false. */
static bool
open_one(const struct chan *c, struct msghdr *h, size_t n, struct chan_msg *m,
    struct err *e)
{
	const char *bytes = h->msg_iov->iov_base;

	*m = (struct chan_msg){0};
	if (n == 0 && h->msg_controllen == 0) {
		*e = (struct err){.kind = ERR_NONE};
		return false;
	}
	if (!collect_fds(h, m) || h->msg_flags & (MSG_TRUNC | MSG_CTRUNC) ||
	    n == 0)
		return err_set(e, ERR_CORRUPT, "message is cut or malformed");
	m->kind = (uint8_t)bytes[0];
	m->body = (str){bytes + 1, n - 1};
	return permitted(c->permits, m, e);
}

static bool
recv_one(struct chan *c, void *buf, size_t cap, int flags, struct chan_msg *m,
    struct err *e)
{
	union ancillary a;
	struct iovec v = {buf, cap};
	struct msghdr h = {.msg_iov = &v,
	    .msg_iovlen = 1,
	    .msg_control = a.raw,
	    .msg_controllen = sizeof(a.raw)};
	ssize_t n = receive(c->fd, &h, flags);

	return n == -1 ? nothing_came(e) : open_one(c, &h, (size_t)n, m, e);
}

bool
chan_try_recv(
    struct chan *c, void *buf, size_t cap, struct chan_msg *ret, struct err *e)
{
	struct chan_msg m = {0};

	if (!recv_one(c, buf, cap, MSG_DONTWAIT, &m, e)) {
		chan_msg_done(&m);
		return false;
	}
	*ret = m;
	return true;
}

/* What stands in h is ours even behind a message that ends the channel. */
static void
close_rest(struct mmsghdr *h, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct chan_msg m = {0};

		(void)collect_fds(&h[i].msg_hdr, &m);
		chan_msg_done(&m);
	}
}

bool
chan_try_recv_some(struct chan *c, const struct chan_room *room, size_t n,
    struct chan_msg *ret, size_t *ret_n, struct err *e)
{
	union ancillary a[CHAN_BATCH];
	struct iovec v[CHAN_BATCH];
	struct mmsghdr h[CHAN_BATCH] = {0};
	size_t got = 0;
	int came;

	assert(n > 0 && n <= CHAN_BATCH);
	for (size_t i = 0; i < n; i++) {
		v[i] = (struct iovec){room[i].p, room[i].cap};
		h[i].msg_hdr = (struct msghdr){.msg_iov = &v[i],
		    .msg_iovlen = 1,
		    .msg_control = a[i].raw,
		    .msg_controllen = sizeof(a[i].raw)};
	}
	do
		came = recvmmsg(c->fd, h, (unsigned)n,
		    MSG_DONTWAIT | MSG_CMSG_CLOEXEC, NULL);
	while (came == -1 && errno == EINTR);
	*ret_n = 0;
	if (came == -1)
		return nothing_came(e);
	while (got < (size_t)came &&
	       open_one(c, &h[got].msg_hdr, h[got].msg_len, &ret[got], e))
		got++;
	*ret_n = got;
	if (got < (size_t)came) {
		chan_msg_done(&ret[got]);
		close_rest(h + got + 1, (size_t)came - got - 1);
		return false;
	}
	return got == n || err_set(e, ERR_BUSY, "no further message");
}

/* Until the descriptor is ready for `what` or the moment has come; -1 is
 * never.  A signal does not shorten the wait. */
static bool
wait_ready(int fd, short what, int64_t until_ms, struct err *e)
{
	struct pollfd p = {.fd = fd, .events = what};
	int n;

	do {
		int64_t left = until_ms < 0 ? -1 : until_ms - clock_ms();

		if (until_ms >= 0 && left < 0)
			left = 0;
		n = poll(&p, 1, (int)left);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(e, "poll");
	if (n == 0)
		return err_set(e, ERR_BUSY, "the peer is slow");
	return true;
}

bool
chan_recv(struct chan *c, void *buf, size_t cap, int timeout_ms,
    struct chan_msg *ret, struct err *e)
{
	int64_t until = timeout_ms < 0 ? -1 : clock_ms() + timeout_ms;
	struct chan_msg m = {0};

	/* The usual case of a worker: one call, it sleeps in the kernel. */
	while (
	    !recv_one(c, buf, cap, timeout_ms < 0 ? 0 : MSG_DONTWAIT, &m, e)) {
		chan_msg_done(&m);
		if (e->kind != ERR_BUSY || !wait_ready(c->fd, POLLIN, until, e))
			return false;
	}
	*ret = m;
	return true;
}

static void
attach_fds(struct msghdr *h, union ancillary *a, const int *fd, size_t n)
{
	struct cmsghdr *c;

	if (n == 0)
		return;
	*a = (union ancillary){0};
	h->msg_control = a->raw;
	h->msg_controllen = CMSG_SPACE(n * sizeof(int));
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fd, n * sizeof(int));
}

/* sendmsg only reads what it is shown. */
static void
fill(struct iovec v[2], const uint8_t *kind, const str *body)
{
	v[0].iov_len = sizeof(*kind);
	v[1].iov_len = body->n;
	memcpy(&v[0].iov_base, &kind, sizeof(kind));
	memcpy(&v[1].iov_base, &body->p, sizeof(body->p));
}

bool
chan_try_send(struct chan *c, uint8_t kind, str body, const int *fd,
    size_t n_fds, struct err *e)
{
	union ancillary a;
	struct iovec v[2];
	struct msghdr h = {.msg_iov = v, .msg_iovlen = 2};
	ssize_t n;

	if (body.n >= CHAN_MSG_MAX || n_fds > CHAN_FDS_MAX)
		return err_set(
		    e, ERR_LIMIT, "message kind %u is too large", kind);
	fill(v, &kind, &body);
	attach_fds(&h, &a, fd, n_fds);
	do
		n = sendmsg(c->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n != -1 || err_sys(e, "message kind %u", kind);
}

bool
chan_send(struct chan *c, uint8_t kind, str body, const int *fd, size_t n_fds,
    struct err *e)
{
	int64_t until = clock_ms() + SEND_WAIT_MS;

	while (!chan_try_send(c, kind, body, fd, n_fds, e))
		if (e->kind != ERR_BUSY ||
		    !wait_ready(c->fd, POLLOUT, until, e))
			return false;
	return true;
}

bool
chan_try_send_some(struct chan *c, const struct chan_out *m, size_t n,
    size_t *ret_n, struct err *e)
{
	union ancillary a[CHAN_BATCH];
	struct iovec v[CHAN_BATCH][2];
	struct mmsghdr h[CHAN_BATCH] = {0};
	int left;

	assert(n > 0 && n <= CHAN_BATCH);
	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		if (m[i].body.n >= CHAN_MSG_MAX)
			return err_set(e, ERR_LIMIT,
			    "message kind %u is too large", m[i].kind);
		fill(v[i], &m[i].kind, &m[i].body);
		h[i].msg_hdr =
		    (struct msghdr){.msg_iov = v[i], .msg_iovlen = 2};
		attach_fds(&h[i].msg_hdr, &a[i], &m[i].fd, m[i].fd >= 0);
	}
	do
		left = sendmmsg(
		    c->fd, h, (unsigned)n, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (left == -1 && errno == EINTR);
	if (left == -1)
		return err_sys(e, "message kind %u", m[0].kind);
	*ret_n = (size_t)left;
	return *ret_n == n || err_set(e, ERR_BUSY, "the peer is slow");
}

bool
chan_send_all(struct chan *c, const struct chan_out *m, size_t n, struct err *e)
{
	int64_t until = clock_ms() + SEND_WAIT_MS;
	size_t sent = 0, now;

	while (sent < n) {
		if (chan_try_send_some(c, m + sent, n - sent, &now, e))
			return true;
		sent += now;
		if (now == 0 && (e->kind != ERR_BUSY ||
				    !wait_ready(c->fd, POLLOUT, until, e)))
			return false;
	}
	return true;
}
