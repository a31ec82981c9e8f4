#include "list/fetch.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include "ipc/list.h"
#include "proc/helper.h"

#define PIECE ((size_t)65536)
#define PATIENCE_MS 120000 /* without a byte in either direction */
#define FRAMES_MAX (4 * PIECE)

/* Between the file, the reader and the sorter. */
struct pump {
	struct fetch *f;
	int from, to, back; /* the file; both pipes, -1 when closed */
	char piece[PIECE];
	size_t n, at; /* of piece */
	struct buf frames;
	bool ended; /* the reader has said END */
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

static void
pump_done(struct pump *p)
{
	close_fd(&p->to);
	close_fd(&p->back);
	buf_done(&p->frames);
}

static bool
read_file(struct pump *p, struct err *e)
{
	ssize_t n;

	do
		n = read(p->from, p->piece, sizeof(p->piece));
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(e, "the list");
	if (n == 0)
		close_fd(&p->to);
	p->at = 0;
	p->n = (size_t)n;
	p->f->bytes += p->n;
	(void)crypto_hash_sha256_update(
	    &p->f->digest, (const uint8_t *)p->piece, p->n);
	if (p->f->progress != NULL)
		p->f->progress(p->f->ctx, p->f->bytes, p->f->total);
	return true;
}

/* A reader that has heard enough closes its end: what it says of that comes by
 * the other pipe. */
static bool
push(struct pump *p, struct err *e)
{
	ssize_t n;

	if (p->at == p->n && !read_file(p, e))
		return false;
	if (p->to == -1)
		return true;
	n = write(p->to, p->piece + p->at, p->n - p->at);
	if (n == -1 && errno == EPIPE)
		close_fd(&p->to);
	else if (n == -1 && errno != EAGAIN && errno != EINTR)
		return err_sys(e, "pipe");
	p->at += n > 0 ? (size_t)n : 0;
	return true;
}

static void
keep_fault(struct fetch *f, const struct wire_frame *w)
{
	if (f->n_fault < WIRE_FAULTS_MAX)
		f->fault[f->n_fault++] = (struct fetch_fault){
		    f->file, w->line, w->offset, w->fault, w->kind};
}

static bool
end_of_file(struct pump *p, const struct wire_frame *w, struct err *e)
{
	struct fetch *f = p->f;

	p->ended = true;
	f->skipped += w->skipped;
	f->elsewhere += w->elsewhere;
	f->faults += w->faults;
	f->whole = w->whole;
	memcpy(f->checkpoint, w->text.p, w->text.n);
	f->checkpoint[w->text.n] = '\0';
	if (w->records > UINT32_MAX - f->first_record)
		return err_set(e, ERR_LIMIT, "too many records");
	f->first_record += (uint32_t)w->records;
	return true;
}

static bool
take_entry(struct fetch *f, struct wire_frame *w, struct err *e)
{
	bool gone = w->type == WIRE_GONE;

	if (w->entry.record > UINT32_MAX - f->first_record)
		return err_set(e, ERR_LIMIT, "too many records");
	w->entry.record += f->first_record;
	w->entry.first_seen = 0;
	f->entries += !gone;
	f->gone += gone;
	return sort_add(f->sort, &w->entry, gone, e);
}

static bool
refused(const struct wire_frame *w, struct err *e)
{
	enum err_kind kind = (enum err_kind)w->kind;

	if (kind != ERR_LIMIT && kind != ERR_IO)
		kind = ERR_INPUT;
	return err_set(e, kind, STR_FMT, STR_ARG(w->text));
}

static bool
hear(struct pump *p, struct wire_frame *w, struct err *e)
{
	if (p->ended)
		return err_set(e, ERR_CORRUPT, "list reader: more after END");
	switch (w->type) {
	case WIRE_ENTRY:
	case WIRE_GONE:
		return take_entry(p->f, w, e);
	case WIRE_FAULT:
		keep_fault(p->f, w);
		return true;
	case WIRE_END:
		return end_of_file(p, w, e);
	case WIRE_REFUSED:
	default:
		return refused(w, e);
	}
}

static bool
hear_all(struct pump *p, struct err *e)
{
	str rest = buf_view(&p->frames);
	struct wire_frame w;
	bool got = true;

	while (got)
		if (!wire_take(&rest, &w, &got, e) || (got && !hear(p, &w, e)))
			return false;
	memmove(p->frames.p, rest.p, rest.n);
	p->frames.n = rest.n;
	return true;
}

static bool
pull(struct pump *p, struct err *e)
{
	ssize_t n;

	if (!buf_reserve(&p->frames, PIECE))
		return err_set(e, ERR_LIMIT, "no memory");
	n = read(p->back, p->frames.p + p->frames.n, PIECE);
	if (n == -1 && errno != EINTR && errno != EAGAIN)
		return err_sys(e, "pipe");
	if (n == 0)
		close_fd(&p->back);
	p->frames.n += n > 0 ? (size_t)n : 0;
	return n <= 0 || hear_all(p, e);
}

static bool
turn(struct pump *p, struct err *e)
{
	struct pollfd v[2] = {{.fd = p->to, .events = POLLOUT},
	    {.fd = p->back, .events = POLLIN}};
	int n = poll(v, 2, PATIENCE_MS);

	if (n == -1 && errno == EINTR)
		return true;
	if (n == -1)
		return err_sys(e, "poll");
	if (n == 0)
		return err_set(e, ERR_LIMIT, "reading it takes too long");
	if (v[0].revents != 0 && !push(p, e))
		return false;
	return v[1].revents == 0 || pull(p, e);
}

static bool
run(struct pump *p, struct err *e)
{
	while (p->back != -1)
		if (!turn(p, e))
			return false;
	if (!p->ended)
		return err_set(e, ERR_IO, "the list reader broke off");
	/* The rest of a file whose reader needed no more of it: what was
	 * digested must be all of it. */
	do
		if (!read_file(p, e))
			return false;
	while (p->n > 0);
	return true;
}

/* Its ends of the pipes go to the reader, ours stay. */
static bool
ask_reader(
    struct pump *p, struct helper *h, const struct list_ask *ask, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1024);
	const struct list_read q = {
	    ask->format, ask->kind, ask->scheme, ask->categories};
	int in[2], out[2], fd[2];
	bool done;

