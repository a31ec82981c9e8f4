/* upright — a decoded frame as the camera was held, as FFmpeg's own programs
 * turn it before anything else. */
#ifndef VIDEO_UPRIGHT_H
#define VIDEO_UPRIGHT_H

#include "video/reader.h"

enum upright_turn {
	UPRIGHT_AS_IT_IS,
	UPRIGHT_CLOCKWISE,
	UPRIGHT_COUNTER,
	UPRIGHT_TRANSPOSED,      /* counter-clockwise, then upside down */
	UPRIGHT_ANTI_TRANSPOSED, /* clockwise, then upside down */
	UPRIGHT_FLIP_X,          /* left and right */
	UPRIGHT_FLIP_Y,
	UPRIGHT_FLIP_BOTH,
};

/* By the stream's display matrix; angles between are left as they are. */
enum upright_turn upright_turn(const AVStream *);

/* A new frame in *ret; NULL when the picture's format cannot be turned here
 * (its colours are not sampled alike both ways), which leaves it as it is. */
bool upright(
    const AVFrame *, enum upright_turn, AVFrame **ret, struct err *) MUST_USE;

#endif
