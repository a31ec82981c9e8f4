#include "video/stills.h"

#include <stdlib.h>

_Static_assert(VIDEO_STILLS_MAX <= VIDEO_FURTHER_MAX, "one list holds either");

#define QUALITY 3                   /* of MJPEG, 2 the best */
#define ONE_BYTES ((size_t)4 << 20) /* more than any still has */
#define GRID_W 32                   /* a frame as scenes see it */
#define GRID_H 18
#define CELLS (GRID_W * GRID_H)
#define SCENE_MEAN 20 /* of 255: cells that changed by so much … */
#define SCENE_TIMES 3 /* … and so many times what is usual here */
#define FLAT_SPREAD 6 /* of 255, from the mean */

struct stills {
	struct stills_rule rule;
	struct fitter *fitter;
	AVCodecContext *encoder;
	AVPacket *packet;
	AVFrame *first; /* while there is no still */
	int64_t first_ms;
	uint8_t cell[CELLS];
	double usual; /* change from frame to frame */
	bool seen;
	struct buf bytes;
	struct video_still list[VIDEO_FURTHER_MAX];
	uint32_t n;
};

/* ---- the rule ---- */

int64_t
stills_most_ms(int64_t lasts_ms)
{
	return lasts_ms == 0 ? VIDEO_TAKE_MS : lasts_ms + lasts_ms / 10 + 2000;
}

void
stills_begin(struct stills_rule *r, int64_t lasts_ms)
{
	int64_t most = stills_most_ms(lasts_ms);
	int64_t dense = most > STILLS_DENSE_MS ? STILLS_DENSE_MS : most;
	int64_t left = most - dense;
	uint32_t turns = (uint32_t)(dense / STILLS_EVERY_MS) + 1;

	*r = (struct stills_rule){.last_ms = -STILLS_APART_MS};
	r->later_ms = left / STILLS_LATER + 1;
	if (r->later_ms < STILLS_EVERY_MS)
		r->later_ms = STILLS_EVERY_MS;
	if (left > 0)
		turns += STILLS_LATER;
	r->scenes = VIDEO_STILLS_MAX - turns;
}

bool
stills_wants(struct stills_rule *r, int64_t at_ms, bool scene, bool flat)
{
	bool turn = at_ms >= r->next_ms;

	scene = scene && r->scenes > 0 && at_ms - r->last_ms >= STILLS_APART_MS;
	if (flat || (!turn && !scene) || r->taken == VIDEO_STILLS_MAX ||
	    at_ms <= r->last_ms)
		return false;
	if (!turn)
		r->scenes--;
	r->taken++;
	r->last_ms = at_ms;
	r->next_ms =
	    at_ms + (at_ms < STILLS_DENSE_MS ? STILLS_EVERY_MS : r->later_ms);
	return true;
}

/* ---- the pictures ---- */

static bool
no_memory(struct err *e)
{
	return err_set(e, ERR_LIMIT, "no memory for a still");
}

static bool
open_encoder(struct stills *s, int width, int height)
{
	const AVCodec *mjpeg = avcodec_find_encoder_by_name("mjpeg");

	s->encoder = mjpeg == NULL ? NULL : avcodec_alloc_context3(mjpeg);
	if (s->encoder == NULL)
		return false;
	s->encoder->width = width;
	s->encoder->height = height;
	s->encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
	s->encoder->color_range = AVCOL_RANGE_JPEG;
	s->encoder->time_base = (AVRational){1, 1000};
	s->encoder->thread_count = 1;
	s->encoder->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
	s->encoder->global_quality = QUALITY * FF_QP2LAMBDA;
	return avcodec_open2(s->encoder, mjpeg, NULL) >= 0;
}

struct stills *
stills_new(enum upright_turn turn, int width, int height, int64_t lasts_ms,
    struct err *e)
{
	OWNED(stills) s = calloc(1, sizeof(*s));
	int w, h;

	fitter_within(width, height, STILLS_SIDE, &w, &h);
	if (s != NULL) {
		s->bytes = BUF_MAX(VIDEO_STILLS_BYTES_MAX);
		s->packet = av_packet_alloc();
		s->first = av_frame_alloc();
		stills_begin(&s->rule, lasts_ms);
	}
	if (s == NULL || s->packet == NULL || s->first == NULL ||
	    !open_encoder(s, w, h)) {
		(void)no_memory(e);
		return NULL;
	}
	s->fitter = fitter_new(FITTER_JPEG, turn, w, h, e);
	return s->fitter == NULL ? NULL : TAKE(s);
}

