#include "video_make.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#pragma GCC diagnostic pop

#define WIDTH 1280
#define HEIGHT 720
#define FPS 30
#define FRAMES (60 * FPS)
#define WIDE 2048 /* of the landscape that the camera moves over */
#define HIGH 1280

struct make {
	enum video_scene scene;
	AVFormatContext *file;
	AVCodecContext *codec;
	AVFrame *frame;
	AVPacket *packet;
	uint8_t *land;
	uint32_t seed;
};

/* Hills behind each other, their edges and their grass. */
static uint8_t
land_at(struct make *m, int x, int y)
{
	double v = 200 - y / 16.0;

	for (int hill = 0; hill < 6; hill++) {
		double top = 250 + 150 * hill +
			     90 * sin(x / (120.0 + 40 * hill) + 2 * hill) +
			     14 * sin(x / 13.0 + hill);

		m->seed = m->seed * 1664525 + 1013904223;
		if (y > top)
			v = 170 - 22 * hill + 25 * sin(x / 9.0 + y / 7.0) +
			    (double)(m->seed >> 27);
	}
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

static bool
draw_land(struct make *m)
{
	m->land = malloc((size_t)WIDE * HIGH);
	for (int y = 0; m->land != NULL && y < HIGH; y++)
		for (int x = 0; x < WIDE; x++)
			m->land[y * WIDE + x] = land_at(m, x, y);
	return m->land != NULL;
}

static uint32_t
noise(struct make *m)
{
	m->seed = m->seed * 1664525 + 1013904223;
	return m->seed >> 16;
}

static void
draw_light(struct make *m, double t)
{
	int left = (int)((WIDE - WIDTH) * (0.5 + 0.49 * sin(t / 4)));
	int top = (int)((HIGH - HEIGHT) * (0.5 + 0.49 * sin(t / 3)));
	AVFrame *f = m->frame;

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			f->data[0][y * f->linesize[0] + x] =
			    (uint8_t)(m->land[(y + top) * WIDE + x + left] / 8 *
					  7 +
				      noise(m) % 8);
}

/* Between its samples, in 1/256. */
static int
land_between(const struct make *m, int x, int y)
{
	const uint8_t *p = m->land + (y >> 8) * WIDE + (x >> 8);
	int right = x & 255, down = y & 255;
	int above = p[0] * (256 - right) + p[1] * right;
	int below = p[WIDE] * (256 - right) + p[WIDE + 1] * right;

	return (above * (256 - down) + below * down) >> 16;
}

/* A ball that crosses the picture, or the land. */
static int
camera_at(const struct make *m, int x, int y, int left, int top, int number)
{
	for (int ball = 0; ball < 4; ball++) {
		int dx = x - (number * (3 + ball) + ball * 411) % (WIDTH + 200);
		int dy = y - 150 - 130 * ball -
			 (int)(60 * sin(number / (9.0 + ball)));

		if (dx * dx + dy * dy < 3600)
			return 90 + 30 * ball + (dx + dy) / 3;
	}
	return land_between(m, left + x * 256, top + y * 256);
}

/* Held by hand: it moves by parts of a pixel and shakes, and its sensor has
 * noise that is no frame's like another's. */
static void
draw_camera(struct make *m, double t, int number)
{
	double x0 = 0.5 + 0.45 * sin(t / 4) + 0.004 * sin(t * 9);
	double y0 = 0.5 + 0.45 * sin(t / 5) + 0.006 * sin(t * 11);
	int left = (int)((WIDE - WIDTH - 2) * 256 * x0);
	int top = (int)((HIGH - HEIGHT - 2) * 256 * y0);
	AVFrame *f = m->frame;

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			int v = camera_at(m, x, y, left, top, number) +
				(int)(noise(m) % 7 + noise(m) % 7) - 6;

			f->data[0][y * f->linesize[0] + x] =
			    (uint8_t)(v < 0     ? 0
				      : v > 255 ? 255
						: v);
		}
}

