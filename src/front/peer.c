#include "front/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "front/exchange.h"
#include "front/front.h"

#define HEAD_MS 10000
#define IDLE_MS 30000
#define PROGRESS_BYTES 4096
#define PER_ADDRESS_LEAST 16
#define LINGER_MS 2000
#define LINGER_BYTES ((uint64_t)8 * 1024 * 1024)

struct peer *
peer_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *i =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return i == NULL ? NULL : i->socket_context;
}

void
peer_allow(struct peer *p, int64_t ms)
{
	p->deadline_ms = ms == 0 ? 0 : clock_ms() + ms;
	p->window = 0;
}

void
peer_progress(struct front *f, struct peer *p, size_t n)
{
	p->window += n;
	if (p->window >= PROGRESS_BYTES)
		peer_allow(p, f->conf->request_timeout_s * 1000);
}

static void
peer_cut(struct peer *p)
{
	(void)shutdown(p->fd, SHUT_RDWR);
	p->deadline_ms = 0;
}

/* The other end has hung up in the middle of a request: libmicrohttpd, told by
 * edges, may have taken the last bytes and missed the end behind them. */
static bool
gave_up(const struct peer *p)
{
	const struct exchange *x = p->now;
	char byte;

	if (x != NULL &&
	    (x->asleep || (x->stage != STAGE_HEAD && x->stage != STAGE_BODY)))
		return false;
	return recv(p->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool
peer_is_gone(const struct peer *p)
{
	char byte;
	ssize_t n = recv(p->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR);
}

/* All of a proxy's users come from its address. */
static bool
too_many_from(const struct front *f, const struct address *a)
{
	int64_t most = f->conf->connections / 4, n = 0;

	if (f->has_proxy && address_same_host(a, &f->proxy))
		return false;
	if (most < PER_ADDRESS_LEAST)
		most = PER_ADDRESS_LEAST;
	for (const struct peer *p = f->peers.first; p != NULL; p = p->next)
		n += address_same_host(&p->from, a);
	return n > most;
}

static void
peer_begin(struct front *f, struct MHD_Connection *c, void **context)
{
	struct peer *p = calloc(1, sizeof(*p));
	const union MHD_ConnectionInfo *i;

	if (p == NULL)
		abort();
	i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	p->fd = i->connect_fd;
	p->linger = -1;
	i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	(void)address_of(i->client_addr, &p->from);
	p->next = f->peers.first;
	if (p->next != NULL)
		p->next->prev = p;
	f->peers.first = p;
	f->peers.n++;
	*context = p;
	peer_allow(p, HEAD_MS);
	if (too_many_from(f, &p->from))
		peer_cut(p);
}

static void
linger_begin(struct front *f, int fd)
{
	for (uint32_t i = 0; i < LINGER_MAX; i++) {
		struct lingering *l = &f->peers.linger[i];

		if (l->fd != 0)
			continue;
		(void)shutdown(fd, SHUT_WR);
		if (!front_watch(f, fd, WATCH_LINGER, i))
			break;
		*l = (struct lingering){.fd = fd,
		    .deadline_ms = clock_ms() + LINGER_MS,
		    .left = LINGER_BYTES};
		return;
	}
	(void)close(fd);
}

static void
peer_end(struct front *f, void **context)
{
	struct peer *p = *context;

	if (p == NULL)
		return;
	if (p->linger != -1)
		linger_begin(f, p->linger);
	if (p->next != NULL)
		p->next->prev = p->prev;
	if (p->prev != NULL)
		p->prev->next = p->next;
	else
		f->peers.first = p->next;
	f->peers.n--;
	free(p);
	*context = NULL;
}

void
peer_notify(void *cls, struct MHD_Connection *c, void **socket_context,
    enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		peer_begin(cls, c, socket_context);
	else
		peer_end(cls, socket_context);
}

void
peer_linger(struct peer *p)
{
	if (p->linger == -1)
		p->linger = fcntl(p->fd, F_DUPFD_CLOEXEC, 3);
}

static void
linger_end(struct lingering *l)
{
	(void)close(l->fd);
	*l = (struct lingering){0};
}

void
peer_linger_read(struct front *f, uint32_t which)
{
	struct lingering *l = &f->peers.linger[which % LINGER_MAX];
	char waste[32768];
	ssize_t n;

	if (l->fd == 0)
		return;
	n = recv(l->fd, waste, sizeof(waste), MSG_DONTWAIT);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || (uint64_t)n >= l->left)
		linger_end(l);
	else
		l->left -= (uint64_t)n;
}

void
peers_tick(struct front *f, int64_t now_ms)
{
	for (struct peer *p = f->peers.first; p != NULL; p = p->next)
		if ((p->deadline_ms != 0 && p->deadline_ms <= now_ms) ||
		    gave_up(p))
			peer_cut(p);
	for (size_t i = 0; i < LINGER_MAX; i++) {
		struct lingering *l = &f->peers.linger[i];

		if (l->fd != 0 && l->deadline_ms <= now_ms)
			linger_end(l);
	}
}

void
peers_drain(struct front *f)
{
	for (struct peer *p = f->peers.first; p != NULL; p = p->next)
		if (p->now == NULL)
			peer_cut(p);
}
