#include "media_worker/job.h"

#include "ipc/sealed.h"
#include "media/faces.h"
#include "media/glance.h"
#include "media/intake.h"
#include "media/rendition.h"
#include "media/tracing.h"

_Static_assert(MEDIA_SHAPES == REGION_FIGURES, "one list of shapes");

#define ARENA_MAX ((size_t)1 << 20)

const struct chan_permit job_permits[] = {
    {MEDIA_JOB, 1, 1, 160},
    {MEDIA_LOOK, 1, 1, 16},
    {MEDIA_GLANCE, 1, 1, 16},
    {MEDIA_COVER, MEDIA_SIDES, MEDIA_SIDES, JOB_MESSAGE_MAX},
    {MEDIA_TRACE, 2, 2, 16},
    {0},
};

/* -1 on failure. */
static int
sealed_file(str bytes, struct err *e)
{
	int fd;

	return sealed_make(bytes, &fd, e) ? fd : -1;
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
	CLEANUP(sealed_done) struct sealed_view v = {0};
	CLEANUP(buf_done) struct buf body = BUF_MAX(2048);
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(RENDITION_MAX);
	struct media_looked looked = {.verdict = MEDIA_DAMAGED};
	struct media_look job;

	if (!media_look_read(m->body, &job, e) ||
	    !sealed_open(m->fd[0], RENDITION_MAX, &v, e))
		return err_wrap(e, "look");
	if (rendition_jpeg((str){v.p, v.n}, false, &jpeg, e)) {
		if (!faces_look(buf_view(&jpeg), &looked, e))
			return err_wrap(e, "look");
	} else if (e->kind != ERR_CORRUPT) {
		return err_wrap(e, "look");
	}
	looked.id = job.id;
	media_looked_write(&body, &looked);
	return chan_send(c, MEDIA_LOOKED, buf_view(&body), NULL, 0, e);
}

static bool
answer_glance(struct chan *c, const struct media_glance *job,
    enum media_verdict verdict, const struct buf *soft, const struct buf *sharp,
    struct err *e)
{
	CLEANUP(buf_done) struct buf body = BUF_MAX(64);
	CLEANUP(files_done) struct files f = {0};
	struct media_glanced done = {.id = job->id,
	    .verdict = (uint8_t)verdict,
	    .bytes = {(uint32_t)soft->n, (uint32_t)sharp->n}};
	const struct buf *of[MEDIA_GLANCES] = {soft, sharp};

	for (; verdict == MEDIA_OK && f.n < MEDIA_GLANCES; f.n++)
		if ((f.fd[f.n] = sealed_file(buf_view(of[f.n]), e)) == -1)
			return false;
	media_glanced_write(&body, &done);
	return chan_send(c, MEDIA_GLANCED, buf_view(&body), f.fd, f.n, e);
}

static bool
glance(struct chan *c, struct chan_msg *m, struct err *e)
{
	CLEANUP(sealed_done) struct sealed_view v = {0};
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(RENDITION_MAX);
	CLEANUP(buf_done) struct buf soft = BUF_MAX(MEDIA_GLANCE_BYTES_MAX);
	CLEANUP(buf_done) struct buf sharp = BUF_MAX(MEDIA_GLANCE_BYTES_MAX);
	enum media_verdict verdict = MEDIA_DAMAGED;
	struct media_glance job;

	if (!media_glance_read(m->body, &job, e) ||
	    !sealed_open(m->fd[0], RENDITION_MAX, &v, e))
		return err_wrap(e, "glance");
	if (rendition_jpeg((str){v.p, v.n}, false, &jpeg, e)) {
		if (!glance_make(buf_view(&jpeg), &verdict, &soft, &sharp, e))
			return err_wrap(e, "glance");
	} else if (e->kind != ERR_CORRUPT) {
		return err_wrap(e, "glance");
	}
	return answer_glance(c, &job, verdict, &soft, &sharp, e);
}

static bool
make_renditions(struct chan *c, struct chan_msg *m, struct err *e)
{
	CLEANUP(sealed_done) struct sealed_view v = {0};
	CLEANUP(intake_done) struct intake t = {0};
	struct intake_wish wish = {.marked = true};
	struct media_job job;

	if (!media_job_read(m->body, &job, e) ||
	    !sealed_open(m->fd[0], INTAKE_BYTES_MAX, &v, e))
		return false;
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		wish.side[i] = job.side[i];
		wish.place[i].secret = job.place[i];
	}
	if (!(job.hashes_only ? intake_hash((str){v.p, v.n}, job.pipelines,
				    job.hypotheses, &t, e)
			      : intake_run((str){v.p, v.n}, &wish, &t, e)))
		return err_wrap(e, "intake");
	t.done.id = job.id;
	return answer(c, &t, e);
}