static void
draw_frame(struct make *m, int number)
{
	double t = number / (double)FPS;
	int left = (int)(384 * sin(t / 4)), top = (int)(280 * sin(t / 3));
	AVFrame *f = m->frame;

	if (m->scene == SCENE_CAMERA)
		draw_camera(m, t, number);
	else
		draw_light(m, t);
	for (int c = 1; c < 3; c++)
		for (int y = 0; y < HEIGHT / 2; y++)
			for (int x = 0; x < WIDTH / 2; x++)
				f->data[c][y * f->linesize[c] + x] =
				    (uint8_t)(110 + 8 * c +
					      (x + left / 2) / 40 +
					      (y + top / 2) / 30 +
					      (m->scene == SCENE_CAMERA
						      ? (int)(noise(m) % 3)
						      : 0));
	f->pts = number;
}

static bool
open_codec(struct make *m)
{
	const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_H264);

	m->codec = codec == NULL ? NULL : avcodec_alloc_context3(codec);
	if (m->codec == NULL)
		return false;
	m->codec->width = WIDTH;
	m->codec->height = HEIGHT;
	m->codec->pix_fmt = AV_PIX_FMT_YUV420P;
	m->codec->time_base = (AVRational){1, FPS};
	m->codec->framerate = (AVRational){FPS, 1};
	m->codec->gop_size = m->scene == SCENE_CAMERA ? FPS : 250;
	m->codec->thread_count = 1;
	m->codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	(void)av_opt_set(m->codec->priv_data, "preset", "veryfast", 0);
	if (m->scene == SCENE_CAMERA) {
		m->codec->bit_rate = 6000000;
		m->codec->max_b_frames = 0;
	} else {
		(void)av_opt_set(m->codec->priv_data, "crf", "20", 0);
	}
	return avcodec_open2(m->codec, codec, NULL) >= 0;
}

static bool
open_file(struct make *m, const char *name)
{
	AVStream *s;

	if (avformat_alloc_output_context2(&m->file, NULL, "mp4", name) < 0)
		return false;
	s = avformat_new_stream(m->file, NULL);
	if (s == NULL ||
	    avcodec_parameters_from_context(s->codecpar, m->codec) < 0)
		return false;
	s->time_base = m->codec->time_base;
	s->avg_frame_rate = m->codec->framerate;
	return avio_open(&m->file->pb, name, AVIO_FLAG_WRITE) >= 0 &&
	       avformat_write_header(m->file, NULL) >= 0;
}

/* NULL: no more frames. */
static bool
encode(struct make *m, const AVFrame *f)
{
	if (avcodec_send_frame(m->codec, f) < 0)
		return false;
	while (avcodec_receive_packet(m->codec, m->packet) >= 0) {
		av_packet_rescale_ts(m->packet, m->codec->time_base,
		    m->file->streams[0]->time_base);
		if (av_interleaved_write_frame(m->file, m->packet) < 0)
			return false;
	}
	return true;
}

static bool
encode_all(struct make *m)
{
	m->frame = av_frame_alloc();
	m->packet = av_packet_alloc();
	if (m->frame == NULL || m->packet == NULL)
		return false;
	m->frame->format = AV_PIX_FMT_YUV420P;
	m->frame->width = WIDTH;
	m->frame->height = HEIGHT;
	if (av_frame_get_buffer(m->frame, 0) < 0)
		return false;
	for (int i = 0; i < FRAMES; i++) {
		if (av_frame_make_writable(m->frame) < 0)
			return false;
		draw_frame(m, i);
		if (!encode(m, m->frame))
			return false;
	}
	return encode(m, NULL) && av_write_trailer(m->file) >= 0;
}

bool
video_make(const char *file, enum video_scene scene)
{
	struct make m = {.seed = 1, .scene = scene};
	bool done = draw_land(&m) && open_codec(&m) && open_file(&m, file) &&
		    encode_all(&m);

	av_frame_free(&m.frame);
	av_packet_free(&m.packet);
	avcodec_free_context(&m.codec);
	if (m.file != NULL)
		(void)avio_closep(&m.file->pb);
	avformat_free_context(m.file);
	free(m.land);
	return done;
}