	if (pipe2(in, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	p->to = in[1];
	fd[0] = in[0];
	if (pipe2(out, O_CLOEXEC) == -1) {
		(void)close(in[0]);
		return err_sys(e, "pipe");
	}
	p->back = out[0];
	fd[1] = out[1];
	list_read_write(&b, &q);
	done = (fcntl(p->to, F_SETFL, O_NONBLOCK) != -1 &&
		   fcntl(p->back, F_SETFL, O_NONBLOCK) != -1) ||
	       err_sys(e, "pipe");
	done = done && chan_send(&h->peer, LIST_READ, buf_view(&b), fd, 2, e);
	(void)close(fd[0]);
	(void)close(fd[1]);
	return done;
}

static bool
fetch_with(struct fetch *f, struct helper *h, int fd,
    const struct list_ask *ask, struct err *e)
{
	CLEANUP(pump_done)
	struct pump p = {.f = f,
	    .from = fd,
	    .to = -1,
	    .back = -1,
	    .frames = BUF_MAX(FRAMES_MAX)};

	return ask_reader(&p, h, ask, e) && run(&p, e);
}

bool
fetch_file(struct fetch *f, int fd, const struct list_ask *ask, struct err *e)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	struct helper h;
	bool done;

	if (sigaction(SIGPIPE, &ignore, &before) == -1)
		return err_sys(e, "SIGPIPE");
	done = helper_start(&h, ROLE_LIST, roles[ROLE_LIST].program, ROLE_JOBS,
	    list_to_command, f->conf, e);
	if (done) {
		done = fetch_with(f, &h, fd, ask, e);
		helper_stop(&h);
	}
	(void)sigaction(SIGPIPE, &before, NULL);
	f->file++;
	return done;
}
