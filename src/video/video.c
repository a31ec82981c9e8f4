#include "video/video.h"

#include <stdlib.h>

#include "hash/frames.h"
#include "hash/tmk.h"
#include "hash/vpdq.h"
#include "media/suppose.h"
#include "video/reader.h"
#include "video/scaler.h"
#include "video/upright.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavutil/log.h>
#pragma GCC diagnostic pop

struct work {
	const struct video_job *job;
	struct video_reader *reader;
	struct scaler *scaler;
	struct video_result *ret;
	void *pdq; /* workspace of a frame */
	size_t pdq_bytes;
	uint32_t unfit; /* frames that could not be brought into RGB */
	/* TMK */
	struct tmk *tmk;
	struct frames frames;
	enum upright_turn turn;
	AVFrame *last;
	float feature[PDQ_BITS]; /* of the last frame, when it was asked for */
	bool has_feature;
	int64_t time, length; /* of the last frame, in ticks */
	/* vPDQ */
	struct vpdq vpdq;
	size_t cap;
	int64_t step;
	double fps;
	/* PDQ */
	struct suppose suppose;
	uint8_t turns[SUPPOSE_TURNS_BYTES]; /* of the frame before */
};

void
video_init(void)
{
	/* What libraries want to say about a stranger's file goes nowhere. */
	av_log_set_level(AV_LOG_QUIET);
}

void
video_result_done(struct video_result *r)
{
	buf_done(&r->hash);
}

/* ---- one frame ---- */

static bool
hash_pixels(struct work *w, const struct pixels *px, struct pdq_block *ret,
    struct err *e)
{
	size_t n = pdq_work_bytes(px->width, px->height);

	if (n > w->pdq_bytes) {
		free(w->pdq);
		w->pdq_bytes = 0;
		n = (n + PDQ_WORK_ALIGN - 1) / PDQ_WORK_ALIGN * PDQ_WORK_ALIGN;
		w->pdq = aligned_alloc(PDQ_WORK_ALIGN, n);
		if (w->pdq == NULL)
			return err_set(e, ERR_LIMIT, "no memory for a frame");
		w->pdq_bytes = n;
	}
	return pdq_block(px, PDQ_CORE, false, w->pdq, w->pdq_bytes, ret, e);
}

/* At the size of the stream. */
static bool
whole_frame(struct work *w, const AVFrame *f, struct pixels *ret, struct err *e)
{
	return scaler_run(w->scaler, f, (uint32_t)f->width, (uint32_t)f->height,
	    SCALER_AREA, ret, e);
}

/* ---- TMK ---- */

static bool
make_feature(struct work *w, struct err *e)
{
	AVFrame *turned = NULL;
	struct pdq_block block;
	struct pixels px;
	bool done;

	if (w->turn != UPRIGHT_AS_IT_IS &&
	    !upright(w->last, w->turn, &turned, e))
		return false;
	done = scaler_run(w->scaler, turned != NULL ? turned : w->last,
		   PDQ_SIDE, PDQ_SIDE, SCALER_BICUBIC, &px, e) &&
	       hash_pixels(w, &px, &block, e);
	av_frame_free(&turned);
	if (!done)
		return false;
	memcpy(w->feature, block.transform, sizeof(w->feature));
	w->has_feature = true;
	return true;
}

/* The last frame, n times. */
static bool
give(struct work *w, uint32_t n, struct err *e)
{
	if (n > 0 && !w->has_feature && !make_feature(w, e))
		return false;
	for (; n > 0 && w->ret->hashed < VIDEO_FRAMES_MAX; n--) {
		if (!tmk_add(w->tmk, w->feature, e))
			return false;
		w->ret->hashed++;
	}
	return true;
}

