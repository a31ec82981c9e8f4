#include "video/upright.h"

#include <math.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
#pragma GCC diagnostic pop

/* Out of (x, y) comes in's pixel: by turns of a w x h picture. */
static const struct {
	bool transpose, from_right, from_bottom;
} ways[] = {
    [UPRIGHT_AS_IT_IS] = {false, false, false},
    [UPRIGHT_CLOCKWISE] = {true, false, true},
    [UPRIGHT_COUNTER] = {true, true, false},
    [UPRIGHT_TRANSPOSED] = {true, false, false},
    [UPRIGHT_ANTI_TRANSPOSED] = {true, true, true},
    [UPRIGHT_FLIP_X] = {false, true, false},
    [UPRIGHT_FLIP_Y] = {false, false, true},
    [UPRIGHT_FLIP_BOTH] = {false, true, true},
};

static bool
is_near(double a, double b)
{
	return fabs(a - b) < 1;
}

static enum upright_turn
turn_of(const int32_t m[9])
{
	double angle = -av_display_rotation_get(m);

	if (isnan(angle))
		return UPRIGHT_AS_IT_IS;
	angle -= 360 * floor(angle / 360 + 0.9 / 360);
	if (is_near(angle, 90))
		return m[3] > 0 ? UPRIGHT_TRANSPOSED : UPRIGHT_CLOCKWISE;
	if (is_near(angle, 270))
		return m[3] < 0 ? UPRIGHT_ANTI_TRANSPOSED : UPRIGHT_COUNTER;
	if (is_near(angle, 180) && m[0] < 0)
		return m[4] < 0 ? UPRIGHT_FLIP_BOTH : UPRIGHT_FLIP_X;
	if (is_near(angle, 180) || (fabs(angle) <= 1 && m[4] < 0))
		return m[4] < 0 ? UPRIGHT_FLIP_Y : UPRIGHT_AS_IT_IS;
	return UPRIGHT_AS_IT_IS;
}

enum upright_turn
upright_turn(const AVStream *s)
{
	const uint8_t *p =
	    av_stream_get_side_data(s, AV_PKT_DATA_DISPLAYMATRIX, NULL);
	int32_t m[9];

	if (p == NULL)
		return UPRIGHT_AS_IT_IS;
	memcpy(m, p, sizeof(m));
	return turn_of(m);
}

/* One component a plane, whole bytes, chroma sampled alike both ways. */
static bool
can_turn(const AVPixFmtDescriptor *d)
{
	return d != NULL && (d->flags & AV_PIX_FMT_FLAG_PLANAR) != 0 &&
	       (d->flags &
		   (AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL |
		       AV_PIX_FMT_FLAG_PAL)) == 0 &&
	       d->log2_chroma_w == d->log2_chroma_h && d->comp[0].plane == 0 &&
	       (d->nb_components < 3 || (d->comp[1].plane != d->comp[2].plane));
}

struct sheet {
	uint8_t *p;
	ptrdiff_t stride;
	int width, height;
};

static void
turn_sheet(const struct sheet *in, const struct sheet *out, int bytes,
    enum upright_turn turn)
{
	for (int y = 0; y < out->height; y++) {
		uint8_t *to = out->p + y * out->stride;

		for (int x = 0; x < out->width; x++, to += bytes) {
			int fx = ways[turn].transpose ? y : x;
			int fy = ways[turn].transpose ? x : y;

			if (ways[turn].from_right)
				fx = in->width - 1 - fx;
			if (ways[turn].from_bottom)
				fy = in->height - 1 - fy;
			memcpy(to,
			    in->p + fy * in->stride + (ptrdiff_t)fx * bytes,
			    (size_t)bytes);
		}
	}
}

static struct sheet
sheet_of(const AVFrame *f, const AVPixFmtDescriptor *d, int i)
{
	bool chroma = (i == 1 || i == 2) && d->nb_components > 2;
	int by = chroma ? d->log2_chroma_w : 0;

	return (struct sheet){f->data[i], f->linesize[i],
	    AV_CEIL_RSHIFT(f->width, by), AV_CEIL_RSHIFT(f->height, by)};
}

bool
upright(const AVFrame *f, enum upright_turn turn, AVFrame **ret, struct err *e)
{
	const AVPixFmtDescriptor *d =
	    av_pix_fmt_desc_get((enum AVPixelFormat)f->format);
	AVFrame *out;

	*ret = NULL;
	if (!can_turn(d))
		return true;
	out = av_frame_alloc();
	if (out == NULL || av_frame_copy_props(out, f) < 0)
		goto no_memory;
	out->format = f->format;
	out->width = ways[turn].transpose ? f->height : f->width;
	out->height = ways[turn].transpose ? f->width : f->height;
	if (av_frame_get_buffer(out, 0) < 0)
		goto no_memory;
	for (int i = 0; i < 4 && f->data[i] != NULL; i++) {
		struct sheet from = sheet_of(f, d, i), to = sheet_of(out, d, i);

		turn_sheet(&from, &to, d->comp[i].step, turn);
	}
	*ret = out;
	return true;
no_memory:
	av_frame_free(&out);
	return err_set(e, ERR_LIMIT, "no memory for a frame");
}
