#include "ipc/video.h"

#include <math.h>

#include "ipc/hashes.h"
#include "ipc/write.h"

#define HYPOTHESES_ALL 15
#define SIDE_MAX 65535u
#define PERCENT_ALL 100
#define TAKEN_AT_MAX ((uint64_t)1 << 40)

const uint32_t video_sides[VIDEO_SIDES] = {240, 480, 720};

const char *const video_alg_names[VIDEO_ALGS] = {"tmk", "vpdq", "pdq"};

const struct chan_permit video_to_worker[] = {
    {VIDEO_JOB, 1, 1, 64},
    {VIDEO_TAKE, VIDEO_TAKE_FDS, VIDEO_TAKE_FDS, 256},
    {VIDEO_VEIL, VIDEO_TAKE_FDS, VIDEO_TAKE_FDS, VIDEO_VEIL_MESSAGE_MAX},
    {VIDEO_BETWEEN, 1, 1, VIDEO_VEIL_MESSAGE_MAX},
    {0},
};

const struct chan_permit video_from_worker[] = {
    {VIDEO_PROGRESS, 0, 0, 64},
    {VIDEO_DONE, 0, 1, 64},
    {VIDEO_TAKEN, 0, VIDEO_TAKEN_FDS, VIDEO_TAKE_MESSAGE_MAX},
    {VIDEO_VEILED, 0, 0, 128},
    {VIDEO_FOUND, 0, 1, VIDEO_FOUND_MESSAGE_MAX},
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
	write_u8(b, p->percent);
}

bool
video_progress_read(str body, struct video_progress *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct video_progress p = {.decoded = read_u32(&r, UINT32_MAX)};

	p.percent = read_u8(&r, PERCENT_ALL);
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

/* ---- a video that is taken in ---- */

static void
read_key(struct reader *r, struct key *ret)
{
	const uint8_t *p = read_take(r, KEY_BYTES);

	if (p != NULL)
		memcpy(ret->b, p, KEY_BYTES);
}

void
video_take_write(struct buf *b, const struct video_take *t)
{
	write_u32(b, t->id);
	write_u8(b, t->hypotheses);
	buf_put(b, t->original.b, KEY_BYTES);
	for (size_t i = 0; i < VIDEO_SIDES; i++)
		buf_put(b, t->side[i].b, KEY_BYTES);
}

bool
video_take_read(str body, struct video_take *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct video_take t = {.id = read_u32(&r, UINT32_MAX)};

	t.hypotheses = read_u8(&r, HYPOTHESES_ALL);
	read_key(&r, &t.original);
	for (size_t i = 0; i < VIDEO_SIDES; i++)
		read_key(&r, &t.side[i]);
	if (!read_end(&r))
		return err_set(e, ERR_CORRUPT, "video to take: malformed");
	*ret = t;
	explicit_bzero(&t, sizeof(t));
	return true;
}

static void
write_sides(struct buf *b, const struct video_rendition side[VIDEO_SIDES])
{
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		write_u32(b, side[i].width);
		write_u32(b, side[i].height);
		write_u64(b, side[i].bytes);
	}
}

static void
write_stills(struct buf *b, const struct video_still *still, uint32_t n)
{
	write_u32(b, n);
	for (uint32_t i = 0; i < n; i++) {
		write_u32(b, still[i].at_ms);
		write_u32(b, still[i].bytes);
	}
}

void
video_taken_write(struct buf *b, const struct video_taken *t)
{
	write_u32(b, t->id);
	write_u8(b, t->verdict);
	write_u8(b, t->unwritten);
	write_u32(b, t->decoded);
	write_u32(b, t->broken);
	write_u32(b, t->duration_ms);
	write_u32(b, t->width);
	write_u32(b, t->height);
	write_u8(b, t->format);
	write_u8(b, t->sound);
	write_u64(b, (uint64_t)t->taken_at);
	write_sides(b, t->side);
	write_u32(b, t->hashes_bytes);
	write_u32(b, t->tmk_bytes);
	write_stills(b, t->still, t->n_stills);
}

