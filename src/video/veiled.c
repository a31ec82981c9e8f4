#include "video/veiled.h"

#include "video/pass.h"
#include "video/veil.h"

#define GREY_LUMA 126 /* limited BT.709 */
#define GREY_CHROMA 128
#define UNITS 65536

typedef bool progress_fn(
    void *ctx, const struct video_progress *, struct err *);

struct veiling {
	const struct video_veil *job;
	const int *fd;
	progress_fn *progress;
	void *ctx;
	struct veil *veil;
	struct fitter *small;
	struct renditions *made;
	uint32_t decoded,
	    next; /* by the pass before; the next frame of the veil */
	struct video_veiled *said;
};

static void
veiling_done(struct veiling *v)
{
	veil_free(v->veil);
	fitter_free(v->small);
	renditions_free(v->made);
}

/* The first half of the work follows, the second encodes. */
static bool
say(struct veiling *v, const struct pass *p, unsigned half, struct err *e)
{
	unsigned percent = 50 * half + pass_part(p, 50);

	return v->progress == NULL ||
	       v->progress(v->ctx,
		   &(struct video_progress){v->decoded + p->decoded,
		       (uint8_t)(percent > 99 ? 99 : percent)},
		   e);
}

typedef bool frame_fn(
    struct veiling *, const AVFrame *, int64_t at_us, struct err *);

/* Each frame that is wanted; the sound of the second half. */
static bool
each_frame(struct veiling *v, struct pass *p, unsigned half, frame_fn *fn,
    enum media_verdict *ret, struct err *e)
{
	int64_t at_us;
	bool sound;
	AVFrame *f;

	for (;;) {
		if (!pass_next(p, &f, &sound, &at_us, ret, e))
			return false;
		if (f == NULL)
			break;
		if (!sound && !fn(v, f, at_us, e))
			return false;
		if (sound && half == 1 &&
		    !renditions_sound(v->made, f, at_us, e))
			return false;
		if (!say(v, p, half, e))
			return false;
	}
	v->decoded += p->decoded;
	return true;
}

/* ---- the first pass ---- */

/* An odd frame keeps its number here as there, where it is left out; nothing
 * can be followed through it. */
static bool
look(struct veiling *v, const AVFrame *f, int64_t at_us, struct err *e)
{
	AVFrame *fit;

	if (fitter_run(v->small, f, &fit, e))
		return veil_add(
		    v->veil, fit->data[0], fit->linesize[0], at_us / 1000, e);
	return e->kind == ERR_INPUT && veil_skip(v->veil, at_us / 1000, e);
}

static bool
follow(struct veiling *v, struct blob_reader *original, enum media_verdict *ret,
    struct err *e)
{
	CLEANUP(pass_done) struct pass p = {0};
	int w, h;

	if (!pass_begin(&p, original, false, ret, e))
		return false;
	if (*ret != MEDIA_OK)
		return true;
	if (v->job->wish.n_boxes == 0 && v->job->wish.n_greys == 0)
		return true; /* nothing to follow */
	fitter_within(p.width, p.height, VEIL_SIDE, &w, &h);
	v->small = fitter_new(FITTER_VIDEO, p.turn, w, h, e);
	v->veil = v->small == NULL ? NULL : veil_new(&v->job->wish, w, h, e);
	if (v->veil == NULL || !each_frame(v, &p, 0, look, ret, e))
		return false;
	return *ret != MEDIA_OK || veil_end(v->veil, e);
}

/* ---- the second pass ---- */

/* Whole points of the colour, which are two of the light. */
static void
fill_plane(AVFrame *f, int plane, const int at[4], uint8_t value)
{
	int by = plane == 0 ? 1 : 2;

	for (int y = at[1] / by; y < at[3] / by; y++)
		memset(f->data[plane] + (ptrdiff_t)y * f->linesize[plane] +
			   at[0] / by,
		    value, (size_t)((at[2] - at[0]) / by));
}

/* x0, y0, x1, y1; sides of the frame are even numbers. */
static void
flatten(AVFrame *f, const int at[4])
{
	fill_plane(f, 0, at, GREY_LUMA);
	fill_plane(f, 1, at, GREY_CHROMA);
	fill_plane(f, 2, at, GREY_CHROMA);
}

static int
even_below(uint32_t units, int side)
{
	return (int)((uint64_t)units * (uint64_t)side / UNITS) & ~1;
}

static int
even_above(uint32_t units, int side)
{
	int n = (int)(((uint64_t)units * (uint64_t)side + UNITS - 1) / UNITS);

	n = (n + 1) & ~1;
	return n > side ? side : n;
}

static void
cover(struct veiling *v, AVFrame *f)
{
	const struct veil_part *part;
	size_t n;

	if (v->veil == NULL)
		return;
	n = veil_parts(v->veil, v->next, &part);
	if (veil_is_whole(v->veil, v->next)) {
		v->said->whole++;
		flatten(f, (const int[]){0, 0, f->width, f->height});
		return;
	}
	for (size_t i = 0; i < n; i++)
		flatten(f, (const int[]){even_below(part[i].x0, f->width),
			       even_below(part[i].y0, f->height),
			       even_above(part[i].x1, f->width),
			       even_above(part[i].y1, f->height)});
}

static bool
encode(struct veiling *v, const AVFrame *f, int64_t at_us, struct err *e)
{
	AVFrame *fit, *small;
	bool done = renditions_fit(v->made, f, &fit, e);

	if (done && fit != NULL) {
		cover(v, fit);
		done = renditions_add(v->made, fit, at_us, &small, e);
	}
	v->next++;
	v->said->frames++;
	return done;
}

static bool
make(struct veiling *v, struct blob_reader *original, enum media_verdict *ret,
    struct err *e)
{
	const struct renditions_to to = {v->job->side, v->fd + 1};
	CLEANUP(pass_done) struct pass p = {0};

	if (!pass_begin(&p, original, !v->job->silent, ret, e))
		return false;
	if (*ret != MEDIA_OK)
		return true;
	v->made = renditions_new(
	    &to, p.reader, p.turn, p.width, p.height, v->job->silent, e);
	if (v->made == NULL || !each_frame(v, &p, 1, encode, ret, e))
		return false;
	return *ret != MEDIA_OK || renditions_end(v->made, v->said->side, e);
}

static bool
veil_it(struct veiling *v, struct blob_reader *original, struct err *e)
{
	enum media_verdict verdict;

	if (!follow(v, original, &verdict, e) ||
	    (verdict == MEDIA_OK && !make(v, original, &verdict, e)))
		return false;
	v->said->verdict = (uint8_t)verdict;
	return true;
}

bool
video_veil(const struct video_veil *job, const int fd[VIDEO_TAKE_FDS],
    progress_fn *progress, void *ctx, struct video_veiled *ret, struct err *e)
{
	OWNED(blob_reader) original = blob_reader_new(fd[0], &job->original, e);
	CLEANUP(veiling_done)
	struct veiling v = {.job = job,
	    .fd = fd,
	    .progress = progress,
	    .ctx = ctx,
	    .said = ret};

	*ret = (struct video_veiled){.id = job->id};
	if (original == NULL)
		return false;
	if (!veil_it(&v, original, e)) {
		if (e->kind != ERR_FULL && e->kind != ERR_READ_ONLY)
			return false;
		ret->unwritten = true;
	}
	if (ret->unwritten || ret->verdict != MEDIA_OK)
		memset(ret->side, 0, sizeof(ret->side));
	return true;
}
