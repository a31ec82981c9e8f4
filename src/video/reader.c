#include "video/reader.h"

#include <stdlib.h>

#include "video/video.h"

#define IO_BYTES (64 * 1024)
#define STREAMS_MAX 64
#define PROBE_BYTES (16 * 1024 * 1024)

/* What phones, cameras and screens make.  A demuxer or decoder less is an
 * attack less. */
#define FORMATS "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ogg"
#define CODECS                                                             \
	"h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mpeg2video,mpeg1video,h263," \
	"mjpeg,theora,msmpeg4v3,wmv2,flv"

struct video_reader {
	int fd;
	AVIOContext *io;
	AVFormatContext *file;
	AVCodecContext *codec;
	AVPacket *packet;
	AVFrame *frame;
	int stream;
	bool drained; /* the end of the file went to the decoder */
	uint32_t broken;
};

static int
on_read(void *ctx, uint8_t *to, int n)
{
	struct video_reader *r = ctx;
	ssize_t got;

	do
		got = read(r->fd, to, (size_t)n);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return AVERROR(errno);
	return got == 0 ? AVERROR_EOF : (int)got;
}

static int64_t
on_seek(void *ctx, int64_t to, int whence)
{
	struct video_reader *r = ctx;
	off_t here, end;

	if ((whence & AVSEEK_SIZE) == 0)
		return lseek(r->fd, to, whence & 3);
	here = lseek(r->fd, 0, SEEK_CUR);
	end = lseek(r->fd, 0, SEEK_END);
	(void)lseek(r->fd, here, SEEK_SET);
	return here == -1 || end == -1 ? AVERROR(EIO) : end;
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
	r->file->format_whitelist = av_strdup(FORMATS);
	r->file->codec_whitelist = av_strdup(CODECS);
	return (r->file->format_whitelist != NULL &&
		   r->file->codec_whitelist != NULL) ||
	       err_set(e, ERR_LIMIT, "no memory for a video");
}

/* The first that is no cover picture; -1: none. */
static int
first_video(const AVFormatContext *f)
{
	for (unsigned i = 0; i < f->nb_streams; i++) {
		const AVStream *s = f->streams[i];

		if (s->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
		    (s->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0)
			return (int)i;
	}
	return -1;
}

/* By the option's own rules: a name of the list, or none. */
static const AVCodec *
decoder_of(enum AVCodecID id)
{
	const AVCodec *c = avcodec_find_decoder(id);

	return c != NULL && c->type == AVMEDIA_TYPE_VIDEO ? c : NULL;
}

static enum media_verdict
open_codec(struct video_reader *r)
{
	AVStream *s = r->file->streams[r->stream];
	const AVCodec *c = decoder_of(s->codecpar->codec_id);

	if (c == NULL)
		return MEDIA_UNKNOWN;
	if ((int64_t)s->codecpar->width * s->codecpar->height >
	    VIDEO_PIXELS_MAX)
		return MEDIA_TOO_LARGE;
	r->codec = avcodec_alloc_context3(c);
	if (r->codec == NULL ||
	    avcodec_parameters_to_context(r->codec, s->codecpar) < 0)
		return MEDIA_DAMAGED;
	r->codec->thread_count = 1;
	r->codec->max_pixels = VIDEO_PIXELS_MAX;
	r->codec->pkt_timebase = s->time_base;
	r->codec->codec_whitelist = av_strdup(CODECS);
	if (avcodec_open2(r->codec, c, NULL) < 0)
		return MEDIA_UNKNOWN;
	for (unsigned i = 0; i < r->file->nb_streams; i++)
		if ((int)i != r->stream)
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
	r->stream = first_video(r->file);
	return r->stream == -1 ? MEDIA_UNKNOWN : open_codec(r);
}

bool
video_reader_open(int fd, struct video_reader **ret,
    enum media_verdict *ret_verdict, struct err *e)
{
	OWNED(video_reader) r = calloc(1, sizeof(*r));

	if (r == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a video");
	r->fd = fd;
	if (!make(r, e))
		return false;
	*ret_verdict = open_file(r);
	*ret = *ret_verdict == MEDIA_OK ? TAKE(r) : NULL;
	return true;
}

/* The next packet of our stream to the decoder, or the end of all. */
static void
feed(struct video_reader *r)
{
	int rc = av_read_frame(r->file, r->packet);

	if (rc == AVERROR(EAGAIN))
		return;
	if (rc < 0) {
		if (rc != AVERROR_EOF)
			r->broken++;
		r->drained = true;
		(void)avcodec_send_packet(r->codec, NULL);
		return;
	}
	if (r->packet->stream_index == r->stream &&
	    avcodec_send_packet(r->codec, r->packet) < 0)
		r->broken++;
	av_packet_unref(r->packet);
}

bool
video_reader_next(struct video_reader *r, AVFrame **ret, struct err *e)
{
	for (;;) {
		int rc = avcodec_receive_frame(r->codec, r->frame);

		*ret = rc == 0 ? r->frame : NULL;
		if (rc == 0 || rc == AVERROR_EOF)
			return true;
		if (rc == AVERROR(ENOMEM))
			return err_set(e, ERR_LIMIT, "no memory for a video");
		if (rc != AVERROR(EAGAIN))
			r->broken++;
		if (rc != AVERROR(EAGAIN) && r->drained)
			return true;
		if (rc == AVERROR(EAGAIN))
			feed(r);
	}
}

const AVStream *
video_reader_stream(const struct video_reader *r)
{
	return r->file->streams[r->stream];
}

bool
video_reader_alone(const struct video_reader *r)
{
	return r->file->nb_streams == 1;
}

int64_t
video_reader_time(const struct video_reader *r, const AVFrame *f)
{
	int64_t begin = r->file->start_time;
	AVRational base = video_reader_stream(r)->time_base;

	if (f->best_effort_timestamp == AV_NOPTS_VALUE)
		return AV_NOPTS_VALUE;
	if (begin == AV_NOPTS_VALUE)
		begin = 0;
	return f->best_effort_timestamp -
	       av_rescale_q(begin, AV_TIME_BASE_Q, base);
}

uint32_t
video_reader_broken(const struct video_reader *r)
{
	return r->broken;
}
