#include "proc/start.h"

#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"

/* Reads the key out of its pipe and nothing more than the key. */
static bool
read_master(int fd, struct key *ret, struct err *e)
{
	uint8_t more;
	size_t have = 0;

	while (have < KEY_BYTES) {
		ssize_t n = read(fd, ret->b + have, KEY_BYTES - have);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "master key");
		if (n == 0)
			return err_set(e, ERR_CORRUPT, "master key is short");
		have += (size_t)n;
	}
	if (read(fd, &more, 1) != 0)
		return err_set(e, ERR_CORRUPT, "master key is long");
	return true;
}

/* The order of the descriptors is that of ipc/control.h. */
static bool
take_fds(struct chan_msg *m, const struct control_start *s,
    struct role_start *r, struct err *e)
{
	size_t at = 0;

	for (; at < s->n_listen; at++)
		r->listen[at] = chan_msg_take(m, at);
	r->n_listen = s->n_listen;
	if (s->tls) {
		r->tls_certificate = chan_msg_take(m, at++);
		r->tls_key = chan_msg_take(m, at++);
	}
	if (s->ca)
		r->ca = chan_msg_take(m, at++);
	if (s->secret)
		r->secret = chan_msg_take(m, at++);
	if (s->mail)
		r->mail = chan_msg_take(m, at++);
	if (s->ncmec)
		r->ncmec = chan_msg_take(m, at++);
	r->has_master = s->master;
	return !s->master || read_master(m->fd[at], &r->master, e);
}

static bool
begin(
    enum role_id role, struct chan_msg *m, struct role_start *r, struct err *e)
{
	struct control_start s;

	if (m->kind != CONTROL_START)
		return err_set(
		    e, ERR_CORRUPT, "the first message is not START");
	if (!control_start_read(m->body, m->n_fds, &s, e))
		return false;
	if (s.role != role)
		return err_set(
		    e, ERR_CORRUPT, "this is role %s", roles[role].name);
	r->number = s.number;
	conf_defaults(&r->conf);
	if (!conf_parse(s.conf, &r->conf, e))
		return err_wrap(e, "configuration");
	return take_fds(m, &s, r, e);
}

bool
role_start(enum role_id role, struct role_start *ret, struct err *e)
{
	static char bytes[CONTROL_BUF];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};

	log_init(roles[role].name, LOG_LEVEL_INFO);
	*ret = (struct role_start){.role = role,
	    .control = {CONTROL_FD,
		role == ROLE_OFFICE ? control_to_office : control_to_role},
	    .tls_certificate = -1,
	    .tls_key = -1,
	    .ca = -1,
	    .secret = -1,
	    .mail = -1,
	    .ncmec = -1};
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return err_sys(e, "SIGPIPE");
	if (!chan_recv(&ret->control, bytes, sizeof(bytes), -1, &m, e)) {
		if (e->kind == ERR_NONE)
			err_set(e, ERR_IO, "the monitor is gone");
		return err_wrap(e, "start of %s", roles[role].name);
	}
	if (!begin(role, &m, ret, e))
		return err_wrap(e, "start of %s", roles[role].name);
	log_init(roles[role].name, (enum log_level)ret->conf.log_level);
	return true;
}

void
role_start_done(struct role_start *r)
{
	key_done(&r->master);
	r->has_master = false;
}

bool
role_ready(struct role_start *r, bool weak, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(8);

	control_ready_write(&b, weak);
	return chan_send(&r->control, CONTROL_READY, buf_view(&b), NULL, 0, e);
}

static bool
news_of_peer(struct role_start *r, struct chan_msg *m, struct role_news *n,
    struct err *e)
{
	struct control_peer p;

