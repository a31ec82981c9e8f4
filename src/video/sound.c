#include "video/sound.h"

#include <stdlib.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libswresample/swresample.h>
#pragma GCC diagnostic pop

#define APART (SOUND_RATE / 10) /* samples that are no gap */
#define BITS_A_CHANNEL 64000
#define SILENCE 1024
#define FRAME_SAMPLES_MAX (1 << 20)
#define PLANES_MAX 16

struct sound {
	sound_give *give;
	void *ctx;
	AVCodecContext *encoder;
	SwrContext *swr;
	int rate, format; /* that swr is for */
	AVChannelLayout layout;
	AVPacket *packet;
	AVFrame *frame; /* the one that is being filled */
	int64_t next;   /* samples so far */
	int64_t most;
};

static bool
no_memory(struct err *e)
{
	return err_set(e, ERR_LIMIT, "no memory for sound");
}

static bool
open_encoder(struct sound *s, int channels)
{
	const AVCodec *aac = avcodec_find_encoder_by_name("aac");

	s->encoder = aac == NULL ? NULL : avcodec_alloc_context3(aac);
	if (s->encoder == NULL)
		return false;
	s->encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
	s->encoder->sample_rate = SOUND_RATE;
	s->encoder->time_base = (AVRational){1, SOUND_RATE};
	s->encoder->bit_rate = (int64_t)channels * BITS_A_CHANNEL;
	s->encoder->thread_count = 1;
	s->encoder->flags |=
	    AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
	av_channel_layout_default(&s->encoder->ch_layout, channels);
	return avcodec_open2(s->encoder, aac, NULL) >= 0;
}

/* A fresh one each time: the encoder may keep the last. */
static bool
new_frame(struct sound *s)
{
	av_frame_unref(s->frame);
	s->frame->format = s->encoder->sample_fmt;
	s->frame->sample_rate = SOUND_RATE;
	s->frame->nb_samples = s->encoder->frame_size;
	if (av_channel_layout_copy(
		&s->frame->ch_layout, &s->encoder->ch_layout) < 0 ||
	    av_frame_get_buffer(s->frame, 0) < 0)
		return false;
	s->frame->nb_samples = 0;
	s->frame->pts = s->next;
	return true;
}

struct sound *
sound_new(const AVCodecContext *from, int64_t most_us, sound_give *give,
    void *ctx, struct err *e)
{
	OWNED(sound) s = calloc(1, sizeof(*s));

	if (s != NULL) {
		s->give = give;
		s->ctx = ctx;
		s->most = av_rescale(most_us, SOUND_RATE, 1000000);
		s->packet = av_packet_alloc();
		s->frame = av_frame_alloc();
	}
	if (s == NULL || s->packet == NULL || s->frame == NULL ||
	    !open_encoder(s, from->ch_layout.nb_channels == 1 ? 1 : 2) ||
	    !new_frame(s)) {
		(void)no_memory(e);
		return NULL;
	}
	return TAKE(s);
}

void
sound_free(struct sound *s)
{
	if (s == NULL)
		return;
	swr_free(&s->swr);
	av_channel_layout_uninit(&s->layout);
	avcodec_free_context(&s->encoder);
	av_packet_free(&s->packet);
	av_frame_free(&s->frame);
	free(s);
}

const AVCodecContext *
sound_encoder(const struct sound *s)
{
	return s->encoder;
}

static bool
encode(struct sound *s, AVFrame *f, struct err *e)
{
	if (avcodec_send_frame(s->encoder, f) < 0)
		return err_set(e, ERR_LIMIT, "sound cannot be encoded");
	for (;;) {
		int rc = avcodec_receive_packet(s->encoder, s->packet);
		bool given;

		if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
			return true;
		if (rc < 0)
			return err_set(e, ERR_LIMIT, "AAC cannot be made");
		given = s->give(s->ctx, s->packet, e);
		av_packet_unref(s->packet);
		if (!given)
			return false;
	}
}