void
stills_free(struct stills *s)
{
	if (s == NULL)
		return;
	fitter_free(s->fitter);
	avcodec_free_context(&s->encoder);
	av_packet_free(&s->packet);
	av_frame_free(&s->first);
	buf_done(&s->bytes);
	free(s);
}

/* The mean of each cell, from every other row and column. */
static void
look(const AVFrame *f, uint8_t ret[CELLS])
{
	for (int gy = 0; gy < GRID_H; gy++)
		for (int gx = 0; gx < GRID_W; gx++) {
			int x0 = f->width * gx / GRID_W;
			int x1 = f->width * (gx + 1) / GRID_W;
			int y0 = f->height * gy / GRID_H;
			int y1 = f->height * (gy + 1) / GRID_H;
			unsigned sum = 0, n = 0;

			for (int y = y0; y < y1 || y == y0; y += 2)
				for (int x = x0; x < x1 || x == x0; x += 2) {
					sum +=
					    f->data[0][y * f->linesize[0] + x];
					n++;
				}
			ret[gy * GRID_W + gx] = (uint8_t)(sum / n);
		}
}

static bool
is_flat(const uint8_t cell[CELLS])
{
	unsigned sum = 0, spread = 0;

	for (size_t i = 0; i < CELLS; i++)
		sum += cell[i];
	for (size_t i = 0; i < CELLS; i++) {
		unsigned off = (unsigned)abs(cell[i] - (int)(sum / CELLS));

		spread = off > spread ? off : spread;
	}
	return spread < FLAT_SPREAD;
}

static bool
is_scene(struct stills *s, const uint8_t cell[CELLS])
{
	unsigned sum = 0;
	double change;
	bool scene;

	for (size_t i = 0; i < CELLS; i++)
		sum += (unsigned)abs(cell[i] - s->cell[i]);
	change = (double)sum / CELLS;
	scene =
	    s->seen && change > SCENE_MEAN && change > SCENE_TIMES * s->usual;
	s->usual = 0.9 * s->usual + 0.1 * change;
	s->seen = true;
	memcpy(s->cell, cell, CELLS);
	return scene;
}

static bool
keep(struct stills *s, const AVFrame *f, int64_t at_ms, struct err *e)
{
	AVFrame *fit;

	if (!fitter_run(s->fitter, f, &fit, e))
		return e->kind == ERR_INPUT;
	fit->pts = at_ms;
	fit->quality = QUALITY * FF_QP2LAMBDA;
	if (avcodec_send_frame(s->encoder, fit) < 0 ||
	    avcodec_receive_packet(s->encoder, s->packet) < 0)
		return err_set(e, ERR_LIMIT, "a still cannot be encoded");
	buf_put(&s->bytes, s->packet->data, (size_t)s->packet->size);
	if (s->bytes.full)
		return no_memory(e);
	s->list[s->n++] =
	    (struct video_still){(uint32_t)at_ms, (uint32_t)s->packet->size};
	av_packet_unref(s->packet);
	return true;
}

bool
stills_add(struct stills *s, const AVFrame *f, const AVFrame *small,
    int64_t at_ms, struct err *e)
{
	uint8_t cell[CELLS];
	bool scene;

	look(small, cell);
	scene = is_scene(s, cell);
	if (s->n == 0 && s->first->buf[0] == NULL) {
		if (av_frame_ref(s->first, f) < 0)
			return no_memory(e);
		s->first_ms = at_ms;
	}
	if (!stills_wants(&s->rule, at_ms, scene, is_flat(cell)))
		return true;
	av_frame_unref(s->first);
	return keep(s, f, at_ms, e);
}

bool
stills_take(struct stills *s, const AVFrame *f, int64_t at_ms, bool *ret_taken,
    struct err *e)
{
	uint32_t n = s->n;

	*ret_taken = false;
	if (n == VIDEO_FURTHER_MAX ||
	    s->bytes.n + ONE_BYTES > VIDEO_STILLS_BYTES_MAX)
		return true;
	if (!keep(s, f, at_ms, e))
		return false;
	*ret_taken = s->n > n;
	return true;
}

bool
stills_end(struct stills *s, struct err *e)
{
	if (s->n > 0 || s->first->buf[0] == NULL)
		return true;
	return keep(s, s->first, s->first_ms, e);
}

str
stills_bytes(const struct stills *s)
{
	return buf_view(&s->bytes);
}

const struct video_still *
stills_list(const struct stills *s, uint32_t *ret_n)
{
	*ret_n = s->n;
	return s->list;
}
