/* video_make — a minute of drawn video of 1280 x 720, 30 frames a second,
 * H.264, for bench_video. */
#ifndef BENCH_VIDEO_MAKE_H
#define BENCH_VIDEO_MAKE_H

#include <stdbool.h>

enum video_scene {
	/* As a telephone films: held by hand, things that move, a sensor's
	 * noise; about 6 Mb/s, no B-frames, a key frame every second. */
	SCENE_CAMERA,
	SCENE_LIGHT /* little noise, under 1 Mb/s, B-frames */
};

/* False: no encoder, or the file cannot be written. */
bool video_make(const char *file, enum video_scene);

#endif