static void
read_sides(struct reader *r, struct video_rendition side[VIDEO_SIDES])
{
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		side[i].width = read_u32(r, SIDE_MAX);
		side[i].height = read_u32(r, SIDE_MAX);
		side[i].bytes = read_u64(r, (uint64_t)VIDEO_TAKE_BYTES);
	}
}

/* The smallest rendition is always made; one that is not is without a size. */
static bool
sides_add_up(const struct video_rendition side[VIDEO_SIDES])
{
	bool all = side[0].bytes > 0;

	for (size_t i = 0; i < VIDEO_SIDES; i++)
		all = all && (side[i].bytes > 0) == (side[i].width > 0) &&
		      (side[i].width > 0) == (side[i].height > 0);
	return all;
}

/* At most so many, in the order of time, and none of them empty. */
static bool
read_stills(
    struct reader *r, struct video_still *still, uint32_t most, uint32_t *ret_n)
{
	uint64_t bytes = 0;

	*ret_n = read_u32(r, most);
	for (uint32_t i = 0; i < *ret_n; i++) {
		still[i].at_ms = read_u32(r, INT32_MAX);
		still[i].bytes = read_u32(r, VIDEO_STILLS_BYTES_MAX);
		bytes += still[i].bytes;
		if (still[i].bytes == 0 ||
		    (i > 0 && still[i].at_ms <= still[i - 1].at_ms))
			return false;
	}
	return bytes <= VIDEO_STILLS_BYTES_MAX;
}

static bool
taken_adds_up(const struct video_taken *t)
{
	if (t->verdict != MEDIA_OK || t->unwritten)
		return t->n_stills == 0 && t->hashes_bytes == 0 &&
		       t->tmk_bytes == 0 && t->verdict < MEDIA_VERDICTS;
	return sides_add_up(t->side) && t->hashes_bytes > 0 &&
	       t->tmk_bytes > 0 && t->n_stills > 0 && t->width > 0 &&
	       t->height > 0;
}

bool
video_taken_read(str body, struct video_taken *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct video_taken t = {.id = read_u32(&r, UINT32_MAX)};
	bool good;

	t.verdict = read_u8(&r, MEDIA_VERDICTS - 1);
	t.unwritten = read_u8(&r, 1) != 0;
	t.decoded = read_u32(&r, UINT32_MAX);
	t.broken = read_u32(&r, UINT32_MAX);
	t.duration_ms = read_u32(&r, VIDEO_TAKE_MS + 2000);
	t.width = read_u32(&r, SIDE_MAX);
	t.height = read_u32(&r, SIDE_MAX);
	t.format = read_u8(&r, VIDEO_FORMATS - 1);
	t.sound = read_u8(&r, 1) != 0;
	t.taken_at = (int64_t)read_u64(&r, TAKEN_AT_MAX);
	read_sides(&r, t.side);
	t.hashes_bytes = read_u32(&r, HASHES_FILM_BYTES_MAX);
	t.tmk_bytes = read_u32(&r, VIDEO_BYTES_MAX);
	good = read_stills(&r, t.still, VIDEO_STILLS_MAX, &t.n_stills);
	if (!read_end(&r) || !good || !taken_adds_up(&t))
		return err_set(e, ERR_CORRUPT, "video taken: malformed");
	*ret = t;
	return true;
}

/* ---- a video that is masked through the shot ---- */

#define BOX_ALL 65536u

