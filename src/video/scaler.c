#include "video/scaler.h"

#include <stdlib.h>
#include <string.h>

#include "video/reduce.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
#pragma GCC diagnostic pop

#define ALIGN 64
#define MPEG2_SITING 128 /* of the chroma rows, in 1/256 of a pixel */

struct shape {
	int width, height, format, range, space;
	uint32_t to_width, to_height;
	enum scaler_kind kind;
};

struct scaler {
	struct SwsContext *sws;
	struct shape shape;    /* that sws is for */
	struct reduce *reduce; /* the same faster, or NULL */
	uint8_t *p;
	size_t stride, bytes;
};

struct scaler *
scaler_new(struct err *e)
{
	struct scaler *s = calloc(1, sizeof(*s));

	if (s == NULL)
		(void)err_set(e, ERR_LIMIT, "no memory to scale");
	return s;
}

void
scaler_free(struct scaler *s)
{
	if (s == NULL)
		return;
	reduce_free(s->reduce);
	sws_freeContext(s->sws);
	free(s->p);
	free(s);
}

/* BT.601 where the frame does not say, as FFmpeg's filter does. */
static const int *
coefficients_of(int space)
{
	if (space < 1 || space > 10 || space == 8)
		space = AVCOL_SPC_BT470BG;
	return sws_getCoefficients(space);
}

static bool
set_numbers(struct SwsContext *sws, const struct shape *a)
{
	bool bicubic = a->kind == SCALER_BICUBIC;
	int siting =
	    bicubic && a->format == AV_PIX_FMT_YUV420P ? MPEG2_SITING : -513;

	return av_opt_set_int(sws, "srcw", a->width, 0) >= 0 &&
	       av_opt_set_int(sws, "srch", a->height, 0) >= 0 &&
	       av_opt_set_int(sws, "src_format", a->format, 0) >= 0 &&
	       av_opt_set_int(sws, "dstw", a->to_width, 0) >= 0 &&
	       av_opt_set_int(sws, "dsth", a->to_height, 0) >= 0 &&
	       av_opt_set_int(sws, "dst_format", AV_PIX_FMT_RGB24, 0) >= 0 &&
	       av_opt_set_int(sws, "sws_flags",
		   bicubic ? SWS_BICUBIC : SWS_AREA, 0) >= 0 &&
	       av_opt_set_int(sws, "src_v_chr_pos", siting, 0) >= 0;
}

static bool
set_colours(struct SwsContext *sws, const struct shape *a)
{
	int *in, *out, in_full, out_full, brightness, contrast, saturation;
	const int *c = coefficients_of(a->space);

	if (a->kind != SCALER_BICUBIC)
		return true;
	/* Formats that have no such details are fine without. */
	if (sws_getColorspaceDetails(sws, &in, &in_full, &out, &out_full,
		&brightness, &contrast, &saturation) < 0)
		return true;
	if (a->range != AVCOL_RANGE_UNSPECIFIED)
		in_full = a->range == AVCOL_RANGE_JPEG;
	(void)sws_setColorspaceDetails(
	    sws, c, in_full, c, out_full, brightness, contrast, saturation);
	return true;
}

/* Frames of the usual kind to the usual size. */
static void
open_reduce(struct scaler *s, const struct shape *a)
{
	reduce_free(s->reduce);
	s->reduce = NULL;
	if (a->kind == SCALER_BICUBIC && a->format == AV_PIX_FMT_YUV420P &&
	    a->to_width == REDUCE_SIDE && a->to_height == REDUCE_SIDE)
		s->reduce =
		    reduce_new((uint32_t)a->width, (uint32_t)a->height, s->sws);
}

static bool
open_sws(struct scaler *s, const struct shape *a, struct err *e)
{
	sws_freeContext(s->sws);
	s->sws = sws_alloc_context();
	s->shape = *a;
	if (s->sws == NULL || !set_numbers(s->sws, a) ||
	    sws_init_context(s->sws, NULL, NULL) < 0) {
		s->shape = (struct shape){0};
		return err_set(e, ERR_INPUT, "frames of a kind unheard of");
	}
	if (!set_colours(s->sws, a))
		return false;
	open_reduce(s, a);
	return true;
}

static bool
make_room(struct scaler *s, const struct shape *a, struct err *e)
{
	size_t n;

	s->stride = ((size_t)a->to_width * 3 + ALIGN - 1) / ALIGN * ALIGN;
	n = s->stride * (a->to_height + 1);
	if (n <= s->bytes)
		return true;
	free(s->p);
	s->bytes = 0;
	s->p = aligned_alloc(ALIGN, n);
	if (s->p == NULL)
		return err_set(e, ERR_LIMIT, "no memory to scale");
	s->bytes = n;
	return true;
}

bool
scaler_run(struct scaler *s, const AVFrame *f, uint32_t width, uint32_t height,
    enum scaler_kind kind, struct pixels *ret, struct err *e)
{
	struct shape a = {f->width, f->height, f->format, (int)f->color_range,
	    (int)f->colorspace, width, height, kind};
	uint8_t *to[4] = {0};
	int stride[4] = {0};

	if (!make_room(s, &a, e) ||
	    (memcmp(&a, &s->shape, sizeof(a)) != 0 && !open_sws(s, &a, e)))
		return false;
	to[0] = s->p;
	stride[0] = (int)s->stride;
	if (s->reduce != NULL)
		reduce_run(s->reduce, (const uint8_t *const *)f->data,
		    f->linesize, s->p);
	else if (sws_scale(s->sws, (const uint8_t *const *)f->data, f->linesize,
		     0, f->height, to, stride) != (int)height)
		return err_set(e, ERR_INPUT, "a frame cannot be scaled");
	*ret = (struct pixels){
	    .p = s->p,
	    .width = width,
	    .height = height,
	    .channels = 3,
	    .stride = s->stride,
	};
	return true;
}
