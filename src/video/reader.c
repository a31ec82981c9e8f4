#include "video/reader.h"

#include <stdlib.h>

#include "video/video.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavutil/avstring.h>
#include <libavutil/parseutils.h>
#pragma GCC diagnostic pop

#define IO_BYTES (64 * 1024)
#define STREAMS_MAX 64
#define PROBE_BYTES (16 * 1024 * 1024)

#define PHONE "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
#define TODAY "h264,hevc,vp9,libdav1d,av1"

/* What phones, cameras and screens make.  A demuxer or decoder less is an
 * attack less. */
const struct reader_rules reader_rules_hash = {
    .formats = PHONE ",avi,mpegts,mpeg,flv,ogg",
    .codecs = TODAY
    ",vp8,mpeg4,mpeg2video,mpeg1video,h263,mjpeg,theora,msmpeg4v3,wmv2,flv",
    .pixels_max = VIDEO_PIXELS_MAX,
};
const struct reader_rules reader_rules_take = {
    .formats = PHONE,
    .codecs = TODAY,
    .sound =
	"aac,opus,vorbis,mp3float,mp3,amrnb,amrwb,pcm_s16le,pcm_s16be,alac",
    .pixels_max = VIDEO_TAKE_PIXELS_MAX,
    .packets_max = VIDEO_TAKE_PACKETS_MAX,
};

struct video_reader {
	struct video_source *source;
	const struct reader_rules *rules;
	AVIOContext *io;
	AVFormatContext *file;
	AVCodecContext *codec, *sound; /* sound NULL: not heard */
	AVPacket *packet;
	AVFrame *frame;
	int stream, sound_stream;
	bool drained; /* the end of the file went to the decoder */
	bool endless;
	uint32_t broken, packets;
};

static int
on_read(void *ctx, uint8_t *to, int n)
{
	struct video_reader *r = ctx;
	int got = video_source_read(r->source, to, n);

	if (got == -1)
		return AVERROR(EIO);
	return got == 0 ? AVERROR_EOF : got;
}

static int64_t
on_seek(void *ctx, int64_t to, int whence)
{
	struct video_reader *r = ctx;
	int64_t at = (whence & AVSEEK_SIZE) != 0
			 ? video_source_bytes(r->source)
			 : video_source_seek(r->source, to, whence & 3);

	return at == -1 ? AVERROR(EIO) : at;
}

/* Formats can name other files; there are none. */
static int
on_open(AVFormatContext *file, AVIOContext **io, const char *url, int flags,
    AVDictionary **options)
{
	(void)file;
	(void)io;
	(void)url;
	(void)flags;
	(void)options;
	return AVERROR(EACCES);
}

void
video_reader_free(struct video_reader *r)
{
	if (r == NULL)
		return;
	av_frame_free(&r->frame);
	av_packet_free(&r->packet);
	avcodec_free_context(&r->codec);
	avcodec_free_context(&r->sound);
	avformat_close_input(&r->file);
	if (r->io != NULL)
		av_freep(&r->io->buffer);
	avio_context_free(&r->io);
	free(r);
}

