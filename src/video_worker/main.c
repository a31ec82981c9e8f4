/*
 * preau-video — decodes strangers' videos and knows nothing else, as media and
 * in its jail: the file comes as a descriptor, the hash goes as one.
 *
 * Whoever started it says how long a job may take.  It serves one peer, and
 * leaves with it.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "proc/start.h"
#include "video/video.h"

#define MESSAGE_MAX 256
#define PROGRESS_MS 500

struct worker {
	struct role_start start;
	struct chan peer; /* fd -1: none yet */
	int64_t said_ms;
};

/* A peer that does not listen is gone, and then nobody wants the hash. */
static bool
say_progress(void *ctx, uint32_t decoded, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct worker *w = ctx;
	int64_t now = clock_ms();

	if (now < w->said_ms + PROGRESS_MS)
		return true;
	w->said_ms = now;
	video_progress_write(&b, &(struct video_progress){decoded});
	return chan_send(&w->peer, VIDEO_PROGRESS, buf_view(&b), NULL, 0, e);
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
answer(
    struct worker *w, uint32_t id, const struct video_result *r, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct video_done d = {.id = id,
	    .verdict = (uint8_t)r->verdict,
	    .decoded = r->decoded,
	    .hashed = r->verdict == MEDIA_OK ? r->hashed : 0,
	    .broken = r->broken,
	    .bytes = (uint32_t)r->hash.n};
	OWNED_FD fd = memfd_create("hash", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1)
		return err_sys(e, "memfd_create");
	if (!write_all(fd, buf_view(&r->hash), e))
		return false;
	if (fcntl(fd, F_ADD_SEALS,
		F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == -1)
		return err_sys(e, "F_ADD_SEALS");
	video_done_write(&b, &d);
	return chan_send(&w->peer, VIDEO_DONE, buf_view(&b), &fd,
	    r->verdict == MEDIA_OK ? 1 : 0, e);
}

static bool
serve_one(struct worker *w, struct err *e)
{
	char bytes[MESSAGE_MAX];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	CLEANUP(video_result_done) struct video_result r = {0};
	struct video_job job;

	if (!chan_recv(&w->peer, bytes, sizeof(bytes), -1, &m, e) ||
	    !video_job_read(m.body, &job, e))
		return false;
	if (!video_hash(m.fd[0], &job, say_progress, w, &r, e))
		return err_wrap(e, "video");
	return answer(w, job.id, &r, e);
}

static bool
run(struct worker *w, struct err *e)
{
	struct role_news news;
	bool weak = false;

	if (!role_start(ROLE_MEDIA, &w->start, e))
		return false;
	video_init();
	if (!sandbox_enter(ROLE_MEDIA, &w->start.conf, &weak, e) ||
	    !role_ready(&w->start, weak, e) ||
	    !role_news(&w->start, -1, &news, e))
		return false;
	if (news.kind != NEWS_PEER)
		return true;
	w->peer.fd = news.fd;
	while (serve_one(w, e))
		;
	return e->kind == ERR_NONE;
}

int
main(void)
{
	static struct worker w = {.peer = {-1, video_to_worker}};
	struct err e = {0};

	if (!run(&w, &e) && e.kind != ERR_NONE) {
		log_err(LOG_LEVEL_ERROR, &e, "video");
		return 1;
	}
	(void)fflush(NULL);
	_exit(0);
}
