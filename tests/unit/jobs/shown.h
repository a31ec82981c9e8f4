/* shown — a small real video, made by FFmpeg's own encoder, of patterns. */
#ifndef TESTS_JOBS_SHOWN_H
#define TESTS_JOBS_SHOWN_H

#include "base/str.h"
#include "hash/pdq.h"

#define SHOWN_WIDTH 320
#define SHOWN_HEIGHT 240
#define SHOWN_FPS 25

/* Hills and waves of a seed: pictures of different seeds are far apart. */
struct pixels shown_picture(uint32_t seed);
/* How a video shows its pictures. */
struct shown_how {
	enum pdq_turn turn;
	uint32_t bar; /* lines, black, above and below the turned picture */
};

/* A video at this path: each seed is shown for a second. */
void shown_video(const char *path, const uint32_t *seeds, size_t n);
void shown_video_as(const char *path, const uint32_t *seeds, size_t n,
    const struct shown_how *);

#endif
