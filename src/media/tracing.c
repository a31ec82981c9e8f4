#include "media/tracing.h"

#include <math.h>

#include "mark/trace.h"
#include "media/decode.h"
#include "media/rendition.h"
#include "media/sniff.h"
#include "segment/file.h"

#define KEEP_ARENA ((size_t)8 << 20) /* readings, of several places */
#define ALIKE 0.3 /* of details: less is another picture, but for its mark */
#define PRESENT 7 /* deviations: nothing else has it */
#define TURNED_BYTES_MAX ((size_t)MARK_COPY_SIDE * MARK_COPY_SIDE)
#define HEAD_ARENA ((size_t)2 << 20)

struct variant {
	struct decoded d;
};

static void
variant_done(struct variant *v)
{
	decoded_done(&v->d);
}

static struct pixels
luma(const struct decoded *d)
{
	const struct plane *p = &d->planes.plane[0];

	return (struct pixels){p->p, p->width, p->height, 1, p->stride};
}

/* *ret_fine false: it is no picture. */
static bool
decode_copy(str copy, struct decoded *d, bool *ret_fine, struct err *e)
{
	enum media_format format = media_sniff(copy);

	*ret_fine = false;
	if (format == MEDIA_FORMAT_NONE)
		return true;
	if (!decode_any(format, copy, MARK_COPY_SIDE, d, e))
		return false;
	*ret_fine = d->verdict == MEDIA_OK && d->planes.n > 0;
	return true;
}

static bool
decode_variant(
    str rendition, bool b, struct decoded *d, bool *ret_fine, struct err *e)
{
	CLEANUP(buf_done) struct buf jpeg = BUF_MAX(RENDITION_MAX);
	struct container box;
	bool other = false;

	*ret_fine = false;
	if (!rendition_jpeg(rendition, b, &jpeg, e))
		return e->kind == ERR_CORRUPT;
	box = container_read(MEDIA_FORMAT_JPEG, buf_view(&jpeg));
	if (!jpegin(buf_view(&jpeg), &box,
		box.width > box.height ? box.width : box.height, d, &other, e))
		return false;
	*ret_fine = !other && d->verdict == MEDIA_OK && d->planes.n > 0;
	return true;
}

void
tracing_turned(const struct pixels *px, enum pdq_turn turn, uint8_t *ret,
    struct pixels *ret_view)
{
	static const struct {
		bool swap, mirror, upside;
	} ways[PDQ_TURNS] = {
	    [PDQ_ROT90] = {true, true, false},
	    [PDQ_ROT180] = {false, true, true},
	    [PDQ_ROT270] = {true, false, true},
	    [PDQ_FLIPX] = {false, false, true},
	    [PDQ_FLIPY] = {false, true, false},
	    [PDQ_FLIPPLUS1] = {true, false, false},
	    [PDQ_FLIPMINUS1] = {true, true, true},
	};
	const struct pixels from = *px;
	bool swap = ways[turn].swap;
	uint32_t w = swap ? from.height : from.width;
	uint32_t h = swap ? from.width : from.height;

	for (uint32_t y = 0; y < h; y++)
		for (uint32_t x = 0; x < w; x++) {
			uint32_t sx = swap ? y : x, sy = swap ? x : y;

			sx = ways[turn].mirror ? from.width - 1 - sx : sx;
			sy = ways[turn].upside ? from.height - 1 - sy : sy;
			ret[(size_t)y * w + x] = from.p[sy * from.stride + sx];
		}
	*ret_view = (struct pixels){ret, w, h, 1, w};
}

/* How the rendition is cut. */
static bool
read_cut(str rendition, struct mark_rendition *ret, struct err *e)
{
	OWNED(arena) a = arena_new(HEAD_ARENA);
	uint32_t head;
	struct file f;

	if (!file_head_bytes(rendition, &head, e) ||
	    !file_read(a, str_sub(rendition, 0, head), &f, e))
		return false;
	ret->mcu_px = f.parts == 1 ? 8 : 16;
	ret->mcus = f.interval;
	return true;
}

static uint32_t
thousandths(double v)
{
	return v > 0 ? (uint32_t)lround(fmin(v, 1) * 1000) : 0;
}

static uint32_t
hundredths(double v)
{
	return v > 0 ? (uint32_t)fmin(v * 100, MEDIA_PRESENCE_MAX) : 0;
}

static void
clamp(float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = isfinite(v[i]) ? fmaxf(-MEDIA_READING_MOST,
					    fminf(v[i], MEDIA_READING_MOST))
				      : 0;
}

static bool
read_marks(const struct decoded *copy, const struct mark_rendition *r,
    enum pdq_turn turn, struct media_traced *ret, struct buf *ret_reading,
    struct err *e)
{
	OWNED(arena) keep = arena_new(KEEP_ARENA);
	CLEANUP(buf_done) struct buf turned = BUF_MAX(TURNED_BYTES_MAX);
	struct pixels px = luma(copy);
	struct mark_trace t;

	if (turn != PDQ_ORIGINAL) {
		if (!buf_reserve(&turned, (size_t)px.width * px.height))
			return err_set(e, ERR_LIMIT, "no room to turn a copy");
		tracing_turned(&px, turn, (uint8_t *)turned.p, &px);
	}
	if (!mark_trace(keep, &px, r, false, &t, e))
		return false;
	if (!t.found ||
	    (t.fit.likeness < ALIKE && t.reading.presence < PRESENT))
		return true;
	clamp(t.reading.value, t.reading.n);
	clamp(t.reading.full, t.reading.n);
	media_reading_write(
	    ret_reading, t.reading.n, t.reading.value, t.reading.full);
	if (ret_reading->full)
		return err_set(e, ERR_LIMIT, "no room for a reading");
	ret->shown = true;
	ret->presence = hundredths(t.reading.presence);
	ret->likeness = thousandths(t.fit.likeness);
	ret->share = thousandths(t.fit.share);
	ret->segments = (uint32_t)t.reading.n;
	return true;
}

bool
tracing_run(str copy, str rendition, enum pdq_turn turn,
    struct media_traced *ret, struct buf *ret_reading, struct err *e)
{
	CLEANUP(variant_done)
	struct variant c = {.d.exif.orientation = 1},
		       a = {.d.exif.orientation = 1},
		       b = {.d.exif.orientation = 1};
	struct mark_rendition r;
	bool fine;

	*ret = (struct media_traced){.shown = false};
	buf_clear(ret_reading);
	if (!decode_copy(copy, &c.d, &fine, e))
		return err_wrap(e, "copy");
	if (!fine)
		return true;
	if (!decode_variant(rendition, false, &a.d, &fine, e))
		return err_wrap(e, "rendition");
	if (!fine)
		return true;
	if (!decode_variant(rendition, true, &b.d, &fine, e))
		return err_wrap(e, "rendition");
	if (!fine)
		return true;
	r.a = luma(&a.d);
	r.b = luma(&b.d);
	if (!read_cut(rendition, &r, e))
		return e->kind == ERR_CORRUPT;
	return read_marks(&c.d, &r, turn, ret, ret_reading, e) ||
	       err_wrap(e, "marks");
}
