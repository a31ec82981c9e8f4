/*
 * frames — which decoded frames of a video are the 15 a second that TMK takes:
 * the rule of constant rate of the programs whose .tmk files are exchanged
 * (FFmpeg 4 to 5.1), whatever decodes here.  Of 30 a second it takes 0, 1, 2,
 * 3, 5, 7, 9, …  Pure arithmetic on times; keep FRAMES_RULE beside a hash,
 * another rule is another hash.
 *
 *	frames_begin(&f, r_frame_rate);
 *	for each decoded frame, in the decoder's order:
 *		p = frames_add(&f, time_base, pts, duration);
 *		the frame before it is given p.before times more, it p.now times
 *	the last frame is given frames_end(&f) times more
 */
#ifndef HASH_FRAMES_H
#define HASH_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#define FRAMES_RULE "cfr15-ffmpeg5"
#define FRAMES_FPS 15
/* A gap is filled with no more than so many frames, an hour, so that a time
 * that lies does not keep anybody busy. */
#define FRAMES_GAP_MAX 54000

/* num / den; den is over 0 or the number counts as not known. */
struct ratio {
	int64_t num, den;
};

struct frames {
	double step;       /* of the output, that a frame lasts */
	int64_t next;      /* number of the next output */
	int64_t before[3]; /* of the last three frames */
	int64_t count;     /* given so far */
	bool alone, seen;
};

struct frames_pick {
	uint32_t before, now;
};

/* The stream's real base rate (r_frame_rate), frames a second; alone: the file
 * has no other stream, and a late start is then left out. */
void frames_begin(struct frames *, struct ratio fps, bool alone);
/* Times are in ticks of so many seconds, 0 where the file begins (the least
 * start of its streams).  A duration of 0 is not known. */
struct frames_pick frames_add(
    struct frames *, struct ratio seconds, int64_t at, int64_t duration);
uint32_t frames_end(const struct frames *);

#endif
