/*
 * preau-video — decodes strangers' videos and knows nothing else, in a jail:
 * the file comes as a descriptor, the hash goes as one.  For jobs it takes a
 * video in: what it makes goes into blobs that it is handed with their keys,
 * which open nothing else.
 *
 * Whoever started it says how long a job may take.  It serves one peer at a
 * time, and leaves with it.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "proc/start.h"
#include "video/between.h"
#include "video/take.h"
#include "video/veiled.h"
#include "video/video.h"

#define PROGRESS_MS 500

struct worker {
	struct role_start start;
	struct chan peer; /* fd -1: none yet */
	int64_t said_ms;
	bool gone; /* the peer does not listen any more */
};

/* A peer that does not listen is gone, and then nobody wants the work. */
static bool
say_taking(void *ctx, const struct video_progress *p, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct worker *w = ctx;
	int64_t now = clock_ms();

	if (now < w->said_ms + PROGRESS_MS)
		return true;
	w->said_ms = now;
	video_progress_write(&b, p);
	w->gone =
	    !chan_send(&w->peer, VIDEO_PROGRESS, buf_view(&b), NULL, 0, e);
	return !w->gone;
}

static bool
say_progress(void *ctx, uint32_t decoded, struct err *e)
{
	return say_taking(ctx, &(struct video_progress){decoded, 0}, e);
}

static bool
write_all(int fd, str s, struct err *e)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n == -1 && errno != EINTR)
			return err_sys(e, "write");
		if (n > 0)
			s = str_sub(s, (size_t)n, s.n);
	}
	return true;
}

static bool
seal(str bytes, int *ret_fd, struct err *e)
{
	OWNED_FD fd = memfd_create("made", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1)
		return err_sys(e, "memfd_create");
	if (!write_all(fd, bytes, e))
		return false;
	if (fcntl(fd, F_ADD_SEALS,
		F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == -1)
		return err_sys(e, "F_ADD_SEALS");
	*ret_fd = fd;
	fd = -1;
	return true;
}

/* With what was made, sealed; n 0: nothing comes along. */
static bool
answer(struct worker *w, uint8_t kind, const struct buf *b,
    const struct buf *const *made, size_t n, struct err *e)
{
	int fd[VIDEO_TAKEN_FDS] = {-1, -1, -1};
	bool done = true;
	size_t i = 0;

	for (; i < n && done; i++)
		done = seal(buf_view(made[i]), &fd[i], e);
	if (done) {
		done = chan_send(&w->peer, kind, buf_view(b), fd, n, e);
		w->gone = !done;
	}
	while (i-- > 0)
		if (fd[i] >= 0)
			(void)close(fd[i]);
	return done;
}

static bool
hash(struct worker *w, const struct chan_msg *m, struct err *e)
{
	CLEANUP(video_result_done) struct video_result r = {0};
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	const struct buf *const made[] = {&r.hash};
	struct video_job job;

	if (!video_job_read(m->body, &job, e))
		return false;
	if (!video_hash(m->fd[0], &job, say_progress, w, &r, e))
		return err_wrap(e, "video");
	video_done_write(&b, &(struct video_done){.id = job.id,
				 .verdict = (uint8_t)r.verdict,
				 .decoded = r.decoded,
				 .hashed = r.verdict == MEDIA_OK ? r.hashed : 0,
				 .broken = r.broken,
				 .bytes = (uint32_t)r.hash.n});
	return answer(
	    w, VIDEO_DONE, &b, made, r.verdict == MEDIA_OK ? 1 : 0, e);
}

static bool
take(struct worker *w, const struct chan_msg *m, struct err *e)
{
	CLEANUP(take_result_done) struct take_result r = {0};
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_TAKE_MESSAGE_MAX);
	const struct buf *const made[] = {&r.hashes, &r.tmk, &r.stills};
	struct video_take job;
	bool done;

	if (!video_take_read(m->body, &job, e))
		return false;
	done = video_take(&job, m->fd, say_taking, w, &r, e);
	explicit_bzero(&job, sizeof(job));
	if (!done)
		return err_wrap(e, "video");
	video_taken_write(&b, &r.said);
	return answer(w, VIDEO_TAKEN, &b, made,
	    r.said.hashes_bytes > 0 ? VIDEO_TAKEN_FDS : 0, e);
}

