#include "proc/lone.h"

#include <poll.h>

#define MESSAGE_MAX 512

static bool
serve_one(struct lone *l, const struct lone_work *w, struct err *e)
{
	char bytes[MESSAGE_MAX];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	bool done;

	if (!chan_recv(&l->peer, bytes, w->message_max, 0, &m, e)) {
		l->gone = e->kind == ERR_NONE;
		return e->kind == ERR_BUSY;
	}
	done = w->serve(l, &m, e);
	explicit_bzero(bytes, sizeof(bytes));
	return done;
}

static bool
hear_monitor(struct lone *l, struct err *e)
{
	struct role_news news;

	if (!role_news(&l->start, 0, &news, e))
		return false;
	if (news.kind != NEWS_PEER)
		return true;
	if (l->peer.fd >= 0)
		(void)close(l->peer.fd);
	l->peer.fd = news.fd;
	l->gone = false;
	return true;
}

/* *ret_leave: whoever wanted something is gone, and nobody came instead. */
static bool
turn(struct lone *l, const struct lone_work *w, bool *ret_leave, struct err *e)
{
	struct pollfd p[2] = {
	    {l->start.control.fd, POLLIN, 0}, {l->peer.fd, POLLIN, 0}};

	if (poll(p, 2, -1) == -1)
		return errno == EINTR || err_sys(e, "poll");
	if (p[0].revents != 0) {
		*ret_leave = !hear_monitor(l, e) && e->kind == ERR_NONE;
		return *ret_leave || e->kind == ERR_NONE || e->kind == ERR_BUSY;
	}
	if (serve_one(l, w, e))
		return true;
	if (!l->gone)
		return false;
	*ret_leave = !hear_monitor(l, e);
	return true;
}

bool
lone_run(const struct lone_work *w, struct err *e)
{
	static struct lone l;
	bool weak = false, leave = false;

	l = (struct lone){.peer = {-1, w->permits}};
	if (w->message_max > MESSAGE_MAX)
		return err_set(e, ERR_LIMIT, "messages of too many bytes");
	if (!crypto_init(e) || !role_start(w->role, &l.start, e) ||
	    (w->warm != NULL && !w->warm(e)) ||
	    !sandbox_enter(w->role, &l.start.conf, &weak, e) ||
	    !role_ready(&l.start, weak, e))
		return false;
	while (!leave) {
		*e = (struct err){0};
		if (!turn(&l, w, &leave, e))
			return false;
	}
	return true;
}
