/* reader — one video stream of a file, frame after frame. */
#ifndef VIDEO_READER_H
#define VIDEO_READER_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#pragma GCC diagnostic pop

#include "ipc/video.h"

struct video_reader;

/* *ret_verdict other than MEDIA_OK: no reader, and why. */
bool video_reader_open(int fd, struct video_reader **ret,
    enum media_verdict *ret_verdict, struct err *) MUST_USE;
void video_reader_free(struct video_reader *);

/* *ret: the next frame, of the reader until the next call; NULL at the end. */
bool video_reader_next(
    struct video_reader *, AVFrame **ret, struct err *) MUST_USE;

const AVStream *video_reader_stream(const struct video_reader *);
/* No other stream in the file. */
bool video_reader_alone(const struct video_reader *);
/* Ticks of the stream's time base since the file begins. */
int64_t video_reader_time(const struct video_reader *, const AVFrame *);
uint32_t video_reader_broken(const struct video_reader *);

DEFINE_OWNED(video_reader)

#endif
