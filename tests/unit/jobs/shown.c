#include "shown.h"

#include <assert.h>
#include <math.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#pragma GCC diagnostic pop

#include "base/buf.h"

struct pixels
shown_picture(uint32_t seed)
{
	static uint8_t rgb[SHOWN_HEIGHT][SHOWN_WIDTH][3];
	float wave[12][4];
	uint32_t x = seed * 2654435761u + 12345;

	for (size_t i = 0; i < 12; i++)
		for (size_t j = 0; j < 4; j++) {
			x = x * 1664525 + 1013904223;
			wave[i][j] = (float)(x >> 16) / 65536;
		}
	for (size_t r = 0; r < SHOWN_HEIGHT; r++)
		for (size_t c = 0; c < SHOWN_WIDTH; c++) {
			float sum = 128;

			for (size_t i = 0; i < 12; i++)
				sum += (10 + 20 * wave[i][0]) *
				       sinf(wave[i][1] * 6.28f +
					    wave[i][2] * 0.16f * (float)c +
					    wave[i][3] * 0.16f * (float)r);
			sum = sum < 0 ? 0 : sum > 255 ? 255 : sum;
			for (size_t k = 0; k < 3; k++)
				rgb[r][c][k] = (uint8_t)sum;
		}
	return (struct pixels){
	    &rgb[0][0][0], SHOWN_WIDTH, SHOWN_HEIGHT, 3, sizeof(rgb[0])};
}

static bool
is_on_its_side(enum pdq_turn turn)
{
	return turn == PDQ_ROT90 || turn == PDQ_ROT270 ||
	       turn == PDQ_FLIPPLUS1 || turn == PDQ_FLIPMINUS1;
}

/* Of the picture, what the turned one has at row r, column c. */
static uint8_t
at_turned(const struct pixels *p, enum pdq_turn turn, int r, int c)
{
	int bottom = (int)p->height - 1, right = (int)p->width - 1;
	const int from[PDQ_TURNS][2] = {
	    [PDQ_ORIGINAL] = {r, c},
	    [PDQ_ROT90] = {c, right - r},
	    [PDQ_ROT180] = {bottom - r, right - c},
	    [PDQ_ROT270] = {bottom - c, r},
	    [PDQ_FLIPX] = {bottom - r, c},
	    [PDQ_FLIPY] = {r, right - c},
	    [PDQ_FLIPPLUS1] = {c, r},
	    [PDQ_FLIPMINUS1] = {bottom - c, right - r},
	};

	return p
	    ->p[(size_t)from[turn][0] * p->stride + 3 * (size_t)from[turn][1]];
}

/* Grey: luma alone, of the range that video has. */
static void
fill(AVFrame *f, const struct pixels *p, const struct shown_how *how)
{
	int bar = (int)how->bar;

	for (int r = 0; r < f->height; r++)
		for (int c = 0; c < f->width; c++) {
			bool in_bar = r < bar || r >= f->height - bar;
			int grey =
			    in_bar ? 0 : at_turned(p, how->turn, r - bar, c);

			f->data[0][r * f->linesize[0] + c] =
			    (uint8_t)(16 + grey * 219 / 255);
		}
	for (int k = 1; k < 3; k++)
		for (int r = 0; r < f->height / 2; r++)
			memset(f->data[k] + r * f->linesize[k], 128,
			    (size_t)f->width / 2);
}

static AVCodecContext *
new_coder(const struct shown_how *how)
{
	bool side = is_on_its_side(how->turn);
	const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
	AVCodecContext *c = avcodec_alloc_context3(codec);

	assert(c != NULL);
	c->width = side ? SHOWN_HEIGHT : SHOWN_WIDTH;
	c->height = (side ? SHOWN_WIDTH : SHOWN_HEIGHT) + 2 * (int)how->bar;
	c->pix_fmt = AV_PIX_FMT_YUV420P;
	c->time_base = (AVRational){1, SHOWN_FPS};
	c->framerate = (AVRational){SHOWN_FPS, 1};
	c->bit_rate = 2000000;
	if (avcodec_open2(c, codec, NULL) < 0)
		abort();
	return c;
}

/* NULL: the last of them. */
static void
code(AVFormatContext *file, AVCodecContext *c, AVFrame *f)
{
	AVPacket *p = av_packet_alloc();

	if (p == NULL || avcodec_send_frame(c, f) < 0)
		abort();
	while (avcodec_receive_packet(c, p) == 0) {
		av_packet_rescale_ts(
		    p, c->time_base, file->streams[0]->time_base);
		p->stream_index = 0;
		if (av_interleaved_write_frame(file, p) < 0)
			abort();
	}
	av_packet_free(&p);
}

static void
show(AVFormatContext *file, AVCodecContext *c, const uint32_t *seeds, size_t n,
    const struct shown_how *how)
{
	AVFrame *f = av_frame_alloc();

	assert(f != NULL);
	f->format = c->pix_fmt;
	f->width = c->width;
	f->height = c->height;
	if (av_frame_get_buffer(f, 0) < 0)
		abort();
	for (size_t i = 0; i < n; i++) {
		struct pixels p = shown_picture(seeds[i]);

		for (size_t k = 0; k < SHOWN_FPS; k++) {
			if (av_frame_make_writable(f) < 0)
				abort();
			fill(f, &p, how);
			f->pts = (int64_t)(i * SHOWN_FPS + k);
			code(file, c, f);
		}
	}
	code(file, c, NULL);
	av_frame_free(&f);
}

void
shown_video(const char *path, const uint32_t *seeds, size_t n)
{
	shown_video_as(path, seeds, n, &(struct shown_how){PDQ_ORIGINAL, 0});
}

void
shown_video_as(const char *path, const uint32_t *seeds, size_t n,
    const struct shown_how *how)
{
	AVFormatContext *file = NULL;
	AVCodecContext *c = new_coder(how);
	AVStream *s;

	if (avformat_alloc_output_context2(&file, NULL, "matroska", path) < 0)
		abort();
	s = avformat_new_stream(file, NULL);
	if (s == NULL || avcodec_parameters_from_context(s->codecpar, c) < 0)
		abort();
	s->time_base = c->time_base;
	s->avg_frame_rate = c->framerate;
	if (avio_open(&file->pb, path, AVIO_FLAG_WRITE) < 0 ||
	    avformat_write_header(file, NULL) < 0)
		abort();
	show(file, c, seeds, n, how);
	if (av_write_trailer(file) < 0 || avio_close(file->pb) < 0)
		abort();
	avformat_free_context(file);
	avcodec_free_context(&c);
}