static bool
veil(struct worker *w, const struct chan_msg *m, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(128);
	static struct video_veil job;
	struct video_veiled said;
	bool done;

	if (!video_veil_read(m->body, &job, e))
		return false;
	done = video_veil(&job, m->fd, say_taking, w, &said, e);
	explicit_bzero(&job, sizeof(job));
	if (!done)
		return err_wrap(e, "video");
	video_veiled_write(&b, &said);
	return answer(w, VIDEO_VEILED, &b, NULL, 0, e);
}

static bool
look_between(struct worker *w, const struct chan_msg *m, struct err *e)
{
	CLEANUP(between_result_done) struct between_result r = {0};
	CLEANUP(buf_done) struct buf b = BUF_MAX(VIDEO_FOUND_MESSAGE_MAX);
	const struct buf *const made[] = {&r.stills};
	static struct video_between job;
	bool done;

	if (!video_between_read(m->body, &job, e))
		return false;
	done = video_between(&job, m->fd[0], say_taking, w, &r, e);
	explicit_bzero(&job, sizeof(job));
	if (!done)
		return err_wrap(e, "video");
	video_found_write(&b, &r.said);
	return answer(w, VIDEO_FOUND, &b, made, r.said.n_stills > 0 ? 1 : 0, e);
}

static bool
work(struct worker *w, const struct chan_msg *m, struct err *e)
{
	if (m->kind == VIDEO_TAKE)
		return take(w, m, e);
	if (m->kind == VIDEO_BETWEEN)
		return look_between(w, m, e);
	return m->kind == VIDEO_VEIL ? veil(w, m, e) : hash(w, m, e);
}

/* False with gone: the peer does not listen, or closed. */
static bool
serve_one(struct worker *w, struct err *e)
{
	static char bytes[VIDEO_VEIL_MESSAGE_MAX + 1];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	bool done;

	if (!chan_recv(&w->peer, bytes, sizeof(bytes), 0, &m, e)) {
		w->gone = e->kind == ERR_NONE;
		return e->kind == ERR_BUSY;
	}
	w->said_ms = clock_ms();
	done = work(w, &m, e);
	explicit_bzero(bytes, sizeof(bytes));
	return done;
}

static bool
hear_monitor(struct worker *w, int timeout_ms, struct err *e)
{
	struct role_news news;

	if (!role_news(&w->start, timeout_ms, &news, e))
		return false;
	if (news.kind != NEWS_PEER)
		return true;
	if (w->peer.fd >= 0)
		(void)close(w->peer.fd);
	w->peer.fd = news.fd;
	w->gone = false;
	return true;
}

/* *ret_leave: whoever wanted something is gone, and nobody came instead. */
static bool
turn(struct worker *w, bool *ret_leave, struct err *e)
{
	struct pollfd p[2] = {
	    {w->start.control.fd, POLLIN, 0}, {w->peer.fd, POLLIN, 0}};

	if (poll(p, 2, -1) == -1)
		return errno == EINTR || err_sys(e, "poll");
	if (p[0].revents != 0) {
		*ret_leave = !hear_monitor(w, 0, e) && e->kind == ERR_NONE;
		return *ret_leave || e->kind == ERR_NONE || e->kind == ERR_BUSY;
	}
	if (serve_one(w, e))
		return true;
	if (!w->gone)
		return false;
	*ret_leave = !hear_monitor(w, 0, e);
	return true;
}

static bool
run(struct worker *w, struct err *e)
{
	bool weak = false, leave = false;

	if (!crypto_init(e) || !role_start(ROLE_VIDEO, &w->start, e))
		return false;
	video_init();
	if (!sandbox_enter(ROLE_VIDEO, &w->start.conf, &weak, e) ||
	    !role_ready(&w->start, weak, e))
		return false;
	while (!leave) {
		*e = (struct err){0};
		if (!turn(w, &leave, e))
			return false;
	}
	return true;
}

int
main(void)
{
	static struct worker w = {.peer = {-1, video_to_worker}};
	struct err e = {0};

	if (!run(&w, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "video");
		return 1;
	}
	(void)fflush(NULL);
	_exit(0);
}
