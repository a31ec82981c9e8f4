#include "video/hasher.h"

#include <stdlib.h>

#include "hash/frames.h"
#include "hash/tmk.h"
#include "hash/vpdq.h"
#include "media/suppose.h"
#include "video/reader.h"
#include "video/scaler.h"
#include "video/upright.h"

struct video_hasher {
	struct video_job job;
	const struct video_reader *reader;
	struct scaler *scaler;
	struct video_result *ret; /* borrowed */
	void *pdq;                /* workspace of a frame */
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

/* ---- one frame ---- */

static bool
hash_pixels(struct video_hasher *w, const struct pixels *px,
    struct pdq_block *ret, struct err *e)
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
whole_frame(
    struct video_hasher *w, const AVFrame *f, struct pixels *ret, struct err *e)
{
	return scaler_run(w->scaler, f, (uint32_t)f->width, (uint32_t)f->height,
	    SCALER_AREA, ret, e);
}

/* ---- TMK ---- */

static bool
make_feature(struct video_hasher *w, struct err *e)
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
give(struct video_hasher *w, uint32_t n, struct err *e)
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
add_tmk(struct video_hasher *w, const AVFrame *f, struct err *e)
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
begin_tmk(struct video_hasher *w, struct err *e)
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
end_tmk(struct video_hasher *w, struct err *e)
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
begin_vpdq(struct video_hasher *w, struct err *e)
{
	const AVStream *s = video_reader_stream(w->reader);
	AVRational fps = s->avg_frame_rate;

	(void)e;
	if (fps.num == 0 || fps.den == 0)
		fps = s->r_frame_rate;
	w->fps = fps.den == 0 ? 0 : (double)fps.num / fps.den;
	w->step = vpdq_step((double)w->job.every, w->fps);
	return true;
}

static bool
make_room(struct video_hasher *w, struct err *e)
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
add_vpdq(struct video_hasher *w, const AVFrame *f, struct err *e)
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
end_vpdq(struct video_hasher *w, struct err *e)
{
	(void)e;
	vpdq_write_lines(&w->vpdq, &w->ret->hash);
	return true;
}

/* ---- PDQ ---- */

static bool
begin_pdq(struct video_hasher *w, struct err *e)
{
	suppose_init(&w->suppose);
	return begin_vpdq(w, e);
}

/* The time of vPDQ's lines; of a stream that says no rate, the number. */
static uint32_t
milliseconds(const struct video_hasher *w, int64_t number)
{
	double ms = w->fps > 0 ? vpdq_seconds(number, w->fps) * 1000 + 0.5
			       : (double)number;

	return ms < INT32_MAX ? (uint32_t)ms : INT32_MAX;
}

static bool
is_as_before(struct video_hasher *w, const struct hash_all *all)
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
add_pdq(struct video_hasher *w, const AVFrame *f, struct err *e)
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
	return suppose_add(s, &px, w->job.hypotheses, milliseconds(w, number),
	    &w->ret->hash, e);
}

static bool
end_pdq(struct video_hasher *w, struct err *e)
{
	(void)w, (void)e;
	return true;
}

/* ---- the whole ---- */

static const struct {
	bool (*begin)(struct video_hasher *, struct err *);
	bool (*add)(struct video_hasher *, const AVFrame *, struct err *);
	bool (*end)(struct video_hasher *, struct err *);
} algs[VIDEO_ALGS] = {
    [VIDEO_TMK] = {begin_tmk, add_tmk, end_tmk},
    [VIDEO_VPDQ] = {begin_vpdq, add_vpdq, end_vpdq},
    [VIDEO_PDQ] = {begin_pdq, add_pdq, end_pdq},
};

struct video_hasher *
video_hasher_new(const struct video_job *job, const struct video_reader *reader,
    struct video_result *ret, struct err *e)
{
	OWNED(video_hasher) w = calloc(1, sizeof(*w));

	*ret = (struct video_result){
	    .hash = BUF_MAX(job->alg == VIDEO_PDQ ? HASHES_FILM_BYTES_MAX
						  : VIDEO_BYTES_MAX)};
	if (w == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory for a video");
		return NULL;
	}
	w->job = *job;
	w->reader = reader;
	w->ret = ret;
	w->scaler = scaler_new(e);
	if (w->scaler == NULL || !algs[job->alg].begin(w, e))
		return NULL;
	return TAKE(w);
}

void
video_hasher_free(struct video_hasher *w)
{
	if (w == NULL)
		return;
	scaler_free(w->scaler);
	av_frame_free(&w->last);
	free(w->pdq);
	free(w->tmk);
	free(w->vpdq.v);
	suppose_done(&w->suppose);
	free(w);
}

bool
video_hasher_full(const struct video_hasher *w)
{
	return w->ret->hash.full || w->ret->hashed >= VIDEO_FRAMES_MAX ||
	       w->ret->decoded == UINT32_MAX;
}

bool
video_hasher_add(struct video_hasher *w, const AVFrame *f, struct err *e)
{
	w->ret->decoded++;
	if (algs[w->job.alg].add(w, f, e))
		return true;
	/* One frame of an odd kind is not the whole video. */
	w->unfit++;
	return e->kind == ERR_INPUT;
}

bool
video_hasher_end(struct video_hasher *w, struct err *e)
{
	w->ret->broken = video_reader_broken(w->reader) + w->unfit;
	return algs[w->job.alg].end(w, e);
}
