/*
 * reader — one video stream of a file, frame after frame, and the first stream
 * of sound beside it for who wants to hear it.
 *
 * What a file is, its bytes say: a closed list of demuxers and decoders, chosen
 * by who asks.  Commands read all that programs of others hash; intake reads
 * what phones and screens make today.
 */
#ifndef VIDEO_READER_H
#define VIDEO_READER_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#pragma GCC diagnostic pop

#include "ipc/video.h"
#include "video/source.h"

struct video_reader;

struct reader_rules {
	const char *formats, *codecs; /* names, as FFmpeg has them */
	const char *sound;            /* codecs; NULL: not heard */
	int64_t pixels_max;           /* of a frame */
	uint32_t packets_max;         /* 0: as many as there are */
};

/* All that hash programs read; MP4, MOV, 3GP and WebM with H.264, HEVC, VP9 and
 * AV1. */
extern const struct reader_rules reader_rules_hash, reader_rules_take;

/* *ret_verdict other than MEDIA_OK: no reader, and why.  The source stays the
 * caller's, and in its place, until the reader is freed. */
bool video_reader_open(struct video_source *, const struct reader_rules *,
    struct video_reader **ret, enum media_verdict *ret_verdict,
    struct err *) MUST_USE;
void video_reader_free(struct video_reader *);

/* *ret: the next frame, of the reader until the next call; NULL at the end. */
bool video_reader_next(
    struct video_reader *, AVFrame **ret, struct err *) MUST_USE;
/* The same of picture and sound, as they lie in the file. */
bool video_reader_any(struct video_reader *, AVFrame **ret, bool *ret_sound,
    struct err *) MUST_USE;
/* NULL: there is none that can be heard. */
const AVCodecContext *video_reader_sound(const struct video_reader *);
/* Microseconds that the file says it lasts; 0: it does not say. */
int64_t video_reader_lasts_us(const struct video_reader *);
/* The same of the pictures alone. */
int64_t video_reader_picture_us(const struct video_reader *);
/* Microseconds since 1970 at which the file says that it was made; 0. */
int64_t video_reader_made_us(const struct video_reader *);
/* Stopped by packets_max. */
bool video_reader_endless(const struct video_reader *);

const AVStream *video_reader_stream(const struct video_reader *);
/* No other stream in the file. */
bool video_reader_alone(const struct video_reader *);
/* Ticks of the stream's time base since the file begins. */
int64_t video_reader_time(const struct video_reader *, const AVFrame *);
/* Microseconds of the same, of a frame of the sound. */
int64_t video_reader_sound_us(const struct video_reader *, const AVFrame *);
uint32_t video_reader_broken(const struct video_reader *);

DEFINE_OWNED(video_reader)

#endif