static void
write_wish(struct buf *b, const struct video_wish *q)
{
	write_u32(b, q->n_stills);
	for (uint32_t i = 0; i < q->n_stills; i++)
		write_u32(b, q->still_ms[i]);
	write_u32(b, q->n_boxes);
	for (uint32_t i = 0; i < q->n_boxes; i++) {
		write_u32(b, q->box[i].still);
		write_u32(b, q->box[i].who);
		write_u8(b, q->box[i].hide);
		write_u32(b, q->box[i].x);
		write_u32(b, q->box[i].y);
		write_u32(b, q->box[i].w);
		write_u32(b, q->box[i].h);
	}
	write_u32(b, q->n_greys);
	for (uint32_t i = 0; i < q->n_greys; i++) {
		write_u32(b, q->grey[i].from_ms);
		write_u32(b, q->grey[i].until_ms);
	}
}

void
video_veil_write(struct buf *b, const struct video_veil *v)
{
	write_u32(b, v->id);
	buf_put(b, v->original.b, KEY_BYTES);
	for (size_t i = 0; i < VIDEO_SIDES; i++)
		buf_put(b, v->side[i].b, KEY_BYTES);
	write_u8(b, v->silent);
	write_wish(b, &v->wish);
}

/* In the order of time. */
static bool
read_still_times(struct reader *r, struct video_wish *q)
{
	bool good = true;

	q->n_stills = read_u32(r, VIDEO_STILLS_ALL);
	for (uint32_t i = 0; i < q->n_stills; i++) {
		q->still_ms[i] = read_u32(r, INT32_MAX);
		good = good && (i == 0 || q->still_ms[i] > q->still_ms[i - 1]);
	}
	return good && q->n_stills > 0;
}

/* Each of a still that there is, and wholly inside. */
static bool
read_boxes(struct reader *r, struct video_wish *q)
{
	bool good = true;

	q->n_boxes = read_u32(r, VIDEO_BOXES_MAX);
	for (uint32_t i = 0; i < q->n_boxes; i++) {
		struct video_box *b = &q->box[i];

		b->still = read_u32(r, VIDEO_STILLS_ALL - 1);
		b->who = read_u32(r, VIDEO_BOXES_MAX);
		b->hide = read_u8(r, 1) != 0;
		b->x = read_u32(r, BOX_ALL);
		b->y = read_u32(r, BOX_ALL);
		b->w = read_u32(r, BOX_ALL);
		b->h = read_u32(r, BOX_ALL);
		good = good && b->still < q->n_stills && b->w > 0 && b->h > 0 &&
		       b->x + b->w <= BOX_ALL && b->y + b->h <= BOX_ALL;
	}
	return good;
}

static bool
read_greys(struct reader *r, struct video_wish *q)
{
	bool good = true;

	q->n_greys = read_u32(r, VIDEO_STILLS_ALL);
	for (uint32_t i = 0; i < q->n_greys; i++) {
		q->grey[i].from_ms = read_u32(r, INT32_MAX);
		q->grey[i].until_ms = read_u32(r, INT32_MAX);
		good = good && q->grey[i].from_ms <= q->grey[i].until_ms;
	}
	return good;
}

static bool
read_wish(struct reader *r, struct video_wish *q)
{
	return read_still_times(r, q) && read_boxes(r, q) && read_greys(r, q);
}

/* *ret as it is read: it is too large to be made twice. */
bool
video_veil_read(str body, struct video_veil *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	bool good;

	*ret = (struct video_veil){.id = read_u32(&r, UINT32_MAX)};
	read_key(&r, &ret->original);
	for (size_t i = 0; i < VIDEO_SIDES; i++)
		read_key(&r, &ret->side[i]);
	ret->silent = read_u8(&r, 1) != 0;
	good = read_wish(&r, &ret->wish);
	if (read_end(&r) && good)
		return true;
	explicit_bzero(ret, sizeof(*ret));
	return err_set(e, ERR_CORRUPT, "video to mask: malformed");
}

void
video_veiled_write(struct buf *b, const struct video_veiled *v)
{
	write_u32(b, v->id);
	write_u8(b, v->verdict);
	write_u8(b, v->unwritten);
	write_u32(b, v->frames);
	write_u32(b, v->whole);
	write_sides(b, v->side);
}

