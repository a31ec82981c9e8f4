#include "monitor/wire.h"

#include "base/log.h"

static bool
give(struct slot *to, const struct slot *other, int fd, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(16);
	const struct control_peer p = {(uint8_t)other->role, other->number,
	    to->role == ROLE_JOBS ? (uint32_t)other->pid : 0};

	control_peer_write(&b, &p);
	return chan_try_send(
	    &to->control, CONTROL_PEER, buf_view(&b), &fd, 1, e);
}

static void
join(struct slot *a, struct slot *b)
{
	int fd[2];
	struct err e;

	if (!chan_pair(fd, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "channel");
		slot_kill(a);
		return;
	}
	if (!give(a, b, fd[0], &e))
		slot_kill(a);
	if (!give(b, a, fd[1], &e))
		slot_kill(b);
	(void)close(fd[0]);
	(void)close(fd[1]);
}

/* Who makes jails is given work once it has made one: what it dies of before is
 * no document's fault.  The second of them is there to start the first again.
 */
static bool
has_peers(const struct slot *s)
{
	return s->pid != 0 && s->control.fd != -1 &&
	       (s->role != ROLE_OFFICE || (s->number == 0 && s->ready));
}

void
wire(struct slot *slots, size_t n, struct slot *fresh)
{
	for (size_t i = 0; has_peers(fresh) && i < n; i++)
		if (&slots[i] != fresh && has_peers(&slots[i]) &&
		    roles[fresh->role].peers & PEER(slots[i].role))
			join(fresh, &slots[i]);
}