/* n samples of each channel, NULL: silence, behind the last. */
static bool
append(struct sound *s, const float *const *in, int64_t n, struct err *e)
{
	int channels = s->encoder->ch_layout.nb_channels;
	int64_t at = 0;

	if (n > s->most - s->next)
		n = s->most - s->next;
	while (at < n) {
		AVFrame *f = s->frame;
		int64_t room = s->encoder->frame_size - f->nb_samples;
		int64_t now = n - at < room ? n - at : room;

		for (int c = 0; c < channels; c++) {
			float *to = (float *)f->data[c] + f->nb_samples;

			if (in == NULL)
				memset(to, 0, (size_t)now * sizeof(*to));
			else
				memcpy(
				    to, in[c] + at, (size_t)now * sizeof(*to));
		}
		f->nb_samples += (int)now;
		at += now;
		s->next += now;
		if (f->nb_samples < s->encoder->frame_size)
			break;
		if (!encode(s, f, e))
			return false;
		if (!new_frame(s))
			return no_memory(e);
	}
	return true;
}

/* The converter for frames as this one. */
static bool
fit_converter(struct sound *s, const AVFrame *f)
{
	if (s->swr != NULL && s->rate == f->sample_rate &&
	    s->format == f->format &&
	    av_channel_layout_compare(&s->layout, &f->ch_layout) == 0)
		return true;
	swr_free(&s->swr);
	s->rate = f->sample_rate;
	s->format = f->format;
	return f->sample_rate > 0 && f->nb_samples <= FRAME_SAMPLES_MAX &&
	       f->ch_layout.nb_channels <= PLANES_MAX &&
	       av_channel_layout_copy(&s->layout, &f->ch_layout) >= 0 &&
	       swr_alloc_set_opts2(&s->swr, &s->encoder->ch_layout,
		   AV_SAMPLE_FMT_FLTP, SOUND_RATE, &s->layout,
		   (enum AVSampleFormat)f->format, f->sample_rate, 0,
		   NULL) >= 0 &&
	       swr_init(s->swr) >= 0;
}

/* Of the samples in hand, after the gap or without the overlap. */
static bool
in_time(struct sound *s, float *const *made, int64_t n, int64_t at_us,
    struct err *e)
{
	const float *from[2] = {made[0], made[1]};
	int64_t apart = 0;

	if (at_us != AV_NOPTS_VALUE && at_us < INT32_MAX * (int64_t)1000)
		apart = av_rescale(at_us, SOUND_RATE, 1000000) - s->next;
	if (s->next > 0 && apart > -APART && apart < APART)
		apart = 0;
	if (apart > 0 && !append(s, NULL, apart, e))
		return false;
	if (apart < 0) {
		int64_t drop = -apart < n ? -apart : n;

		from[0] += drop;
		from[1] = from[1] == NULL ? NULL : from[1] + drop;
		n -= drop;
	}
	return append(s, from, n, e);
}

bool
sound_add(struct sound *s, const AVFrame *f, int64_t at_us, struct err *e)
{
	const uint8_t *in[PLANES_MAX] = {0};
	uint8_t *made[2] = {0};
	int channels = s->encoder->ch_layout.nb_channels, room, n;
	float *planes[2];
	bool good,
	    planar = av_sample_fmt_is_planar((enum AVSampleFormat)f->format);

	if (!fit_converter(s, f)) {
		swr_free(&s->swr);
		return true;
	}
	room = swr_get_out_samples(s->swr, f->nb_samples);
	if (room <= 0)
		return true;
	if (av_samples_alloc(
		made, NULL, channels, room, AV_SAMPLE_FMT_FLTP, 0) < 0)
		return no_memory(e);
	for (int i = 0; i < PLANES_MAX && i < f->ch_layout.nb_channels; i++)
		in[i] = f->extended_data[planar ? i : 0];
	n = swr_convert(s->swr, made, room, in, f->nb_samples);
	planes[0] = (float *)made[0];
	planes[1] = channels > 1 ? (float *)made[1] : NULL;
	good = n <= 0 || in_time(s, planes, n, at_us, e);
	av_freep(&made[0]);
	return good;
}

bool
sound_end(struct sound *s, struct err *e)
{
	return (s->frame->nb_samples == 0 || encode(s, s->frame, e)) &&
	       encode(s, NULL, e);
}
