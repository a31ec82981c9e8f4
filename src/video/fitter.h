/*
 * fitter — frames of whatever size, shape, colours and turn to upright planar
 * 4:2:0 of one size: for an encoder of video, in limited BT.709, or of a JPEG,
 * in full BT.601.  Bicubic.
 *
 * A frame that does not say its colours is taken for BT.601 up to 576 lines,
 * and for BT.709 above.
 */
#ifndef VIDEO_FITTER_H
#define VIDEO_FITTER_H

#include "video/upright.h"

enum fitter_kind { FITTER_VIDEO, FITTER_JPEG };

struct fitter;

/* width and height as they are shown, even numbers. */
struct fitter *fitter_new(
    enum fitter_kind, enum upright_turn, int width, int height, struct err *);
void fitter_free(struct fitter *); /* NULL is fine */

/* *ret is the fitter's until the next call.  ERR_INPUT: a frame of a kind
 * unheard of. */
bool fitter_run(
    struct fitter *, const AVFrame *, AVFrame **ret, struct err *) MUST_USE;

/* The size at which it is shown, of square pixels and upright, before any
 * fitting. */
void fitter_shown(
    const AVStream *, enum upright_turn, int *ret_width, int *ret_height);
/* Even numbers of the same shape, the shorter side `lines` at most; never
 * larger. */
void fitter_lines(
    int width, int height, uint32_t lines, int *ret_width, int *ret_height);
/* Likewise, the longer side `most` at most. */
void fitter_within(
    int width, int height, uint32_t most, int *ret_width, int *ret_height);

DEFINE_OWNED(fitter)

#endif
