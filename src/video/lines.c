#include "video/lines.h"

#include <stdlib.h>

#define NAL_SEI 6

struct lines {
	struct mp4 *mp4;
	AVCodecContext *encoder;
	AVPacket *packet;
};

/* Bits a second at most, over two seconds. */
static const struct rate {
	uint32_t lines;
	int64_t bits;
} rates[] = {{240, 500000}, {480, 1500000}, {UINT32_MAX, 3500000}};

static int64_t
rate_of(uint32_t lines)
{
	size_t i = 0;

	while (rates[i].lines < lines)
		i++;
	return rates[i].bits;
}

static void
set_colours(AVCodecContext *c)
{
	c->pix_fmt = AV_PIX_FMT_YUV420P;
	c->color_range = AVCOL_RANGE_MPEG;
	c->colorspace = AVCOL_SPC_BT709;
	c->color_primaries = AVCOL_PRI_BT709;
	c->color_trc = AVCOL_TRC_BT709;
	c->chroma_sample_location = AVCHROMA_LOC_LEFT;
}

static bool
open_encoder(AVCodecContext *c, const AVCodec *codec, uint32_t lines)
{
	AVDictionary *how = NULL;
	bool good;

	set_colours(c);
	c->time_base = (AVRational){1, LINES_BASE};
	c->framerate = (AVRational){30, 1};
	c->sample_aspect_ratio = (AVRational){1, 1};
	c->thread_count = 1;
	c->gop_size = 250;
	c->rc_max_rate = rate_of(lines);
	c->rc_buffer_size = (int)(2 * rate_of(lines));
	c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	good = av_dict_set(&how, "preset", "veryfast", 0) >= 0 &&
	       av_dict_set(&how, "profile", "high", 0) >= 0 &&
	       av_dict_set(&how, "crf", "23", 0) >= 0 &&
	       av_dict_set(&how, "forced-idr", "1", 0) >= 0 &&
	       avcodec_open2(c, codec, &how) >= 0;
	av_dict_free(&how);
	return good;
}

struct lines *
lines_new(struct mp4 *mp4, uint32_t lines, int width, int height,
    const AVCodecContext *sound, struct err *e)
{
	const AVCodec *codec = avcodec_find_encoder_by_name("libx264");
	OWNED(lines) l = calloc(1, sizeof(*l));

	if (codec == NULL) {
		(void)err_set(e, ERR_IO, "there is no encoder for H.264");
		return NULL;
	}
	if (l != NULL) {
		l->mp4 = mp4;
		l->packet = av_packet_alloc();
		l->encoder = avcodec_alloc_context3(codec);
	}
	if (l == NULL || l->packet == NULL || l->encoder == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory for a video");
		return NULL;
	}
	l->encoder->width = width;
	l->encoder->height = height;
	if (!open_encoder(l->encoder, codec, lines)) {
		(void)err_set(e, ERR_LIMIT, "a rendition cannot be encoded");
		return NULL;
	}
	return mp4_begin(mp4, l->encoder, sound, e) ? TAKE(l) : NULL;
}

void
lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	avcodec_free_context(&l->encoder);
	av_packet_free(&l->packet);
	free(l);
}

/* The next start code at or behind i; n: none. */
static size_t
next_nal(const uint8_t *p, size_t n, size_t i)
{
	for (; i + 3 <= n; i++)
		if (p[i] == 0 && p[i + 1] == 0 && p[i + 2] == 1)
			return i;
	return n;
}

/* The encoder's word about itself, in front of its first picture, is of no use
 * to anybody who looks. */
static void
drop_words(AVPacket *packet)
{
	uint8_t *p = packet->data;
	size_t n = (size_t)packet->size, at = next_nal(p, n, 0);

	while (at + 3 < n && (p[at + 3] & 31) == NAL_SEI) {
		size_t next = next_nal(p, n, at + 3), gone;

		if (next < n && next > 0 && p[next - 1] == 0)
			next--; /* a start code of four */
		if (at > 0 && p[at - 1] == 0)
			at--;
		gone = next - at;
		memmove(p + at, p + next, n - next);
		n -= gone;
		av_shrink_packet(packet, (int)n);
		at = next_nal(p, n, 0);
	}
}

static bool
take_packets(struct lines *l, struct err *e)
{
	for (;;) {
		int rc = avcodec_receive_packet(l->encoder, l->packet);

		if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
			return true;
		if (rc < 0)
			return err_set(e, ERR_LIMIT, "H.264 cannot be made");
		if ((l->packet->flags & AV_PKT_FLAG_KEY) != 0)
			drop_words(l->packet);
		if (!mp4_picture(l->mp4, l->packet, e))
			return false;
	}
}

bool
lines_add(struct lines *l, AVFrame *f, int64_t at, bool key, struct err *e)
{
	f->pts = at;
	f->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
	if (avcodec_send_frame(l->encoder, f) < 0)
		return err_set(e, ERR_LIMIT, "a frame cannot be encoded");
	return take_packets(l, e);
}

bool
lines_end(struct lines *l, struct err *e)
{
	if (avcodec_send_frame(l->encoder, NULL) < 0)
		return err_set(e, ERR_LIMIT, "H.264 cannot be ended");
	return take_packets(l, e);
}
