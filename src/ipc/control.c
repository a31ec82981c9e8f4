#include "ipc/control.h"

#include "ipc/write.h"

#define NUMBER_MAX 1023

/* clang-format off */
const struct chan_permit control_to_role[] = {
	{ CONTROL_START, .max_fds = CHAN_FDS_MAX,
	    .max_bytes = CONTROL_BUF },
	{ CONTROL_PEER, .min_fds = 1, .max_fds = 1, .max_bytes = 9 },
	{ CONTROL_DRAIN },
	{ 0 },
};

const struct chan_permit control_to_office[] = {
	{ CONTROL_START, .max_fds = CHAN_FDS_MAX,
	    .max_bytes = CONTROL_BUF },
	{ CONTROL_PEER, .min_fds = 1, .max_fds = 1, .max_bytes = 9 },
	{ CONTROL_BEAR, .min_fds = CONTROL_BEAR_FDS,
	    .max_fds = CONTROL_BEAR_FDS },
	{ 0 },
};

const struct chan_permit control_to_monitor[] = {
	{ CONTROL_READY, .max_bytes = 1 },
	{ 0 },
};

const struct chan_permit control_to_monitor_from_jobs[] = {
	{ CONTROL_READY, .max_bytes = 1 },
	{ CONTROL_NEED_MEDIA },
	{ CONTROL_DROP_MEDIA, .max_bytes = 4 },
	{ CONTROL_DROP_MATCH },
	{ CONTROL_NEED_VIDEO },
	{ CONTROL_DROP_VIDEO },
	{ CONTROL_NEED_DOCUMENT },
	{ CONTROL_DROP_DOCUMENT },
	{ CONTROL_NEED_SCAN },
	{ CONTROL_DROP_SCAN },
	{ 0 },
};

const struct chan_permit control_to_monitor_from_office[] = {
	{ CONTROL_READY, .max_bytes = 1 },
	{ CONTROL_BORN, .max_bytes = 4 },
	{ 0 },
};

const struct chan_permit kick_to_jobs[] = {
	{ KICK },
	{ 0 },
};

const struct chan_permit kick_to_worker[] = {
	{ 0 },
};
/* clang-format on */

void
control_start_write(struct buf *b, const struct control_start *s)
{
	write_u8(b, s->role);
	write_u32(b, s->number);
	write_u8(b, s->n_listen);
	write_u8(b, s->tls);
	write_u8(b, s->ca);
	write_u8(b, s->secret);
	write_u8(b, s->mail);
	write_u8(b, s->ncmec);
	write_u8(b, s->master);
	write_bytes(b, s->conf);
}

bool
control_start_read(
    str body, size_t n_fds, struct control_start *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct control_start s = {0};
	size_t want;

	s.role = read_u8(&r, CONTROL_ROLES);
	s.number = read_u32(&r, NUMBER_MAX);
	s.n_listen = read_u8(&r, CONTROL_LISTEN_MAX);
	s.tls = read_u8(&r, 1) != 0;
	s.ca = read_u8(&r, 1) != 0;
	s.secret = read_u8(&r, 1) != 0;
	s.mail = read_u8(&r, 1) != 0;
	s.ncmec = read_u8(&r, 1) != 0;
	s.master = read_u8(&r, 1) != 0;
	s.conf = read_str(&r, CONTROL_CONF_MAX);
	want = (size_t)s.n_listen + (s.tls ? 2u : 0u) + s.ca + s.secret +
	       s.mail + s.ncmec + s.master;
	if (!read_end(&r) || want != n_fds)
		return err_set(e, ERR_CORRUPT, "START is malformed");
	*ret = s;
	return true;
}

void
control_peer_write(struct buf *b, const struct control_peer *p)
{
	write_u8(b, p->role);
	write_u32(b, p->number);
	write_u32(b, p->pid);
}

bool
control_peer_read(str body, struct control_peer *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct control_peer p = {0};

	p.role = read_u8(&r, CONTROL_ROLES);
	p.number = read_u32(&r, NUMBER_MAX);
	p.pid = read_u32(&r, INT32_MAX);
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "PEER is malformed");
	*ret = p;
	return true;
}

void
control_ready_write(struct buf *b, bool weak)
{
	write_u8(b, weak);
}

bool
control_ready_read(str body, bool *ret_weak, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	bool weak = read_u8(&r, 1) != 0;

	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "READY is malformed");
	*ret_weak = weak;
	return true;
}

void
control_drop_write(struct buf *b, uint32_t number)
{
	write_u32(b, number);
}

bool
control_drop_read(str body, uint32_t *ret_number, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	uint32_t number = read_u32(&r, NUMBER_MAX);

	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "DROP_MEDIA is malformed");
	*ret_number = number;
	return true;
}

void
control_born_write(struct buf *b, uint32_t pid)
{
	write_u32(b, pid);
}

bool
control_born_read(str body, uint32_t *ret_pid, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	uint32_t pid = read_u32(&r, INT32_MAX);

	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "BORN is malformed");
	*ret_pid = pid;
	return true;
}
