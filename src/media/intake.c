#include "media/intake.h"

#include <stdlib.h>

#include "media/colour.h"
#include "media/decode.h"
#include "media/engine.h"
#include "media/fit.h"
#include "media/rendition.h"
#include "media/sniff.h"

#define QUALITY_MIN 40
#define QUALITY_STEP 7

static const int qualities[MEDIA_SIDES] = {82, 80, 75};

enum media_verdict
decode_size_verdict(uint32_t width, uint32_t height)
{
	if (width > MEDIA_SIDE_MAX || height > MEDIA_SIDE_MAX ||
	    (uint64_t)width * height > MEDIA_PIXELS_MAX)
		return MEDIA_TOO_LARGE;
	return MEDIA_OK;
}

void
decoded_done(struct decoded *d)
{
	planes_done(&d->planes);
	buf_done(&d->icc);
	free(d->still_bytes);
}

void
intake_done(struct intake *t)
{
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		buf_done(&t->rendition[i]);
	buf_done(&t->hashes);
}

bool
intake_init(struct err *e)
{
	return engine_init(e);
}

/* What the wrapping alone tells, in microseconds. */
static enum media_verdict
judge_container(const struct container *box)
{
	if (decode_size_verdict(box->width, box->height) != MEDIA_OK)
		return MEDIA_TOO_LARGE;
	if (box->state == CONTAINER_CUT)
		return MEDIA_TRUNCATED;
	if (box->state == CONTAINER_FILM)
		return MEDIA_FILM;
	return box->state == CONTAINER_BROKEN ? MEDIA_DAMAGED : MEDIA_OK;
}

bool
decode_any(enum media_format format, str bytes, uint32_t side,
    struct decoded *d, struct err *e)
{
	struct container box = container_read(format, bytes);
	bool other = true;

	d->verdict = judge_container(&box);
	if (d->verdict != MEDIA_OK)
		return true;
	if (format == MEDIA_FORMAT_JPEG &&
	    !jpegin(bytes, &box, side, d, &other, e))
		return false;
	if (format != MEDIA_FORMAT_JPEG || other)
		return vipsin(format, bytes, &box, side, d, e);
	return true;
}

/* A thumbnail of a hedge in the wind is large; it may be coarser too. */
static bool
encode(const struct planes *s, const struct intake_wish *wish, size_t i,
    struct intake *ret, struct err *e)
{
	struct media_picture *p = &ret->done.picture[i];
	struct buf *b = &ret->rendition[i];
	uint32_t longest = s->width > s->height ? s->width : s->height;
	int quality = qualities[i];

	*b = BUF_MAX(RENDITION_MAX);
	for (;; quality -= QUALITY_STEP) {
		if (!rendition_make(s, quality,
			wish->marked ? &wish->place[i] : NULL, NULL, 0, b, e))
			return false;
		if (longest > INTAKE_THUMB_SIDE || b->n <= INTAKE_THUMB_MAX ||
		    quality < QUALITY_MIN)
			break;
	}
	*p = (struct media_picture){s->width, s->height, (uint32_t)b->n};
	return true;
}

static bool
make_renditions(struct planes *s, const struct intake_wish *wish,
    struct intake *ret, struct err *e)
{
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		uint32_t w, h;

		fit_size(
		    ret->done.width, ret->done.height, wish->side[i], &w, &h);
		if (w != s->width || h != s->height) {
			struct planes smaller;

			if (!fit_shrink(s, w, h, &smaller, e))
				return false;
			planes_done(s);
			*s = smaller;
		}
		if (!encode(s, wish, i, ret, e))
			return false;
	}
	return true;
}

static void
take_facts(const struct decoded *d, struct media_done *done)
{
	done->width = d->width;
	done->height = d->height;
	done->has_taken = d->exif.has_taken;
	for (size_t i = 0; i < 6; i++)
		done->taken[i] = d->exif.taken[i];
}

static bool
take_hashes(const struct hashing_rest *rest, struct intake *ret, struct err *e)
{
	str table = hashing_table(rest->hashing);

	if (!rest->done) {
		*e = rest->e;
		return false;
	}
	ret->hashes = BUF_MAX(HASHES_BYTES_MAX);
	buf_str(&ret->hashes, table);
	ret->done.hashes_bytes = (uint32_t)table.n;
	return !ret->hashes.full ||
	       err_set(e, ERR_LIMIT, "no memory for hashes");
}

static bool
take_pixels(struct decoded *d, const struct intake_wish *wish,
    struct intake *ret, struct err *e)
{
	return (d->icc.n == 0 ||
		   colour_to_srgb(&d->planes, buf_view(&d->icc), e)) &&
	       planes_halve_chroma(&d->planes, e) &&
	       make_renditions(&d->planes, wish, ret, e);
}

/* Hashes and renditions at once. */
static bool
take_both(struct decoded *d, str bytes, const struct intake_wish *wish,
    struct intake *ret, struct err *e)
{
	struct hashing_rest rest = {
	    .hashing = d->hashing, .frame = d->still, .bytes = bytes};
	bool done;

	beside_do(d->beside, hashing_rest, &rest);
	done = wish == NULL || take_pixels(d, wish, ret, e);
	beside_wait(d->beside);
	return done && take_hashes(&rest, ret, e);
}

/* wish: NULL for hashes alone. */
static bool
run(str bytes, const struct intake_wish *wish, unsigned pipelines,
    unsigned hypotheses, struct intake *ret, struct err *e)
{
	CLEANUP(decoded_done) struct decoded d = {.exif.orientation = 1};
	enum media_format format = media_sniff(bytes);
	OWNED(hashing) hashing = NULL;
	OWNED(beside) beside = NULL;

	*ret = (struct intake){.done.format = (uint8_t)format};
	if (format == MEDIA_FORMAT_NONE) {
		ret->done.verdict = bytes.n == 0              ? MEDIA_EMPTY
				    : media_sniff_film(bytes) ? MEDIA_FILM
							      : MEDIA_UNKNOWN;
		return true;
	}
	d.hashing = hashing = hashing_new(pipelines, hypotheses, e);
	d.beside = beside = beside_new();
	if (hashing == NULL ||
	    !decode_any(format, bytes, wish == NULL ? 0 : wish->side[0], &d, e))
		return false;
	ret->done.verdict = (uint8_t)d.verdict;
	if (d.verdict != MEDIA_OK)
		return true;
	take_facts(&d, &ret->done);
	if (!take_both(&d, bytes, wish, ret, e)) {
		intake_done(ret);
		return false;
	}
	return true;
}

bool
intake_run(str bytes, const struct intake_wish *wish, struct intake *ret,
    struct err *e)
{
	return run(bytes, wish, 0, QUERY_DEFAULT, ret, e);
}

bool
intake_hash(str bytes, unsigned pipelines, unsigned hypotheses,
    struct intake *ret, struct err *e)
{
	return run(bytes, NULL, pipelines, hypotheses, ret, e);
}