bool
video_veiled_read(str body, struct video_veiled *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	struct video_veiled v = {.id = read_u32(&r, UINT32_MAX)};

	v.verdict = read_u8(&r, MEDIA_VERDICTS - 1);
	v.unwritten = read_u8(&r, 1) != 0;
	v.frames = read_u32(&r, UINT32_MAX);
	v.whole = read_u32(&r, v.frames);
	read_sides(&r, v.side);
	if (!read_end(&r) ||
	    (v.verdict == MEDIA_OK && !v.unwritten) != sides_add_up(v.side))
		return err_set(e, ERR_CORRUPT, "video masked: malformed");
	*ret = v;
	return true;
}

/* ---- what is seen between its stills ---- */

void
video_between_write(struct buf *b, const struct video_between *v)
{
	write_u32(b, v->id);
	buf_put(b, v->original.b, KEY_BYTES);
	write_wish(b, &v->there);
}

bool
video_between_read(str body, struct video_between *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	bool good;

	*ret = (struct video_between){.id = read_u32(&r, UINT32_MAX)};
	read_key(&r, &ret->original);
	good = read_wish(&r, &ret->there) && ret->there.n_greys == 0;
	if (read_end(&r) && good)
		return true;
	explicit_bzero(ret, sizeof(*ret));
	return err_set(e, ERR_CORRUPT, "video to look through: malformed");
}

void
video_found_write(struct buf *b, const struct video_found *f)
{
	write_u32(b, f->id);
	write_u8(b, f->verdict);
	write_u8(b, f->left);
	write_u32(b, f->looks);
	write_stills(b, f->still, f->n_stills);
	write_u32(b, f->n_boxes);
	for (uint32_t i = 0; i < f->n_boxes; i++) {
		write_u8(b, f->box[i].further);
		write_u32(b, f->box[i].still);
		write_u32(b, f->box[i].x);
		write_u32(b, f->box[i].y);
		write_u32(b, f->box[i].w);
		write_u32(b, f->box[i].h);
	}
}

/* Wholly inside; of a still that came along, if it says so. */
static bool
read_found_boxes(struct reader *r, struct video_found *f)
{
	bool good = true;

	f->n_boxes = read_u32(r, VIDEO_FOUND_MAX);
	for (uint32_t i = 0; i < f->n_boxes; i++) {
		struct video_found_box *b = &f->box[i];

		b->further = read_u8(r, 1) != 0;
		b->still = read_u32(r, VIDEO_STILLS_ALL - 1);
		b->x = read_u32(r, BOX_ALL);
		b->y = read_u32(r, BOX_ALL);
		b->w = read_u32(r, BOX_ALL);
		b->h = read_u32(r, BOX_ALL);
		good = good && (!b->further || b->still < f->n_stills) &&
		       b->w > 0 && b->h > 0 && b->x + b->w <= BOX_ALL &&
		       b->y + b->h <= BOX_ALL;
	}
	return good;
}

bool
video_found_read(str body, struct video_found *ret, struct err *e)
{
	struct reader r = read_begin(body.p, body.n);
	bool good;

	*ret = (struct video_found){.id = read_u32(&r, UINT32_MAX)};
	ret->verdict = read_u8(&r, MEDIA_VERDICTS - 1);
	ret->left = read_u8(&r, 1) != 0;
	ret->looks = read_u32(&r, UINT32_MAX);
	good = read_stills(&r, ret->still, VIDEO_FURTHER_MAX, &ret->n_stills) &&
	       read_found_boxes(&r, ret);
	if (read_end(&r) && good &&
	    (ret->verdict == MEDIA_OK ||
		(ret->n_stills == 0 && ret->n_boxes == 0)))
		return true;
	return err_set(e, ERR_CORRUPT, "video looked through: malformed");
}
