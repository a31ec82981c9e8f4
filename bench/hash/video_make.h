/* video_make — a minute of drawn video, for bench_video. */
#ifndef BENCH_VIDEO_MAKE_H
#define BENCH_VIDEO_MAKE_H

#include <stdbool.h>

/* False: no encoder, or the file cannot be written. */
bool video_make(const char *file);

#endif