	if (!control_peer_read(m->body, &p, e))
		return false;
	if (p.role >= ROLES || !(roles[r->role].peers & PEER(p.role)))
		return err_set(e, ERR_CORRUPT, "role %u is no peer of %s",
		    p.role, roles[r->role].name);
	*n = (struct role_news){.kind = NEWS_PEER,
	    .role = (enum role_id)p.role,
	    .number = p.number,
	    .pid = (int32_t)p.pid,
	    .fd = chan_msg_take(m, 0)};
	return true;
}

bool
role_news(
    struct role_start *r, int timeout_ms, struct role_news *ret, struct err *e)
{
	char bytes[64];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};

	if (!chan_recv(&r->control, bytes, sizeof(bytes), timeout_ms, &m, e))
		return false;
	switch (m.kind) {
	case CONTROL_PEER:
		return news_of_peer(r, &m, ret, e);
	case CONTROL_DRAIN:
		*ret = (struct role_news){.kind = NEWS_DRAIN, .fd = -1};
		return true;
	case CONTROL_BEAR:
		*ret = (struct role_news){.kind = NEWS_BEAR, .fd = -1};
		ret->log = chan_msg_take(&m, 0);
		ret->control = chan_msg_take(&m, 1);
		return true;
	default:
		return err_set(e, ERR_CORRUPT, "a second START");
	}
}

bool
role_be_born(const struct role_news *n, struct err *e)
{
	sigset_t none;

	(void)sigemptyset(&none);
	return (dup2(n->log, STDOUT_FILENO) != -1 &&
		   dup2(n->log, STDERR_FILENO) != -1 &&
		   dup2(n->control, CONTROL_FD) != -1 &&
		   close_range(CONTROL_FD + 1, UINT_MAX, 0) == 0 &&
		   prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && setsid() != -1 &&
		   sigprocmask(SIG_SETMASK, &none, NULL) == 0) ||
	       err_sys(e, "birth");
}

bool
role_born(struct role_start *r, int32_t pid, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(8);

	control_born_write(&b, (uint32_t)pid);
	return chan_send(&r->control, CONTROL_BORN, buf_view(&b), NULL, 0, e);
}

bool
role_need_media(struct role_start *r, struct err *e)
{
	return chan_send(&r->control, CONTROL_NEED_MEDIA, (str){0}, NULL, 0, e);
}

bool
role_drop_media(struct role_start *r, uint32_t number, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(8);

	control_drop_write(&b, number);
	return chan_send(
	    &r->control, CONTROL_DROP_MEDIA, buf_view(&b), NULL, 0, e);
}

bool
role_drop_match(struct role_start *r, struct err *e)
{
	return chan_send(&r->control, CONTROL_DROP_MATCH, (str){0}, NULL, 0, e);
}

bool
role_need_video(struct role_start *r, struct err *e)
{
	return chan_send(&r->control, CONTROL_NEED_VIDEO, (str){0}, NULL, 0, e);
}

bool
role_drop_video(struct role_start *r, struct err *e)
{
	return chan_send(&r->control, CONTROL_DROP_VIDEO, (str){0}, NULL, 0, e);
}

bool
role_need_document(struct role_start *r, struct err *e)
{
	return chan_send(
	    &r->control, CONTROL_NEED_DOCUMENT, (str){0}, NULL, 0, e);
}

bool
role_drop_document(struct role_start *r, struct err *e)
{
	return chan_send(
	    &r->control, CONTROL_DROP_DOCUMENT, (str){0}, NULL, 0, e);
}

bool
role_need_scan(struct role_start *r, struct err *e)
{
	return chan_send(&r->control, CONTROL_NEED_SCAN, (str){0}, NULL, 0, e);
}

bool
role_drop_scan(struct role_start *r, struct err *e)
{
	return chan_send(&r->control, CONTROL_DROP_SCAN, (str){0}, NULL, 0, e);
}

void
role_kick(struct chan *jobs)
{
	struct err
	    ignored; /* full: it will look anyway; gone: a new one does */

	if (jobs->fd >= 0)
		(void)!chan_try_send(jobs, KICK, (str){0}, NULL, 0, &ignored);
}