static bool
add_tmk(struct work *w, const AVFrame *f, struct err *e)
{
	AVRational base = video_reader_stream(w->reader)->time_base;
	int64_t at = video_reader_time(w->reader, f);
	struct frames_pick pick;

	/* Without a time of its own it follows the last. */
	if (at == AV_NOPTS_VALUE)
		at = w->time + w->length;
	w->time = at;
	w->length = f->pkt_duration;
	pick = frames_add(&w->frames, (struct ratio){base.num, base.den}, at,
	    f->pkt_duration);
	if (!give(w, pick.before, e))
		return false;
	av_frame_unref(w->last);
	w->has_feature = false;
	if (av_frame_ref(w->last, f) < 0)
		return err_set(e, ERR_LIMIT, "no memory for a frame");
	return give(w, pick.now, e);
}

static bool
begin_tmk(struct work *w, struct err *e)
{
	const AVStream *s = video_reader_stream(w->reader);

	w->tmk = calloc(1, sizeof(*w->tmk));
	w->last = av_frame_alloc();
	if (w->tmk == NULL || w->last == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a video");
	w->turn = upright_turn(s);
	tmk_begin(w->tmk);
	frames_begin(&w->frames,
	    (struct ratio){s->r_frame_rate.num, s->r_frame_rate.den},
	    video_reader_alone(w->reader));
	return true;
}

static bool
end_tmk(struct work *w, struct err *e)
{
	static uint8_t bytes[TMK_BYTES];

	if (w->ret->decoded == 0)
		return true;
	if (!give(w, frames_end(&w->frames), e) && e->kind != ERR_INPUT)
		return false;
	tmk_end(w->tmk);
	tmk_write(w->tmk, bytes);
	buf_put(&w->ret->hash, bytes, sizeof(bytes));
	return true;
}

/* ---- vPDQ ---- */

static bool
begin_vpdq(struct work *w, struct err *e)
{
	const AVStream *s = video_reader_stream(w->reader);
	AVRational fps = s->avg_frame_rate;

	(void)e;
	if (fps.num == 0 || fps.den == 0)
		fps = s->r_frame_rate;
	w->fps = fps.den == 0 ? 0 : (double)fps.num / fps.den;
	w->step = vpdq_step((double)w->job->every, w->fps);
	return true;
}

static bool
make_room(struct work *w, struct err *e)
{
	size_t cap = w->cap == 0 ? 256 : 2 * w->cap;
	struct vpdq_frame *v;

	if (w->vpdq.n < w->cap)
		return true;
	v = reallocarray(w->vpdq.v, cap, sizeof(*v));
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no memory for hashes");
	w->vpdq.v = v;
	w->cap = cap;
	return true;
}

static bool
add_vpdq(struct work *w, const AVFrame *f, struct err *e)
{
	int64_t number = w->ret->decoded - 1;
	struct pdq_block block;
	struct pixels px;

	if (number % w->step != 0)
		return true;
	if (!whole_frame(w, f, &px, e) || !hash_pixels(w, &px, &block, e) ||
	    !make_room(w, e))
		return false;
	w->vpdq.v[w->vpdq.n++] = (struct vpdq_frame){.number = number,
	    .quality = block.quality,
	    .hash = pdq_of_block(&block, PDQ_ORIGINAL),
	    .seconds = vpdq_seconds(number, w->fps)};
	w->ret->hashed++;
	return true;
}

static bool
end_vpdq(struct work *w, struct err *e)
{
	(void)e;
	vpdq_write_lines(&w->vpdq, &w->ret->hash);
	return true;
}

/* ---- PDQ ---- */

static bool
begin_pdq(struct work *w, struct err *e)
{
	suppose_init(&w->suppose);
	return begin_vpdq(w, e);
}

/* The time of vPDQ's lines; of a stream that says no rate, the number. */
static uint32_t
milliseconds(const struct work *w, int64_t number)
{
	double ms = w->fps > 0 ? vpdq_seconds(number, w->fps) * 1000 + 0.5
			       : (double)number;

	return ms < INT32_MAX ? (uint32_t)ms : INT32_MAX;
}

static bool
is_as_before(struct work *w, const struct hash_all *all)
{
	uint8_t turns[SUPPOSE_TURNS_BYTES];
	bool same;

	suppose_turns(all, turns);
	same =
	    w->ret->hashed > 0 && memcmp(turns, w->turns, sizeof(turns)) == 0;
	memcpy(w->turns, turns, sizeof(turns));
	return same;
}

static bool
add_pdq(struct work *w, const AVFrame *f, struct err *e)
{
	int64_t number = w->ret->decoded - 1;
	struct suppose *s = &w->suppose;
	struct hash_all all;
	struct pixels px;
	bool same;

	if (number % w->step != 0)
		return true;
	if (!whole_frame(w, f, &px, e) || !suppose_room(s, &px, e) ||
	    !hash_all(&px, PDQ_CORE, 0, s->work, s->work_bytes, &all, e))
		return false;
	same = is_as_before(w, &all);
	w->ret->hashed++;
	if (same)
		return true;
	suppose_row(&w->ret->hash, &all, PDQ_CORE, QUERY_AS_IS,
	    milliseconds(w, number));
	return suppose_add(s, &px, w->job->hypotheses, milliseconds(w, number),
	    &w->ret->hash, e);
}

static bool
end_pdq(struct work *w, struct err *e)
{
	(void)w, (void)e;
	return true;
}

/* ---- the whole ---- */

static const struct {
	bool (*begin)(struct work *, struct err *);
	bool (*add)(struct work *, const AVFrame *, struct err *);
	bool (*end)(struct work *, struct err *);
} algs[VIDEO_ALGS] = {
    [VIDEO_TMK] = {begin_tmk, add_tmk, end_tmk},
    [VIDEO_VPDQ] = {begin_vpdq, add_vpdq, end_vpdq},
    [VIDEO_PDQ] = {begin_pdq, add_pdq, end_pdq},
};

static void
work_done(struct work *w)
{
	video_reader_free(w->reader);
	scaler_free(w->scaler);
	av_frame_free(&w->last);
	free(w->pdq);
	free(w->tmk);
	free(w->vpdq.v);
	suppose_done(&w->suppose);
}

static bool
all_frames(struct work *w,
    bool (*progress)(void *ctx, uint32_t decoded, struct err *), void *ctx,
    struct err *e)
{
	AVFrame *f;

	for (;;) {
		if (!video_reader_next(w->reader, &f, e))
			return false;
		if (f == NULL || w->ret->hash.full ||
		    w->ret->hashed == VIDEO_FRAMES_MAX ||
		    w->ret->decoded == UINT32_MAX)
			break;
		w->ret->decoded++;
		if (!algs[w->job->alg].add(w, f, e)) {
			/* One frame of an odd kind is not the whole video. */
			if (e->kind != ERR_INPUT)
				return false;
			w->unfit++;
		}
		if (progress != NULL && !progress(ctx, w->ret->decoded, e))
			return false;
	}
	w->ret->broken = video_reader_broken(w->reader) + w->unfit;
	return algs[w->job->alg].end(w, e);
}

static enum media_verdict
judge(const struct video_result *r)
{
	if (r->hashed >= VIDEO_FRAMES_MAX || r->hash.full)
		return MEDIA_TOO_LARGE;
	return r->hashed == 0 ? MEDIA_DAMAGED : MEDIA_OK;
}

bool
video_hash(int fd, const struct video_job *job,
    bool (*progress)(void *ctx, uint32_t decoded, struct err *), void *ctx,
    struct video_result *ret, struct err *e)
{
	CLEANUP(work_done) struct work w = {.job = job, .ret = ret};

	*ret = (struct video_result){
	    .hash = BUF_MAX(job->alg == VIDEO_PDQ ? HASHES_FILM_BYTES_MAX
						  : VIDEO_BYTES_MAX)};
	if (!video_reader_open(fd, &w.reader, &ret->verdict, e))
		return false;
	if (ret->verdict != MEDIA_OK)
		return true;
	w.scaler = scaler_new(e);
	if (w.scaler == NULL || !algs[job->alg].begin(&w, e) ||
	    !all_frames(&w, progress, ctx, e)) {
		video_result_done(ret);
		return false;
	}
	ret->verdict = judge(ret);
	if (ret->verdict != MEDIA_OK)
		buf_clear(&ret->hash);
	return true;
}
