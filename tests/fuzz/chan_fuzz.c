/*
 * Any datagram with any number of descriptors: it is taken as the table of
 * permits says, or refused, and no descriptor is left behind.  What is taken
 * goes on to the readers of control messages.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/control.h"

#define FDS_MAX 10

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool good)
{
	if (!good)
		__builtin_trap();
}

static void
send_raw(int to, const uint8_t *p, size_t n, size_t n_fds)
{
	int fd[FDS_MAX] = {0};
	union {
		struct cmsghdr align;
		char raw[CMSG_SPACE(sizeof(fd))];
	} c = {0};
	uint8_t copy[512];
	struct iovec v = {copy, n < sizeof(copy) ? n : sizeof(copy)};
	struct msghdr h = {.msg_iov = &v, .msg_iovlen = 1};

	memcpy(copy, p, v.iov_len);
	for (size_t i = 0; i < FDS_MAX; i++)
		fd[i] = to;
	if (n_fds > 0) {
		h.msg_control = c.raw;
		h.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		c.align.cmsg_level = SOL_SOCKET;
		c.align.cmsg_type = SCM_RIGHTS;
		c.align.cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(&c.align), fd, n_fds * sizeof(int));
	}
	must(sendmsg(to, &h, 0) >= 0);
}

static void
read_fields(const struct chan_msg *m)
{
	struct control_start s;
	struct control_peer p;
	struct err e;
	uint32_t number;
	bool weak;

	if (m->kind == CONTROL_START &&
	    control_start_read(m->body, m->n_fds, &s, &e))
		must(s.n_listen <= m->n_fds && s.conf.n <= m->body.n);
	if (m->kind == CONTROL_PEER && control_peer_read(m->body, &p, &e))
		must(p.role <= CONTROL_ROLES && m->n_fds == 1);
	if (m->kind == CONTROL_READY)
		(void)!control_ready_read(m->body, &weak, &e);
	if (m->kind == CONTROL_DROP_MEDIA)
		(void)!control_drop_read(m->body, &number, &e);
}

/* The same datagram twice, taken together. */
static void
take_two(struct chan *c, int to, const uint8_t *p, size_t n, size_t n_fds)
{
	char two[2][256];
	const struct chan_room room[2] = {{two[0], 256}, {two[1], 256}};
	struct chan_msg m[2];
	struct err e;
	size_t came;

	send_raw(to, p, n, n_fds);
	send_raw(to, p, n, n_fds);
	if (!chan_try_recv_some(c, room, 2, m, &came, &e)) {
		must(came == 0);
		must(e.kind == ERR_CORRUPT || e.kind == ERR_NONE);
		return;
	}
	must(came == 2 && str_eq(m[0].body, m[1].body));
	for (size_t i = 0; i < 2; i++) {
		read_fields(&m[i]);
		chan_msg_done(&m[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct chan_permit *const tables[] = {control_to_role,
	    control_to_monitor, control_to_monitor_from_jobs, kick_to_jobs};
	struct chan_msg m = {0};
	char bytes[256];
	struct err e;
	struct chan c;
	int fd[2], before, after;

	if (n < 2 || !chan_pair(fd, &e))
		return 0;
	before = fcntl(fd[0], F_DUPFD_CLOEXEC, 0);
	(void)close(before);
	c = (struct chan){fd[1], tables[p[0] % 4]};
	send_raw(fd[0], p + 2, n - 2, p[1] % (FDS_MAX + 1));
	if (chan_recv(&c, bytes, sizeof(bytes), 0, &m, &e)) {
		must(m.body.n < sizeof(bytes) && m.n_fds <= CHAN_FDS_MAX);
		read_fields(&m);
		chan_msg_done(&m);
	} else {
		must(e.kind == ERR_CORRUPT || e.kind == ERR_NONE);
	}
	take_two(&c, fd[0], p + 2, n - 2, p[1] % (FDS_MAX + 1));
	after = fcntl(fd[0], F_DUPFD_CLOEXEC, 0);
	(void)close(after);
	must(before == after);
	(void)close(fd[0]);
	(void)close(fd[1]);
	return 0;
}
