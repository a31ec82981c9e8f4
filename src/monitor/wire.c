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

/* Of two of these, the second is there to start the first again. */
static bool
is_spare(const struct slot *s)
{
	return s->role == ROLE_OFFICE && s->number > 0;
}

void
wire(struct slot *slots, size_t n, struct slot *fresh)
{
	for (size_t i = 0; i < n; i++) {
		struct slot *s = &slots[i];

		if (s != fresh && s->pid != 0 && s->control.fd != -1 &&
		    !is_spare(s) && !is_spare(fresh) &&
		    roles[fresh->role].peers & PEER(s->role))
			join(fresh, s);
	}
}
