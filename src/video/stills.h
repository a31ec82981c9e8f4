/*
 * stills — the frames of a video that become photos of their own, so that what
 * is asked of photos (faces, boxes, masks, consents) is asked of the video.
 *
 * Which: one at least every two seconds of the first minute; behind it, six
 * more, evenly, over what the video says is left (ten minutes, where it says
 * nothing); and one wherever the scene changes, at least half a second
 * behind the last, from what is then left of VIDEO_STILLS_MAX.  A scene's still
 * stands for the next in turn, too.  A frame of one colour waits for one in
 * which there is something; so the first still is fit to be the poster.
 *
 * A video that goes on for more than a tenth and two seconds beyond what it
 * says is refused (take.h), so the stills reach to its end: forty are enough.
 *
 * How: upright, square pixels, the longer side 2048 at most, JPEG without any
 * word about where it comes from.
 */
#ifndef VIDEO_STILLS_H
#define VIDEO_STILLS_H

#include "video/fitter.h"

#define STILLS_SIDE 2048
#define STILLS_DENSE_MS 60000
#define STILLS_EVERY_MS 2000
#define STILLS_LATER 6
#define STILLS_APART_MS 500

/* The rule alone, of times. */
struct stills_rule {
	int64_t later_ms; /* between stills behind the first minute */
	int64_t next_ms, last_ms;
	uint32_t taken, scenes; /* scenes that may still be taken */
};

/* lasts_ms: as the file says, 0: it does not. */
int64_t stills_most_ms(int64_t lasts_ms); /* it may go on so long */
void stills_begin(struct stills_rule *, int64_t lasts_ms);
bool stills_wants(struct stills_rule *, int64_t at_ms, bool scene, bool flat);

struct stills;

/* width, height: as it is shown. */
struct stills *stills_new(
    enum upright_turn, int width, int height, int64_t lasts_ms, struct err *);
void stills_free(struct stills *); /* NULL is fine */

/* small: the same frame in few lines, 4:2:0, by which scenes are told apart. */
bool stills_add(struct stills *, const AVFrame *, const AVFrame *small,
    int64_t at_ms, struct err *) MUST_USE;
/* One at least, if there was a frame. */
bool stills_end(struct stills *, struct err *) MUST_USE;

/* One more, whatever the rule says; at most VIDEO_FURTHER_MAX of them all.
 * *ret_taken false: there is no room, or it is a frame of a kind unheard of. */
bool stills_take(struct stills *, const AVFrame *, int64_t at_ms,
    bool *ret_taken, struct err *) MUST_USE;

/* All of them, one behind the other, and which they are; borrowed. */
str stills_bytes(const struct stills *);
const struct video_still *stills_list(const struct stills *, uint32_t *ret_n);

DEFINE_OWNED(stills)

#endif
