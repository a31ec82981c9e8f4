/*
 * reduce — frames of 8-bit 4:2:0 to 64 x 64 RGB24, bit for bit as swscale's
 * bicubic filter does it, in less of its time.
 *
 * swscale's weights are not computed anew but read off: a single bright sample
 * is scaled by it, at every place in turn.  Then sums are made with these
 * weights and rounded as it rounds: rows to 15 bits, columns to a byte, chroma
 * to steps of luma.  Whether all that equals what the swscale at hand gives is
 * tried on noise before it is used; where it does not, swscale does everything.
 */
#ifndef VIDEO_REDUCE_H
#define VIDEO_REDUCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/own.h"

#define REDUCE_SIDE 64
#define REDUCE_RGB_STRIDE ((size_t)192)

struct reduce;
struct SwsContext;

/* For frames of this size; whole: swscale's context from them to RGB24 of 64 x
 * 64, which stays the caller's.  NULL without an error where its bits cannot be
 * had, which costs nothing but time. */
struct reduce *reduce_new(
    uint32_t width, uint32_t height, struct SwsContext *whole);
void reduce_free(struct reduce *); /* NULL is fine */

/* 64 rows of REDUCE_RGB_STRIDE. */
void reduce_run(struct reduce *, const uint8_t *const plane[3],
    const int stride[3], uint8_t *ret);

#endif
