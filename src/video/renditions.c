#include "video/renditions.h"

#include <stdlib.h>

#include "video/lines.h"
#include "video/sound.h"

#define US 1000000
#define NEAR_US 1000 /* of clocks that count milliseconds */
#define KEY_US (2 * US)

/* A rendition under way. */
struct made {
	struct fitter *fitter; /* from the one above, or from what is decoded */
	struct mp4 *mp4;
	struct lines *lines;
	bool wanted;
	int width, height;
};

struct renditions {
	struct made made[VIDEO_SIDES];
	struct sound *sound;
	AVPacket *copy;
	int64_t key_us;
	bool begun;
};

/* ---- which frames ---- */

void
pace_begin(struct pace *p)
{
	*p = (struct pace){.given_us = -1};
}

int64_t
pace_time(struct pace *p, const struct video_reader *r, const AVFrame *f)
{
	AVRational base = video_reader_stream(r)->time_base;
	int64_t at = video_reader_time(r, f);
	int64_t length = f->pkt_duration > 0 ? av_rescale_q(f->pkt_duration,
						   base, (AVRational){1, US})
					     : RENDITION_FRAME_US;

	at = at == AV_NOPTS_VALUE ? p->end_us
				  : av_rescale_q(at, base, (AVRational){1, US});
	if (at < 0)
		at = 0;
	if (length > KEY_US)
		length = RENDITION_FRAME_US;
	if (at + length > p->end_us)
		p->end_us = at + length;
	return at;
}

bool
pace_wants(struct pace *p, int64_t at_us)
{
	if (at_us + NEAR_US < p->due_us || at_us <= p->given_us)
		return false;
	if (p->due_us < at_us - RENDITION_FRAME_US)
		p->due_us = at_us - RENDITION_FRAME_US;
	p->due_us += RENDITION_FRAME_US;
	p->given_us = at_us;
	return true;
}

/* ---- opening ---- */

/* To every rendition that there is. */
static bool
give_sound(void *ctx, const AVPacket *packet, struct err *e)
{
	struct renditions *r = ctx;

	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		if (!r->made[i].wanted)
			continue;
		av_packet_unref(r->copy);
		if (av_packet_ref(r->copy, packet) < 0)
			return err_set(e, ERR_LIMIT, "no memory for sound");
		if (!mp4_sound(r->made[i].mp4, r->copy, e))
			return false;
	}
	return true;
}

static bool
open_rendition(struct renditions *r, const struct renditions_to *to, size_t i,
    enum upright_turn turn, struct err *e)
{
	struct made *m = &r->made[i];

	m->fitter = fitter_new(FITTER_VIDEO, turn, m->width, m->height, e);
	m->mp4 = m->fitter == NULL ? NULL
				   : mp4_new(to->fd[i], &to->key[i],
					 to->fd[VIDEO_SIDES + i], e);
	m->lines =
	    m->mp4 == NULL
		? NULL
		: lines_new(m->mp4, video_sides[i], m->width, m->height,
		      r->sound == NULL ? NULL : sound_encoder(r->sound), e);
	return m->lines != NULL;
}

/* The largest is turned, the others are made of it. */
static bool
open_renditions(struct renditions *r, const struct renditions_to *to,
    enum upright_turn turn, int width, int height, struct err *e)
{
	uint32_t shorter = (uint32_t)(width < height ? width : height);
	bool first = true;

	for (size_t i = VIDEO_SIDES; i-- > 0;) {
		struct made *m = &r->made[i];

		m->wanted = i == 0 || video_sides[i] <= shorter;
		if (!m->wanted)
			continue;
		fitter_lines(
		    width, height, video_sides[i], &m->width, &m->height);
		if (!open_rendition(
			r, to, i, first ? turn : UPRIGHT_AS_IT_IS, e))
			return false;
		first = false;
	}
	return true;
}

static bool
open_sound(
    struct renditions *r, const struct video_reader *reader, struct err *e)
{
	const AVCodecContext *from = video_reader_sound(reader);

	if (from == NULL)
		return true;
	r->sound =
	    sound_new(from, (int64_t)VIDEO_TAKE_MS * 1000 + RENDITION_BEYOND_US,
		give_sound, r, e);
	return r->sound != NULL;
}

struct renditions *
renditions_new(const struct renditions_to *to,
    const struct video_reader *reader, enum upright_turn turn, int width,
    int height, bool silent, struct err *e)
{
	OWNED(renditions) r = calloc(1, sizeof(*r));

	if (r != NULL)
		r->copy = av_packet_alloc();
	if (r == NULL || r->copy == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory for a video");
		return NULL;
	}
	if ((!silent && !open_sound(r, reader, e)) ||
	    !open_renditions(r, to, turn, width, height, e))
		return NULL;
	return TAKE(r);
}

void
renditions_free(struct renditions *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		fitter_free(r->made[i].fitter);
		lines_free(r->made[i].lines);
		mp4_free(r->made[i].mp4);
	}
	sound_free(r->sound);
	av_packet_free(&r->copy);
	free(r);
}

/* ---- frames ---- */

static size_t
largest(const struct renditions *r)
{
	size_t i = VIDEO_SIDES - 1;

	while (i > 0 && !r->made[i].wanted)
		i--;
	return i;
}

bool
renditions_fit(
    struct renditions *r, const AVFrame *decoded, AVFrame **ret, struct err *e)
{
	*ret = NULL;
	return fitter_run(r->made[largest(r)].fitter, decoded, ret, e) ||
	       e->kind == ERR_INPUT; /* one odd frame */
}

bool
renditions_add(struct renditions *r, AVFrame *fit, int64_t at_us,
    AVFrame **ret_small, struct err *e)
{
	bool key = !r->begun || at_us >= r->key_us + KEY_US;
	int64_t at = av_rescale(at_us, LINES_BASE, US);

	for (size_t i = largest(r);; i--) {
		struct made *m = &r->made[i];

		if (i != largest(r) && !fitter_run(m->fitter, fit, &fit, e))
			return false;
		if (!lines_add(m->lines, fit, at, key, e))
			return false;
		if (i == 0)
			break;
	}
	r->begun = true;
	if (key)
		r->key_us = at_us;
	*ret_small = fit;
	return true;
}

bool
renditions_sound(
    struct renditions *r, const AVFrame *f, int64_t at_us, struct err *e)
{
	return r->sound == NULL || sound_add(r->sound, f, at_us, e);
}

bool
renditions_end(struct renditions *r, struct video_rendition ret[VIDEO_SIDES],
    struct err *e)
{
	for (size_t i = 0; i < VIDEO_SIDES; i++)
		if (r->made[i].wanted && !lines_end(r->made[i].lines, e))
			return false;
	if (r->sound != NULL && !sound_end(r->sound, e))
		return false;
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		const struct made *m = &r->made[i];
		int64_t bytes;

		if (!m->wanted)
			continue;
		if (!mp4_end(m->mp4, &bytes, e))
			return false;
		ret[i] = (struct video_rendition){
		    (uint32_t)m->width, (uint32_t)m->height, (uint64_t)bytes};
	}
	return true;
}
