#include "video/fitter.h"

#include <stdlib.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libswscale/swscale.h>
#pragma GCC diagnostic pop

#define SIDE_LEAST 16
#define SIDE_MOST 65534
#define LINES_OF_601 576
#define ONE (1 << 16) /* of contrast and saturation */

struct shape {
	int width, height, format, range, space;
};

struct fitter {
	enum fitter_kind kind;
	enum upright_turn turn;
	struct shape from;
	struct SwsContext *sws;
	AVFrame *lying, *turned; /* as it is stored, and upright */
};

static bool
swaps_sides(enum upright_turn turn)
{
	return turn == UPRIGHT_CLOCKWISE || turn == UPRIGHT_COUNTER ||
	       turn == UPRIGHT_TRANSPOSED || turn == UPRIGHT_ANTI_TRANSPOSED;
}

static enum AVPixelFormat
format_of(enum fitter_kind kind)
{
	return kind == FITTER_JPEG ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
}

struct fitter *
fitter_new(enum fitter_kind kind, enum upright_turn turn, int width, int height,
    struct err *e)
{
	OWNED(fitter) f = calloc(1, sizeof(*f));

	if (f != NULL)
		f->lying = av_frame_alloc();
	if (f == NULL || f->lying == NULL)
		goto no_memory;
	f->kind = kind;
	f->turn = turn;
	f->lying->format = format_of(kind);
	f->lying->width = swaps_sides(turn) ? height : width;
	f->lying->height = swaps_sides(turn) ? width : height;
	f->lying->color_range =
	    kind == FITTER_JPEG ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
	f->lying->colorspace =
	    kind == FITTER_JPEG ? AVCOL_SPC_BT470BG : AVCOL_SPC_BT709;
	if (av_frame_get_buffer(f->lying, 0) >= 0)
		return TAKE(f);
no_memory:
	(void)err_set(e, ERR_LIMIT, "no memory for a frame");
	return NULL;
}

void
fitter_free(struct fitter *f)
{
	if (f == NULL)
		return;
	sws_freeContext(f->sws);
	av_frame_free(&f->lying);
	av_frame_free(&f->turned);
	free(f);
}

static const int *
coefficients_of(const struct shape *a)
{
	int space = a->space;

	if (space < 1 || space > 10 || space == AVCOL_SPC_YCGCO ||
	    space == AVCOL_SPC_UNSPECIFIED)
		space = a->height > LINES_OF_601 && a->width > LINES_OF_601
			    ? AVCOL_SPC_BT709
			    : AVCOL_SPC_BT470BG;
	return sws_getCoefficients(space);
}

static bool
is_full(const struct shape *a)
{
	return a->range == AVCOL_RANGE_JPEG ||
	       (a->range == AVCOL_RANGE_UNSPECIFIED &&
		   (a->format == AV_PIX_FMT_YUVJ420P ||
		       a->format == AV_PIX_FMT_YUVJ422P ||
		       a->format == AV_PIX_FMT_YUVJ444P));
}

static bool
open_sws(struct fitter *f, const struct shape *a, struct err *e)
{
	bool jpeg = f->kind == FITTER_JPEG;

	sws_freeContext(f->sws);
	f->from = (struct shape){0};
	f->sws = sws_getContext(a->width, a->height,
	    (enum AVPixelFormat)a->format, f->lying->width, f->lying->height,
	    format_of(f->kind), SWS_BICUBIC, NULL, NULL, NULL);
	if (f->sws == NULL)
		return err_set(e, ERR_INPUT, "frames of a kind unheard of");
	/* Formats that have no such details are fine without. */
	(void)sws_setColorspaceDetails(f->sws, coefficients_of(a), is_full(a),
	    sws_getCoefficients(jpeg ? AVCOL_SPC_BT470BG : AVCOL_SPC_BT709),
	    jpeg, 0, ONE, ONE);
	f->from = *a;
	return true;
}

bool
fitter_run(struct fitter *f, const AVFrame *in, AVFrame **ret, struct err *e)
{
	const struct shape a = {in->width, in->height, in->format,
	    (int)in->color_range, (int)in->colorspace};

	if (memcmp(&a, &f->from, sizeof(a)) != 0 && !open_sws(f, &a, e))
		return false;
	if (sws_scale(f->sws, (const uint8_t *const *)in->data, in->linesize, 0,
		in->height, f->lying->data,
		f->lying->linesize) != f->lying->height)
		return err_set(e, ERR_INPUT, "a frame cannot be scaled");
	*ret = f->lying;
	if (f->turn == UPRIGHT_AS_IT_IS)
		return true;
	av_frame_free(&f->turned);
	if (!upright(f->lying, f->turn, &f->turned, e))
		return false;
	*ret = f->turned;
	return true;
}

/* ---- sizes ---- */

static int
even(double v)
{
	double n = 2 * (double)(int64_t)(v / 2 + 0.5);

	return n < SIDE_LEAST ? SIDE_LEAST : n > SIDE_MOST ? SIDE_MOST : (int)n;
}

void
fitter_shown(
    const AVStream *s, enum upright_turn turn, int *ret_width, int *ret_height)
{
	AVRational sar = s->sample_aspect_ratio;
	double width = s->codecpar->width, height = s->codecpar->height;

	if (sar.num <= 0 || sar.den <= 0)
		sar = s->codecpar->sample_aspect_ratio;
	/* What is stretched beyond belief is not stretched. */
	if (sar.num > 0 && sar.den > 0 && sar.num < 16 * (int64_t)sar.den &&
	    sar.den < 16 * (int64_t)sar.num)
		width = width * sar.num / sar.den;
	*ret_width = even(swaps_sides(turn) ? height : width);
	*ret_height = even(swaps_sides(turn) ? width : height);
}

static void
shrink(int width, int height, double by, int *ret_width, int *ret_height)
{
	*ret_width = even(by < 1 ? width * by : width);
	*ret_height = even(by < 1 ? height * by : height);
}

void
fitter_lines(
    int width, int height, uint32_t lines, int *ret_width, int *ret_height)
{
	shrink(width, height, (double)lines / (width < height ? width : height),
	    ret_width, ret_height);
}

void
fitter_within(
    int width, int height, uint32_t most, int *ret_width, int *ret_height)
{
	shrink(width, height, (double)most / (width > height ? width : height),
	    ret_width, ret_height);
}
