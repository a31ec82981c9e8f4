#include "ipc/video.h"

#include <math.h>

#include "ipc/write.h"

#define HYPOTHESES_ALL 15

const char *const video_alg_names[VIDEO_ALGS] = {"tmk", "vpdq", "pdq"};

const struct chan_permit video_to_worker[] = {
    {VIDEO_JOB, 1, 1, 64},
    {0},
};

const struct chan_permit video_from_worker[] = {
    {VIDEO_PROGRESS, 0, 0, 64},
    {VIDEO_DONE, 0, 1, 64},
    {0},
};

void
video_job_write(struct buf *b, const struct video_job *j)
{
	uint32_t every;

	memcpy(&every, &j->every, sizeof(every));
	write_u32(b, j->id);
	write_u8(b, j->alg);
	write_u32(b, every);
	write_u8(b, j->hypotheses);
}

bool
video_job_read(str body, struct video_job *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct video_job j = {.id = read_u32(&r, UINT32_MAX)};
	uint32_t every;

	j.alg = read_u8(&r, VIDEO_ALGS - 1);
	every = read_u32(&r, UINT32_MAX);
	memcpy(&j.every, &every, sizeof(j.every));
	j.hypotheses = read_u8(&r, HYPOTHESES_ALL);
	if (!read_end(&r) || !isfinite(j.every) || j.every < 0 ||
	    j.every > VIDEO_EVERY_MAX)
		return err_set(e, ERR_CORRUPT, "video job: malformed");
	*ret = j;
	return true;
}

void
video_progress_write(struct buf *b, const struct video_progress *p)
{
	write_u32(b, p->decoded);
}

bool
video_progress_read(str body, struct video_progress *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct video_progress p = {.decoded = read_u32(&r, UINT32_MAX)};

	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "video progress: malformed");
	*ret = p;
	return true;
}

void
video_done_write(struct buf *b, const struct video_done *d)
{
	write_u32(b, d->id);
	write_u8(b, d->verdict);
	write_u32(b, d->decoded);
	write_u32(b, d->hashed);
	write_u32(b, d->broken);
	write_u32(b, d->bytes);
}

bool
video_done_read(str body, struct video_done *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct video_done d = {.id = read_u32(&r, UINT32_MAX)};

	d.verdict = read_u8(&r, MEDIA_VERDICTS - 1);
	d.decoded = read_u32(&r, UINT32_MAX);
	d.hashed = read_u32(&r, UINT32_MAX);
	d.broken = read_u32(&r, UINT32_MAX);
	d.bytes = read_u32(&r, VIDEO_BYTES_MAX);
	if (!read_end(&r) ||
	    (d.verdict == MEDIA_OK) != (d.bytes > 0 && d.hashed > 0))
		return err_set(e, ERR_CORRUPT, "video answer: malformed");
	*ret = d;
	return true;
}
