#include "video/between.h"

#include <stdlib.h>

#include "media/facebox.h"
#include "video/pass.h"
#include "video/passing.h"
#include "video/stills.h"

#define TRACK_SIDE 256 /* of what faces are followed in */
#define BLOCK 8        /* points of it, within which a mean is compared */
#define STILL_MOST 2   /* of 255: the picture is what it was */
#define LOOKS_PERCENT 95

typedef bool progress_fn(
    void *ctx, const struct video_progress *, struct err *);

struct search {
	const struct video_between *job;
	progress_fn *progress;
	void *ctx;
	struct fitter *large, *small;
	struct passing *passing;
	int w, h;       /* of the small picture */
	uint8_t *now;   /* it */
	uint8_t *known; /* as it was when the detector looked last */
	bool looked;
	struct passing_face face[MEDIA_FACES_MAX];
	size_t n;
	int64_t due_us;
	uint32_t still; /* that comes next */
	struct stills *stills;
	uint32_t decoded; /* by the pass before */
	struct between_result *ret;
};

static void
search_done(struct search *s)
{
	fitter_free(s->large);
	fitter_free(s->small);
	passing_free(s->passing);
	stills_free(s->stills);
	free(s->now);
	free(s->known);
}

void
between_result_done(struct between_result *r)
{
	buf_done(&r->stills);
}

static bool
say(struct search *s, const struct pass *p, unsigned from, unsigned all,
    struct err *e)
{
	const struct video_progress said = {
	    s->decoded + p->decoded, (uint8_t)(from + pass_part(p, all))};

	return s->progress == NULL || s->progress(s->ctx, &said, e);
}

/* ---- the first pass ---- */

static bool
begin(struct search *s, const struct pass *p, struct err *e)
{
	bool is_long =
	    video_reader_lasts_us(p->reader) > (int64_t)BETWEEN_LONG_MS * 1000;
	int w, h;

	fitter_within(p->width, p->height,
	    is_long ? BETWEEN_SIDE_LONG : BETWEEN_SIDE, &w, &h);
	s->large = fitter_new(FITTER_JPEG, p->turn, w, h, e);
	if (s->large == NULL)
		return false;
	fitter_within(p->width, p->height, TRACK_SIDE, &s->w, &s->h);
	s->small = fitter_new(FITTER_JPEG, p->turn, s->w, s->h, e);
	if (s->small == NULL)
		return false;
	s->passing = passing_new(&s->job->there, s->w, s->h, e);
	if (s->passing == NULL)
		return false;
	s->now = malloc((size_t)s->w * (size_t)s->h);
	s->known = malloc((size_t)s->w * (size_t)s->h);
	return (s->now != NULL && s->known != NULL) ||
	       err_set(e, ERR_LIMIT, "no memory to look for faces");
}

static bool
is_due(struct search *s, int64_t at_us)
{
	const struct video_wish *q = &s->job->there;
	bool still = false;

	while (s->still < q->n_stills && q->still_ms[s->still] <= at_us / 1000)
		still = q->still_ms[s->still++] == at_us / 1000;
	if (!still && at_us < s->due_us)
		return false;
	s->due_us = at_us + (int64_t)BETWEEN_EVERY_MS * 1000;
	return true;
}

static int
block_mean(const struct search *s, const uint8_t *p, int x0, int y0)
{
	int sum = 0, n = 0;

	for (int y = y0; y < y0 + BLOCK && y < s->h; y++)
		for (int x = x0; x < x0 + BLOCK && x < s->w; x++, n++)
			sum += p[y * s->w + x];
	return sum / n;
}

static bool
is_what_it_was(const struct search *s)
{
	if (!s->looked)
		return false;
	for (int y = 0; y < s->h; y += BLOCK)
		for (int x = 0; x < s->w; x += BLOCK)
			if (abs(block_mean(s, s->now, x, y) -
				block_mean(s, s->known, x, y)) > STILL_MOST)
				return false;
	return true;
}

static bool
detect(struct search *s, const AVFrame *f, struct err *e)
{
	struct facefind_box box[MEDIA_FACES_MAX];
	uint32_t w, h;
	AVFrame *fit;
	int n;

	if (!fitter_run(s->large, f, &fit, e))
		return false;
	w = (uint32_t)fit->width;
	h = (uint32_t)fit->height;
	n = facefind(fit->data[0], w, h, (size_t)fit->linesize[0], 1,
	    FACE_THRESHOLD, box, MEDIA_FACES_MAX);
	if (n < 0)
		return err_set(e, ERR_LIMIT, "the search for faces failed");
	s->n = 0;
	for (int i = 0; i < n; i++) {
		struct passing_face *face = &s->face[s->n];

		face->sure = box[i].sure;
		if (facebox_units(&box[i], w, h, &face->at))
			s->n++;
	}
	memcpy(s->known, s->now, (size_t)s->w * (size_t)s->h);
	s->looked = true;
	return true;
}