static bool
make(struct video_reader *r, struct err *e)
{
	uint8_t *buffer = av_malloc(IO_BYTES);

	if (buffer != NULL)
		r->io = avio_alloc_context(
		    buffer, IO_BYTES, 0, r, on_read, NULL, on_seek);
	if (r->io == NULL)
		av_free(buffer);
	r->file = avformat_alloc_context();
	r->packet = av_packet_alloc();
	r->frame = av_frame_alloc();
	if (r->io == NULL || r->file == NULL || r->packet == NULL ||
	    r->frame == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a video");
	r->file->pb = r->io;
	r->file->flags |= AVFMT_FLAG_CUSTOM_IO;
	r->file->io_open = on_open;
	r->file->max_streams = STREAMS_MAX;
	r->file->probesize = PROBE_BYTES;
	r->file->format_whitelist = av_strdup(r->rules->formats);
	r->file->codec_whitelist = av_asprintf("%s,%s", r->rules->codecs,
	    r->rules->sound == NULL ? "" : r->rules->sound);
	return (r->file->format_whitelist != NULL &&
		   r->file->codec_whitelist != NULL) ||
	       err_set(e, ERR_LIMIT, "no memory for a video");
}

/* The first of a kind that is no cover picture; -1: none. */
static int
first_of(const AVFormatContext *f, enum AVMediaType type)
{
	for (unsigned i = 0; i < f->nb_streams; i++) {
		const AVStream *s = f->streams[i];

		if (s->codecpar->codec_type == type &&
		    (s->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0)
			return (int)i;
	}
	return -1;
}

/* By the option's own rules: a name of the list, or none. */
static enum media_verdict
open_codec(const struct video_reader *r, int stream, const char *names,
    AVCodecContext **ret)
{
	AVStream *s = r->file->streams[stream];
	const AVCodec *c = avcodec_find_decoder(s->codecpar->codec_id);

	if (c == NULL || c->type != s->codecpar->codec_type)
		return MEDIA_UNKNOWN;
	*ret = avcodec_alloc_context3(c);
	if (*ret == NULL ||
	    avcodec_parameters_to_context(*ret, s->codecpar) < 0)
		return MEDIA_DAMAGED;
	(*ret)->thread_count = 1;
	(*ret)->max_pixels = r->rules->pixels_max;
	(*ret)->pkt_timebase = s->time_base;
	(*ret)->codec_whitelist = av_strdup(names);
	return avcodec_open2(*ret, c, NULL) < 0 ? MEDIA_UNKNOWN : MEDIA_OK;
}

/* Whatever cannot be heard is left out: a film is its pictures. */
static void
open_sound(struct video_reader *r)
{
	if (r->rules->sound == NULL)
		return;
	r->sound_stream = first_of(r->file, AVMEDIA_TYPE_AUDIO);
	if (r->sound_stream != -1 &&
	    open_codec(r, r->sound_stream, r->rules->sound, &r->sound) ==
		MEDIA_OK)
		return;
	avcodec_free_context(&r->sound);
	r->sound_stream = -1;
}

static enum media_verdict
open_streams(struct video_reader *r)
{
	const AVCodecParameters *p = r->file->streams[r->stream]->codecpar;
	enum media_verdict v;

	if ((int64_t)p->width * p->height > r->rules->pixels_max)
		return MEDIA_TOO_LARGE;
	v = open_codec(r, r->stream, r->rules->codecs, &r->codec);
	if (v != MEDIA_OK)
		return v;
	open_sound(r);
	for (unsigned i = 0; i < r->file->nb_streams; i++)
		if ((int)i != r->stream && (int)i != r->sound_stream)
			r->file->streams[i]->discard = AVDISCARD_ALL;
	return MEDIA_OK;
}

static enum media_verdict
open_file(struct video_reader *r)
{
	if (avformat_open_input(&r->file, NULL, NULL, NULL) < 0)
		return MEDIA_UNKNOWN;
	if (avformat_find_stream_info(r->file, NULL) < 0)
		return MEDIA_DAMAGED;
	r->stream = first_of(r->file, AVMEDIA_TYPE_VIDEO);
	return r->stream == -1 ? MEDIA_NO_PICTURE : open_streams(r);
}

bool
video_reader_open(struct video_source *source, const struct reader_rules *rules,
    struct video_reader **ret, enum media_verdict *ret_verdict, struct err *e)
{
	OWNED(video_reader) r = calloc(1, sizeof(*r));

	if (r == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a video");
	r->source = source;
	r->rules = rules;
	r->stream = r->sound_stream = -1;
	if (!make(r, e))
		return false;
	*ret_verdict = open_file(r);
	*ret = *ret_verdict == MEDIA_OK ? TAKE(r) : NULL;
	return true;
}

static void
drain(struct video_reader *r)
{
	r->drained = true;
	(void)avcodec_send_packet(r->codec, NULL);
	if (r->sound != NULL)
		(void)avcodec_send_packet(r->sound, NULL);
}

/* The next packet of our streams to its decoder, or the end of all. */
static void
feed(struct video_reader *r)
{
	int rc;

	r->endless =
	    r->rules->packets_max > 0 && r->packets >= r->rules->packets_max;
	rc = r->endless ? AVERROR_EOF : av_read_frame(r->file, r->packet);
	if (rc == AVERROR(EAGAIN))
		return;
	r->packets++;
	if (rc < 0) {
		if (rc != AVERROR_EOF)
			r->broken++;
		drain(r);
		return;
	}
	if (r->packet->stream_index == r->stream) {
		if (avcodec_send_packet(r->codec, r->packet) < 0)
			r->broken++;
	} else if (r->sound != NULL &&
		   r->packet->stream_index == r->sound_stream) {
		/* What is lost of the sound is a silence. */
		(void)avcodec_send_packet(r->sound, r->packet);
	}
	av_packet_unref(r->packet);
}

enum got { GOT_FRAME, GOT_NOTHING, GOT_END, GOT_NO_MEMORY };

static enum got
receive(struct video_reader *r, AVCodecContext *codec, uint32_t *io_broken)
{
	for (;;) {
		int rc = avcodec_receive_frame(codec, r->frame);

		if (rc == 0)
			return GOT_FRAME;
		if (rc == AVERROR(EAGAIN))
			return GOT_NOTHING;
		if (rc == AVERROR(ENOMEM))
			return GOT_NO_MEMORY;
		if (rc == AVERROR_EOF)
			return GOT_END;
		++*io_broken;
		if (r->drained)
			return GOT_END;
	}
}

bool
video_reader_any(
    struct video_reader *r, AVFrame **ret, bool *ret_sound, struct err *e)
{
	uint32_t ignored = 0;

	for (;;) {
		enum got picture = receive(r, r->codec, &r->broken);
		enum got sound = GOT_END;

		if (picture != GOT_FRAME && r->sound != NULL)
			sound = receive(r, r->sound, &ignored);
		if (picture == GOT_NO_MEMORY || sound == GOT_NO_MEMORY)
			return err_set(e, ERR_LIMIT, "no memory for a video");
		*ret_sound = sound == GOT_FRAME;
		*ret = picture == GOT_FRAME || *ret_sound ? r->frame : NULL;
		if (*ret != NULL || r->drained)
			return true;
		feed(r);
	}
}

bool
video_reader_next(struct video_reader *r, AVFrame **ret, struct err *e)
{
	bool sound;

	do
		if (!video_reader_any(r, ret, &sound, e))
			return false;
	while (*ret != NULL && sound);
	return true;
}

const AVStream *
video_reader_stream(const struct video_reader *r)
{
	return r->file->streams[r->stream];
}

const AVCodecContext *
video_reader_sound(const struct video_reader *r)
{
	return r->sound;
}

int64_t
video_reader_lasts_us(const struct video_reader *r)
{
	int64_t us = r->file->duration;

	return us == AV_NOPTS_VALUE || us < 0 ? 0 : us;
}

int64_t
video_reader_picture_us(const struct video_reader *r)
{
	const AVStream *s = video_reader_stream(r);

	if (s->duration != AV_NOPTS_VALUE && s->duration > 0)
		return av_rescale_q(s->duration, s->time_base, AV_TIME_BASE_Q);
	return video_reader_alone(r) ? video_reader_lasts_us(r) : 0;
}

int64_t
video_reader_made_us(const struct video_reader *r)
{
	const AVDictionaryEntry *d =
	    av_dict_get(r->file->metadata, "creation_time", NULL, 0);
	int64_t us;

	return d != NULL && av_parse_time(&us, d->value, 0) >= 0 ? us : 0;
}

bool
video_reader_endless(const struct video_reader *r)
{
	return r->endless;
}

bool
video_reader_alone(const struct video_reader *r)
{
	return r->file->nb_streams == 1;
}

/* In ticks of `base`, since the file begins. */
static int64_t
since_begin(const struct video_reader *r, const AVFrame *f, AVRational base)
{
	int64_t begin = r->file->start_time;

	if (f->best_effort_timestamp == AV_NOPTS_VALUE)
		return AV_NOPTS_VALUE;
	if (begin == AV_NOPTS_VALUE)
		begin = 0;
	return f->best_effort_timestamp -
	       av_rescale_q(begin, AV_TIME_BASE_Q, base);
}

int64_t
video_reader_time(const struct video_reader *r, const AVFrame *f)
{
	return since_begin(r, f, video_reader_stream(r)->time_base);
}

int64_t
video_reader_sound_us(const struct video_reader *r, const AVFrame *f)
{
	AVRational base = r->file->streams[r->sound_stream]->time_base;
	int64_t at = since_begin(r, f, base);

	return at == AV_NOPTS_VALUE ? at
				    : av_rescale_q(at, base, AV_TIME_BASE_Q);
}

uint32_t
video_reader_broken(const struct video_reader *r)
{
	return r->broken;
}
