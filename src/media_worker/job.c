#include "media_worker/job.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "media/faces.h"
#include "media/intake.h"

/* Without these the sender could shrink the file under the decoder. */
#define SEALS_IN (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)
#define SEALS_OUT (SEALS_IN | F_SEAL_SEAL)

const struct chan_permit job_permits[] = {
    {MEDIA_JOB, 1, 1, 64},
    {MEDIA_LOOK, 1, 1, 16},
    {0},
};

struct view {
	void *p; /* MAP_FAILED or NULL: nothing */
	size_t n;
};

static void
view_done(struct view *v)
{
	if (v->p != NULL)
		(void)munmap(v->p, v->n);
}

static bool
view_open(int fd, struct view *ret, struct err *e)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);
	void *p;

	if (seals == -1 || (seals & SEALS_IN) != SEALS_IN)
		return err_set(e, ERR_CORRUPT, "the input is not sealed");
	if (fstat(fd, &st) == -1)
		return err_sys(e, "fstat");
	if (st.st_size < 0 || (uint64_t)st.st_size > INTAKE_BYTES_MAX)
		return err_set(e, ERR_CORRUPT, "the input is too long");
	if (st.st_size == 0)
		return true;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, "mmap");
	*ret = (struct view){p, (size_t)st.st_size};
	return true;
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

/* -1 on failure. */
static int
sealed_file(str bytes, struct err *e)
{
	OWNED_FD fd =
	    memfd_create("rendition", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int ret;

	if (fd == -1) {
		(void)err_sys(e, "memfd_create");
		return -1;
	}
	if (!write_all(fd, bytes, e))
		return -1;
	if (fcntl(fd, F_ADD_SEALS, SEALS_OUT) == -1) {
		(void)err_sys(e, "F_ADD_SEALS");
		return -1;
	}
	ret = fd;
	fd = -1;
	return ret;
}

struct files {
	int fd[MEDIA_FDS_MAX];
	size_t n;
};

static void
files_done(struct files *f)
{
	for (size_t i = 0; i < f->n; i++)
		(void)close(f->fd[i]);
}

static bool
answer(struct chan *c, const struct intake *t, struct err *e)
{
	CLEANUP(buf_done) struct buf body = BUF_MAX(1024);
	CLEANUP(files_done) struct files f = {0};

	for (size_t n = media_done_fds(&t->done); f.n < n;) {
		const struct buf *b =
		    f.n + 1 == n ? &t->hashes : &t->rendition[f.n];
		int fd = sealed_file(buf_view(b), e);

		if (fd == -1)
			return false;
		f.fd[f.n++] = fd;
	}
	media_done_write(&body, &t->done);
	return chan_send(c, MEDIA_DONE, buf_view(&body), f.fd, f.n, e);
}

static bool
look(struct chan *c, struct chan_msg *m, struct err *e)
{
	CLEANUP(view_done) struct view v = {0};
	CLEANUP(buf_done) struct buf body = BUF_MAX(2048);
	struct media_looked looked;
	struct media_look job;

	if (!media_look_read(m->body, &job, e) || !view_open(m->fd[0], &v, e) ||
	    !faces_look((str){v.p, v.n}, &looked, e))
		return err_wrap(e, "look");
	looked.id = job.id;
	media_looked_write(&body, &looked);
	return chan_send(c, MEDIA_LOOKED, buf_view(&body), NULL, 0, e);
}

static bool
take_in(struct chan *c, struct chan_msg *m, struct err *e)
{
	CLEANUP(view_done) struct view v = {0};
	CLEANUP(intake_done) struct intake t = {0};
	struct media_job job;

	if (!media_job_read(m->body, &job, e) || !view_open(m->fd[0], &v, e))
		return false;
	if (!(job.hashes_only ? intake_hash((str){v.p, v.n}, job.pipelines,
				    job.hypotheses, &t, e)
			      : intake_run((str){v.p, v.n}, job.side, &t, e)))
		return err_wrap(e, "intake");
	t.done.id = job.id;
	return answer(c, &t, e);
}

bool
job_serve(struct chan *c, struct chan_msg *m, struct err *e)
{
	return m->kind == MEDIA_LOOK ? look(c, m, e) : take_in(c, m, e);
}