/* A frame of a kind unheard of is in no rendition either. */
static bool
look(struct search *s, const AVFrame *f, int64_t at_us, struct err *e)
{
	AVFrame *fit;

	if (!is_due(s, at_us))
		return true;
	if (!fitter_run(s->small, f, &fit, e))
		return e->kind == ERR_INPUT;
	for (int y = 0; y < s->h; y++)
		memcpy(s->now + y * s->w,
		    fit->data[0] + (ptrdiff_t)y * fit->linesize[0],
		    (size_t)s->w);
	if (!is_what_it_was(s) && !detect(s, f, e))
		return false;
	return passing_add(s->passing, s->now, at_us / 1000, s->face, s->n, e);
}

static bool
look_through(struct search *s, struct blob_reader *original,
    enum media_verdict *ret, struct err *e)
{
	CLEANUP(pass_done) struct pass p = {0};
	int64_t at_us;
	bool sound;
	AVFrame *f;

	if (!pass_begin(&p, original, false, ret, e))
		return false;
	if (*ret != MEDIA_OK)
		return true;
	if (!begin(s, &p, e))
		return false;
	do {
		if (!pass_next(&p, &f, &sound, &at_us, ret, e) ||
		    (f != NULL && !look(s, f, at_us, e)) ||
		    !say(s, &p, 0, LOOKS_PERCENT, e))
			return false;
	} while (f != NULL);
	s->decoded = p.decoded;
	if (*ret == MEDIA_OK)
		passing_end(s->passing, &s->ret->said);
	return true;
}

/* ---- the second pass ---- */

/* What cannot be taken is left. */
static bool
take_one(struct search *s, const AVFrame *f, int64_t at_ms, struct err *e)
{
	struct video_found *said = &s->ret->said;
	bool taken;

	while (s->still < said->n_stills && said->still[s->still].at_ms < at_ms)
		s->still++;
	if (s->still == said->n_stills || said->still[s->still].at_ms != at_ms)
		return true;
	if (!stills_take(s->stills, f, at_ms, &taken, e))
		return false;
	said->left |= !taken;
	return true;
}

/* Those that were taken, and their boxes. */
static void
keep_taken(struct search *s)
{
	struct video_found *said = &s->ret->said;
	uint32_t number[VIDEO_FURTHER_MAX] = {0}, n, boxes = 0, k = 0;
	const struct video_still *list = stills_list(s->stills, &n);

	said->left |= n != said->n_stills;
	for (uint32_t i = 0; i < said->n_stills; i++) {
		bool taken = k < n && list[k].at_ms == said->still[i].at_ms;

		number[i] = taken ? k++ : VIDEO_FURTHER_MAX;
	}
	for (uint32_t i = 0; i < said->n_boxes; i++) {
		struct video_found_box b = said->box[i];

		if (b.further)
			b.still = number[b.still];
		if (b.still < VIDEO_FURTHER_MAX || !b.further)
			said->box[boxes++] = b;
	}
	said->n_boxes = boxes;
	said->n_stills = n;
	memcpy(said->still, list, n * sizeof(*list));
	buf_str(&s->ret->stills, stills_bytes(s->stills));
}

static bool
take_stills(struct search *s, struct blob_reader *original,
    enum media_verdict *ret, struct err *e)
{
	CLEANUP(pass_done) struct pass p = {0};
	int64_t at_us;
	bool sound;
	AVFrame *f;

	if (!pass_begin(&p, original, false, ret, e))
		return false;
	if (*ret != MEDIA_OK)
		return true;
	s->stills = stills_new(p.turn, p.width, p.height, 0, e);
	if (s->stills == NULL)
		return false;
	s->still = 0;
	do {
		if (!pass_next(&p, &f, &sound, &at_us, ret, e) ||
		    (f != NULL && !take_one(s, f, at_us / 1000, e)) ||
		    !say(s, &p, LOOKS_PERCENT, 99 - LOOKS_PERCENT, e))
			return false;
	} while (f != NULL);
	if (*ret == MEDIA_OK)
		keep_taken(s);
	return true;
}

bool
video_between(const struct video_between *job, int fd, progress_fn *progress,
    void *ctx, struct between_result *ret, struct err *e)
{
	OWNED(blob_reader) original = blob_reader_new(fd, &job->original, e);
	enum media_verdict verdict = MEDIA_OK;
	CLEANUP(search_done)
	struct search s = {
	    .job = job, .progress = progress, .ctx = ctx, .ret = ret};

	*ret = (struct between_result){
	    .said.id = job->id, .stills = BUF_MAX(VIDEO_STILLS_BYTES_MAX)};
	if (original == NULL || !look_through(&s, original, &verdict, e) ||
	    (ret->said.n_stills > 0 && !take_stills(&s, original, &verdict, e)))
		return false;
	if (ret->stills.full)
		return err_set(e, ERR_LIMIT, "no memory for stills");
	ret->said.verdict = (uint8_t)verdict;
	if (verdict != MEDIA_OK)
		ret->said.n_stills = ret->said.n_boxes = 0;
	return true;
}