static bool
take_regions(struct arena *a, const struct media_cover *c,
    struct segment_region **ret, struct err *e)
{
	struct segment_region *v = NEW_N(a, struct segment_region, c->n + 1);

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for regions");
	for (uint32_t i = 0; i < c->n; i++) {
		const struct media_region *g = &c->region[i];

		v[i] = (struct segment_region){(uint16_t)g->slot,
		    (int32_t)g->x0, (int32_t)g->y0, (int32_t)g->x1,
		    (int32_t)g->y1, (enum region_figure)c->shape};
	}
	*ret = v;
	return true;
}

/* One rendition covered anew, as a sealed file; -1: *e says why. */
static int
covered_file(int fd, const struct segment_region *r, size_t n,
    uint32_t *ret_bytes, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(RENDITION_MAX);
	CLEANUP(sealed_done) struct sealed_view v = {0};

	if (!sealed_open(fd, RENDITION_MAX, &v, e) ||
	    !rendition_cover((str){v.p, v.n}, r, n, &b, e))
		return -1;
	*ret_bytes = (uint32_t)b.n;
	return sealed_file(buf_view(&b), e);
}

static bool
cover_renditions(struct chan *c, struct chan_msg *m, struct err *e)
{
	OWNED(arena) a = arena_new(ARENA_MAX);
	CLEANUP(buf_done) struct buf body = BUF_MAX(1024);
	CLEANUP(files_done) struct files f = {0};
	struct media_covered done = {0};
	struct media_cover job;
	struct segment_region *region;

	if (!media_cover_read(a, m->body, &job, e) ||
	    !take_regions(a, &job, &region, e))
		return false;
	done.id = job.id;
	done.shape = job.shape;
	for (; f.n < MEDIA_SIDES; f.n++) {
		int fd = covered_file(
		    m->fd[f.n], region, job.n, &done.bytes[f.n], e);

		if (fd == -1 && e->kind != ERR_CORRUPT)
			return err_wrap(e, "cover");
		if (fd == -1) {
			files_done(&f);
			f.n = 0;
			memset(done.bytes, 0, sizeof(done.bytes));
			break;
		}
		f.fd[f.n] = fd;
	}
	media_covered_write(&body, &done);
	return chan_send(c, MEDIA_COVERED, buf_view(&body), f.fd, f.n, e);
}

static bool
trace_copy(struct chan *c, struct chan_msg *m, struct err *e)
{
	CLEANUP(sealed_done) struct sealed_view copy = {0};
	CLEANUP(sealed_done) struct sealed_view rendition = {0};
	CLEANUP(buf_done) struct buf body = BUF_MAX(64);
	CLEANUP(buf_done) struct buf reading = BUF_MAX(TRACING_READING_MAX);
	struct media_traced done;
	struct media_trace job;
	OWNED_FD fd = -1;
	int sent;

	if (!media_trace_read(m->body, &job, e) ||
	    !sealed_open(m->fd[0], INTAKE_BYTES_MAX, &copy, e) ||
	    !sealed_open(m->fd[1], RENDITION_MAX, &rendition, e) ||
	    !tracing_run((str){copy.p, copy.n}, (str){rendition.p, rendition.n},
		(enum pdq_turn)job.turn, &done, &reading, e))
		return err_wrap(e, "trace");
	if (done.shown && (fd = sealed_file(buf_view(&reading), e)) == -1)
		return err_wrap(e, "trace");
	done.id = job.id;
	sent = fd;
	media_traced_write(&body, &done);
	return chan_send(
	    c, MEDIA_TRACED, buf_view(&body), &sent, done.shown ? 1 : 0, e);
}

bool
job_serve(struct chan *c, struct chan_msg *m, struct err *e)
{
	if (m->kind == MEDIA_LOOK)
		return look(c, m, e);
	if (m->kind == MEDIA_GLANCE)
		return glance(c, m, e);
	if (m->kind == MEDIA_TRACE)
		return trace_copy(c, m, e);
	return m->kind == MEDIA_COVER ? cover_renditions(c, m, e)
				      : make_renditions(c, m, e);
}
